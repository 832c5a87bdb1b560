"""Mails about an address, an account or a link: nothing about health, no patient's name where the address is not proven."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app

from app import tasks
from app.formats import clock_time
from app.messages.letter import numbers
from app.messages.letter.case import Case, Facts, NothingToSay
from app.messages.letter.visits import staff_name
from app.messages.links import Purpose, public_url
from app.staff import links as staff_links
from app.tokens import hashed
from models import clock
from models.base import db
from models.message import MailLink, Message
from models.staff import StaffMember
from models.task import StaffTask

ADDRESS_HASH = 32
"""Characters of the address's hash that bind the answer to the address it was asked at."""
LINK_PAGE, REQUEST_PAGE, FIRST_PAGE = "staff.set_password", "work.request", "staff.home"


def address_check(case: Case) -> Facts:
    """Is this address yours."""
    if case.reach is None:
        raise NothingToSay("nobody has this address")
    mark = address_mark(case.reach.email)
    return {"urls": {answer: case.link(Purpose.ADDRESS, argument=f"{answer}:{mark}") for answer in ("yes", "no")}}


def address_mark(address: str) -> str:
    """What a link keeps of the address it asks about."""
    return hashed(address.casefold())[:ADDRESS_HASH]


def correction(case: Case) -> Facts:
    """Which mail was sent by mistake: the message it is about, else the moment in the facts."""
    wrong = db.session.get(Message, case.message.subject_id) if case.message.subject_type == Message.__tablename__ else None
    given = case.message.facts.get("sent_at")
    sent_at = wrong.settled_at if wrong else datetime.fromisoformat(given) if given else None
    if sent_at is None:
        raise NothingToSay("the mail to correct is not known")
    there = clock.local(sent_at, case.clinic.zone)
    return {"sent_day": case.reader.day(there.date()), "sent_time": clock_time(there)}


def full_text(case: Case) -> Facts:
    """A new link to the full text of a mail, in place of one whose time was over."""
    old = db.session.get(MailLink, case.message.facts.get("link", 0))
    mail = db.session.get(Message, old.message_pk) if old is not None and old.message_pk else None
    if old is None or mail is None:
        raise NothingToSay("the mail of this link is gone")
    return {"sent_day": case.reader.day(case.day_of(old.made_at)), "url": case.make_link(Purpose.FULL_TEXT, mail, case.now) or ""}


def staff_link(case: Case) -> Facts:
    """An account, or a new password: a link that works once."""
    if case.staff is None:
        raise NothingToSay("this account is gone")
    there = clock.local(case.now + staff_links.VALID, case.clinic.zone)
    return {
        "staff_name": case.staff.name,
        "inviter": staff_name(case.message.facts.get("by")),
        "roles": list(case.staff.roles),
        "url": _one_time_url(case.staff, case),
        "until": f"{case.reader.day(there.date())}, {clock_time(there)}",
    }


def on_call(case: Case) -> Facts:
    """A patient asked to be called: when, and where to look. Neither who nor why."""
    task = db.session.get(StaffTask, case.message.subject_id)
    if case.staff is None or task is None or tasks.was_opened(task):
        raise NothingToSay("nobody waits for this call any more")
    asked = clock.local(task.made_at, case.clinic.zone)
    return {
        "staff_name": case.staff.name,
        "asked": f"{case.reader.plain_day(asked.date())}, {clock_time(asked)}",
        "unopened": bool(case.message.facts.get("unopened")),
        "alone": bool(case.message.facts.get("alone")),
        "url": _page(REQUEST_PAGE, task_id=task.id),
    }


def morning(case: Case) -> Facts:
    """The numbers of the day."""
    staff, zone = case.staff, case.clinic.zone
    said = numbers.numbers(staff, case.today) if staff is not None and staff.digest else None
    if staff is None or said is None or not (said.visits or said.tasks):
        raise NothingToSay("nothing to count, or nobody to read it")
    times = {name: clock_time(clock.local(at, zone)) if at else "" for name, at in
             (("first", said.first), ("last", said.last), ("my_first", said.my_first))}  # fmt: skip
    counts = {"visits": said.visits, "unconfirmed": said.unconfirmed, "mine": said.mine, "tasks": said.tasks}
    return {"staff_name": staff.name, "day": case.reader.plain_day(case.today), "url": _page(FIRST_PAGE), **times, **counts}


def _page(endpoint: str, **about: Any) -> str:
    """The address of a page for people who work here; empty without a public address."""
    base = public_url()
    return base + current_app.url_map.bind("").build(endpoint, about) if base else ""


def _one_time_url(staff: StaffMember, case: Case) -> str:
    """A new link to set a password; empty without a public address: the manager then hands it over."""
    return _page(LINK_PAGE, token=staff_links.make(staff, case.now, beside=True)) if public_url() and not case.rehearsed else ""
