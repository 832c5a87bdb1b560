"""The full text of a discreet mail, for whoever tells the year of birth of the patient."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from wtforms import Field, StringField, ValidationError

from app import history
from app.forms import REQUIRED, Form
from app.i18n import _, _l, _n
from app.links.queries import Opened, Standing, but_for_its_time
from app.links.wrong_years import tries_left
from app.messages import compose, planner, rules
from app.messages.compose import Mail, NothingToSay
from app.messages.kind import Wanted
from app.messages.kinds import KINDS
from app.messages.kinds_people import FULL_TEXT
from app.messages.patient_facts import facts_of
from app.messages.wording.reading import CannotBeSaid
from models.base import db
from models.message import Message

AGAIN_AFTER = timedelta(hours=1)
RENEW = "renew"


def year_of(typed: str) -> int | None:
    """Four digits of any script, whatever spaces and marks of direction stand between them; None for anything else."""
    digits = "".join(letter for letter in typed if not letter.isspace() and unicodedata.category(letter) != "Cf")
    return int(digits) if len(digits) == 4 and digits.isdecimal() else None


def _four_digits(_form: Any, field: Field) -> None:
    if year_of(field.data) is None:
        raise ValidationError(_("Write the year with four digits, such as 1985."))


class YearOfBirth(Form):
    """The only question."""

    year = StringField(_l("Your year of birth"), [REQUIRED, _four_digits])


def asked(opened: Opened) -> YearOfBirth:
    """The question: about the patient, whoever reads the mail."""
    form = YearOfBirth()
    if opened.reach.contact is not None:
        form.year.label.text = _("The patient's year of birth")
    return form


def is_told(opened: Opened, form: YearOfBirth, now: datetime) -> bool:
    """The right year was told. A wrong one is counted; what is no year is not. Called with the patient and the link locked."""
    link, patient = opened.link, opened.patient
    if not form.validate():
        return False
    if patient.birth_date is not None and year_of(form.year.data or "") == patient.birth_date.year:
        link.used_at = now
        history.record("full text read", patient, now)
        return True
    link.wrong_answers += 1
    db.session.flush()
    left = tries_left(link, now)
    if left <= 0:
        history.record("full text closed", patient, now)
    form.year.errors = [_("This is not the year we know."), _n("%(num)s more try.", "%(num)s more tries.", left)]
    return False


def mail_of(opened: Opened, now: datetime) -> Mail | None:
    """The mail in full as things are now; None where what it was about is not so any more."""
    message = db.session.get(Message, opened.link.message_pk) if opened.link.message_pk else None
    if message is None:
        return None
    asked_for = Wanted(message.kind, message.subject_type, message.subject_id, message.cycle)
    if rules.objection(asked_for, facts_of(opened.patient.id, now)) is not None:
        return None
    try:
        return compose.in_full(message, now, lambda _patient, _today: opened.reach)
    except (NothingToSay, CannotBeSaid):
        return None


def may_be_renewed(opened: Opened, now: datetime) -> bool:
    """Only the time of the link is over: there is still a text, and its reader is who would get a mail now."""
    link = opened.link
    expired = opened.standing is Standing.OVER and but_for_its_time(link, now) is not Standing.OVER
    if not expired or facts_of(opened.patient.id, now).reach.email.lower() != link.address:
        return False
    return rules.carrier_for(opened.patient, opened.reach, KINDS[FULL_TEXT]) is not None and mail_of(opened, now) is not None


def was_renewed(opened: Opened, now: datetime) -> bool:
    """A new link was asked for within the hour."""
    asked_for = select(func.max(Message.planned_at)).where(
        Message.patient_id == opened.patient.id, Message.kind == FULL_TEXT, Message.cycle.startswith(f"{opened.link.id}:")
    )
    last: datetime | None = db.session.scalar(asked_for)
    return last is not None and last > now - AGAIN_AFTER


def renew(opened: Opened, now: datetime) -> None:
    """A new link by mail, to the address that this one went to. Called with the patient and the link locked."""
    if may_be_renewed(opened, now) and not was_renewed(opened, now):
        planner.new_link(opened.link, now)
        history.record("full text asked again", opened.patient, now)
