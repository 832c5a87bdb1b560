"""R3: the time of the staff's pages and queries in a file of 2 million sessions ÷ in one of 10 thousand."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app.factory import create_app
from app.patients.queries import search
from bench.settings import settings
from bench.visitor import MORNING, signed_in
from bench.world import SESSIONS_A_COURSE, TODAY, make, some
from models.base import db

ROUNDS = 15
Ask = Callable[[FlaskClient, Flask, int], None]


def measure(folder: Path, sessions: int) -> list[dict[str, str]]:
    """The median of each page in both files, interleaved; the worst ratio counts."""
    worlds = []
    for name, size in (("small-10k", 10_000), ("large", sessions)):
        make(folder / name, size)
        app = create_app(settings(folder / name))
        worlds.append((app, signed_in(app), some(ROUNDS, size // SESSIONS_A_COURSE)))
    figures = [_compare(what, ask, worlds) for what, ask in ASKS.items()]
    worst = max(figures, key=lambda figure: (float(figure["ms"]) > 0.5, float(figure["value"])))
    head = {**worst, "what": f"growth 10 thousand → {sessions:,} sessions, worst of {len(figures)}: {worst['what']}"}
    return [head, *({**figure, "what": f"  {figure['what']}"} for figure in figures)]


def _compare(what: str, ask: Ask, worlds: list[tuple[Flask, FlaskClient, list[int]]]) -> dict[str, str]:
    times: list[list[float]] = [[], []]
    for place in range(ROUNDS):
        for world, (app, client, rows) in enumerate(worlds):
            begun = time.perf_counter()
            ask(client, app, rows[place])
            times[world].append((time.perf_counter() - begun) * 1000)
    small, large = (statistics.median(found) for found in times)
    how = f"{small:.2f} → {large:.2f} ms, {ROUNDS} rounds"
    return {"id": "R3", "what": what, "value": f"{large / small:.2f}", "bar": "≤ 2.0 or ≤ 0.5 ms", "how": how, "ms": f"{large:.3f}"}


def _page(path: str) -> Ask:
    def ask(client: FlaskClient, _app: Flask, row: int) -> None:
        answer = client.get(path.format(row=row))
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")

    return ask


def _search(text: str) -> Ask:
    def ask(_client: FlaskClient, app: Flask, row: int) -> None:
        with app.app_context():
            search(text.format(row=row), MORNING)
            db.session.remove()

    return ask


ASKS: dict[str, Ask] = {
    "the day": _page(f"/day/{TODAY.isoformat()}"),
    "patients, first page": _page("/patients"),
    "find by name, unfolded": _search("sule ozturk"),
    "find by phone": _search("0532 000 {row:04d}"),
    "patient card": _page("/patients/{row}"),
    "plan": _page("/plan/{row}"),
    "visit": _page("/visits/{row}"),
    "worklists": _page("/work"),
    "messages": _page("/messages"),
    "book a session": _page("/patients/{row}/plan/new"),
}
