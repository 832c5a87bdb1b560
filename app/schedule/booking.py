"""Visits written with everything that must hold; messages and dates are settled by whoever books one or several."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.exc import IntegrityError

from app import history
from app.planning.visit import Slot
from app.schedule import evaluation, guards, limits, rows
from app.schedule.evaluation import Beginning
from app.schedule.free import resources
from app.schedule.joining import sessions_in_order
from app.schedule.places import Places
from app.schedule.wanted import Wanted
from app.series import other_acts
from app.series.other_acts import OtherAct
from app.series.reading import Reading, SessionLine
from app.today import today_of
from models.appointment import Appointment, AppointmentStatus, VisitKind, VisitState
from models.base import db
from models.clinic import Location

Blame: TypeAlias = Callable[[Wanted], AbstractContextManager[None]]


@dataclass(frozen=True)
class Booked:
    """Visits in the order in which they were wanted, and how their courses read now, by the course's id."""

    visits: list[Appointment]
    readings: dict[int, Reading]


def write(wanted: Wanted, now: datetime) -> Booked:
    """Book one visit: see `write_together`."""
    guards.alone(wanted.place.id)
    return write_together([wanted], now)


def write_together(
    wanted: Sequence[Wanted], now: datetime, *, known: Mapping[int, Reading] | None = None, blame: Blame = lambda _one: nullcontext(),
) -> Booked:  # fmt: skip
    """Book visits of one patient in one place, all or none, each beside those before it; whoever calls is alone there.

    Raises Refused (SlotTaken where somebody else was faster); the transaction must then end. Without a valid evaluation a
    treatment becomes an evaluation with treatment if suitable, which is longer. `known`: readings that are true now, by their
    courses' ids. `blame`: around all that one visit is refused for.
    """
    place = wanted[0].place
    wanted = [replace(one, sessions=sessions_in_order(one.sessions)) for one in wanted]
    sessions, today = [session for one in wanted for session in one.sessions], today_of(now)
    before = limits.readings_of(sessions, today, known)
    early = limits.too_early(before.values()).keys() - limits.behind(sessions)
    places, others, made = Places(wanted, now), other_acts.of_patient(wanted[0].patient.id), []
    with guards.said_in_words():
        for asked in wanted:
            with blame(asked):
                one = _checked(asked, before, places, others)
                made.append((one, _put(one, place, now)))
            others += [other_acts.wanted(course, one.slot.day, one.slot.start_minute) for course in one.treated]
    _claim_all([(one, visit, slot) for (one, visit), slot in zip(made, places.slots, strict=True)], blame)
    readings = limits.readings_of(sessions, today)
    for line in limits.early_since(early, readings.values()):
        one = _answering_for(line, wanted)
        with blame(one):
            limits.check_minimum([line], one.override)
    for one, visit in made:
        limits.record_override(one.courses, one.override, now)
        history.record("booked", visit, now, reason=one.override.why if one.override else "")
    return Booked([visit for _one, visit in made], readings)


def begins(
    wanted: Wanted, stands: Sequence[evaluation.Stand], others: Sequence[OtherAct], except_visit: int | None = None, *,
    made_since: datetime | None = None,
) -> Beginning:  # fmt: skip
    """How the visit begins on its day, after everything that speaks against booking it at all; holds: those made since a moment.

    `others`: what is done or booked on the patient besides.
    """
    limits.check_patient(wanted.patient)
    limits.check_override(wanted.override)
    limits.check_sessions(wanted.patient, wanted.kind, wanted.sessions, free=except_visit is None)
    limits.check_plan_started(stands, wanted.slot.day, wanted.patient)
    courses = wanted.treated
    limits.check_holds(courses, wanted.slot.day, wanted.override, made_since=made_since)
    at = wanted.slot.day, wanted.slot.start_minute
    limits.check_acts(courses, *at, wanted.override, others)
    starts_at = rows.start_of(wanted.slot)
    return evaluation.beginning(wanted.patient, wanted.kind, stands, wanted.slot.day, starts_at, except_visit=except_visit)


def exact_slot(wanted: Wanted, kind: VisitKind, *, except_visit: int) -> Slot:
    """The time that a visit has, worked out anew for what is left of it. Raises Refused with every reason against it."""
    return resources.slot_at(
        kind, wanted.courses, wanted.patient, wanted.slot.day, wanted.slot.start_minute, performer_id=wanted.slot.performer_id,
        room_id=wanted.slot.room_id, except_visit=except_visit, place_id=wanted.place_id,
    )  # fmt: skip


def _checked(wanted: Wanted, readings: Mapping[int, Reading], places: Places, others: Sequence[OtherAct]) -> Wanted:
    begins_as = begins(wanted, limits.stands_of(wanted.sessions, readings), others)
    slot = places.take(wanted, begins_as.kind)
    return replace(wanted, kind=begins_as.kind, slot=slot, tentative=wanted.tentative or begins_as.tentative)


def _claim_all(made: Sequence[tuple[Wanted, Appointment, Slot]], blame: Blame) -> None:
    """Every claim in one statement. Where that is refused they are made visit by visit, to know whose it is."""
    for one, visit, slot in made:
        if slot != one.slot:  # a visit after it took whom or what it would have had
            rows.put_times(visit, slot, one.courses)
    try:
        with db.session.begin_nested():
            rows.put_claims([(visit, slot) for _one, visit, slot in made])
    except IntegrityError:
        for one, visit, slot in made:
            with blame(one), guards.said_in_words():
                rows.put_claims([(visit, slot)])


def _answering_for(line: SessionLine, wanted: Sequence[Wanted]) -> Wanted:
    """Whose leave a session needs that became too early: of its own visit; where it was booked before, of one of its course."""
    assert line.session is not None
    own, course = line.session, line.session.course
    return max(wanted, key=lambda one: (own in one.sessions, course in one.courses, one.override is not None))


def _put(wanted: Wanted, place: Location, now: datetime) -> Appointment:
    visit = Appointment(
        location_id=place.id, patient=wanted.patient, patient_id=wanted.patient.id, plan_id=wanted.plan_id, kind=wanted.kind,
        tentative=wanted.tentative,
        course_id=wanted.course.id if wanted.course else None, asked_by=wanted.asked_by, note=wanted.note, made_at=now,
        revision=0, version=1, state=VisitState.BOOKED,
    )  # fmt: skip
    rows.put_times(visit, wanted.slot, wanted.courses)
    visit.statuses.append(AppointmentStatus(state=VisitState.BOOKED, at=now, by_id=history.who(), by_patient=wanted.asked_by == "link"))
    db.session.add(visit)
    rows.link_sessions(visit, wanted.sessions)
    return visit
