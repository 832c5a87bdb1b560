"""Everything done or booked on a patient, as acts on areas: what one course asks of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.library.loader import shipped
from app.planning import acts
from app.planning.act_rules import min_days_between, overlap
from app.planning.acts import Clash, Done
from app.planning.question import Basis, Conflict
from app.series.contents import content
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
    if except_course is not None and not _has_another(patient_id, except_course):
        return []
    rows = db.session.execute(
        select(TreatmentSession, Course, Appointment)
        .join(TreatmentSession.course)
        .join(TreatmentPlan, TreatmentPlan.id == Course.plan_id)
        .outerjoin(
            AppointmentSession,
            (AppointmentSession.session_id == TreatmentSession.id) & (AppointmentSession.outcome == Outcome.PLANNED),
        )
        .outerjoin(Appointment, Appointment.id == AppointmentSession.appointment_id)
        .options(joinedload(Course.protocol_version).joinedload(ProtocolVersion.protocol))
        .where(TreatmentPlan.patient_id == patient_id)
        .where(or_(TreatmentSession.state == SessionState.DONE, Appointment.id.is_not(None)))
    ).unique()
    found = []
    for session, course, visit in rows:
        if course.id == except_course or (visit is not None and visit.id == except_visit):
            continue
        day = session.performed_on or (visit.local_day if visit else None)
        if day is not None:
            found.append(_act(session, course, visit, day))
    return [*found, *_touch_ups(patient_id, except_course, except_visit)]


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


def kept_apart(course: Course, day: date, others: Iterable[OtherAct]) -> tuple[int, date] | None:
    """The days its plan keeps between this course and another, and the session nearer to `day` than that; else None."""
    for one in others:
        if one.plan_id != course.plan_id or one.done.course == course.id:
            continue
        days = max(course.keep_apart_days or 0, one.keep_apart_days)
        if abs((one.done.day - day).days) < days:
            return days, one.done.day
    return None


def _has_another(patient_id: int, course_id: int) -> bool:
    """The patient has a course besides this one; most have not, and the forecast asks this of every course it reads."""
    other = select(Course.id).join(TreatmentPlan, TreatmentPlan.id == Course.plan_id)
    return db.session.scalar(other.where(TreatmentPlan.patient_id == patient_id, Course.id != course_id).limit(1)) is not None


def _touch_ups(patient_id: int, except_course: int | None, except_visit: int | None) -> Iterator[OtherAct]:
    """A touch-up fills no place in its series, but does to the tissue what its protocol does."""
    standing = Appointment.state.in_(LIVE), Appointment.id != (except_visit or 0), Course.id != (except_course or 0)
    rows = db.session.execute(
        select(Appointment, Course)
        .join(Course, Course.id == Appointment.course_id)
        .where(Appointment.patient_id == patient_id, Appointment.kind == VisitKind.TOUCH_UP, *standing)
    )
    for visit, course in rows:
        done = Done(content(course).acts, course.area, visit.local_day, course.id, _minute(visit))
        yield OtherAct(done, visit.state is VisitState.DONE, course.plan_id, visit.id, course.keep_apart_days or 0)


def _minute(visit: Appointment) -> int:
    return visit.local_time.hour * 60 + visit.local_time.minute


def least_days(earlier: Course, later: Course) -> int:
    """The days from a treatment of one course to one of another, by their acts and by what their plan keeps apart."""
    rules = shipped().act_rules
    apart = max(earlier.keep_apart_days or 0, later.keep_apart_days or 0) if earlier.plan_id == later.plan_id else 0
    if not overlap(rules.parents, earlier.area, later.area):
        return apart
    return max(apart, min_days_between(rules, content(earlier).acts, content(later).acts))


def _act(session: TreatmentSession, course: Course, visit: Appointment | None, day: date) -> OtherAct:
    minute = _minute(visit) if visit and session.performed_on is None else None
    done = Done(content(course).acts, course.area, day, course.id, minute, session.id)
    performed = session.state is SessionState.DONE
    return OtherAct(done, performed, course.plan_id, visit.id if visit else None, course.keep_apart_days or 0)
