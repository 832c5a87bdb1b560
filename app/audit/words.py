"""The trail in words: what an act was about, why, how it came in; and where the thing can be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import url_for

from app.formats import numeric_day
from app.front_door.page_context import has_endpoint
from app.i18n import _, language
from app.schedule.reasons import reason_words
from models.event import Event
from models.staff import Role

OF_THE_HOUSE = frozenset({
    "", "staff_member", "clinic", "location", "closure", "room", "chair", "device", "product", "lot", "lot_recall", "protocol",
    "protocol_version", "day", "day_closing", "report", "event", "calendar_feed", "on_call", "mail_words",
})  # fmt: skip
"""Reasons written about anything else may tell of somebody's health."""
PAGES = {
    "patient": ("patients.show", "patient_id"), "appointment": ("schedule.visit", "appointment_id"),
    "treatment_plan": ("plans.show", "plan_id"), "message": ("messages.show", "message_id"), "product": ("products.show", "product_id"),
    "staff_member": ("staff.show", "staff_id"), "lot_recall": ("lot_recalls.show", "recall_id"), "lot": ("lot_recalls.lot", "lot_id"),
    "complication": ("complications.show", "complication_id"), "protocol_version": ("protocols.show", "version_id"),
}  # fmt: skip


def things() -> dict[str, str]:
    """What an act can be about."""
    return _of_patients() | {
        "staff_member": _("Staff"), "clinic": _("Clinic"), "location": _("Location"), "closure": _("Closure"), "room": _("Room"),
        "chair": _("Chair"), "device": _("Device"), "product": _("Product"), "lot": _("Lot"), "lot_recall": _("Lot recall"),
        "protocol": _("Protocol"), "protocol_version": _("Protocol"), "day": _("List of a day"), "day_closing": _("Closing of a day"),
        "report": _("Report"), "calendar_feed": _("Calendar link"), "on_call": _("On call"),
        "mail_words": _("Words of mails"),
    }  # fmt: skip


def _of_patients() -> dict[str, str]:
    return {
        "patient": _("Patient"), "appointment": _("Visit"), "treatment_plan": _("Plan"), "course": _("Course"),
        "treatment_session": _("Session"), "evaluation": _("Evaluation"), "finding": _("Finding"), "consent": _("Consent"),
        "patient_report": _("Patient report"), "complication": _("Complication"), "photo": _("Photo"), "message": _("Message"),
        "staff_task": _("Task"), "incoming_mail": _("Mail that came in"), "call_record": _("Call"),
        "course_outcome": _("Outcome of a treatment"), "hold": _("Pause"), "record_correction": _("Correction of a record"),
    }  # fmt: skip


def thing(event: Event, staff: Mapping[int, str], known: Mapping[str, str]) -> str:
    """What it was about, with its name or number. A patient stands apart; the audit is named by the act."""
    if not event.object_type or event.object_type in ("patient", "event"):
        return ""
    named = known.get(event.object_type, event.object_type.replace("_", " "))
    if event.object_type == "staff_member":
        return staff.get(event.object_id or 0, named)
    if event.object_type == "day":
        day = _day(event.object_id)
        return f"{named} {numeric_day(day, language())}" if day else named
    return f"{named} {event.object_id}" if event.object_id is not None else named


def url(event: Event) -> str:
    """The page of the thing, where there is one that opens for whoever asks."""
    if event.object_type == "day" and event.object_id and has_endpoint("schedule.day"):
        return url_for("schedule.day", day=_day(event.object_id))
    endpoint, argument = PAGES.get(event.object_type, ("", ""))
    args: dict[str, int | None] = {argument: event.object_id}
    return url_for(endpoint, **args) if endpoint and event.object_id and has_endpoint(endpoint) else ""  # type: ignore[arg-type]  # the page's own argument


def reason(event: Event, *, clinical: bool) -> str:
    """Why, where whoever asks may read that."""
    if event.reason and event.object_type not in OF_THE_HOUSE and not clinical:
        return _("(in the record)")
    return reason_words(event.reason) if event.reason and event.object_type == "appointment" else event.reason


def source(event: Event) -> str:
    """How an act that is no colleague's came in."""
    known = {"link": _("By a link in a mail"), "job": _("By the clock"), "visitor": _("Not signed in"), "staff": _("Staff")}
    return known.get(event.source, event.source)


def outcome(event: Event) -> str:
    """How it ended, where it did not end well."""
    if event.outcome == "ok":
        return ""
    known = {"refused": _("wrong entry"), "denied": _("refused"), "throttled": _("too many tries")}
    return known.get(event.outcome, event.outcome)


def role_names(roles: str) -> str:
    """The roles that somebody held then."""
    known = {
        Role.PHYSICIAN: _("Physician"), Role.PRACTITIONER: _("Practitioner"), Role.RECEPTION: _("Reception"), Role.MANAGER: _("Manager"),
        Role.AUDITOR: _("Auditor"),
    }  # fmt: skip
    return ", ".join(known[Role(role)] for role in roles.split(",") if role in set(Role))


def _day(number: int | None) -> date | None:
    """3 December 2026, of the number 20261203."""
    text = str(number or "")
    return date(int(text[:4]), int(text[4:6]), int(text[6:])) if len(text) == 8 else None
