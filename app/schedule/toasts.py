"""What is said after a change of visits: what happened, until when its mail waits, and how it is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from flask import flash, request, url_for

from app.formats import local_moment, local_time
from app.i18n import _, language
from app.patients.reach import reach_of
from app.schedule import agreement
from app.today import today_of
from models.appointment import COMING, Appointment
from models.message import ChangeSet

Toast = Mapping[str, object]


def say(toast: Toast | str, category: str = "done") -> None:
    """Show it on the next page."""
    flash(cast(str, toast), category)  # Flask keeps whatever can be written into the cookie; its types know texts only


def told_toast(what: str, visit: Appointment, told: ChangeSet, *, mailed: bool = True) -> Toast:
    """The toast after booking, moving or cancelling. `mailed` False: the patient was told at once. Called inside the transaction."""
    text = f"{what}: {visit.patient.name}, {local_moment(visit.starts_at, visit.zone, language())}."
    undo = url_for("schedule.take_back", change_set_id=told.id)
    back = request.form.get("back") or url_for("schedule.visit", appointment_id=visit.id)
    toast: dict[str, object] = {"text": text, "undo": undo, "fields": {"back": back}}
    if agreement.to_be_called(visit):
        toast["text"] = text = text + " " + _("It was to begin within a day: call the patient. It stands on the call list.")
    waits = mailed and reach_of(visit.patient, today_of(told.at)).by_mail and told.mail_after > told.at
    if not mailed:
        toast["text"] = text + " " + _("The patient was told: no mail goes.")
    if waits and (visit.state in COMING or visit.state == "cancelled"):
        toast |= {"text": text + " " + _("The mail goes out"), **until(told.mail_after, visit.zone)}
    return toast


def until(moment: datetime, zone: str) -> Toast:
    """When a mail goes: counted down by the script, a time of the clock without it."""
    return {"until": moment.isoformat(), "until_words": _("at %(time)s", time=local_time(moment, zone))}
