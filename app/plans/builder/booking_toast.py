"""What is said after sessions were booked: how many, until when their mail waits, and how it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import select

from app.i18n import _, _n
from app.patients.reach import reach_of
from app.schedule.toasts import until
from app.today import today_of
from models.appointment import Appointment
from models.base import db
from models.message import ChangeSet, VisitChange
from models.patient import Patient


def booked_toast(patient: Patient, visits: Sequence[Appointment]) -> Any:
    """A text, or a text with Undo and the moment at which the mail goes out."""
    ids = [visit.id for visit in visits]
    told = db.session.scalars(select(ChangeSet).join(VisitChange).where(VisitChange.appointment_id.in_(ids)).order_by(ChangeSet.id.desc()))
    change_set = told.first()
    text = _n("%(num)s session is booked.", "%(num)s sessions are booked.", len(visits))
    if change_set is None:
        return text
    toast: dict[str, object] = {"text": text, "undo": url_for("schedule.take_back", change_set_id=change_set.id)}
    if reach_of(patient, today_of(change_set.at)).by_mail and change_set.mail_after > change_set.at:
        toast |= {"text": text + " " + _("The mail goes out"), **until(change_set.mail_after, visits[0].zone)}
    return toast
