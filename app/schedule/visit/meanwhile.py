"""Two people at one visit: what the other one made of it while a page stood open, and what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import request
from sqlalchemy import select

from app.errors import Stale
from app.formats import clock_time, local_moment, local_time, short_day
from app.front_door.guard import safe_next
from app.i18n import _, language
from app.schedule.addresses import day_of
from app.schedule.words import state_words
from app.today import today_of
from models import clock
from models.appointment import Appointment
from models.base import db
from models.message import ChangeSet, VisitChange
from models.staff import StaffMember


@dataclass(frozen=True)
class _Last:
    """The last that happened to a visit: when, by whom, and what in a few words."""

    at: datetime
    by: str
    what: str


def stale(visit: Appointment, yours: str, *, fits: bool = True) -> Stale:
    """The visit is no longer as the page showed it: what is true, who made it so, and what was asked."""
    last = _last_move(visit) or _last_step(visit)
    words = {"name": visit.patient.name, "day": short_day(visit.local_day, language()), "time": clock_time(visit.local_time),
             "state": state_words(visit.state), "since": local_time(visit.statuses[-1].at, visit.zone)}  # fmt: skip
    theirs = _("%(name)s, %(day)s %(time)s: %(state)s, since %(since)s", **words)
    return Stale(
        theirs=theirs, yours=yours, version=visit.version, keep_url=back_to(visit), changed_by=last.by, details=[_sentence(last, visit)],
        fits=fits,
    )  # fmt: skip


def back_to(visit: Appointment) -> str:
    """The page where the button stood, at the visit's row."""
    back = safe_next(request.form.get("back")) or day_of(visit)
    return back if "#" in back else f"{back}#v{visit.id}"


def _sentence(last: _Last, visit: Appointment) -> str:
    """Deniz changed this at 10:42: booked → arrived."""
    same_day = today_of(last.at) == today_of(clock.now())
    at = local_time(last.at, visit.zone) if same_day else local_moment(last.at, visit.zone, language())
    return _("%(who)s changed this at %(at)s: %(change)s.", who=last.by or _("Somebody"), at=at, change=last.what)


def _last_step(visit: Appointment) -> _Last:
    last = visit.statuses[-1]
    before = visit.statuses[-2].state if len(visit.statuses) > 1 else last.state
    now = state_words(visit.state)
    return _Last(last.at, _name(last.by_id, by_patient=last.by_patient), f"{state_words(before)} → {now}" if before != visit.state else now)


def _last_move(visit: Appointment) -> _Last | None:
    """Where it went since its last step."""
    query = select(VisitChange).join(VisitChange.change_set).where(VisitChange.appointment_id == visit.id)
    moves = query.where(VisitChange.old_start.is_not(None), VisitChange.new_start.is_not(None), ChangeSet.undone_at.is_(None))
    found = db.session.scalar(moves.where(ChangeSet.at >= visit.statuses[-1].at).order_by(VisitChange.id.desc()).limit(1))
    if found is None:
        return None
    told, there = found.change_set, local_moment(visit.starts_at, visit.zone, language())
    return _Last(told.at, _name(told.by_id, by_patient=told.by_patient), _("moved to %(moment)s", moment=there))


def _name(staff_id: int | None, *, by_patient: bool) -> str:
    if by_patient:
        return _("The patient")
    found = db.session.get(StaffMember, staff_id) if staff_id else None
    return found.name if found else ""
