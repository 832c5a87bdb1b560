"""One discreet sentence about a visit in the language of whoever is called: to read aloud on the telephone, or to copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app import phones
from app.clinic.queries import phone_at, place_said
from app.formats import clock_time, plain_day
from app.i18n import _, in_language, spoken
from app.patients.reach import called
from app.patients.words import addressed
from app.today import today_of
from models import clock
from models.appointment import COMING, Appointment
from models.base import db
from models.clinic import Clinic
from models.message import ChangeSet, VisitChange

FRESH = timedelta(hours=1)
"""So long after a move it is what there is to say; later the date itself is."""


def sentence(visit: Appointment, clinic: Clinic, now: datetime) -> str:
    """When the visit is; just after a change, or while nobody has agreed to it, also what is new, and of the patient's other visits."""
    moved, whom = _just_moved(visit, now), called(visit.patient, today_of(now))
    with in_language(whom.language):
        words = {"name": addressed(whom, visit.patient), **_when(visit.starts_at, visit)}
        if moved is not None:
            return " ".join([*_what_is_new(visit, moved, words), *_about_others(visit, moved.change_set, now), _from(visit, clinic)])
        return _(
            "%(name)s, your appointment: %(day)s, please come at %(time)s. If it does not suit you, please call %(phone)s. %(clinic)s",
            **words, phone=phones.shown(phone_at(visit.location_id)), clinic=_house(visit, clinic),
        )  # fmt: skip


def with_a_form(visit: Appointment, clinic: Clinic, now: datetime) -> str:
    """The same, and that there is something to sign before it: of what, is said at the clinic."""
    with in_language(called(visit.patient, today_of(now)).language):
        return " ".join([sentence(visit, clinic, now), _("There is a form to read and sign here before it begins.")])


def every_date(visits: Sequence[Appointment], clinic: Clinic, now: datetime) -> str:
    """Several visits of one patient, a line each, to be pasted into a chat; without a word of what is treated. Empty for none."""
    if not visits:
        return ""
    whom = called(visits[0].patient, today_of(now))
    with in_language(whom.language):
        says = {"name": addressed(whom, visits[0].patient), "phone": phones.shown(phone_at(visits[0].location_id)), "clinic": clinic.name}
        dates = [_("%(day)s, please come at %(time)s", **_when(visit.starts_at, visit)) for visit in visits]
        ends = _("If one of them does not suit you, please call %(phone)s. %(clinic)s", **says)
        lines = (f"• {', '.join(filter(None, (date, place_said(visit.location_id))))}" for date, visit in zip(dates, visits, strict=True))
        return "\n".join([_("%(name)s, your appointments:", **says), *lines, ends])


def will_not_take_place(visit: Appointment, clinic: Clinic, now: datetime) -> str:
    """That the clinic cancelled the visit, and what became of the patient's other ones."""
    told, whom = _cancelled_in(visit), called(visit.patient, today_of(now))
    with in_language(whom.language):
        words = {"name": addressed(whom, visit.patient), **_when(visit.starts_at, visit)}
        said = _("%(name)s, your appointment cannot take place: %(day)s, %(time)s.", **words)
        return " ".join([said, *(_about_others(visit, told, now) if told else ()), _from(visit, clinic)])


def _from(visit: Appointment, clinic: Clinic) -> str:
    """Who says it, for whoever finds it in a chat."""
    return _("Our phone: %(phone)s. %(clinic)s", phone=phones.shown(phone_at(visit.location_id)), clinic=_house(visit, clinic))


def _house(visit: Appointment, clinic: Clinic) -> str:
    """The clinic, and where it has several places, which of them is meant."""
    return ", ".join(filter(None, (clinic.name, place_said(visit.location_id))))


def _cancelled_in(visit: Appointment) -> ChangeSet | None:
    query = select(ChangeSet).join(ChangeSet.changes).where(VisitChange.appointment_id == visit.id, VisitChange.new_start.is_(None))
    return db.session.scalars(query.order_by(ChangeSet.id.desc()).limit(1)).first()


def _just_moved(visit: Appointment, now: datetime) -> VisitChange | None:
    query = (
        select(VisitChange).join(VisitChange.change_set)
        .where(VisitChange.appointment_id == visit.id, VisitChange.old_start.is_not(None), VisitChange.new_start == visit.starts_at)
        .where(ChangeSet.undone_at.is_(None))
    )  # fmt: skip
    if visit.agreed:
        query = query.where(ChangeSet.at > now - FRESH)
    return db.session.scalars(query.order_by(VisitChange.id.desc()).limit(1)).first()


def _what_is_new(visit: Appointment, moved: VisitChange, words: Mapping[str, str]) -> Iterator[str]:
    if moved.old_start != moved.new_start:
        yield _("%(name)s, your appointment is now: %(day)s, please come at %(time)s.", **words)
    else:
        yield _("%(name)s, your appointment keeps its time: %(day)s, please come at %(time)s.", **words)
    if visit.performer and (moved.old_place or {}).get("performer") != visit.performer_id:
        yield _("This time with: %(name)s.", name=visit.performer.name)


def _about_others(visit: Appointment, told: ChangeSet, now: datetime) -> Sequence[str]:
    changes = [change for change in told.changes if change.appointment_id != visit.id and change.old_start]
    moved = [change.new_start for change in changes if change.new_start]
    off = [change.old_start for change in changes if change.old_start and not change.new_start]
    coming = select(func.count()).where(
        Appointment.patient_id == visit.patient_id, Appointment.id != visit.id, Appointment.state.in_(COMING), Appointment.starts_at > now
    )
    said = []
    if moved:
        days = (_("%(day)s, please come at %(time)s", **_when(start, visit)) for start in sorted(moved))
        said.append(_("These have changed too: %(list)s.", list="; ".join(days)))
    if off:
        days = (_("%(day)s, %(time)s", **_when(start, visit)) for start in sorted(off))
        said.append(_("These cannot take place either: %(list)s.", list="; ".join(days)))
    if not (moved or off) and db.session.scalar(coming):
        said.append(_("Your other appointments have not changed."))
    return said


def _when(start: datetime, visit: Appointment) -> dict[str, str]:
    there = clock.local(start, visit.zone)
    return {"day": plain_day(there.date(), spoken()), "time": clock_time(there.time())}
