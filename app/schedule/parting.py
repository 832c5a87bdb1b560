"""A joined visit that goes on without some of its sessions, at its time, where the others can be done alone; and joined again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from app import history
from app.errors import Refused
from app.i18n import _
from app.messages import changes
from app.planning.visit import Slot
from app.schedule import booking, guards, limits, rows, stepping
from app.schedule.free import resources
from app.schedule.wanted import Wanted
from app.series import other_acts
from app.today import today_of
from models.appointment import Appointment, AppointmentSession, VisitKind
from models.base import db
from models.message import ChangeSet, VisitChange
from models.treatment import Course, SessionState, TreatmentSession

SESSIONS = "sessions"
"""In what is kept of a visit before it was parted: the numbers of its sessions, in their order."""


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
        wanted = Wanted(
            visit.patient, VisitKind.TREATMENT, slot, sessions, visit.plan, tentative=visit.tentative, place_id=visit.location_id
        )
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
    old_place = rows.place_as_data(visit) | {SESSIONS: [link.session_id for link in rows.planned(visit)]}
    rows.free_claims([visit])
    for link in [link for link in rows.planned(visit) if link not in staying]:
        link.session.move_to(SessionState.PROPOSED)
        visit.sessions.remove(link)
    with guards.said_in_words():
        visit.kind, visit.tentative = how.kind, how.tentative
        rows.put_times(visit, how.slot, [link.session.course for link in staying])
        rows.put_claims([(visit, how.slot)])
    visit.revision += 1
    visit.version += 1
    changes.note(change_set, visit, old_start=visit.starts_at, new_start=visit.starts_at, by_clinic=True, old_place=old_place)
    history.record("parted", visit, now, fields=["sessions"])


def is_of(change: VisitChange) -> bool:
    """Whether sessions were taken out of a visit by this change."""
    return change.old_start is not None and change.new_start is not None and SESSIONS in (change.old_place or {})


def rejoin(visit: Appointment, change: VisitChange, now: datetime) -> None:
    """Put back what `part` took out: the sessions, with the people and things there were. Whoever calls settles at its end.

    Raises Refused where a session was booked elsewhere, or something that is needed was taken, meanwhile.
    """
    before = change.old_place or {}
    slot = rows.place_of_data(before)
    rows.free_claims([visit])
    with guards.said_in_words():
        _link_again(visit, before[SESSIONS])
        visit.kind, visit.tentative = VisitKind(before["kind"]), before["tentative"]
        rows.put_times(visit, slot, rows.courses_in(visit))
        rows.put_claims([(visit, slot)])
    stepping.check_again(visit, slot.day, slot.start_minute, change.change_set.at)
    stepping.check_minimum(visit, now)
    visit.version += 1
    history.record("undone", visit, now, fields=["sessions"])


def _link_again(visit: Appointment, session_ids: Collection[int]) -> None:
    there = {link.session_id: link for link in rows.planned(visit)}
    for place, key in enumerate(session_ids):
        if key in there:
            there[key].position = place
            continue
        session = db.session.get_one(TreatmentSession, key)
        if session.state not in limits.FREE:
            raise Refused(_("Session %(n)s was booked or dropped meanwhile, so it cannot be undone.", n=session.n))
        visit.sessions.append(AppointmentSession(session=session, position=place))
        session.move_to(SessionState.BOOKED)
    visit.sessions.sort(key=lambda link: link.position)


def _staying(visit: Appointment, leaving: Collection[int]) -> list[AppointmentSession]:
    return [link for link in rows.planned(visit) if link.session.course_id not in leaving]
