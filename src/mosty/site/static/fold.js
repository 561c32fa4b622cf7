// Long lists are folded, but for the one that the address leads into; on paper all of them are open.
"use strict";
(() => {
  const lists = [...document.querySelectorAll("details.fold")];
  const named = (address) => document.getElementById(address.slice(1));
  const show = (place) => {
    const list = place && place.closest("details.fold");
    if (!list || list.open) return;
    list.open = true;
    requestAnimationFrame(() => place.scrollIntoView()); // what was closed had no place to go to
  };
  const wanted = named(location.hash);
  for (const list of lists) list.open = list.contains(wanted);
  if (wanted) wanted.scrollIntoView();
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link) show(named(link.getAttribute("href")));
  });
  addEventListener("hashchange", () => show(named(location.hash)));
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = lists.filter((list) => !list.open);
    for (const list of closed) list.open = true;
  });
  addEventListener("afterprint", () => { for (const list of closed) list.open = false; });
})();
