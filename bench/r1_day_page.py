"""R1: requests a second of today's page (signed in, 60 visits, live data, full HTML) ÷ bare Flask "hello", same server."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from flask import Flask
from waitress.server import create_server
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from app.factory import create_app
from bench.process import free_port
from bench.settings import settings
from bench.visitor import cookie_of, signed_in
from bench.world import TODAY, make
from models.base import db, transaction
from models.clinic import Clinic

ROUNDS, SECONDS = 5, 2.0


def measure(folder: Path, _sessions: int) -> list[dict[str, str]]:
    """Both served by one waitress on loopback; rounds of the two alternate."""
    make(folder / "small", 36_000)
    app = create_app(settings(folder / "small"))
    client = signed_in(app)
    port, hello = free_port(), Flask("hello")
    hello.add_url_rule("/", view_func=lambda: "hello")
    server = create_server(DispatcherMiddleware(app.wsgi_app, {"/hello": hello.wsgi_app}), host="127.0.0.1", port=port, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    headers = {"Cookie": cookie_of(client, app)}
    day = f"/day/{TODAY.isoformat()}"
    try:
        return _compare(app, port, day, headers)
    finally:
        server.close()


def _compare(app: Flask, port: int, day: str, headers: dict[str, str]) -> list[dict[str, str]]:
    size = _fetch(http.client.HTTPConnection("127.0.0.1", port), day, headers)
    rates: dict[str, list[float]] = {"page": [], "written": [], "hello": []}
    for _ in range(ROUNDS):
        rates["hello"].append(_rate(port, "/hello/", {}))
        rates["page"].append(_rate(port, day, headers))
        rates["written"].append(_rate(port, day, headers, before=lambda: _write(app)))
    eight = _p95(port, day, headers) / _p95(port, "/hello/", {})
    page, written, bare = (statistics.median(rates[name]) for name in ("page", "written", "hello"))
    spread = (
        f"{ROUNDS} rounds of {SECONDS:.0f} s, page {min(rates['page']):.0f}–{max(rates['page']):.0f}/s, hello {bare:.0f}/s, {size} bytes"
    )
    return [
        {"id": "R1", "what": "day page ÷ hello, unchanged day", "value": f"{page / bare:.3f}", "bar": "≥ 0.60", "how": spread},
        {"id": "R1", "what": "day page ÷ hello, first view after a write", "value": f"{written / bare:.3f}", "bar": "≥ 0.25", "how": "same run"},
        {"id": "R1", "what": "p95 of 8 connections ÷ hello's", "value": f"{eight:.1f}", "bar": "≤ 10", "how": "400 requests each"},
    ]  # fmt: skip


def _fetch(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> int:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return len(body)


def _rate(port: int, path: str, headers: dict[str, str], before: Callable[[], None] = lambda: None) -> float:
    """Requests a second on one connection; what `before` does is not counted."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    spent, count, until = 0.0, 0, time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        before()
        begun = time.perf_counter()
        _fetch(connection, path, headers)
        spent, count = spent + time.perf_counter() - begun, count + 1
    connection.close()
    return count / spent


def _write(app: Flask) -> None:
    with app.app_context():
        with transaction():
            db.session.get_one(Clinic, 1).version += 1
        db.session.remove()


def _p95(port: int, path: str, headers: dict[str, str]) -> float:
    times: list[float] = []

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        times.extend(_timed(connection, path, headers, range(50)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statistics.quantiles(times, n=20)[18]


def _timed(connection: http.client.HTTPConnection, path: str, headers: dict[str, str], rounds: Iterable[int]) -> list[float]:
    found = []
    for _ in rounds:
        begun = time.perf_counter()
        _fetch(connection, path, headers)
        found.append(time.perf_counter() - begun)
    return found
