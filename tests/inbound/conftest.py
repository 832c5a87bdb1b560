"""A clinic that has mailed a patient, and a Maildir in which what comes back is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from app.inbound.mailboxes import MaildirMailbox
from app.inbound.reading.mime import MOST_BYTES
from jobs import read_mailbox
from models.appointment import Appointment
from models.message import Message
from models.treatment import Course
from tests import builders as b
from tests.messages.stories import GRACE, NOW, book, ist, rows, send

CASES = Path(__file__).parent / "cases"
OUR_ID = "<0123456789abcdef0123456789abcdef@ege.example>"
ComesBack = Callable[..., str]


@pytest.fixture
def course(app: Flask, noon: datetime) -> Course:
    b.a_clinic()
    return b.a_course(b.a_plan(b.a_patient(email_verified_at=b.EARLY), b.a_physician()), b.a_protocol())


@pytest.fixture
def visit(course: Course) -> Appointment:
    return b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0])


@pytest.fixture
def mailed(visit: Appointment) -> Message:
    """The patient was told of her booking by mail."""
    book(visit)
    send(NOW + GRACE)
    return rows("booked")[0]


@pytest.fixture
def maildir(app: Flask, tmp_path: Path) -> Path:
    """A mailbox of this installation, empty."""
    folder = tmp_path / "mail"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    app.extensions["mailbox"] = MaildirMailbox(folder, MOST_BYTES)
    app.extensions["seans"] = replace(app.extensions["seans"], bounce_url=f"maildir:{folder}")
    return folder


@pytest.fixture
def comes_back(maildir: Path) -> ComesBack:
    """Bytes, or one of the cases with the Message-ID of a mail of ours in it, come in, and the job reads them."""
    count = iter(range(1, 1000))

    def come(mail: bytes | str, about: Message | None = None, now: datetime = NOW + GRACE, **put: str) -> str:
        data = (CASES / f"{mail}.eml").read_bytes() if isinstance(mail, str) else mail
        if about is not None:
            data = data.replace(OUR_ID.strip("<>").encode(), about.message_id.strip("<>").encode())
        for old, new in put.items():
            data = data.replace(old.encode(), new.encode())
        (maildir / "new" / f"{1_700_000_000 + next(count)}.test").write_bytes(data)
        return read_mailbox.run(now)

    return come
