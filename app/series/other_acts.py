"""Everything done or booked on a patient, as acts on areas: what one course asks of another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final, NamedTuple

from sqlalchemy import BindParameter, CompoundSelect, bindparam, null, or_, select, union_all

from app.library.loader import shipped
from app.planning import acts
from app.planning.act_rules import min_days_between, overlap
from app.planning.acts import Clash, Done
from app.planning.question import Basis, Conflict
from app.series.contents import content, content_by
from models.appointment import LIVE, Appointment, AppointmentSession, Outcome, VisitKind, VisitState
from models.base import db
from models.protocol import ProtocolVersion
from models.treatment import Course, SessionState, TreatmentPlan, TreatmentSession


@dataclass(frozen=True)
class OtherAct:
    """A session or touch-up of the patient as acts on an area. `keep_apart_days`: what its course keeps from the others of the plan."""

    done: Done
    performed: bool
    plan_id: int
    appointment_id: int | None = None
    keep_apart_days: int = 0


def of_patient(patient_id: int, *, except_course: int | None = None, except_visit: int | None = None) -> list[OtherAct]:
    """Every session and touch-up performed or booked on the patient, over all plans; without one course or one visit."""
    return without(of_patients([patient_id])[patient_id], course=except_course, visit=except_visit)


def of_patients(patient_ids: Collection[int]) -> dict[int, list[OtherAct]]:
    """The same of many patients, in one question: a list for each."""
    found: dict[int, list[OtherAct]] = {key: [] for key in patient_ids}
    for patient_id, *row in db.session.execute(_OF_PATIENTS, {"patients": list(found)}) if found else ():
        found[patient_id].append(_act(_Row(*row)))
    return found


def without(acts_there: Iterable[OtherAct], *, course: int | None = None, visit: int | None = None) -> list[OtherAct]:
    """These treatments but for those of one course, or of one visit."""
    return [
        one for one in acts_there
        if (course is None or one.done.course != course) and (visit is None or one.appointment_id != visit)
    ]  # fmt: skip


def conflicts(course: Course, others: Iterable[OtherAct]) -> list[Conflict]:
    """What these treatments ask of the course's next session, for the forecast. `reason` names the acts."""
    said = content(course)
    kept = list(others)
    found = acts.conflicts_for(shipped().act_rules, said.acts, course.area, [one.done for one in kept])
    by_day = {one.done.day: one.performed for one in kept}
    return [
        Conflict(one.day, one.min_days, f"{one.from_act} → {one.to_act}", Basis.PERFORMED if by_day[one.day] else Basis.BOOKED)
        for one in found
    ]


def clashes(courses: Sequence[Course], day: date, minute: int | None, others: Iterable[OtherAct]) -> list[Clash]:
    """Why sessions of these courses, joined in one visit on this day, may not stand beside what else is done or booked.

    Source: docs/rules.md, acts, areas and days; the rows themselves are the library's.
    """
    new = [Done(content(course).acts, course.area, day, course.id, minute, course.id) for course in courses]
    if len(new) > 1 and (ordered := acts.in_same_day_order(shipped().act_rules, new)):
        new = [Done(one.acts, one.area, one.day, one.course, (minute or 0) + place, one.source) for place, one in enumerate(ordered)]
    return acts.clashes(shipped().act_rules, new, [one.done for one in others])


def wanted(course: Course, day: date, minute: int | None) -> OtherAct:
    """A session of a course that somebody wants on a day, as the others of its plan see it."""
    done = Done(content(course).acts, course.area, day, course.id, minute)
    return OtherAct(done, performed=False, plan_id=course.plan_id, keep_apart_days=course.keep_apart_days or 0)


def kept_apart(course: Course, day: date, others: Iterable[OtherAct]) -> tuple[int, date] | None:
    """The days its plan keeps between this course and another, and the session nearer to `day` than that; else None."""
    for one in others:
        if one.plan_id != course.plan_id or one.done.course == course.id:
            continue
        days = max(course.keep_apart_days or 0, one.keep_apart_days)
        if abs((one.done.day - day).days) < days:
            return days, one.done.day
    return None


def least_days(earlier: Course, later: Course) -> int:
    """The days from a treatment of one course to one of another, by their acts and by what their plan keeps apart."""
    rules = shipped().act_rules
    apart = max(earlier.keep_apart_days or 0, later.keep_apart_days or 0) if earlier.plan_id == later.plan_id else 0
    if not overlap(rules.parents, earlier.area, later.area):
        return apart
    return max(apart, min_days_between(rules, content(earlier).acts, content(later).acts))


class _Row(NamedTuple):
    """A session, or a touch-up without one. `performed_on`: of a session that has been done."""

    session_id: int | None
    performed_on: date | None
    performed: bool
    course_id: int
    plan_id: int
    area: str
    keep_apart_days: int | None
    version_id: int
    version: int
    visit_id: int | None
    day: date | None
    time: time | None


def _act(row: _Row) -> OtherAct:
    day = row.performed_on or row.day
    assert day is not None
    minute = row.time.hour * 60 + row.time.minute if row.time and row.performed_on is None else None
    acts_done = content_by(row.version_id, row.version).acts
    done = Done(acts_done, row.area, day, row.course_id, minute, row.session_id)
    return OtherAct(done, row.performed, row.plan_id, row.visit_id, row.keep_apart_days or 0)


def _of_patients() -> CompoundSelect[Any]:
    """Asked many times in one booking, so it is one question, built once, whose answer becomes no rows of ours."""
    patients: BindParameter[Any] = bindparam("patients", expanding=True)
    course = Course.id, Course.plan_id, Course.area, Course.keep_apart_days, Course.version_id, ProtocolVersion.version
    visit = Appointment.id, Appointment.local_day, Appointment.local_time
    link = (AppointmentSession.session_id == TreatmentSession.id) & (AppointmentSession.outcome == Outcome.PLANNED)
    done = TreatmentSession.performed_on, TreatmentSession.state == SessionState.DONE
    sessions = (
        select(TreatmentPlan.patient_id, TreatmentSession.id, *done, *course, *visit)
        .join(TreatmentSession.course).join(Course.plan).join(Course.protocol_version)
        .outerjoin(AppointmentSession, link).outerjoin(Appointment, Appointment.id == AppointmentSession.appointment_id)
        .where(TreatmentPlan.patient_id.in_(patients), or_(TreatmentSession.state == SessionState.DONE, Appointment.id.is_not(None)))
        .where(or_(TreatmentSession.performed_on.is_not(None), Appointment.id.is_not(None)))
    )  # fmt: skip
    # a touch-up fills no place in its series, but does to the tissue what its protocol does
    touch_ups = (
        select(Appointment.patient_id, null(), null(), Appointment.state == VisitState.DONE, *course, *visit)
        .join(Course, Course.id == Appointment.course_id).join(Course.plan).join(Course.protocol_version)
        .where(Appointment.patient_id.in_(patients), Appointment.kind == VisitKind.TOUCH_UP, Appointment.state.in_(LIVE))
    )  # fmt: skip
    return union_all(sessions, touch_ups)


_OF_PATIENTS: Final = _of_patients()
