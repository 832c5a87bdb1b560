"""What is asked of the schedule's pages in tests: a page's words, a row of the day, the fields of a form."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from models.appointment import Appointment
from models.base import db


def words(answer: TestResponse) -> str:
    """The text of a page, without its marks."""
    text = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def row(answer: TestResponse, visit: Appointment) -> str:
    """The row of a visit as words."""
    found = re.search(rf'<tr id="v{visit.id}".*?</tr>', answer.text, re.S)
    assert found, f"no row of visit {visit.id}"
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def primary(answer: TestResponse, visit: Appointment) -> list[str]:
    """The words of the primary buttons in a visit's row."""
    found = re.search(rf'<tr id="v{visit.id}".*?</tr>', answer.text, re.S)
    assert found
    return re.findall(r'class="button primary"[^>]*>([^<]+)<', found[0])


def primary_buttons(answer: TestResponse) -> list[str]:
    """The words of every primary button of a page."""
    return re.findall(r'class="button primary"[^>]*>([^<]+)<', answer.text)


def token(answer: TestResponse) -> str:
    """The form's own token, which lets it work once."""
    found = re.search(r'name="form_token"[^>]*value="([^"]+)"', answer.text)
    assert found
    return found[1]


def offered(answer: TestResponse) -> list[str]:
    """The values of the free times a page offers."""
    return re.findall(r'name="slot" id="[^"]+" value="([^"]+)"', answer.text)


def press(client: FlaskClient, visit: Appointment, to: str, seen: int | None = None, **fields: Any) -> TestResponse:
    """Press a step of the day page, as it is posted without a script."""
    return client.post(f"/visits/{visit.id}/step/{to}", data={"seen": visit.version if seen is None else seen, **fields})


def fresh(visit: Appointment) -> Appointment:
    """The visit as the database has it now."""
    db.session.expire_all()
    return db.session.get_one(Appointment, visit.id)


class Counted:
    """How many statements were sent to the database within the block."""

    def __enter__(self) -> Counted:
        self.statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_raised: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "PRAGMA")):
            self.statements.append(statement)
