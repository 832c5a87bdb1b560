// The week: a card that is dragged only asks what a move there would mean; nothing is saved by dropping. Keys do the same.
(() => {
  "use strict";
  const week = document.querySelector(".week");
  if (!week) return;
  const FAR = 10;
  const GRAIN = 5;
  const first = Number(week.dataset.first);
  let held = null;
  let dropped = false;

  week.addEventListener("pointerdown", (event) => {
    const card = event.target.closest("[data-move]");
    dropped = false;
    if (!card || event.pointerType === "touch" || event.button !== 0) return;
    held = { card, to: null, x: event.clientX, y: event.clientY, grip: event.clientY - card.getBoundingClientRect().top, ghost: null };
  });

  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    if (!held.ghost && Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR) return;
    held.ghost ??= ghostOf(held.card);
    const list = document.elementsFromPoint(event.clientX, event.clientY).find((one) => one.matches("[data-day]"));
    if (list) showAt(list, event.clientY - held.grip);
  });

  document.addEventListener("pointerup", () => {
    if (!held) return;
    const { card, ghost, to } = held;
    held = null;
    dropped = Boolean(ghost);
    if (ghost && to) open(card, to);
    ghost?.remove();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && held) {
      held.ghost?.remove();
      held = null;
      dropped = true;
    }
  });

  // A drag ends with a click on the card's link, which would open the visit.
  week.addEventListener("click", (event) => {
    if (dropped) event.preventDefault();
    dropped = false;
  }, true);

  function ghostOf(card) {
    const ghost = document.createElement("li");
    ghost.append(Object.assign(document.createElement("span"), { className: "wcard ghost" }));
    ghost.dataset.long = [...card.parentElement.classList].filter((name) => /^d[hm]\d/.test(name)).join(" ");
    return ghost;
  }

  function showAt(list, y) {
    const box = list.getBoundingClientRect();
    const cells = Math.round(((y - box.top) / box.height) * Number(week.dataset.hours) * 12);
    const at = Math.max(0, Math.min(cells, Number(week.dataset.hours) * 12 - 1));
    const minute = first + at * GRAIN;
    held.ghost.className = `h${Math.floor(at / 12)} m${at % 12} l1 ${held.ghost.dataset.long}`;
    held.ghost.firstChild.textContent = `${clockOf(minute)} ${held.card.querySelector(".who").textContent}`;
    if (held.ghost.parentElement !== list) list.append(held.ghost);
    held.to = { day: list.dataset.day, minute };
  }

  function open(card, to) {
    const address = new URL(card.dataset.move, location.href);
    address.searchParams.set("day", to.day);
    address.searchParams.set("minute", to.minute);
    if (week.dataset.performer) address.searchParams.set("performer", week.dataset.performer);
    if (week.dataset.room) address.searchParams.set("room", week.dataset.room);
    ask(address);
  }

  const ask = (address) => document.dispatchEvent(new CustomEvent("panel:open", { detail: address }));

  // While the panel is open: where the visit would lie, and the later ones by the way that is ticked.
  document.addEventListener("panel:changed", () => {
    week.querySelectorAll(".wcard.ghost").forEach((one) => one.parentElement.remove());
    const move = document.getElementById("move-panel");
    week.querySelectorAll(".is-leaving").forEach((card) => card.classList.remove("is-leaving"));
    if (!move) return;
    document.getElementById(`w${move.dataset.visit}`)?.classList.add("is-leaving");
    const way = move.querySelector("[name=rest]:checked");
    const { day, minute, minutes, who } = move.dataset;
    const first = ghostAt({ day, minute: Number(minute), minutes: Number(minutes), name: who });
    JSON.parse(way?.dataset.ghosts ?? "[]").forEach(ghostAt);
    first?.scrollIntoView({ block: "start" });
  });

  function ghostAt({ day, minute, minutes, name }) {
    const list = week.querySelector(`[data-day="${day}"]`);
    if (!list) return null;
    const [at, long] = [(minute - first) / GRAIN, Math.max(1, Math.ceil(minutes / GRAIN))].map(Math.floor);
    const ghost = document.createElement("li");
    ghost.className = `h${Math.floor(Math.max(at, 0) / 12)} m${Math.max(at, 0) % 12} l1 dh${Math.floor(long / 12)} dm${long % 12}`;
    ghost.append(Object.assign(document.createElement("span"), { className: "wcard ghost", textContent: `${clockOf(minute)} ${name}` }));
    list.append(ghost);
    return ghost;
  }

  // Arrows go from card to card: up and down within a day, left and right to the nearest of the day beside it; m moves.
  week.addEventListener("keydown", (event) => {
    const card = event.target.closest(".wcard");
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "m" && card.dataset.move) {
      event.preventDefault();
      return ask(card.dataset.move);
    }
    const next = beside(card, event.key);
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });

  function beside(card, key) {
    const step = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 }[key];
    if (!step) return null;
    const list = card.closest("[data-day]");
    if (key === "ArrowUp" || key === "ArrowDown") {
      const mine = cardsOf(list);
      return mine[mine.indexOf(card) + step];
    }
    const days = [...week.querySelectorAll("[data-day]")];
    const top = card.getBoundingClientRect().top;
    for (let at = days.indexOf(list) + step; days[at]; at += step) {
      const near = cardsOf(days[at]).sort((one, other) => away(one, top) - away(other, top));
      if (near.length) return near[0];
    }
    return null;
  }

  const clockOf = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const cardsOf = (list) => [...list.querySelectorAll("a.wcard")];
  const away = (card, top) => Math.abs(card.getBoundingClientRect().top - top);
})();
