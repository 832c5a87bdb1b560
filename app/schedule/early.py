"""A booked visit that has come to lie below its gap's minimum: a physician lets it stand, and says why. Callers open the transaction."""

from __future__ import annotations

from datetime import datetime

from app import history
from app.errors import Refused
from app.i18n import _
from app.schedule import guards, limits, rows
from app.schedule.limits import Override
from app.series.reading import SessionLine
from app.today import today_of
from models.appointment import Appointment


def early_of(visit: Appointment, now: datetime) -> list[SessionLine]:
    """The sessions of a visit that are too early, and that no physician has allowed."""
    sessions = [link.session for link in rows.planned(visit)]
    found = limits.too_early(limits.readings_of(sessions, today_of(now)).values())
    return [found[session.id] for session in sessions if session.id in found]


def allow(visit: Appointment, leave: Override, now: datetime) -> None:
    """They may be done on that day. Raises Refused unless a physician says so, and where nothing is too early."""
    guards.alone(visit.location_id, visit)
    limits.check_override(leave)
    found = early_of(visit, now)
    if not found:
        raise Refused(_("Nothing in this visit is too early."))
    limits.check_minimum(found, leave)
    limits.record_override([line.session.course for line in found if line.session], leave, now)
    visit.version += 1
    history.record("too early allowed", visit, now, fields=["override_why"], reason=leave.why)
    rows.settle(visit.patient_id, now)
