// Long lists are folded, but for the one that the address leads into; on paper all of them are open.
"use strict";
(() => {
  const lists = [...document.querySelectorAll("details.fold")];
  const show = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const list = target && target.closest("details.fold");
    if (list) { list.open = true; target.scrollIntoView(); }
    return list;
  };
  const wanted = show();
  for (const list of lists) if (list !== wanted) list.open = false;
  // Before the browser looks for the place: a link into a folded list opens it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href^="#"]');
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const list = target && target.closest("details.fold");
    if (list) list.open = true;
  });
  addEventListener("hashchange", show);
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = lists.filter((list) => !list.open);
    for (const list of closed) list.open = true;
  });
  addEventListener("afterprint", () => { for (const list of closed) list.open = false; });
})();
