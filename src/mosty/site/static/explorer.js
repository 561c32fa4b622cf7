// Search and filters of the lists. They need no server: the index is a script, because fetch does not work on file:.
"use strict";
(() => {
  const root = document.getElementById("explorer");
  if (!root) return;
  const words = JSON.parse(document.getElementById("explorer-data").textContent);
  const language = Number(root.dataset.language);
  const form = document.getElementById("filters"), field = document.getElementById("q");
  const results = document.getElementById("results"), status = document.getElementById("status");
  const more = document.getElementById("more"), pages = document.getElementById("pages");
  const facetBox = document.getElementById("facets");
  const written = [...results.childNodes];
  const offers = document.getElementById("concepts");
  const STEP = 60, FEW = 7, MOST_OFFERS = 12;
  const concepts = [], kinds = new Map();
  const rows = [], facets = new Map(), chosen = new Map();
  const several = words.indexes.length > 1;
  let waiting = words.indexes.length + (words.concepts ? 1 : 0), asked = false, reading = null, shown = STEP, matches = [];

  // As Python folds the words of the indexes.
  const LETTERS = { ł: "l", ø: "o", đ: "d", ð: "d", æ: "ae", œ: "oe", ı: "i", þ: "th", ß: "ss" };
  const fold = (text) => text.toLowerCase().replace(/[łøđðæœıþß]/g, (letter) => LETTERS[letter])
    .normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const pick = (texts) => (Array.isArray(texts) ? texts[language] : texts);
  const make = (name, attributes = {}, ...inside) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === true) made.setAttribute(key, "");
      else if (value !== false) made.setAttribute(key, value);
    }
    made.append(...inside);
    return made;
  };

  // A plain path holds prefix and name of the IRI; the others have what is found of theirs in the index.
  const named = (path) => {
    const [, prefix, last] = path.split("/");
    return last.includes("~") ? { curie: "", last: "" } : { curie: `${prefix}:${last}`.toLowerCase(), last };
  };
  const prefixes = new Set();

  const facet = (id, name) => {
    if (!facets.has(id)) facets.set(id, { id, name, values: new Map(), open: false, kinds: 0 });
    return facets.get(id);
  };

  // Each index calls this with its records.
  window.mostyIndex = (index) => {
    const kind = several ? facet("kind", words.kind) : null;
    const of = index.facets.map((one) => {
      const made = facet(one.id, one.names[language]);
      made.kinds += 1;
      return one.values.map((value) => {
        if (!made.values.has(value[0])) made.values.set(value[0], { id: value[0], name: value[1 + language], count: 0 });
        return value[0];
      });
    });
    if (kind) kind.values.set(index.kind, { id: index.kind, name: index.names[language], count: 0 });
    const first = rows.length;
    const places = index.facets.findIndex((one) => one.id.endsWith("hasPlace"));
    for (const [path, label, others, years, thin, values, texts] of index.rows) {
      const has = new Map(index.facets.map((one, n) => [one.id, values[n].map((v) => of[n][v])]));
      if (kind) has.set("kind", [index.kind]);
      const near = places < 0 ? [] : values[places].slice(0, 4).map((v) => index.facets[places].values[v][1 + language]);
      const name = pick(label);
      rows.push({
        path, name, thin, has, ...named(path), text: texts ? texts[language] : "", texts: "",
        line: [...(several ? [index.names[language]] : []), ...(years ? [years] : []), ...near],
        words: ` ${fold(Array.isArray(label) ? label.join("|") : label)} ${others.replaceAll("|", " ")} ${fold(named(path).last)}`,
      });
    }
    kinds.set(index.kind, rows.slice(first));
    waiting -= 1;
    if (waiting === 0) ready();
  };

  // The words of the descriptions call this, a kind each: they are read when somebody looks for words.
  window.mostyTexts = (kind, texts) => {
    for (const [place, row] of kinds.get(kind).entries()) row.texts = ` ${texts[place]}`;
    reading -= 1;
    if (reading === 0) update();
  };
  const read = () => {
    if (reading !== null || !field.value.trim()) return;
    reading = words.indexes.length;
    for (const path of words.indexes) document.head.append(make("script", { src: root.dataset.root + path.replace(/index\.js$/, "texts.js") }));
  };

  // The index of concepts calls this.
  window.mostyConcepts = ({ schemes, rows: found }) => {
    for (const [path, label, others, scheme, count] of found) {
      concepts.push({
        path, name: pick(label), count, texts: "", scheme: scheme < 0 ? "" : schemes[scheme][language], ...named(path),
        words: ` ${fold(Array.isArray(label) ? label.join("|") : label)} ${others.replaceAll("|", " ")} ${fold(named(path).last)}`,
      });
    }
    waiting -= 1;
    if (waiting === 0) ready();
  };

  const load = () => {
    if (asked) return;
    asked = true;
    for (const path of [...words.indexes, ...(words.concepts ? [words.concepts] : [])]) document.head.append(make("script", { src: root.dataset.root + path }));
  };

  const ready = () => {
    // Over several kinds only what they share is worth a filter.
    if (several) for (const [id, one] of [...facets]) if (id !== "kind" && one.kinds < 2) facets.delete(id);
    for (const one of [...rows, ...concepts]) prefixes.add(one.curie.split(":")[0]);
    prefixes.delete("");
    const order = new Intl.Collator(words.tag);
    rows.sort((a, b) => order.compare(a.name, b.name));
    restoreFilters();
    update();
  };

  // What is asked for stands behind the # of the address, so that an answer can be kept and sent.
  const isOurs = () => location.hash.includes("=");
  const address = () => new URLSearchParams((isOurs() ? location.hash : location.search).slice(1));
  const restoreText = () => { field.value = address().get("q") || ""; };
  const restoreFilters = () => {
    chosen.clear();
    for (const [id, value] of address()) if (facets.has(id)) chosen.set(id, (chosen.get(id) || new Set()).add(value));
  };
  const keep = () => {
    const query = new URLSearchParams();
    if (field.value.trim()) query.set("q", field.value.trim());
    for (const [id, values] of chosen) for (const value of values) query.append(id, value);
    const text = query.toString();
    if (text || location.hash || location.search) history.replaceState(null, "", `${location.pathname}#${text}`);
    keepLanguage();
  };
  // Another language answers the same question.
  const keepLanguage = () => {
    for (const link of document.querySelectorAll("nav.languages a")) link.hash = String(address());
  };

  // A CURIE, or an IRI that ends as one of ours does.
  const code = (text) => {
    const found = /^<?(?:([\w-]+):|https?:\/\/\S*\/([\w-]+)\/)([^\s:/>]+)>?$/i.exec(text.trim());
    const prefix = found ? (found[1] || found[2]).toLowerCase() : "";
    return prefixes.has(prefix) ? `${prefix}:${found[3].toLowerCase()}` : null;
  };
  // Words are inflected at their end: what begins alike and is not much longer may be the same word.
  const stem = (word) => word.slice(0, Math.max(4, word.length - (word.length < 7 ? 2 : 3)));
  const ask = (text) => ({
    curie: code(text),
    words: fold(text).split(" ").filter(Boolean).map((word) => ({ word, like: new RegExp(` ${stem(word)}[^ ]{0,4}(?: |$)`) })),
  });
  // How well something answers, by its weakest word: names before what sounds alike, and both before descriptions.
  const TEXT = 3, NOT = 9;
  const grade = (one, asked) => {
    if (asked.curie) return one.curie.startsWith(asked.curie) ? 0 : NOT;
    return Math.max(0, ...asked.words.map(({ word, like }) => {
      if (one.words.includes(` ${word}`)) return 0;
      if (word.length > 3 && one.words.includes(word)) return 1;
      if (like.test(one.words)) return 2;
      if (one.texts.includes(` ${word}`)) return TEXT;
      return like.test(one.texts) ? 4 : NOT;
    }));
  };
  const fits = (row, without) => row.grade < NOT
    && [...chosen].every(([id, values]) => id === without || values.size === 0 || (row.has.get(id) || []).some((value) => values.has(value)));

  const update = () => {
    const asked = ask(field.value);
    read();
    for (const one of [...rows, ...concepts]) one.grade = grade(one, asked);
    const active = asked.words.length > 0 || [...chosen.values()].some((values) => values.size > 0);
    matches = rows.filter((row) => fits(row));
    const whole = asked.words.map(({ word }) => word).join(" ");
    const alone = asked.words.length === 1 ? new RegExp(`^${stem(whole)}[^ ]{0,4}$`) : { test: () => false };
    const rank = (row) => (row.curie === asked.curie || fold(row.last) === whole ? -1 : fold(row.name).startsWith(whole) || alone.test(fold(row.name)) ? 0 : row.words.includes(` ${whole}`) ? 1 : 2 + row.grade);
    if (whole) {
      matches = matches.map((row) => [rank(row), row]).sort((a, b) => a[0] - b[0]).map(([, row]) => row);
    }
    for (const one of facets.values()) {
      for (const value of one.values.values()) value.count = 0;
      for (const row of rows) if (fits(row, one.id)) for (const id of row.has.get(one.id) || []) one.values.get(id).count += 1;
    }
    if (offers) offer(whole ? concepts.filter((one) => one.grade < NOT).sort((a, b) => rank(a) - rank(b) || b.count - a.count) : []);
    shown = STEP;
    const number = (n) => n.toLocaleString(words.tag);
    status.hidden = false;
    status.textContent = active
      ? matches.length ? words.found.replace("{found}", number(matches.length)).replace("{total}", number(rows.length)) : reading ? "…" : words.none
      : words.all.replace("{total}", number(rows.length));
    if (active || !written.some((node) => node.nodeType === 1)) draw();
    else { results.replaceChildren(...written); more.hidden = true; if (pages) pages.hidden = false; }
    drawFacets();
  };

  const offer = (found) => {
    offers.hidden = !found.length;
    offers.querySelector("ul").replaceChildren(...found.slice(0, MOST_OFFERS).map((one) => make(
      "li", {},
      ...(one.scheme ? [make("span", { class: "aside" }, `${one.scheme}: `)] : []),
      make("a", { href: `${root.dataset.home}${one.path}.html` }, one.name),
      ` (${one.count.toLocaleString(words.tag)})`,
    )));
  };

  const draw = () => {
    results.removeAttribute("start");
    results.replaceChildren(...matches.slice(0, shown).map((row) => make(
      "li", {},
      make("a", { href: `${root.dataset.home}${row.path}.html` }, row.name),
      ...(row.thin ? [" ", make("span", { class: "badge" }, words.thin)] : []),
      ...(row.grade >= TEXT ? [" ", make("span", { class: "badge" }, words.in_text)] : []),
      ...(row.line.length ? [" ", make("span", { class: "aside" }, row.line.join(" · "))] : []),
      ...(row.text ? [" ", make("span", { class: "excerpt" }, row.text)] : []),
    )));
    more.hidden = matches.length <= shown;
    if (pages) pages.hidden = true;
  };

  const drawFacets = () => {
    const focused = document.activeElement && document.activeElement.id;
    const useful = [...facets.values()].filter((one) => [...one.values.values()].some((v) => v.count) || (chosen.get(one.id) || new Set()).size);
    facetBox.replaceChildren(...useful.map((one) => {
      const n = one.id;
      const picked = chosen.get(one.id) || new Set();
      const values = [...one.values.values()].filter((v) => v.count || picked.has(v.id)).sort((a, b) => b.count - a.count || a.name.localeCompare(b.name, words.tag));
      const visible = one.open ? values : values.filter((v, place) => place < FEW || picked.has(v.id));
      const set = make("fieldset", {}, make("legend", {}, one.name), ...visible.map((value) => {
        const box = make("input", { type: "checkbox", id: `f-${n}-${value.id}`, value: value.id });
        box.checked = picked.has(value.id);
        box.addEventListener("change", () => {
          if (box.checked) picked.add(value.id); else picked.delete(value.id);
          chosen.set(one.id, picked);
          keep();
          update();
        });
        return make("label", {}, box, make("span", {}, value.name), make("span", { class: "tally" }, value.count.toLocaleString(words.tag)));
      }));
      if (values.length > FEW) {
        const toggle = make("button", { type: "button", class: "quiet", id: `t-${n}`, "aria-expanded": String(one.open) }, one.open ? words.less : words.more.replace("{number}", values.length));
        toggle.addEventListener("click", () => { one.open = !one.open; drawFacets(); });
        set.append(toggle);
      }
      return set;
    }));
    if (focused) { const again = document.getElementById(focused); if (again && again !== document.activeElement) again.focus(); }
  };

  let timer = 0;
  form.hidden = false;
  const box = facetBox.closest("details"), wide = matchMedia("(min-width: 56rem)");
  const openWhenWide = () => { box.open = wide.matches; };
  wide.addEventListener("change", openWhenWide);
  openWhenWide();
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => { chosen.clear(); setTimeout(() => { keep(); update(); }); });
  form.addEventListener("focusin", load);
  field.addEventListener("input", () => {
    load();
    clearTimeout(timer);
    timer = setTimeout(() => { if (waiting === 0) { keep(); update(); } }, 120);
  });
  more.addEventListener("click", () => {
    const next = shown;
    shown += STEP;
    draw();
    const link = results.children[next] && results.children[next].querySelector("a");
    if (link) link.focus();
  });
  window.addEventListener("hashchange", () => {
    if (location.hash && !isOurs()) return; // a link inside the page
    restoreText();
    keepLanguage();
    if (waiting === 0) { restoreFilters(); update(); } else load();
  });
  restoreText();
  keepLanguage();
  if (root.dataset.eager === "1" || location.hash.length > 1 || location.search.length > 1) load();
})();
