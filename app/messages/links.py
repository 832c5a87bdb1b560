"""Links in mails: a random handle of which only the hash is kept, bound to a purpose and to what it is about.

Where no PUBLIC_URL is set there are no links at all: mails then ask for a reply or a call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import current_app

from app.patients.reach import Reach, reach_of
from app.today import today_of
from app.tokens import hashed, new_handle
from config import Config
from models.appointment import Appointment
from models.base import db
from models.message import MailLink, Message
from models.patient import Patient
from models.treatment import Course

ONE_CLICK = "/stop"
"""The address a mail program posts to by itself (RFC 8058); people get the same page there."""
_HANDLE = re.compile(r"(/l/|/set-password/)[\w-]{16,}")


class Purpose(StrEnum):
    """What a link is for. The page behind it does this and nothing else."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    OTHER_TIME = "other_time"
    NEW_TIME = "new_time"
    HEALTH = "health"
    OFFER = "offer"
    CHECKIN = "checkin"
    RESULT = "result"
    LATE_SAFETY = "late_safety"
    NO_RECALL = "no_recall"
    STOP = "stop"
    PREFERENCES = "preferences"
    LANGUAGE = "language"
    ADDRESS = "address"
    MY_PAGE = "my_page"
    FULL_TEXT = "full_text"


OF_A_VISIT = frozenset({Purpose.CONFIRM, Purpose.CANCEL, Purpose.OTHER_TIME, Purpose.HEALTH, Purpose.OFFER})
"""They end when the visit begins, and die when it is moved or cancelled."""
CHANGES_VISITS = frozenset({Purpose.CANCEL, Purpose.OTHER_TIME, Purpose.OFFER})
"""Only for whoever may ask for changes of visits: the patient, and a person beside the patient where that is recorded."""
WITHOUT_END = frozenset({Purpose.STOP, Purpose.PREFERENCES, Purpose.LANGUAGE, Purpose.MY_PAGE})
"""They open as long as the patient exists; the plan's page as long as there is a plan."""

FULL_TEXT_FOR = timedelta(hours=72)


def make(
    purpose: Purpose,
    message: Message,
    now: datetime,
    *,
    appointment: Appointment | None = None,
    beside: Sequence[Appointment] = (),
    course: Course | None = None,
    argument: str = "",
) -> str | None:
    """A new link for this mail, kept inside the caller's transaction.

    None where mails carry no links: without a PUBLIC_URL, or to nobody's record. `argument`: the answer it gives; `beside`: further
    visits that the mail tells of, on which the same press acts.
    Raises ValueError for a visit's purpose without the visit.
    """
    base = public_url()
    patient = db.session.get(Patient, message.patient_id) if base and message.patient_id is not None else None
    if patient is None:
        return None
    if purpose in OF_A_VISIT and appointment is None:
        raise ValueError(f"a link to {purpose} needs its visit")
    handle = new_handle()
    db.session.add(
        MailLink(
            token_hash=hashed(handle), purpose=purpose, patient_id=patient.id, message_pk=message.id,
            appointment_id=appointment.id if appointment else None, revision=appointment.revision if appointment else None,
            beside=[[one.id, one.revision] for one in beside], address=reach_of(patient, today_of(now)).address,
            course_id=course.id if course else None, argument=argument, made_at=now,
            expires_at=_expiry(purpose, message, appointment, now),
        )
    )  # fmt: skip
    return f"{base}/l/{handle}" + (ONE_CLICK if purpose is Purpose.STOP else "")


def once(make_link: Callable[..., str | None]) -> Callable[..., str | None]:
    """Asked again for the same, a mail has the same link."""
    made: dict[tuple[object, ...], str | None] = {}

    def link(purpose: Purpose, message: Message, now: datetime, **about: Any) -> str | None:
        key = (purpose, *((name, tuple(value) if isinstance(value, list) else value) for name, value in sorted(about.items())))
        if key not in made:
            made[key] = make_link(purpose, message, now, **about)
        return made[key]

    return link


def public_url() -> str:
    """The address under which patients reach the clinic's pages; empty where there is none."""
    settings: Config = current_app.extensions["seans"]
    return settings.public_url


def without_handles(text: str) -> str:
    """The text of a mail with its links made useless, for pages that show staff what was sent."""
    return _HANDLE.sub(r"\1…", text)


def reads_in_full(patient: Patient, reach: Reach) -> bool:
    """May open the full text of a discreet mail: the address was answered from, and there is a year of birth to ask for."""
    return reach.may_read_all and patient.birth_date is not None


def _expiry(purpose: Purpose, message: Message, appointment: Appointment | None, now: datetime) -> datetime | None:
    if purpose in WITHOUT_END:
        return None
    if purpose is Purpose.FULL_TEXT:
        return now + FULL_TEXT_FOR
    if purpose is Purpose.OFFER:
        return message.useful_until
    return appointment.starts_at if purpose in OF_A_VISIT and appointment else message.useful_until
