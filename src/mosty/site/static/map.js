// The map: zooming, moving, putting places together, choosing purposes. Without it the picture and the list stand.
"use strict";
(() => {
  const data = window.mostyMap;
  const figure = document.getElementById("map");
  const svg = document.getElementById("map-picture");
  if (!data || !figure || !svg) return;

  const NS = "http://www.w3.org/2000/svg";
  const [X, Y, LABEL, HREF, RECORDS, FLAGS, PURPOSES, COUNTS] = [0, 1, 2, 3, 4, 5, 6, 7];
  const AREA = 1, VAGUE = 2, MOST_SHAPES = 3, MOST_NAMED = 40, NARROWEST = 60, MOST_OF_A_NAME = 10;
  const box = (text) => { const [x, y, w, h] = text.split(" ").map(Number); return { x, y, w, h }; };
  const start = box(figure.dataset.view);
  const world = box(figure.dataset.world);
  const layer = document.getElementById("map-markers");
  const chosen = document.getElementById("map-chosen");
  const mini = document.getElementById("map-window");
  const rules = new Intl.PluralRules(data.language);
  const numbers = new Intl.NumberFormat(data.language);
  let view = { ...start };
  let hidden = new Set();
  let known = {};

  const counted = (forms, number) => {
    const all = forms.split("|");
    const form = { one: 0, few: 1 }[rules.select(number)] ?? all.length - 1;
    return `${numbers.format(number)}\u00a0${all[Math.min(form, all.length - 1)]}`;
  };
  const make = (name, attributes, parent, text) => {
    const element = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };
  const scale = () => view.w / (svg.clientWidth || 960);

  // The same as site/pictures/clusters.py: each place joins the first cluster that it touches, or starts its own.
  const cluster = (places, width, height) => {
    const cells = new Map(), found = [];
    for (const place of places) {
      const column = Math.floor(place[X] / width), row = Math.floor(place[Y] / height);
      let home;
      for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) {
        for (const c of cells.get(`${column + dx} ${row + dy}`) || []) {
          const [first] = found[c];
          if (Math.abs(first[X] - place[X]) < width && Math.abs(first[Y] - place[Y]) < height) {
            home = home === undefined ? c : Math.min(home, c);
          }
        }
      }
      if (home !== undefined) { found[home].push(place); continue; }
      const cell = `${column} ${row}`;
      cells.set(cell, [...(cells.get(cell) || []), found.length]);
      found.push([place]);
    }
    return found;
  };

  const said = (place) => `${place[LABEL]}: ${counted(data.words["records-forms"], place[RECORDS])}` +
    place[PURPOSES].map((p, i) => `; ${data.purposes[p][0]} ${place[COUNTS][i]}`).join("");
  const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

  const draw = () => {
    const k = scale();
    const focused = layer.contains(document.activeElement) ? document.activeElement.dataset.first : null;
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
    if (mini) {
      for (const [name, value] of [["x", view.x], ["y", view.y], ["width", view.w], ["height", view.h]]) mini.setAttribute(name, value);
    }
    if (known.scale !== k || known.hidden !== hidden) {
      const shown = data.places.filter((place) => place[PURPOSES].some((p) => !hidden.has(p)));
      known = { scale: k, hidden, groups: cluster(shown, Math.max(1, Math.round(64 * k)), Math.max(1, Math.round(30 * k))) };
    }
    const near = (p) => p[X] > view.x - view.w / 4 && p[X] < view.x + 1.25 * view.w && p[Y] > view.y - view.h / 4 && p[Y] < view.y + 1.25 * view.h;
    const groups = known.groups.filter((g) => near(g[0]));
    const taken = [];
    const rect = (p, l, t, r, b) => [p[X] + l * k, p[Y] + t * k, p[X] + r * k, p[Y] + b * k];
    const shapesOf = (g) => g.length > 1 ? [] : g[0][PURPOSES].filter((p) => !hidden.has(p)).slice(0, MOST_SHAPES);
    const halves = groups.map((g) => Math.round(9 + 9 * (g.length > 999 ? 1.5 : Math.max(1, shapesOf(g).length))));
    groups.forEach((g, i) => taken.push(rect(g[0], -halves[i], -14, halves[i], 14)));
    layer.replaceChildren();
    groups.forEach((group, i) => {
      const place = group[0], half = halves[i], others = group.length - 1;
      const a = make("a", {
        class: `marker${others ? " cluster" : place[FLAGS] & AREA ? " area" : ""}`,
        href: others ? "#places" : place[HREF] || "#places",
        transform: `translate(${place[X]} ${place[Y]}) scale(${k})`,
        "aria-label": others ? `${counted(data.words["places-forms"], others + 1)}: ${group.slice(0, 8).map((p) => p[LABEL]).join(", ")}${others > 7 ? ", …" : ""}` : said(place),
        "data-first": place[LABEL] + place[X],
      }, layer);
      make("title", {}, a, others ? group.slice(0, 8).map((p) => p[LABEL]).join(", ") : said(place));
      make("rect", { class: "frame", x: -half, y: -13, width: 2 * half, height: 26, rx: 13 }, a);
      if (others) {
        make("text", { class: "digits", y: 4.5 }, a, others + 1);
        a.addEventListener("click", (event) => { event.preventDefault(); if (!ends(event)) open(group); });
      } else {
        a.addEventListener("click", (event) => { if (ends(event)) event.preventDefault(); });
        const shapes = shapesOf(group);
        shapes.forEach((p, n) => make("path", { class: "symbol", transform: `translate(${18 * n - 9 * (shapes.length - 1)} 0)`, d: data.shapes[data.purposes[p][1]] }, a));
      }
      if (others >= MOST_OF_A_NAME) return;
      let text = place[LABEL].length > 24 ? `${place[LABEL].slice(0, 23)}…` : place[LABEL];
      text += others ? ` +${others}` : place[FLAGS] & VAGUE ? " ~" : "";
      const wide = 7 * text.length + 8;
      const sides = [
        ["below", [-wide / 2, 15, wide / 2, 31], { y: 27 }], ["right", [half + 2, -8, half + 6 + wide, 8], { x: half + 4, y: 4 }],
        ["above", [-wide / 2, -31, wide / 2, -15], { y: -19 }], ["left", [-half - 6 - wide, -8, -half - 2, 8], { x: -half - 4, y: 4 }],
      ];
      for (const [side, corners, position] of sides) {
        const mine = rect(place, ...corners);
        if (taken.some((other) => overlap(mine, other))) continue;
        taken.push(mine);
        make("text", { class: `name ${side}`, ...position }, a, text);
        break;
      }
    });
    if (focused) [...layer.children].find((a) => a.dataset.first === focused)?.focus({ preventScroll: true });
  };

  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  };

  const settle = () => {
    const ratio = start.h / start.w;
    view.w = Math.min(Math.max(view.w, NARROWEST), world.w);
    view.h = view.w * ratio;
    view.x = Math.min(Math.max(view.x, world.x), world.x + world.w - view.w);
    view.y = view.h > world.h ? Math.min(world.y, 0) : Math.min(Math.max(view.y, world.y), world.y + world.h - view.h);
    later();
  };
  const zoom = (factor, x = view.x + view.w / 2, y = view.y + view.h / 2) => {
    const width = Math.min(Math.max(view.w / factor, NARROWEST), world.w), real = view.w / width;
    view = { x: x - (x - view.x) / real, y: y - (y - view.y) / real, w: width, h: view.h / real };
    settle();
  };
  const move = (dx, dy) => { view.x += dx * view.w; view.y += dy * view.h; settle(); };

  // A cluster: nearer when that parts its places, and in any case their names below the map.
  const open = (group) => {
    const xs = group.map((p) => p[X]), ys = group.map((p) => p[Y]);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const width = Math.max(right - left, (bottom - top) * start.w / start.h) * 1.5;
    chosen.replaceChildren();
    const head = document.createElement("p");
    head.textContent = `${data.words.here}: ${counted(data.words["places-forms"], group.length)}`;
    const list = document.createElement("ul");
    for (const place of group.slice(0, MOST_NAMED)) {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = place[HREF];
      link.textContent = place[LABEL];
      item.append(place[HREF] ? link : place[LABEL], said(place).slice(place[LABEL].length));
      list.append(item);
    }
    if (group.length > MOST_NAMED) {
      const item = document.createElement("li");
      item.textContent = `${data.words.more}: ${numbers.format(group.length - MOST_NAMED)}`;
      list.append(item);
    }
    chosen.append(head, list);
    if (width < view.w && view.w > NARROWEST) {
      view = { x: (left + right) / 2, y: (top + bottom) / 2, w: Math.max(width, NARROWEST), h: 0 };
      view.h = view.w * start.h / start.w;
      view.x -= view.w / 2;
      view.y -= view.h / 2;
      settle();
    }
  };

  const acts = {
    in: () => zoom(1.6), out: () => zoom(1 / 1.6), start: () => { view = { ...start }; settle(); },
    world: () => { view = { x: world.x, y: world.y, w: world.w, h: 0 }; settle(); },
    left: () => move(-.25, 0), right: () => move(.25, 0), up: () => move(0, -.25), down: () => move(0, .25),
  };
  const tools = figure.querySelector(".tools");
  tools.hidden = false;
  figure.querySelector(".live-only").hidden = false;
  figure.classList.add("live");
  tools.addEventListener("click", (event) => acts[event.target.closest("button")?.dataset.do]?.());
  const keys = { "+": "in", "=": "in", "-": "out", 0: "start", ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    acts[keys[event.key]]();
  });

  // Mouse: drag; Ctrl and wheel, as a page that scrolls must go on scrolling. Fingers: two of them.
  const at = (event) => {
    const frame = svg.getBoundingClientRect();
    return { x: view.x + (event.clientX - frame.left) / frame.width * view.w, y: view.y + (event.clientY - frame.top) / frame.height * view.h };
  };
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { x, y } = at(event);
    zoom(event.deltaY < 0 ? 1.25 : .8, x, y);
  }, { passive: false });
  svg.addEventListener("dblclick", (event) => { const { x, y } = at(event); zoom(1.6, x, y); });

  let held = null, dragged = false;
  // The click that ends a drag opens nothing; one of the keyboard has no detail.
  const ends = (event) => dragged && event.detail !== 0;
  svg.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (event.pointerType === "touch" || event.button !== 0) return;
    held = { x: event.clientX, y: event.clientY };
  });
  window.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!dragged && Math.abs(dx) + Math.abs(dy) < 4) return;
    dragged = true;
    svg.classList.add("moving");
    held = { x: event.clientX, y: event.clientY };
    move(-dx / svg.clientWidth, -dy / svg.clientHeight);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    window.addEventListener(name, () => { held = null; svg.classList.remove("moving"); });
  }
  svg.addEventListener("dragstart", (event) => event.preventDefault());

  let fingers = null;
  const pair = (event) => {
    const [a, b] = event.touches, frame = svg.getBoundingClientRect();
    return {
      x: ((a.clientX + b.clientX) / 2 - frame.left) / frame.width, y: ((a.clientY + b.clientY) / 2 - frame.top) / frame.height,
      apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) || 1,
    };
  };
  svg.addEventListener("touchstart", (event) => { fingers = event.touches.length === 2 ? pair(event) : null; }, { passive: true });
  svg.addEventListener("touchmove", (event) => {
    if (event.touches.length !== 2 || !fingers) return;
    event.preventDefault();
    const now = pair(event);
    move(fingers.x - now.x, fingers.y - now.y);
    zoom(now.apart / fingers.apart, view.x + now.x * view.w, view.y + now.y * view.h);
    fingers = now;
  }, { passive: false });
  svg.addEventListener("touchend", () => { fingers = null; });

  // Purposes can be left out.
  for (const item of document.querySelectorAll("#map-legend > li")) {
    const label = document.createElement("label"), input = document.createElement("input");
    const name = item.querySelector("span");
    input.type = "checkbox";
    input.checked = true;
    input.setAttribute("aria-label", name.textContent);
    label.append(input);
    item.prepend(label, " ");
    input.addEventListener("change", () => {
      const purpose = Number(item.dataset.purpose);
      hidden = new Set(hidden);
      if (input.checked) hidden.delete(purpose); else hidden.add(purpose);
      draw();
    });
  }

  new ResizeObserver(later).observe(svg);
  draw();
})();
