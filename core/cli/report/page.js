
(() => {
  "use strict";
  const all = [...document.querySelectorAll("details.step")];
  const marks = new Map();
  for (const link of document.querySelectorAll("a[data-step]")) {
    const step = link.dataset.step;
    if (!marks.has(step)) marks.set(step, []);
    marks.get(step).push(link);
  }
  let selected = null;

  // The list, the picture and the timeline show the same choice.
  function select(step) {
    if (selected === step) return;
    for (const chosen of [selected, step]) {
      if (!chosen) continue;
      chosen.classList.toggle("selected", chosen === step);
      for (const link of marks.get(chosen.id.slice(1)) || []) {
        link.classList.toggle("selected", chosen === step);
      }
    }
    selected = step;
  }

  function go(step, open) {
    step.hidden = false;
    if (open) step.open = true;
    const summary = step.querySelector("summary");
    summary.focus({preventScroll: true});
    step.scrollIntoView({block: "nearest"});
    select(step);
  }

  const search = document.getElementById("search");
  const filters = [...document.querySelectorAll("#filters button")];
  const shown = document.getElementById("shown");

  function filter() {
    const wanted = search.value.trim().toLowerCase();
    const states = filters.filter(b => b.getAttribute("aria-pressed") === "true").map(b => b.dataset.filter);
    let count = 0;
    for (const step of all) {
      const fits = (states.length === 0 || states.includes(step.dataset.state)) &&
          (wanted === "" || step.textContent.toLowerCase().includes(wanted));
      step.hidden = !fits;
      if (fits) count++;
    }
    shown.textContent = count === all.length ? "" : `${count} of ${all.length}`;
  }

  // `choose` gives the place in what is shown, from that of the choice so far,
  // which is -1 if there is none, and from that of the last.
  function move(choose) {
    const visible = all.filter(step => !step.hidden);
    if (visible.length === 0) return;
    const last = visible.length - 1;
    const next = choose(visible.indexOf(selected), last);
    go(visible[Math.max(0, Math.min(last, next))], false);
  }

  document.getElementById("tools").hidden = false;
  document.getElementById("keys").hidden = false;
  search.addEventListener("input", filter);
  for (const button of filters) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      filter();
    });
  }
  document.addEventListener("focusin", event => {
    const step = event.target.closest("details.step");
    if (step) select(step);
  });
  document.addEventListener("click", event => {
    const link = event.target.closest("a[data-step]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(document.getElementById("s" + link.dataset.step), true);
  });
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === search) {
      if (event.key === "Escape") {
        search.value = "";
        filter();
        search.blur();
      }
      return;
    }
    if (event.target.closest("pre")) return;
    switch (event.key) {
      case "ArrowDown": move(at => at + 1); break;
      case "ArrowUp": move((at, last) => at < 0 ? last : at - 1); break;
      case "Home": move(() => 0); break;
      case "End": move((at, last) => last); break;
      case "Escape": if (selected) { selected.open = false; go(selected, false); } break;
      case "/": search.focus(); break;
      default: return;
    }
    event.preventDefault();
  });

  // Paper has no way to open a step.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all.filter(step => !step.open && !step.hidden);
    for (const step of opened) step.open = true;
  });
  addEventListener("afterprint", () => { for (const step of opened) step.open = false; });
  const named = /^#s\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
  if (named) go(named, true);
})();
