"""R4: mails sent from claim to durable mark ÷ plain smtplib sending the same bytes to the same server over one connection."""

from __future__ import annotations

import smtplib
import statistics
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from app.factory import create_app
from app.messages import planner
from bench.settings import settings
from bench.sink import a_sink
from jobs import send_due_messages
from models import clock
from models.base import db, transaction
from models.clinic import Clinic
from models.message import Message, MessageState
from tests import builders as a
from tests.mail_server import Accepted, MailServer
from tests.messages.stories import NOW, book
from tests.postgres.server import a_server, emptied

ROUNDS, MAILS = 5, 40
NEAR, FAR = 0.0, 0.005
"""Seconds a server thinks before each of its answers: on the same machine, and one down the street."""


def measure(folder: Path, _sessions: int) -> list[dict[str, str]]:
    """Round by round the same mails, first by the product and then by the library alone."""
    figures = []
    with tempfile.TemporaryDirectory() as place, a_server(Path(place)) as postgres:
        homes = {"SQLite": f"sqlite:///{folder / 'r4.db'}"} | ({"PostgreSQL": postgres} if postgres else {})
        for engine, url in homes.items():
            for words, seconds in {"same machine": NEAR, "5 ms an answer": FAR}.items():
                fresh = emptied(url) if engine == "PostgreSQL" else _no_file(url)
                with tempfile.TemporaryDirectory() as post:
                    figures.append(_figure(engine, words, fresh, Path(post), seconds))
    return figures


def _no_file(url: str) -> str:
    for ending in ("", "-wal", "-shm"):
        Path(url.removeprefix("sqlite:///") + ending).unlink(missing_ok=True)
    return url


def _figure(engine: str, words: str, url: str, post: Path, seconds: float) -> dict[str, str]:
    ours, plain = _both(url, post, seconds)
    ratios = sorted(alone / sent for sent, alone in zip(ours, plain, strict=True))
    each = [1000 * statistics.median(times) / MAILS for times in (ours, plain)]
    how = f"{ROUNDS} × {MAILS} mails, {ratios[0]:.2f}–{ratios[-1]:.2f}; a mail {each[0]:.1f} ms, smtplib alone {each[1]:.1f} ms"
    bar = "≥ 0.90" if engine == "SQLite" else "≥ 0.75"
    return {"id": "R4", "what": f"dispatch, {engine}, {words}", "value": f"{statistics.median(ratios):.2f}", "bar": bar, "how": how}


def _both(url: str, post: Path, seconds: float) -> tuple[list[float], list[float]]:
    with a_sink(post, seconds) as port:
        home = settings(post, database_url=url, mail_url=f"smtp://127.0.0.1:{port}", mail_from="info@ege.example")
        app, ours, plain = create_app(home), [], []
        with app.app_context():
            _clinic()
            for n in range(ROUNDS):
                at = NOW + timedelta(hours=n)
                _waiting(n, at)
                ours.append(_ours(at + timedelta(minutes=5)))
                plain.append(_plain(port, _accepted(post)[-MAILS:]))
            db.session.remove()
            db.engine.dispose()
    return ours, plain


def _clinic() -> None:
    db.create_all()
    a.a_clinic()
    with transaction():
        planner.start_mailing(db.session.get_one(Clinic, 1), a.EARLY)


def _waiting(n: int, at: datetime) -> None:
    """So many patients whose booking is told now."""
    for who in range(n * MAILS, (n + 1) * MAILS):
        patient = a.a_patient(f"Ad{who}", phone=f"+90532{who:07d}", email=f"p{who}@post.example", email_verified_at=a.EARLY)
        book(a.a_visit(patient, at + timedelta(days=7, minutes=who), kind="review", minutes=15), at)


def _ours(now: datetime) -> float:
    with clock.set_to(now):
        begun = time.perf_counter()
        send_due_messages.run(now)
        took = time.perf_counter() - begun
    left = db.session.query(Message).filter(Message.state != MessageState.SENT, Message.due_at <= now).count()
    if left:
        raise RuntimeError(f"{left} mails were not sent")
    return took


def _accepted(post: Path) -> list[Accepted]:
    return MailServer(post).accepted()


def _plain(port: int, letters: list[Accepted]) -> float:
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as line:
        for letter in letters:
            line.sendmail("info@ege.example", [letter.rcpt.partition("<")[2].partition(">")[0]], letter.data)
    return time.perf_counter() - begun
