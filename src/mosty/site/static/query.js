// Asks a query of the release in the browser: the form, the checked terms, the table. The engine runs in a worker.
"use strict";
(() => {
  const here = document.currentScript.src;
  const setup = JSON.parse(document.getElementById("setup").textContent);
  const words = setup.words;
  const form = document.getElementById("ask-form");
  const $ = (id) => document.getElementById(id);
  const DEADLINE = 60;
  const MOST_ROWS = 500;
  const XSD = "http://www.w3.org/2001/XMLSchema#";

  const say = (word, values) => words[word].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  const unable = (text) => { const p = $("unable"); p.textContent = text; p.hidden = false; };

  if (location.protocol === "file:") { unable(words["from-file"]); return; }
  if (typeof Worker !== "function" || typeof WebAssembly !== "object") { unable(words["no-worker"]); return; }
  form.hidden = false;

  const size = (bytes) => bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  const whole = setup.dumps.reduce((sum, dump) => sum + dump.size, 0);
  $("size").textContent = $("size").dataset.text.replace("{size}", size(whole));

  // Terms. Nothing that was typed goes into a query but as a term of RDF, written in N-Triples.

  const PATTERNS = { integer: /^[+-]?\d+$/, decimal: /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/, language: /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/ };
  const IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\u0000-\u0020<>"{}|^`\\]+$/;

  const literal = (text, datatype) => {
    const escaped = text.replace(/[\\"\n\r\t\u0000-\u001f\u007f]/g, (c) =>
      ({ "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" })[c] || "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
    return `"${escaped}"${datatype ? `^^<${XSD}${datatype}>` : ""}`;
  };

  const expand = (text) => {
    const bare = text.replace(/^<(.*)>$/, "$1");
    const colon = bare.indexOf(":");
    const prefix = bare.slice(0, colon);
    const local = bare.slice(colon + 1);
    const known = colon > 0 && !local.startsWith("//") && Object.hasOwn(setup.prefixes, prefix);
    const iri = known ? setup.prefixes[prefix] + local : bare;
    return (known || local.startsWith("//") || /^(?:urn|mailto|tel|tag|info)$/.test(prefix)) && IRI.test(iri) ? iri : null;
  };

  const day = (text, edge) => {
    const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text);
    if (!match || match[1] === "0000") return null;
    const month = Number(match[2] || (edge === "last" ? 12 : 1));
    if (month < 1 || month > 12) return null;
    const date = new Date(0);
    date.setUTCFullYear(Number(match[1]), month, 0);
    const last = date.getUTCDate();
    const number = match[3] ? Number(match[3]) : edge === "last" ? last : 1;
    return number < 1 || number > last ? null : `${match[1]}-${String(month).padStart(2, "0")}-${String(number).padStart(2, "0")}`;
  };

  class Wrong extends Error {
    constructor(input, text) { super(text); this.input = input; }
  }

  const term = (slot, input) => {
    const chosen = input.dataset.iri;
    const text = slot.type === "string" ? input.value : input.value.trim();
    if (text === "") {
      if (slot.required) throw new Wrong(input, say("need", { name: label(input) }));
      return ` ${slot.default} `;
    }
    const wrong = (kind) => { throw new Wrong(input, say(`wrong-${kind}`, { name: label(input) })); };
    switch (slot.type) {
      case "iri": case "concept": {
        const iri = chosen && IRI.test(chosen) ? chosen : expand(text);
        return iri ? ` <${iri}> ` : wrong("iri");
      }
      case "date": { const found = day(text, slot.edge); return found ? ` ${literal(found, "date")} ` : wrong("date"); }
      case "integer": case "decimal": return PATTERNS[slot.type].test(text) ? ` ${literal(text, slot.type)} ` : wrong(slot.type);
      case "language": return PATTERNS.language.test(text) ? ` ${literal(text.toLowerCase())} ` : wrong("language");
      case "boolean": return ` ${literal(text === "true" ? "true" : "false", "boolean")} `;
      default: return ` ${literal(text.replace(/\0/g, ""))} `;
    }
  };
  const label = (input) => form.querySelector(`label[for="${input.id}"]`).firstChild.textContent.trim();

  // The engine knows no prefix of its own; one that the text declares again is the one that counts.
  const prologue = Object.entries(setup.prefixes).map(([prefix, namespace]) => `PREFIX ${prefix}: <${namespace}> `).join("");
  const queryText = () => {
    if (setup.free) return `${prologue}\n${$("text").value}`;
    let text = setup.pieces[0];
    setup.slots.forEach((slot, i) => { text += term(slot, form.elements[slot.name]) + setup.pieces[i + 1]; });
    return text;
  };

  // Fields that choose from a list (the combobox pattern of ARIA 1.2).

  const lists = new Map();
  const listOf = (address) => {
    if (!lists.has(address)) lists.set(address, fetch(address).then((answer) => answer.ok ? answer.json() : []).catch(() => []));
    return lists.get(address);
  };
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  // The name of exactly one thing, typed or pasted, stands for it.
  const recognise = async (input) => {
    const text = input.value.trim();
    if (!text || input.dataset.iri || expand(text)) return;
    const entries = await listOf(input.dataset.list);
    if (input.dataset.iri || input.value.trim() !== text) return;
    const same = entries.filter(([, name]) => name === text);
    const alike = same.length ? same : entries.filter(([, name]) => plain(name) === plain(text));
    if (alike.length === 1) input.dataset.iri = expand(alike[0][0]) || alike[0][0];
  };

  const combobox = (input) => {
    const box = $(input.getAttribute("aria-controls"));
    let active = -1;
    const close = () => { box.hidden = true; active = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const choose = (option) => {
      input.value = option.dataset.label;
      input.dataset.iri = option.dataset.iri;
      close();
    };
    const mark = (place) => {
      const options = box.querySelectorAll('[role="option"]');
      if (!options.length) return;
      active = (place + options.length) % options.length;
      options.forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
      options[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[active].id);
    };
    const open = async () => {
      const wanted = plain(input.dataset.iri ? "" : input.value.trim());
      const entries = await listOf(input.dataset.list);
      if (document.activeElement !== input) return;
      const found = [];
      for (const [curie, name] of entries) {
        if (!wanted || plain(name).includes(wanted) || curie.toLowerCase().includes(wanted)) found.push([curie, name]);
        if (found.length === 50) break;
      }
      box.replaceChildren(...found.map(([curie, name], i) => {
        const option = document.createElement("li");
        const code = document.createElement("span");
        option.id = `${box.id}-${i}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.iri = expand(curie) || curie;
        option.dataset.label = name;
        code.className = "aside";
        code.textContent = curie;
        option.append(name, " ", code);
        option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
        return option;
      }));
      if (!found.length) {
        const none = document.createElement("li");
        none.className = "aside";
        none.setAttribute("role", "option");
        none.setAttribute("aria-disabled", "true");
        none.textContent = words["no-match"];
        box.replaceChildren(none);
      }
      active = -1;
      box.hidden = false;
      input.setAttribute("aria-expanded", "true");
    };
    input.addEventListener("input", () => { delete input.dataset.iri; open(); });
    input.addEventListener("click", open);
    input.addEventListener("blur", () => { close(); recognise(input); });
    input.addEventListener("keydown", async (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (box.hidden) await open();
        mark(event.key === "ArrowDown" ? active + 1 : active - 1);
      } else if (event.key === "Enter" && !box.hidden && active >= 0) {
        event.preventDefault();
        choose(box.querySelectorAll('[role="option"]')[active]);
      } else if (event.key === "Enter") close();
      else if (event.key === "Escape" && !box.hidden) {
        event.preventDefault();
        close();
      }
    });
  };
  form.querySelectorAll("[data-list]").forEach(combobox);

  // The worker: it loads the data once, and is ended when a query takes too long.

  let worker = null;
  let timer = 0;
  const status = (text) => { $("status").textContent = text; };
  const stop = (text) => {
    clearTimeout(timer);
    if (worker) worker.terminate();
    worker = null;
    finished();
    status(text);
  };
  const finished = () => { $("run").disabled = false; $("cancel").hidden = true; clearTimeout(timer); };
  const absolute = (path) => new URL(setup.root + path, location.href).href;

  const start = () => {
    worker = new Worker(new URL("query-worker.js", here), { type: "module" });
    worker.onerror = (event) => { event.preventDefault(); stop(say("failed", { why: event.message || words["no-worker"] })); };
    worker.onmessage = ({ data }) => {
      if (data.state === "fetching") status(say("loading", { done: size(data.done), all: size(whole) }));
      else if (data.state === "parsing") status(words.parsing);
      else if (data.state === "running") {
        status(words.running);
        timer = setTimeout(() => stop(say("late", { seconds: DEADLINE })), DEADLINE * 1000);
      } else if (data.state === "no-file") stop(say("fetch-failed", { path: data.path }));
      else if (data.state === "failed") {
        finished();
        status(say("failed", { why: setup.free ? data.why.replace(/error at (\d+):/, (_, line) => `error at ${line - 1}:`) : data.why }));
      }
      else if (data.state === "done") { finished(); $("size").textContent = ""; show(data); }
    };
  };

  const run = async () => {
    let text;
    $("run").disabled = true;
    await Promise.all([...form.querySelectorAll("[data-list]")].map(recognise));
    form.querySelectorAll('[aria-invalid="true"]').forEach((input) => input.removeAttribute("aria-invalid"));
    try { text = queryText(); } catch (error) {
      $("run").disabled = false;
      if (!(error instanceof Wrong)) throw error;
      error.input.setAttribute("aria-invalid", "true");
      error.input.focus();
      status(error.message);
      return;
    }
    $("result").hidden = true;
    $("cancel").hidden = false;
    if (!worker) start();
    worker.postMessage({ query: text, files: setup.dumps.map((dump) => ({ path: dump.path, address: absolute(dump.path) })) });
  };
  form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
  $("cancel").addEventListener("click", () => { stop(words.cancelled); $("run").focus(); });

  // The result. Terms become text and links, never markup.

  const element = (name, text, attributes) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    Object.entries(attributes || {}).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  };
  const kinds = new Set(setup.kinds);
  const pageOf = (iri) => {
    if (!iri.startsWith(setup.base)) return null;
    const path = iri.slice(setup.base.length);
    const match = /^id\/([A-Za-z][\w-]*)\/[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/.exec(path);
    if (match && kinds.has(match[1])) return `${setup.root}${setup.folder}${path}.html`;
    const inside = /^(ontology|shapes)#([A-Za-z0-9_][\w.-]*)$/.exec(path);
    return inside ? `${setup.root}${setup.folder}${inside[1]}.html#${inside[2]}` : null;
  };
  const compact = (iri) => {
    const cut = Math.max(iri.lastIndexOf("#"), iri.lastIndexOf("/")) + 1;
    const found = Object.entries(setup.prefixes).find(([, namespace]) => namespace === iri.slice(0, cut));
    return found && /^[\w.-]+$/.test(iri.slice(cut)) ? `${found[0]}:${iri.slice(cut)}` : iri;
  };
  const cellOf = (value, name) => {
    const cell = element("td");
    if (!value) return cell;
    if (value.type === "uri") {
      const page = pageOf(value.value);
      const web = /^https?:\/\/(?![^/?#]*@)/i.test(value.value) && !value.value.startsWith(setup.base);
      const text = name ? name.value : compact(value.value);
      if (page) cell.append(element("a", text, { href: page }));
      else if (web) cell.append(element("a", text, { href: value.value, class: "out", rel: "external noreferrer" }));
      else cell.textContent = text;
    } else if (value.type === "triple") {
      cell.textContent = "<<( … )>>";
    } else {
      const text = element("bdi", value.value);
      if (value["xml:lang"]) text.setAttribute("lang", value["xml:lang"]);
      if (/#(?:integer|decimal|double|float)$/.test(value.datatype || "")) cell.className = "number";
      cell.append(text);
    }
    return cell;
  };

  const formula = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
  const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
  const safe = (text) => formula.test(text) && !number.test(text) ? `'${text}` : text;
  const csv = (variables, rows) => [variables, ...rows.map((row) => variables.map((name) => row[name] ? safe(row[name].value) : ""))]
    .map((cells) => cells.map((text) => /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text).join(",")).join("\r\n") + "\r\n";

  let addresses = [];
  const offer = (files) => {
    addresses.forEach((address) => URL.revokeObjectURL(address));
    addresses = [];
    $("result-files").replaceChildren(...files.map(([name, type, ending, text]) => {
      const address = URL.createObjectURL(new Blob([text], { type }));
      addresses.push(address);
      const item = element("li");
      item.append(element("a", name, { href: address, download: `${setup.query || "result"}.${ending}` }));
      return item;
    }));
  };

  const table = (columns, rows, cells) => {
    const made = element("table");
    const head = element("tr");
    columns.forEach((name) => head.append(heading(name)));
    made.append(element("thead"), element("tbody"));
    made.firstChild.append(head);
    rows.slice(0, MOST_ROWS).forEach((row) => {
      const line = element("tr");
      line.append(...cells(row));
      made.lastChild.append(line);
    });
    const scroll = element("div", undefined, { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": "result-title" });
    scroll.append(made);
    const parts = [scroll];
    if (rows.length > MOST_ROWS) parts.push(element("p", say("more-rows", { shown: MOST_ROWS }), { class: "legend" }));
    $("result-table").replaceChildren(...parts);
  };

  const headings = setup.headings || {};
  const heading = (name) => Object.hasOwn(headings, name) ? element("th", headings[name], { scope: "col" })
    : element("th", name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/_/g, " ").toLowerCase(), { scope: "col", lang: "en" });
  const show = ({ kind, content, seconds }) => {
    let count = 0;
    if (kind === "triples") {
      const lines = content.split("\n").filter(Boolean).sort();
      count = lines.length;
      table(["subject", "predicate", "object"], lines, (line) => {
        const match = /^(\S+) (\S+) (.*) \.$/.exec(line) || [line, line, "", ""];
        return match.slice(1).map((text) => cellOf(text.startsWith("<") && text.endsWith(">") && !text.startsWith("<<")
          ? { type: "uri", value: text.slice(1, -1) } : text && { type: "literal", value: text }));
      });
      offer([["N-Triples", "application/n-triples", "nt", lines.map((line) => `${line}\n`).join("")]]);
    } else {
      const answer = JSON.parse(content);
      if ("boolean" in answer) {
        count = 1;
        $("result-table").replaceChildren(element("p", words[String(answer.boolean)], { class: "lead" }));
        offer([["JSON", "application/json", "json", content]]);
      } else {
        const variables = answer.head.vars;
        const rows = answer.results.bindings;
        count = rows.length;
        const kept = variables.filter((name) => !(name.endsWith("Label") && variables.includes(name.slice(0, -5))));
        if (rows.length) table(kept, rows, (row) => kept.map((name) => cellOf(row[name], row[`${name}Label`])));
        else $("result-table").replaceChildren(element("p", words["no-rows"]));
        offer([["CSV", "text/csv;charset=utf-8", "csv", csv(variables, rows)], ["JSON", "application/json", "json", content]]);
      }
    }
    $("result").hidden = false;
    const counted = count === 0 ? words["no-rows"] : count === 1 ? words.row : say("rows", { count: count.toLocaleString(document.documentElement.lang) });
    status(say("done", { count: counted, seconds: seconds.toLocaleString(document.documentElement.lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 }) }));
  };

  // A stored query's text, brought along from its page, to be changed.
  if (setup.free) {
    const name = new URLSearchParams(location.search).get("query");
    if (name && /^[a-z0-9-]+$/.test(name)) {
      const text = sessionStorage.getItem(`query ${name}`);
      if (text !== null) $("text").value = text;
      else fetch(absolute(`queries/${name}.rq`)).then((answer) => answer.ok ? answer.text() : null).then((found) => { if (found) $("text").value = found; }).catch(() => {});
    }
    $("text").addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(); });
  } else {
    document.querySelectorAll("a.edit").forEach((link) => link.addEventListener("click", () => {
      let text;
      try { text = queryText(); } catch { text = setup.pieces.map((piece, i) => piece + (setup.slots[i] ? ` ${setup.slots[i].default} ` : "")).join(""); }
      sessionStorage.setItem(`query ${setup.query}`, text);
    }));
  }
})();
