"""Visits put to other times, all or none: each may take what another of them gives free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import history
from app.errors import Refused
from app.i18n import _
from app.messages import changes
from app.planning.visit import Slot
from app.schedule import agreement, booking, guards, limits, rows
from app.schedule.limits import Override
from app.schedule.places import Places
from app.schedule.wanted import Wanted
from app.series import other_acts
from app.series.other_acts import OtherAct
from app.series.reading import Reading
from app.today import today_of
from models.appointment import COMING, Appointment, AppointmentStatus, VisitKind, VisitState
from models.message import ChangeSet

MOVED = "moved"
CLINIC = "clinic"


@dataclass(frozen=True)
class Move:
    """One visit and where it goes; told with everything else in the change set."""

    visit: Appointment
    slot: Slot
    change_set: ChangeSet


def move_together(
    moves: Sequence[Move], now: datetime, *, asked_by: str = "patient", override: Override | None = None, is_here: bool = False
) -> None:
    """Several visits at once, all or none: each may take what another of them gives free. Raises Refused as `move` does.

    `is_here`: the patients have come, and wait for another time.
    A time, or a practitioner, that the clinic asked for is not agreed until the patient answers; one that the patient asked for is.
    """
    if not moves:
        return
    guards.alone_with([one.visit for one in moves])
    for one in moves:
        _check_open(one.visit, is_here=is_here)
    wanted = [as_wanted(one.visit, one.slot, override) for one in moves]
    mine = {session.id for each in wanted for session in each.sessions}
    before = _readings(wanted, now)
    early = limits.too_early(before.values()).keys() - mine
    old = [(one.visit.starts_at, rows.place_as_data(one.visit)) for one in moves]
    rows.free_claims([one.visit for one in moves])
    places, others = Places(wanted, now), _staying(moves)
    for one, each in zip(moves, wanted, strict=True):
        beside = others[each.patient.id]
        with _named(one.visit, moves):
            _put(one.visit, each, before, places, beside)
        beside += [other_acts.wanted(course, each.slot.day, each.slot.start_minute) for course in each.treated]  # judges those to come
        rows.forget_allowed(each.sessions)
    with guards.said_in_words():
        for one, each, slot in zip(moves, wanted, places.slots, strict=True):
            rows.put_times(one.visit, slot, each.courses)
        rows.put_claims([(one.visit, slot) for one, slot in zip(moves, places.slots, strict=True)])
    readings = _readings(wanted, now)
    limits.check_minimum(limits.early_since(early, readings.values()), override)
    for one, each, (old_start, old_place) in zip(moves, wanted, old, strict=True):
        limits.record_override(each.courses, override, now)
        one.visit.asked_by = asked_by
        if _is_noticed(one.visit, old_start, old_place):
            _is_open_again(one.visit, now)
        _write_move(one, old_start, old_place, now, override)
    rows.settle_all(dict.fromkeys(one.visit.patient_id for one in moves), now, readings)
    agreement.ask([one.visit for one in moves if not one.visit.agreed], now)


def _staying(moves: Sequence[Move]) -> dict[int, list[OtherAct]]:
    """What is done or booked on each patient and does not move."""
    moving = {one.visit.id for one in moves}
    found = other_acts.of_patients({one.visit.patient_id for one in moves})
    return {key: [act for act in there if act.appointment_id not in moving] for key, there in found.items()}


def _check_open(visit: Appointment, *, is_here: bool) -> None:
    if visit.state not in ((*COMING, VisitState.ARRIVED) if is_here else COMING):
        raise Refused(_("Only a visit that has not begun can be moved."))


def as_wanted(visit: Appointment, slot: Slot, override: Override | None) -> Wanted:
    """A visit as it would be booked at another time: whether it begins with an evaluation is decided anew."""
    course = rows.courses_in(visit)[0] if visit.course_id is not None else None
    kind = VisitKind.TREATMENT if visit.kind is VisitKind.EVALUATION_AND_TREATMENT and rows.planned(visit) else visit.kind
    sessions = [link.session for link in rows.planned(visit)]
    return Wanted(
        visit.patient, kind, slot, sessions, visit.plan, course, visit.tentative, visit.asked_by, visit.note, override, visit.location_id
    )


def _readings(wanted: Sequence[Wanted], now: datetime) -> dict[int, Reading]:
    return limits.readings_of([session for each in wanted for session in each.sessions], today_of(now))


@contextmanager
def _named(visit: Appointment, moves: Sequence[Move]) -> Iterator[None]:
    """Where several patients' visits move, a refusal says whose it is."""
    try:
        yield
    except Refused as no:
        if all(one.visit.patient_id == visit.patient_id for one in moves):
            raise
        raise Refused(f"{visit.patient.name}: {no.words}") from no


def _put(visit: Appointment, wanted: Wanted, readings: Mapping[int, Reading], places: Places, others: Sequence[OtherAct]) -> None:
    """The visit at its new time; what it claims there is written once all of them have a place."""
    stands = limits.stands_of(wanted.sessions, readings)
    begins = booking.begins(wanted, stands, others, visit.id)
    visit.kind, visit.tentative = begins.kind, begins.tentative
    rows.put_times(visit, places.take(wanted, begins.kind), wanted.courses)


def _is_noticed(visit: Appointment, old_start: datetime, old_place: dict[str, Any]) -> bool:
    """The patient comes at another time, or to somebody else; another room or device is nothing to answer to."""
    return visit.starts_at != old_start or visit.performer_id != old_place["performer"]


def _is_open_again(visit: Appointment, now: datetime) -> None:
    """What was said about the place before holds for the new one only where the patient asked for it."""
    visit.agreed = visit.asked_by != CLINIC
    if visit.state is VisitState.CONFIRMED:
        visit.move_to(VisitState.BOOKED)
        visit.statuses.append(AppointmentStatus(state=VisitState.BOOKED, at=now, by_id=history.who(), why=MOVED))


def _write_move(one: Move, old_start: datetime, old_place: dict[str, Any], now: datetime, override: Override | None) -> None:
    visit = one.visit
    visit.revision += 1
    visit.version += 1
    by_clinic = visit.asked_by == CLINIC
    changes.note(one.change_set, visit, old_start=old_start, new_start=visit.starts_at, by_clinic=by_clinic, old_place=old_place)
    history.record("moved", visit, now, fields=["starts_at"], reason=override.why if override else "")
