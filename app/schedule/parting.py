"""A joined visit that goes on without some of its sessions: it stays at its time for the others, where they can be done alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from app import history
from app.errors import Refused
from app.messages import changes
from app.planning.visit import Slot
from app.schedule import booking, guards, limits, rows
from app.schedule.free import resources
from app.schedule.wanted import Wanted
from app.series import other_acts
from app.today import today_of
from models.appointment import Appointment, AppointmentSession, VisitKind
from models.message import ChangeSet
from models.treatment import Course, SessionState


@dataclass(frozen=True)
class Alone:
    """How a visit goes on without some of its sessions."""

    kind: VisitKind
    tentative: bool
    slot: Slot


def staying_courses(visit: Appointment, leaving: Collection[int]) -> list[Course]:
    """The courses a visit would still be for without the sessions of the courses that leave it."""
    return [link.session.course for link in _staying(visit, leaving)]


def alone(visit: Appointment, leaving: Collection[int], now: datetime) -> Alone | None:
    """The visit's place without the sessions of these courses: it begins when it did. None where the others cannot be done alone.

    With its own practitioner and room, or else with whoever and whatever is free then.
    """
    staying = _staying(visit, leaving)
    sessions = [link.session for link in staying]
    for performer_id, room_id in ((visit.performer_id, visit.room_id), (None, None)) if staying else ():
        slot = resources.wanted(visit.local_day, rows.start_minute(visit), performer_id, room_id)
        wanted = Wanted(visit.patient, VisitKind.TREATMENT, slot, sessions, visit.plan, tentative=visit.tentative)
        try:
            stands = limits.stands_of(sessions, limits.readings_of(sessions, today_of(now)))
            others = other_acts.of_patient(visit.patient_id, except_visit=visit.id)
            begins = booking.begins(wanted, stands, others, visit.id, made_since=now)  # it keeps what it stands in already
            return Alone(begins.kind, begins.tentative, booking.exact_slot(wanted, begins.kind, except_visit=visit.id))
        except Refused:
            continue
    return None


def part(visit: Appointment, leaving: Collection[int], how: Alone, change_set: ChangeSet, now: datetime) -> None:
    """Take the sessions of these courses out of the visit, which goes on as `alone` found. Whoever calls settles at its end."""
    staying = _staying(visit, leaving)
    old_place = rows.place_as_data(visit)
    rows.free_claims([visit])
    for link in [link for link in rows.planned(visit) if link not in staying]:
        link.session.move_to(SessionState.PROPOSED)
        visit.sessions.remove(link)
    with guards.said_in_words():
        visit.kind, visit.tentative = how.kind, how.tentative
        rows.put_times(visit, how.slot, [link.session.course for link in staying])
        rows.put_claims(visit, how.slot)
    visit.revision += 1
    visit.version += 1
    changes.note(change_set, visit, old_start=visit.starts_at, new_start=visit.starts_at, by_clinic=True, old_place=old_place)
    history.record("parted", visit, now, fields=["sessions"])


def _staying(visit: Appointment, leaving: Collection[int]) -> list[AppointmentSession]:
    return [link for link in rows.planned(visit) if link.session.course_id not in leaving]
