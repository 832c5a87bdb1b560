// The day at several desks: the page asks now and then whether anything has changed, and swaps only what looks different. It never
// does so while somebody types, has a menu or panel open, or waits for an answer; the focus stays where it was.
(() => {
  "use strict";
  const EVERY = 12000, NAMED = 3;
  const live = document.getElementById("live");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  let asking = 0; // requests under way

  document.addEventListener("htmx:before:request", () => { asking += 1; });
  document.addEventListener("htmx:finally:request", () => { asking = Math.max(0, asking - 1); });

  function busy() {
    const field = document.activeElement;
    const typing = field?.matches("select") || (field?.matches("input, textarea") && field.value !== field.defaultValue);
    return document.hidden || asking || typing || document.querySelector("main details[open], dialog[open], .both");
  }

  async function look() {
    if (busy()) return;
    const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
    const answer = await fetch(`${live.dataset.sinceUrl}&seen=${live.dataset.seen}`, { headers }).catch(() => null);
    if (answer?.status === 401) return location.assign(answer.headers.get("HX-Redirect") ?? location.href);
    const seen = answer?.headers.get("Seans-Seen");
    if (seen) live.dataset.seen = seen;
    const text = answer?.status === 200 ? await answer.text() : "";
    if (text && !busy()) take(new DOMParser().parseFromString(text, "text/html"));
  }

  const rows = (root) => all("tr[data-v]", root);
  const places = (root) => all("#day-list table, #day-list tr[data-v]", root).map((one) => one.id).join();

  function take(fresh) {
    const before = new Map(rows(document).map((row) => [row.id, row]));
    const changed = rows(fresh).filter((row) => before.get(row.id)?.dataset.v !== row.dataset.v);
    const gone = [...before.values()].filter((row) => !fresh.getElementById(row.id));
    const back = focusKept();
    all(".is-new").forEach((row) => row.classList.remove("is-new"));
    changed.forEach((row) => row.classList.add("is-new"));
    if (places(fresh) === places(document)) swapParts(fresh, changed, before);
    else swap(document.getElementById("day-list"), fresh.getElementById("day-list"));
    live.dataset.seen = fresh.getElementById("live").dataset.seen;
    back();
    say([...changed.map((row) => `${name(row)}: ${row.querySelector(".tag > span:last-child").textContent.trim()}`),
      ...gone.map((row) => `${name(row)}: ${live.dataset.gone}`)]);
  }

  // The same rows in the same places: those that look different, and around them what is counted and free.
  function swapParts(fresh, changed, before) {
    changed.forEach((row) => swap(before.get(row.id), row));
    for (const part of ["#counts", "#day-list caption", "#day-list .also-free"]) {
      const there = all(part, fresh);
      all(part).forEach((old, n) => { if (there[n] && old.innerHTML !== there[n].innerHTML) swap(old, there[n]); });
    }
  }

  function swap(old, fresh) {
    const node = document.adoptNode(fresh);
    old.replaceWith(node);
    htmx.process(node);
  }

  // What had the focus, or what stands there now: the same control, else the row's next step.
  function focusKept() {
    const held = document.activeElement, row = held?.closest("tr[id]")?.id, label = held?.getAttribute("aria-label"), href = held?.getAttribute("href");
    return () => {
      if (!held || held.isConnected) return;
      const root = (row && document.getElementById(row)) || document;
      const same = (one) => (held.id && one.id === held.id) || (label && one.getAttribute("aria-label") === label) || (href && one.getAttribute("href") === href);
      (all("a, button, input, summary", root).find(same) ?? (row && root.querySelector(".primary, th a")))?.focus({ preventScroll: true });
    };
  }

  const name = (row) => row.querySelector("th a").textContent.trim();

  function say(lines) {
    const more = lines.length - NAMED;
    const text = lines.slice(0, NAMED).join(" · ") + (more > 0 ? ` · ${live.dataset.more.replace("{n}", more)}` : "");
    if (lines.length) live.textContent = `${live.dataset.what} – ${text}`;
  }

  document.addEventListener("visibilitychange", look);
  setInterval(look, EVERY);
})();
