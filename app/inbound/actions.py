"""What staff do with a mail that came in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from app import history, tasks
from app.errors import Refused
from app.i18n import _
from app.inbound import belonging, bounces, following, queries, words
from app.inbound.outcomes import Outcome
from app.inbound.reading import What
from app.messages import call_lines
from app.messages.queries import belong_to_nobody
from app.patients.queries import as_of_today
from models.base import db, held
from models.clinic import Clinic
from models.inbound import IncomingMail
from models.patient import Patient
from models.staff import Role
from models.task import TaskKind


class Deed(StrEnum):
    """What somebody did with a mail that belonged to nobody, as its facts keep it; the values are the words of the trail."""

    GIVEN = "mail given to its patient"
    CAME_BACK = "mail marked as come back"
    ASIDE = "mail set aside"


_OF_A_DEED = ("deed", "by", "why")
"""What its facts keep of one."""


def looked_at(row: IncomingMail, now: datetime) -> None:
    """Somebody has seen to it. Raises Refused for one that belongs to nobody: it is given to somebody, or set aside."""
    if queries.is_nobodys(row):
        raise Refused(_("Say whose this mail is, or why there is nothing to do."))
    if row.looked_at is not None:
        return
    row.looked_at, row.looked_by_id = now, history.who()
    tasks.close_all([row], now, "done")
    history.record("mail looked at", row, now)


def give(row: IncomingMail, patient: Patient, address: str, now: datetime) -> None:
    """It is this patient's: somebody reads it and calls. A report about one of their addresses (empty: nobody can say which) does what
    every report does.

    Raises Refused when somebody else has dealt with it, or the patient's record is not there any more.
    """
    _nobodys(row)
    held(patient)
    whose = as_of_today(patient)
    if whose is None:
        raise Refused(_("This patient's record is not there any more. Please choose again."))
    row.patient, fate = whose, belonging.fate(row)
    db.session.flush()
    if fate is not None and address:
        row.message = bounces.by_hand(whose, address, fate, row, now)
        row.outcome, row.looked_at, row.looked_by_id = Outcome.BOUNCED, now, history.who()
        _did(Deed.CAME_BACK, row, now)
    else:
        kind = TaskKind.MAIL_REPORTED if row.what == What.BOUNCE else TaskKind.PATIENT_WROTE
        call_lines.ask(kind, row, now, patient_id=whose.id, role=Role.RECEPTION)
        row.outcome = Outcome.ASKED
        _did(Deed.GIVEN, row, now)


def set_aside(row: IncomingMail, why: str, now: datetime) -> None:
    """Nothing follows from it, for a reason that others can read. Raises Refused when somebody else has dealt with it."""
    _nobodys(row)
    row.looked_at, row.looked_by_id = now, history.who()
    _did(Deed.ASIDE, row, now, why=why)


def may_be_put_back(row: IncomingMail) -> bool:
    """It was set aside, or given to a patient and nobody has seen to it since."""
    deed = row.facts.get("deed")
    return deed == Deed.ASIDE or (deed == Deed.GIVEN and row.looked_at is None)


def put_back(row: IncomingMail, now: datetime) -> None:
    """It belongs to nobody again. Raises Refused when something else has become of it since."""
    if not may_be_put_back(row):
        raise Refused(_("This mail cannot be put back: something else has become of it."))
    history.record("mail put back", row, now)
    tasks.close_all([row], now, "put back")
    if row.facts["deed"] == Deed.GIVEN:
        row.patient = None
    row.outcome, row.looked_at, row.looked_by_id = following.somebody_looks(row, now), None, None
    row.facts = {name: value for name, value in row.facts.items() if name not in _OF_A_DEED}


def _nobodys(row: IncomingMail) -> None:
    if not queries.is_nobodys(row):
        raise Refused(words.meanwhile(row))


def _did(deed: Deed, row: IncomingMail, now: datetime, **more: str) -> None:
    """Keep who did what. The line for mails that belong to nobody ends with the last of them."""
    row.facts = row.facts | {"deed": deed, "by": history.who(), **more}
    history.record(deed, row, now)
    db.session.flush()
    if not belong_to_nobody():
        tasks.close(TaskKind.MAIL_UNMATCHED, db.session.get_one(Clinic, 1), now, "done")
