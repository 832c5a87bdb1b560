// Seans: what a page does better with a script. Everything here also works without it, as a link or a form post.
(() => {
  "use strict";
  const all = (selector, root = document) => root.querySelectorAll(selector);
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;

  // The desk's clock may be wrong; minutes are counted by the server's.
  const serverNow = Date.parse(meta("server-now") ?? "");
  const skew = Number.isNaN(serverNow) ? 0 : serverNow - Date.now();
  const now = () => Date.now() + skew;

  // <time datetime data-since="{n} min" [data-ready data-ready-text] [data-max data-max-text]>
  function countUp(mark) {
    const minutes = Math.max(0, Math.floor((now() - Date.parse(mark.dateTime)) / 60000));
    const over = mark.dataset.max && minutes >= Number(mark.dataset.max);
    const ready = !over && mark.dataset.ready && minutes >= Number(mark.dataset.ready);
    const word = over ? mark.dataset.maxText : ready ? mark.dataset.readyText : "";
    write(mark, mark.dataset.since.replace("{n}", minutes) + (word ? ` · ${word}` : ""));
    mark.classList.toggle("is-over", Boolean(over));
    mark.classList.toggle("is-ready", Boolean(ready));
  }

  // <time datetime data-until="{t}">: minutes and seconds left, e.g. until a mail goes out
  function countDown(mark) {
    const left = Math.max(0, Math.ceil((Date.parse(mark.dateTime) - now()) / 1000));
    write(mark, mark.dataset.until.replace("{t}", `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`));
  }

  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function tick() {
    all("time[data-since]").forEach(countUp);
    all("time[data-until]").forEach(countDown);
  }

  // Controls that do nothing without a script arrive hidden.
  function wake(root = document) {
    all("[data-needs-script][hidden]", root).forEach((control) => { control.hidden = false; });
  }

  const actions = {
    dismiss: (button) => button.closest("[data-dismissible]")?.remove(),
    print: () => window.print(),
    reveal(button) {
      const box = document.getElementById(button.getAttribute("aria-controls"));
      const hide = box.type === "text";
      box.type = hide ? "password" : "text";
      write(button, hide ? button.dataset.show : button.dataset.hide);
      button.setAttribute("aria-pressed", String(!hide));
    },
    async copy(button) {
      const source = document.getElementById(button.dataset.copy);
      const text = (source.value ?? source.textContent).trim();
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        copyBySelection(text);
      }
      write(button, button.dataset.done);
    },
    step(button, event) {
      const box = document.getElementById(button.getAttribute("aria-controls"));
      const by = Number(button.dataset.by);
      if (box.type === "number") by < 0 ? box.stepDown() : box.stepUp();
      else if (/^\d+$/.test(box.value) && Number(box.value) + by > 0) box.value = Number(box.value) + by;
      else return; // "4w": the server reads it
      event.preventDefault();
      box.dispatchEvent(new Event("change", { bubbles: true }));
    },
  };

  // A plain-http address in the clinic's own network has no clipboard API.
  function copyBySelection(text) {
    const box = document.createElement("textarea");
    const before = document.activeElement;
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
    before?.focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) actions[button.dataset.do]?.(button, event);
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all("details.menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });

  // Lists worked by keys, while the focus is in one: j and k, or the arrows, move over its lines; any other letter presses what is
  // named so by data-key in the line that has the focus, else in the first one that clashes; b the first button. The letter typed counts, so every keyboard layout works.
  document.addEventListener("keydown", (event) => {
    const list = event.target.closest?.(".lines");
    if (!list || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=radio]), select, textarea")) return;
    const lines = [...all("tbody > tr[tabindex], tbody[tabindex]", list)];
    const at = lines.findIndex((line) => line.contains(event.target));
    const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return press(keyed(lines[at], event.key) ? lines[at] : list.querySelector("[data-clash]"), event.key);
    if (event.key.length > 1 && event.target.type === "radio") return;
    event.preventDefault();
    lines[Math.max(0, Math.min(lines.length - 1, at + step))]?.focus();
  });

  const keyed = (line, key) => line?.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? (key === "b" ? line?.querySelector(".primary") : null);

  function press(line, key) {
    const button = keyed(line, key);
    button?.closest("details")?.setAttribute("open", "");
    button?.focus();
    button?.click();
  }

  // Ctrl Enter anywhere in a form presses the button that says so.
  document.addEventListener("keydown", (event) => {
    const button = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest?.("form")?.querySelector("[data-ctrl-enter]");
    if (button) { event.preventDefault(); button.click(); }
  });

  // One press is one post. The button looks busy only when the answer takes longer than a blink.
  const sending = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
    if (sending.has(form)) return event.preventDefault();
    sending.add(form);
    const button = event.submitter;
    setTimeout(() => button?.setAttribute("aria-busy", "true"), 150);
    setTimeout(() => { sending.delete(form); button?.removeAttribute("aria-busy"); }, 15000);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  // ── htmx: the token, the busy button, where the focus goes, and the way back to a plain post
  const busy = new WeakMap();
  let origin = null;

  document.addEventListener("htmx:config:request", (event) => {
    const token = meta("csrf-token");
    if (token) event.detail.ctx.request.headers["X-CSRFToken"] = token;
  });

  document.addEventListener("htmx:before:request", (event) => {
    const button = event.detail.ctx.request.submitter ?? event.target;
    if (button.matches?.("button")) busy.set(event.detail.ctx, [button, setTimeout(() => button.setAttribute("aria-busy", "true"), 150)]);
    // What a page fetches by itself never moves the focus.
    origin = button.matches?.("button, a") ? event.target.closest("[id]:not(form)")?.id ?? null : null;
  });

  document.addEventListener("htmx:finally:request", (event) => {
    const [button, timer] = busy.get(event.detail.ctx) ?? [];
    clearTimeout(timer);
    button?.removeAttribute("aria-busy");
  });

  document.addEventListener("htmx:after:swap", () => {
    wake();
    tick();
    const lost = !document.activeElement || document.activeElement === document.body;
    const row = lost && origin ? document.getElementById(origin) : null;
    (row?.querySelector("[data-next]") ?? row?.querySelector(".primary") ?? row?.querySelector("button, a"))?.focus();
  });

  // 422 is the same form with its errors; any other refusal deserves its own page.
  document.addEventListener("htmx:before:response", (event) => {
    const { status } = event.detail.ctx.response;
    if (status >= 400 && status !== 422 && postPlainly(event)) event.preventDefault();
  });
  document.addEventListener("htmx:error", (event) => {
    const { ctx } = event.detail;
    if (ctx?.request && !ctx.response) postPlainly(event);
  });

  function postPlainly(event) {
    const { form, submitter, method } = event.detail.ctx.request;
    const button = submitter ?? (event.target.matches?.("button") ? event.target : null);
    if (!form || method !== "POST") return false;
    if (button?.hasAttribute("formaction")) form.setAttribute("action", button.formAction);
    if (button?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
    HTMLFormElement.prototype.submit.call(form);
    return true;
  }

  wake();
  tick();
  setInterval(tick, 1000);
  (document.querySelector(".error-summary") ?? document.querySelector("[data-clash]"))?.focus({ preventScroll: !document.querySelector(".error-summary") });
})();
