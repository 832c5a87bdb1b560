"""R6: one POST that plans and books six sessions, with all checks and its messages, durable ÷ the raw driver writing the same rows."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.datastructures import MultiDict

from app.factory import create_app
from bench.settings import settings
from bench.visitor import signed_in
from models import clock
from models.base import db
from models.guards import put_guards_up
from tests import builders
from tests.plans.pages import form_in

ROUNDS = 24
WRITES = ("INSERT", "UPDATE", "DELETE")


def measure(folder: Path, _sessions: int) -> list[dict[str, str]]:
    """Round by round: the POST, then its rows again through the driver into a copy of the file as it was before."""
    home = folder / "book"
    home.mkdir(parents=True, exist_ok=True)
    app = create_app(settings(home))
    app.config["WTF_CSRF_ENABLED"] = False
    version, patients = _clinic(app)
    client, posts, raws, written = signed_in(app), [], [], Counter[str]()
    for patient in patients:
        url = f"/patients/{patient}/plan/new"
        fields = form_in(client.get(f"{url}?with={version}"))
        before = _copy(home)
        took, statements = _posted(app, client, url, fields)
        posts.append(took)
        raws.append(_raw(before, statements))
        written = Counter(table for one in statements for table in _rows_of(*one))
    ratios = sorted(post / raw for post, raw in zip(posts, raws, strict=True))
    how = (
        f"{ROUNDS} rounds, {ratios[0]:.1f}–{ratios[-1]:.1f}; POST {1000 * statistics.median(posts):.0f} ms, driver "
        f"{1000 * statistics.median(raws):.2f} ms; in each {written['appointment']} visits, {written['claim']} claims, "
        f"{written['message']} messages, {sum(written.values())} rows"
    )
    return [
        {"id": "R6", "what": "plan and book six sessions ÷ raw rows", "value": f"{statistics.median(ratios):.1f}", "bar": "≤ 4", "how": how}
    ]


def _clinic(app: Flask) -> tuple[int, list[int]]:
    """A clinic with an approved protocol of six sessions and evaluated patients, as many as there are rounds."""
    with app.app_context():
        db.create_all()
        with db.engine.begin() as connection:
            put_guards_up(connection)
        builders.a_clinic()
        physician = builders.a_physician()
        builders.a_nurse()
        today = clock.day_of(clock.now(), "Europe/Istanbul")
        patients = [builders.a_patient("Hasta", f"No {n}", email=f"hasta{n}@ege.example") for n in range(ROUNDS)]
        for patient in patients:
            builders.an_evaluation(patient, physician, today)
        version = builders.a_protocol("mesotherapy_scalp").id
        found = version, [patient.id for patient in patients]
        db.session.remove()
    return found


def _posted(app: Flask, client: FlaskClient, url: str, fields: MultiDict[str, str]) -> tuple[float, list[tuple[str, Any]]]:
    """How long the POST took, and everything it wrote."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(WRITES):
            statements.append((statement, parameters))

    fields["do"] = "book"
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    begun = time.perf_counter()
    answer = client.post(url, data=fields)
    took = time.perf_counter() - begun
    event.remove(engine, "before_cursor_execute", note)
    if answer.status_code != 303:
        raise RuntimeError(f"nothing was booked: {answer.status_code}")
    return took, statements


def _rows_of(statement: str, parameters: Any) -> list[str]:
    """The table of an INSERT, once for each row of it."""
    words = statement.split()
    if words[0] != "INSERT":
        return []
    rows = len(parameters) if isinstance(parameters, list) else statement.partition(" VALUES ")[2].count("(")
    return [words[2]] * rows


def _copy(home: Path) -> Path:
    before = home / "before.db"
    with sqlite3.connect(home / "seans.db") as there, sqlite3.connect(before) as here:
        there.backup(here)
    for part in ("-wal", "-shm"):
        Path(f"{before}{part}").unlink(missing_ok=True)
    return before


def _raw(file: Path, statements: Sequence[tuple[str, Any]]) -> float:
    """The same statements in one transaction with the application's pragmas."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    begun = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for statement, parameters in statements:
        if isinstance(parameters, list):
            connection.executemany(statement, parameters)
        else:
            connection.execute(statement, parameters)
    connection.execute("COMMIT")
    took = time.perf_counter() - begun
    connection.close()
    return took
