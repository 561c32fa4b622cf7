// The network: whoever has the focus shows its neighbours; roles can be left out. Without it the picture stands.
"use strict";
(() => {
  const figure = document.getElementById("network");
  if (!figure) return;
  const svg = figure.querySelector("svg.network");
  const nodes = [...svg.querySelectorAll(".node")];
  const ties = [...svg.querySelectorAll(".tie")].map((path) => ({
    path, ends: path.dataset.ends.split(" ").map(Number), roles: path.dataset.roles.trim().split(" ").filter(Boolean).map(Number),
  }));
  const hidden = new Set();
  const seen = (tie) => !tie.roles.length || tie.roles.some((role) => !hidden.has(role));

  const show = (number) => {
    svg.classList.toggle("chosen-one", number !== null);
    const near = new Set(number === null ? [] : [number]);
    for (const tie of ties) {
      const mine = number !== null && tie.ends.includes(number) && seen(tie);
      tie.path.classList.toggle("near", mine);
      if (mine) tie.ends.forEach((end) => near.add(end));
    }
    nodes.forEach((node, i) => node.classList.toggle("near", near.has(i)));
  };
  const filter = () => {
    const bound = new Set();
    for (const tie of ties) {
      tie.path.classList.toggle("left-out", !seen(tie));
      if (seen(tie)) tie.ends.forEach((end) => bound.add(end));
    }
    nodes.forEach((node, i) => node.classList.toggle("left-out", !bound.has(i)));
  };

  nodes.forEach((node, i) => {
    node.addEventListener("focus", () => show(i));
    node.addEventListener("blur", () => show(null));
    node.addEventListener("pointerenter", () => show(i));
    node.addEventListener("pointerleave", () => show(nodes.indexOf(document.activeElement) >= 0 ? nodes.indexOf(document.activeElement) : null));
  });

  // Arrows lead to the nearest node in their direction, so that the picture can be walked through.
  const position = (node) => { const { e, f } = node.transform.baseVal.consolidate().matrix; return [e, f]; };
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  svg.addEventListener("keydown", (event) => {
    const from = nodes.indexOf(document.activeElement), way = ways[event.key];
    if (event.key === "Escape" && from >= 0) { show(null); return; }
    if (from < 0 || !way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [x, y] = position(nodes[from]);
    let best = null, least = Infinity;
    for (const node of nodes) {
      if (node.classList.contains("left-out")) continue;
      const [nx, ny] = position(node), along = (nx - x) * way[0] + (ny - y) * way[1], aside = Math.abs((nx - x) * way[1]) + Math.abs((ny - y) * way[0]);
      if (along > 0 && along + 2 * aside < least) { least = along + 2 * aside; best = node; }
    }
    best?.focus();
  });

  const choices = figure.querySelector(".roles");
  choices.hidden = false;
  choices.addEventListener("change", (event) => {
    const role = Number(event.target.value);
    if (event.target.checked) hidden.delete(role); else hidden.add(role);
    filter();
  });
  figure.querySelector(".live-only").hidden = false;
})();
