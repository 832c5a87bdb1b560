"""One visit written with everything that must hold; messages and dates are settled by whoever books one or several."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app import history
from app.planning.visit import Slot
from app.schedule import evaluation, guards, limits, rows
from app.schedule.evaluation import Beginning
from app.schedule.free import resources
from app.schedule.free.resources import Diary
from app.schedule.joining import sessions_in_order
from app.schedule.limits import Override
from app.series.reading import Reading
from app.today import today_of
from models.appointment import Appointment, AppointmentStatus, VisitKind, VisitState
from models.base import db
from models.clinic import Location
from models.patient import Patient
from models.treatment import Course, TreatmentPlan, TreatmentSession


@dataclass(frozen=True)
class Wanted:
    """A visit somebody wants to book. A slot without claims is worked out first; `course`: whose protocol a visit borrows.

    `diary`: its day, read under the lock already. `known`: readings that are true before it is written, by their courses' ids;
    they become what is true after it.
    """

    patient: Patient
    kind: VisitKind
    slot: Slot
    sessions: Sequence[TreatmentSession] = ()
    plan: TreatmentPlan | None = None
    course: Course | None = None
    tentative: bool = False
    asked_by: str = "patient"
    note: str = ""
    override: Override | None = None
    diary: Diary | None = None
    known: dict[int, Reading] = field(default_factory=dict)

    @property
    def courses(self) -> list[Course]:
        return [session.course for session in self.sessions] or ([self.course] if self.course else [])

    @property
    def treated(self) -> list[Course]:
        """The courses of which something is done to the tissue: those of its sessions, or the one that is touched up."""
        return self.courses if self.sessions or self.kind is VisitKind.TOUCH_UP else []

    @property
    def plan_id(self) -> int | None:
        plans = [self.plan] if self.plan else [course.plan for course in self.courses]
        return plans[0].id if plans else None


def write(wanted: Wanted, now: datetime) -> Appointment:
    """Book the visit, or raise Refused (SlotTaken where somebody else was faster); the transaction must then end.

    Without a valid evaluation a treatment becomes an evaluation with treatment if suitable, which is longer.
    """
    place = resources.place_of(wanted.courses)
    guards.alone(place.id)
    wanted = replace(wanted, sessions=sessions_in_order(wanted.sessions))
    today = today_of(now)
    readings = limits.readings_of(wanted.sessions, today, wanted.known)
    early = limits.too_early(readings.values())
    wanted = _checked(wanted, begins(wanted, limits.stands_of(wanted.sessions, readings)), now)
    with guards.said_in_words():
        visit = _row(wanted, place, now)
        db.session.add(visit)
        rows.put_claims(visit, wanted.slot)
        rows.link_sessions(visit, wanted.sessions)
    wanted.known.clear()  # what is booked of one course moves the dates of others
    wanted.known.update(limits.readings_of(wanted.sessions, today))
    after = limits.too_early(wanted.known.values())
    limits.check_minimum({key: line for key, line in after.items() if key not in early}, wanted.override)
    limits.record_override(wanted.courses, wanted.override, now)
    history.record("booked", visit, now, reason=wanted.override.why if wanted.override else "")
    return visit


def begins(
    wanted: Wanted, stands: Sequence[evaluation.Stand], except_visit: int | None = None, *, made_since: datetime | None = None,
    moving: Collection[int] = (),
) -> Beginning:  # fmt: skip
    """How the visit begins on its day, after everything that speaks against booking it at all; holds: those made since a moment.

    `moving` as in `check_acts`.
    """
    limits.check_patient(wanted.patient)
    limits.check_override(wanted.override)
    limits.check_sessions(wanted.patient, wanted.kind, wanted.sessions, free=except_visit is None)
    limits.check_plan_started(stands, wanted.slot.day, wanted.patient)
    courses = wanted.treated
    limits.check_holds(courses, wanted.slot.day, wanted.override, made_since=made_since)
    at = wanted.slot.day, wanted.slot.start_minute
    limits.check_acts(wanted.patient, courses, *at, wanted.override, except_visit=except_visit, moving=moving)
    starts_at = rows.start_of(wanted.slot)
    return evaluation.beginning(wanted.patient, wanted.kind, stands, wanted.slot.day, starts_at, except_visit=except_visit)


def exact_slot(wanted: Wanted, kind: VisitKind, *, except_visit: int | None = None, now: datetime | None = None) -> Slot:
    """The wanted slot as it stands, or worked out anew where the visit is of another kind or nothing was claimed yet.

    Raises Refused with every reason against it; with `now`, one is that its time has passed.
    """
    if kind is wanted.kind and wanted.slot.claims:
        return wanted.slot
    if wanted.diary is not None:
        asked, slot = wanted.diary.request(kind, wanted.courses, wanted.patient, now=now), wanted.slot
        return resources.checked(asked, slot.day, slot.start_minute, slot.performer_id, slot.room_id)
    return resources.slot_at(
        kind, wanted.courses, wanted.patient, wanted.slot.day, wanted.slot.start_minute, performer_id=wanted.slot.performer_id,
        room_id=wanted.slot.room_id, except_visit=except_visit, now=now,
    )  # fmt: skip


def _checked(wanted: Wanted, begins_as: Beginning, now: datetime) -> Wanted:
    slot = exact_slot(wanted, begins_as.kind, now=now)
    return replace(wanted, kind=begins_as.kind, slot=slot, tentative=wanted.tentative or begins_as.tentative)


def _row(wanted: Wanted, place: Location, now: datetime) -> Appointment:
    visit = Appointment(
        location_id=place.id, patient=wanted.patient, patient_id=wanted.patient.id, plan_id=wanted.plan_id, kind=wanted.kind,
        tentative=wanted.tentative,
        course_id=wanted.course.id if wanted.course else None, asked_by=wanted.asked_by, note=wanted.note, made_at=now,
        revision=0, version=1, state=VisitState.BOOKED,
    )  # fmt: skip
    rows.put_times(visit, wanted.slot, wanted.courses)
    visit.statuses.append(AppointmentStatus(state=VisitState.BOOKED, at=now, by_id=history.who(), by_patient=wanted.asked_by == "link"))
    return visit
