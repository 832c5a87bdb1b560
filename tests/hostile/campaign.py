"""Send hostile requests and write down everything that must not be. `make hostile N=100000` is the long form."""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import got_request_exception
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.permissions import MATRIX, lock_of
from models import clock
from models.base import db
from models.guards import put_guards_up
from models.staff import Role, StaffMember
from tests import builders
from tests.conftest import NOON, settings_of_a_test
from tests.hostile.house import House, a_house
from tests.hostile.requests import MARK, Attacker, Request

NOBODY = "nobody"
WRITES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)")
NOTED = {"event", "sign_in", "throttle", "kept_text"}
"""What a page that is only read may write: that it was seen, that somebody is here, and how often a link was guessed."""
HEADS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options")
LEAKS = re.compile(rf"Traceback|\.py\", line|sqlalchemy|werkzeug\.|<{MARK}|[\"']\s*on{MARK}=|\b49\b(?=</)", re.IGNORECASE)


@dataclass
class Report:
    """What was seen: how many answers of each kind, and each trouble once with the request that caused it."""

    answers: Counter[int] = field(default_factory=Counter)
    troubles: dict[str, str] = field(default_factory=dict)
    tell: bool = False

    def note(self, what: str, how: str) -> None:
        if self.tell and what not in self.troubles:
            print(f"- {what}\n    {how}", flush=True)  # noqa: T201  # a long campaign says what it finds when it finds it
        self.troubles.setdefault(what, how)


class Campaign:
    """One seed's requests against a house."""

    def __init__(self, house: House, seed: int, *, tell: bool = False) -> None:
        self.house, self.report = house, Report(tell=tell)
        self.attacker = Attacker(house.app.url_map, seed, house.handles, house.staff_handles, house.kept)
        self.written: set[str] = set()
        self.fault = ""
        self._clients: dict[str, FlaskClient] = {}

    def run(self, number: int, again_after: int = 400) -> Report:
        """Send so many; the clinic begins anew now and then, because much is soon spoilt."""
        with clock.set_to(NOON), self._watching():
            for n, (rule, request) in enumerate(self.attacker.rounds(number)):
                if n % again_after == 0:
                    if self.report.tell:
                        print(n, dict(sorted(self.report.answers.items())), flush=True)  # noqa: T201
                    self.house.begin_again()
                    self._clients = {}
                who = self._who(rule.endpoint)
                self._send(rule.endpoint, who, request)
        return self.report

    def _who(self, endpoint: str) -> str:
        """Mostly somebody whom the lock lets in: behind it there is more to break."""
        dice, lock = self.attacker.dice, lock_of(self.house.app.view_functions[endpoint])
        inside = [role.value for role in Role if lock and (not lock.permissions or not MATRIX[role].isdisjoint(lock.permissions))]
        anybody = [NOBODY, *(role.value for role in Role)]
        return dice.choice(inside if inside and dice.random() < 0.8 else anybody)

    def _send(self, endpoint: str, who: str, request: Request) -> None:
        client, self.fault = self._client(who), ""
        self.written.clear()
        answer = client.open(request.address, method=request.method, data=request.body, content_type=request.content_type,
                             headers=request.heads, buffered=True)  # fmt: skip
        self._judge(endpoint, who, request, answer)
        if answer.status_code in {303, 401} and who != NOBODY and "/sign-in" in answer.headers.get("Location", "/sign-in"):
            self._clients.pop(who, None)  # signed out, or shut by a hostile manager

    def _judge(self, endpoint: str, who: str, request: Request, answer: TestResponse) -> None:
        code, report = answer.status_code, self.report
        report.answers[code] += 1
        how = f"{who}: {request.method} {request.address[:300]} {request.body[:1500]!r} {request.content_type} {request.heads}"
        if code >= 500 and not (endpoint == "status.healthz" and not self.fault):
            report.note(f"{code} at {endpoint}: {self.fault}", how)
        if request.method in {"GET", "HEAD", "OPTIONS"} and (wrote := self.written - NOTED):
            report.note(f"{request.method} {endpoint} wrote {sorted(wrote)}", how)
        for head in HEADS:
            if head not in answer.headers:
                report.note(f"no {head} at {endpoint} ({code})", how)
        if "X-Xss7" in answer.headers or f"{MARK}.example" in answer.headers.get("Location", "").partition("?")[0]:
            report.note(f"{endpoint} lets the address or the head be chosen", how)
        if answer.mimetype in {"text/html", "text/plain"}:
            page = answer.get_data(as_text=True)
            if found := LEAKS.search(page):
                report.note(f"{endpoint} shows {found[0]!r}", how + " … " + page[max(0, found.start() - 100) : found.end() + 50])
            if request.method == "GET" and code == 200:
                self.attacker.learn(endpoint, request.address, page)

    def _client(self, who: str) -> FlaskClient:
        if who not in self._clients:
            client = self._clients[who] = self.house.app.test_client()
            if who != NOBODY:
                with self.house.app.app_context():
                    member = db.session.get_one(StaffMember, self.house.people[who])
                    if member.active:
                        builders.sign_in(client, member)
        return self._clients[who]

    @contextmanager
    def _watching(self) -> Iterator[None]:
        """Which tables are written, and what was raised where an answer says only that something was."""

        def writes(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if found := WRITES.match(statement):
                self.written.add(found[2])

        def raised(_sender: Any, exception: BaseException, **_: Any) -> None:
            place = exception.__traceback__
            while place and place.tb_next and "/app/" in place.tb_next.tb_frame.f_code.co_filename.replace("site-packages", ""):
                place = place.tb_next
            where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
            self.fault = f"{type(exception).__name__}: {str(exception)[:120]} ({where})"

        with self.house.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", writes)
        got_request_exception.connect(raised, self.house.app)
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", writes)
            got_request_exception.disconnect(raised, self.house.app)


def main(number: int, seed: int) -> int:
    """The long form, from the command line."""
    with tempfile.TemporaryDirectory() as place:
        report = Campaign(a_house(_empty(Path(place)), _folder(Path(place))), seed, tell=True).run(number)
    print(f"{number} requests, seed {seed}: {dict(sorted(report.answers.items()))}, {len(report.troubles)} troubles")  # noqa: T201
    return 1 if report.troubles else 0


def _folder(place: Path) -> Path:
    (place / "house").mkdir()
    return place / "house"


def _empty(place: Path) -> Path:
    from app.factory import create_app  # noqa: PLC0415

    app = create_app(settings_of_a_test(place))
    with app.app_context():
        db.create_all()
        with db.engine.begin() as connection:
            put_guards_up(connection)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return place / "seans.db"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
