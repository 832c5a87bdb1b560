"""R4, how the outbox grows: a look at what is due, and at one patient, in a file of 6 million messages ÷ in one of 30 thousand; and what
planning the messages of 100,000 visits takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from app.factory import create_app
from app.messages import channel, planner
from bench.settings import settings
from bench.visitor import MORNING
from bench.world import SESSIONS_A_COURSE, make, some
from jobs import send_due_messages
from models import clock
from models.base import db, rehearsal, transaction
from models.message import Message

ROUNDS, AT_ONCE, VISITS = 15, 100, 100_000
Ask = Callable[[int], object]


def measure(folder: Path, sessions: int) -> list[dict[str, str]]:
    """Growth first, then planning."""
    worlds = []
    for name, size in (("small-10k", 10_000), ("large", sessions)):
        make(folder / name, size)
        worlds.append((create_app(settings(folder / name)), some(ROUNDS, size // SESSIONS_A_COURSE)))
    growth = [_growth(what, ask, worlds, 3 * sessions) for what, ask in ASKS.items()]
    return [*growth, _planning(folder / "plan-100k")]


def _growth(what: str, ask: Ask, worlds: list[tuple[Flask, list[int]]], messages: int) -> dict[str, str]:
    times: list[list[float]] = [[], []]
    for place in range(ROUNDS):
        for world, (app, rows) in enumerate(worlds):
            with app.app_context(), clock.set_to(MORNING):
                begun = time.perf_counter()
                ask(rows[place])
                times[world].append(1000 * (time.perf_counter() - begun))
                db.session.remove()
    small, large = (statistics.median(found) for found in times)
    how = f"{small:.2f} → {large:.2f} ms, 30,000 → {messages:,} messages, {ROUNDS} rounds"
    return {"id": "R4", "what": f"outbox growth: {what}", "value": f"{large / small:.2f}", "bar": "≤ 2.0 or ≤ 0.5 ms", "how": how}


def _how_many_went() -> bool:
    with transaction():
        return channel.room_left(MORNING)


ASKS: dict[str, Ask] = {
    "a tick with nothing due": lambda _patient: send_due_messages.run(MORNING),
    "whether more than usual would go": lambda _patient: _how_many_went(),
    "what one patient's facts call for": lambda patient: planner.missing(patient, MORNING),
}


def _planning(home: Path) -> dict[str, str]:
    """Everything these visits call for, planned as a change plans it; taken back at the end."""
    make(home, VISITS, mailed=False)
    patients = list(range(1, VISITS // SESSIONS_A_COURSE + 1))
    with create_app(settings(home)).app_context(), rehearsal(), clock.set_to(MORNING):
        begun = time.perf_counter()
        for first in range(0, len(patients), AT_ONCE):
            with transaction():
                planner.plan_for_all(patients[first : first + AT_ONCE], MORNING)
            db.session.expunge_all()
        took, planned = time.perf_counter() - begun, db.session.query(Message).count()
    how = f"{took:.1f} s, {planned:,} messages written, {AT_ONCE} patients at a time"
    return {"id": "R4", "what": "planning for 100,000 visits, ms a visit", "value": f"{1000 * took / VISITS:.2f}", "bar": "–", "how": how}
