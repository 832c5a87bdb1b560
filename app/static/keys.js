// Keys of the desk: what is found, opened and done without the mouse. Each key has its link or button on the page, which it presses.
// The letter typed counts, so every keyboard layout works. <meta name="keys">: "off", or the letters a person has changed ({"a": "z"}).
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const wish = document.querySelector('meta[name="keys"]')?.content ?? "";
  const changed = wish && wish !== "off" ? JSON.parse(wish) : {};
  const meant = Object.fromEntries(Object.entries(changed).map(([key, own]) => [own, key]));
  const find = document.getElementById("find");
  const sheet = document.getElementById("keys");

  // ── Find
  function openFind() {
    if (!find) return document.getElementById("find-q")?.select();
    if (find.open) return;
    find.showModal();
    const box = find.querySelector("input[type=search]");
    box.select();
    htmx.process(find); // a key may come before the rest of the page is there
    htmx.trigger(find.querySelector("form"), "find:open");
  }

  async function openSheet() {
    if (sheet.open) return sheet.close();
    const list = sheet.querySelector("div");
    if (!list.firstChild) await htmx.ajax("GET", sheet.dataset.from, { target: list, swap: "innerHTML" });
    if (!list.firstChild) return location.assign(sheet.dataset.from);
    sheet.showModal();
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const [toFind, toKeys] = [event.target.closest("a[data-find]"), event.target.closest("a[data-keys]")];
    if ((toFind && find) || (toKeys && sheet)) event.preventDefault();
    if (toFind && find) openFind();
    if (toKeys && sheet) openSheet();
    if (event.target.matches("dialog.box-over")) event.target.close(); // beside the box
  });

  // Enter opens the first hit once it belongs to what is typed; before that the form is sent as it is.
  document.addEventListener("submit", (event) => {
    const hits = event.target.querySelector("#hits");
    const typed = event.target.querySelector("#find-q")?.value;
    const first = hits && typed.trim() && hits.dataset.of.trim() === typed.trim().split(/\s+/).join(" ") ? hits.querySelector("a") : null;
    if (!first) return;
    event.preventDefault();
    first.click();
  }, true);

  function overHits(event) {
    const form = event.target.closest?.("form[role=search]");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const hits = form && step ? all("#hits a", form) : [];
    if (!hits.length) return Boolean(form && step === 1 && !form.querySelector("#hits") && walk(1));
    const next = hits.indexOf(event.target) + step;
    (next < 0 ? form.querySelector("#find-q") : hits[Math.min(next, hits.length - 1)]).focus();
    return true;
  }

  // ── Lists: the line that has the focus, and on from one list of a page to the next. In one marked .lines the arrows move too, a letter no line has the focus for presses
  // the first one that clashes, and b the first button.
  const LINES = "main table tbody[tabindex], main table tbody:not([tabindex]) > tr:has(a, button, input)";
  const active = () => document.activeElement;
  const lineOf = (element) => element?.closest?.(LINES) ?? null;
  const worked = () => active()?.closest?.(".lines");

  function walk(step) {
    const those = all(LINES).filter((line) => line.offsetParent && (!worked() || line.closest(".lines")));
    const at = those.indexOf(lineOf(active()));
    const next = those[at < 0 ? (step > 0 ? 0 : those.length - 1) : Math.max(0, Math.min(those.length - 1, at + step))];
    if (!next) return false;
    if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
    next.focus();
    return true;
  }

  function press(control) {
    if (!control || control.disabled) return false;
    control.closest("details")?.setAttribute("open", "");
    control.focus();
    control.click();
    return true;
  }

  const keyed = (line, key) => line?.querySelector(`[data-key~="${CSS.escape(key)}"]`);
  const inLine = (key) => keyed(lineOf(active()), key) ?? (worked() && (keyed(worked().querySelector("[data-clash]"), key)
    ?? (key === "b" ? lineOf(active())?.querySelector(".primary") : null)));
  const onPage = (key) => all(`main [data-key~="${CSS.escape(key)}"]`).find((one) => !lineOf(one));
  const goes = (keys) => document.querySelector(`main [data-go="${keys}"]`) ?? document.querySelector(`[data-go="${keys}"]`);

  const always = {
    f: () => { openFind(); return true; },
    "?": () => { openSheet(); return true; },
    j: () => walk(1),
    k: () => walk(-1),
    x: () => press(lineOf(document.activeElement)?.querySelector("input[type=checkbox]")),
    u: () => press(document.querySelector("#toasts form button")),
    ",": () => press(document.querySelector("main a[rel=prev]")),
    ".": () => press(document.querySelector("main a[rel=next]")),
  };

  function overLines(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    return Boolean(step && (worked() || lineOf(active()) === active()) && !event.altKey && !event.ctrlKey && !event.target.matches("input, select, textarea") && walk(step));
  }

  // ── One listener. g and n wait for a second letter.
  let first = "";
  let timer = 0;
  const SECOND_WITHIN = 1500; // ms

  function single(key) {
    const waited = first;
    first = "";
    clearTimeout(timer);
    if (waited && goes(waited + key)) return press(goes(waited + key));
    if (key === "g" || key === "n") {
      first = key;
      timer = setTimeout(() => { first = ""; }, SECOND_WITHIN);
      return true;
    }
    return press(inLine(key)) || press(onPage(key)) || (always[key]?.() ?? false);
  }

  const typesInto = (element) => element?.matches?.("input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return openFind();
    }
    if (overHits(event) || overLines(event)) return event.preventDefault();
    if (wish === "off" || event.ctrlKey || event.metaKey || event.altKey || typesInto(event.target)) return;
    const typed = event.key.toLocaleLowerCase(document.documentElement.lang);
    const key = meant[typed] ?? (typed in changed ? "" : typed);
    if (key === "?" && sheet?.open) { event.preventDefault(); return sheet.close(); }
    if (document.querySelector("dialog[open]")) return;
    if (key === "enter") return open(event);
    if (key.length === 1 && single(key)) event.preventDefault();
  });

  // Enter on a line itself, not on something in it, opens what the line is about.
  function open(event) {
    const line = event.target.matches?.(LINES) ? event.target : null;
    if (line && press(line.querySelector("th a, a"))) event.preventDefault();
  }
})();
