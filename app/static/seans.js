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
    all("canvas[data-draws]", root).forEach(wakeDrawing);
  }

  let written = null; // the box in which somebody wrote last
  document.addEventListener("focusin", (event) => { if (event.target.matches("textarea, input[type=text]")) written = event.target; });

  const actions = {
    insert(button) {
      const box = written?.isConnected ? written : button.closest("form").querySelector("textarea, input[type=text]");
      box.setRangeText(button.dataset.text, box.selectionStart, box.selectionEnd, "end");
      box.focus();
      box.dispatchEvent(new Event("input", { bubbles: true }));
    },
    dismiss: (button) => button.closest("[data-dismissible]")?.remove(),
    print: () => window.print(),
    back: () => history.back(),
    tick(button) {
      const boxes = [...all("input[type=checkbox]", button.closest(".sheet-of"))];
      const to = !boxes.every((box) => box.checked);
      boxes.forEach((box) => { box.checked = to; });
    },
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

  // <canvas data-draws="drawn">: a signature with a finger, a pen or the mouse, kept as a picture in the field of that name.
  const blank = (canvas) => Object.assign(canvas.getContext("2d"), { fillStyle: "#fff", lineWidth: 3, lineCap: "round" }).fillRect(0, 0, canvas.width, canvas.height);
  const drawnInto = (canvas) => canvas.closest("form").elements[canvas.dataset.draws];
  const point = (canvas, event) => [event.offsetX * canvas.width / canvas.clientWidth, event.offsetY * canvas.height / canvas.clientHeight];
  function wakeDrawing(canvas) {
    const pen = canvas.getContext("2d"), before = drawnInto(canvas).value;
    let down = false;
    blank(canvas);
    if (before) Object.assign(new Image(), { onload() { pen.drawImage(this, 0, 0); }, src: before });
    canvas.addEventListener("pointerdown", (event) => { down = true; canvas.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(...point(canvas, event)); });
    canvas.addEventListener("pointermove", (event) => { if (down) { pen.lineTo(...point(canvas, event)); pen.stroke(); } });
    canvas.addEventListener("pointerup", () => {
      down = false;
      drawnInto(canvas).value = canvas.toDataURL();
      const here = canvas.closest("form").querySelector("input[name=way][value=screen]");
      if (here) here.checked = true;
    });
  }
  actions.undraw = (button) => { const canvas = button.parentElement.querySelector("canvas"); blank(canvas); drawnInto(canvas).value = ""; };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) actions[button.dataset.do]?.(button, event);
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  // The menu of a row far down opens where it can be read, above the message at the foot.
  document.addEventListener("toggle", ({ target }) => { if (target.open && target.matches("main .menu")) target.querySelector(".menu-sheet")?.scrollIntoView({ block: "nearest" }); }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all("details.menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });

  // Ctrl Enter anywhere in a form, or where nothing has the focus yet, presses the button that says so.
  document.addEventListener("keydown", (event) => {
    const button = event.key === "Enter" && (event.ctrlKey || event.metaKey) && (event.target.closest?.("form") ?? document).querySelector("[data-ctrl-enter]");
    if (button) { event.preventDefault(); button.click(); }
  });

  // Another language draws the page anew: what was typed last goes along and stands there again.
  let typedInto = null;
  document.addEventListener("input", (event) => { if (event.target.closest("main")) typedInto = event.target.form; });
  document.addEventListener("submit", ({ target, submitter }) => {
    if (submitter?.name !== "language" || !typedInto?.isConnected || typedInto.method !== "post") return;
    const texts = [...new FormData(typedInto)].filter(([name, value]) => typeof value === "string" && !name.includes("password"));
    if (target.elements.typed) target.elements.typed.value = JSON.stringify(texts);
  }, true);

  // A file that is too large is not sent: all that was typed beside it would be lost with it.
  document.addEventListener("change", ({ target }) => {
    const large = target.dataset.most && target.files[0]?.size > target.dataset.most;
    if (target.dataset.most) target.setCustomValidity(large ? target.dataset.tooLarge : "");
    if (large) target.reportValidity();
  });

  // Before a whole page of typed text is sent, the clinic's computer is asked whether it is there: else the browser throws the page away.
  async function sendIfHeard(form, submitter) {
    try {
      await fetch(document.querySelector("link[rel=icon]").href, { method: "HEAD", cache: "no-store" });
    } catch {
      return unheard();
    } finally {
      sending.delete(form);
    }
    heard();
    typedInto = null;
    form.requestSubmit(submitter);
  }

  // One press is one post. The button looks busy only when the answer takes longer than a blink.
  const sending = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
    const button = event.submitter, large = form.querySelector("input[data-most]:invalid");
    large?.reportValidity();
    if (large || sending.has(form)) return event.preventDefault();
    sending.add(form);
    if (document.getElementById("toasts") && (form === typedInto || !navigator.onLine)) { event.preventDefault(); return sendIfHeard(form, button); }
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

  document.addEventListener("htmx:after:swap", (event) => {
    wake();
    tick();
    if (panel() && (event.detail.ctx?.target?.id ?? "") === "move-panel") return begin();
    const lost = !document.activeElement || document.activeElement === document.body;
    const row = lost && origin ? document.getElementById(origin) : null;
    (row?.querySelector("[data-next]") ?? row?.querySelector(".primary") ?? row?.querySelector("button, a"))?.focus();
  });

  // 422 is the same form with its errors, a row with both versions stands in its place; any other refusal deserves its own page.
  document.addEventListener("htmx:before:response", (event) => {
    const { status, headers } = event.detail.ctx.response;
    if (status >= 400 && status !== 422 && !headers.get("Seans-Row") && postPlainly(event)) event.preventDefault();
  });
  document.addEventListener("htmx:error", (event) => {
    const { ctx } = event.detail;
    if (ctx?.request?.method === "POST" && !ctx.response) unheard();
  });

  // No answer came: the page stays with all that was typed, and says what to do until something is heard again.
  function unheard() {
    const toasts = document.getElementById("toasts");
    if (!toasts || toasts.querySelector(".unheard")) return;
    toasts.append(Object.assign(document.createElement("p"), { className: "toast toast-error unheard", textContent: toasts.dataset.unheard }));
  }
  const heard = () => document.querySelector(".unheard")?.remove();
  addEventListener("online", heard);
  document.addEventListener("htmx:before:response", heard);

  function postPlainly(event) {
    const { form, submitter, method } = event.detail.ctx.request;
    const button = submitter ?? (event.target.matches?.("button") ? event.target : null);
    if (!form || method !== "POST") return false;
    if (button?.hasAttribute("formaction")) form.setAttribute("action", button.formAction);
    if (button?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
    HTMLFormElement.prototype.submit.call(form);
    return true;
  }

  // ── A panel over the page: a link marked data-panel opens there, and the page behind stays as it is. "panel:open" opens one from
  // another script; "panel:changed" says that another time stands in it, or that it was closed.
  const panel = () => document.getElementById("move-panel");
  const changed = () => document.dispatchEvent(new CustomEvent("panel:changed"));

  async function openPanel(address) {
    const to = new URL(address, location.href);
    to.searchParams.set("back", location.pathname + location.search);
    const box = document.getElementById("panel") ?? document.body.appendChild(newPanel());
    try {
      await htmx.ajax("GET", to.pathname + to.search, { target: box, swap: "innerHTML" });
    } finally {
      if (!panel()) location.assign(to);
    }
    box.showModal();
    begin();
  }

  function newPanel() {
    const box = Object.assign(document.createElement("dialog"), { id: "panel", className: "dock" });
    box.setAttribute("aria-labelledby", "move-title");
    box.addEventListener("close", () => { box.replaceChildren(); changed(); });
    return box;
  }

  // Where the next key is wanted: what went wrong, the way for the later sessions, Move, a time that works, else the day.
  function begin() {
    const next = [".error-summary", "[data-next]", "[data-ghost-day]"].map((one) => panel()?.querySelector(one)).find(Boolean);
    next?.focus();
    if (next?.matches("[data-ghost-day]")) next.select();
    changed();
  }

  document.addEventListener("panel:open", (event) => openPanel(event.detail));
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest("a[data-panel]"), close = event.target.closest("dialog [data-close]");
    if (link || close) event.preventDefault();
    if (link) openPanel(link.href);
    close?.closest("dialog").close();
  });

  // While all of the day or the time is marked, arrows move the time that is asked about: left and right by days, up and down by
  // quarters of an hour. Enter on a choice presses Move.
  document.addEventListener("keydown", (event) => {
    const move = event.target.closest?.("#move-panel");
    if (!move || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const button = move.querySelector("[data-move-now]");
    if (event.key === "Enter" && button && event.target.matches("[type=radio], [type=checkbox]")) {
      event.preventDefault();
      button.click();
    }
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const field = event.target;
    if (!by || !field.matches("[data-ghost-day], [data-ghost-time]") || field.selectionStart || field.selectionEnd < field.value.length) return;
    event.preventDefault();
    ghostBy(move, ...by);
    field.select();
  });

  const QUARTER = 15;
  function ghostBy(move, days, quarters) {
    const [day, time] = [move.querySelector("[data-ghost-day]"), move.querySelector("[data-ghost-time]")];
    const there = new Date(`${move.dataset.day}T12:00Z`);
    there.setUTCDate(there.getUTCDate() + days);
    const now = Number(move.dataset.minute) / QUARTER;
    const next = quarters ? (quarters > 0 ? Math.floor(now) + 1 : Math.ceil(now) - 1) * QUARTER : now * QUARTER;
    move.dataset.day = there.toISOString().slice(0, 10);
    move.dataset.minute = Math.max(0, Math.min(next, 24 * 60 - QUARTER));
    day.value = DAY.format(there).replace(",", "");
    time.value = clock(move.dataset.minute);
    stale(move);
    changed();
  }

  const DAY = new Intl.DateTimeFormat(document.documentElement.lang === "tr" ? "tr" : "en-GB", {
    weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC",
  });
  const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

  // What is shown belongs to another time: nothing is moved to a time that was not looked at.
  function stale(move) {
    move.classList.add("is-stale");
    all("[data-move-now]", move).forEach((button) => { button.disabled = true; });
  }
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-ghost-day], [data-ghost-time]")) stale(panel());
  });
  document.addEventListener("change", (event) => { if (event.target.matches("#move-panel [name=rest]")) changed(); });

  // Back to a form that was refused shows the form, not the browser's question whether to send it again.
  if (document.querySelector("main .error-summary")) history.replaceState(null, "", location.href);

  wake();
  tick();
  setInterval(tick, 1000);
  (document.querySelector(".error-summary") ?? document.querySelector("[data-clash]"))?.focus({ preventScroll: !document.querySelector(".error-summary") });
})();
