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
    held = { card, x: event.clientX, y: event.clientY, grip: event.clientY - card.getBoundingClientRect().top, ghost: null, to: null };
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
    const clock = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
    held.ghost.className = `h${Math.floor(at / 12)} m${at % 12} l1 ${held.ghost.dataset.long}`;
    held.ghost.firstChild.textContent = `${clock} ${held.card.querySelector(".who").textContent}`;
    if (held.ghost.parentElement !== list) list.append(held.ghost);
    held.to = { day: list.dataset.day, minute };
  }

  function open(card, to) {
    const address = new URL(card.dataset.move, location.href);
    address.searchParams.set("day", to.day);
    address.searchParams.set("minute", to.minute);
    if (week.dataset.performer) address.searchParams.set("performer", week.dataset.performer);
    location.assign(address);
  }

  // Arrows go from card to card: up and down within a day, left and right to the nearest of the day beside it; m moves.
  week.addEventListener("keydown", (event) => {
    const card = event.target.closest(".wcard");
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "m" && card.dataset.move) return location.assign(card.dataset.move);
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

  const cardsOf = (list) => [...list.querySelectorAll("a.wcard")];
  const away = (card, top) => Math.abs(card.getBoundingClientRect().top - top);
})();
