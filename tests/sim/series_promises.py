"""What must always hold of series and bookings (docs/reliability.md), asked each night of the database."""

from __future__ import annotations

from datetime import date, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.messages import planner
from app.series.facts import open_sessions
from app.series.reading import Standing, read
from app.work.courses import TO_BOOK, of_list
from models import clock
from models.appointment import COMING, LIVE, OPEN, Appointment, AppointmentSession, Claim, Outcome
from models.base import db
from models.patient import Patient
from models.task import StaffTask
from models.treatment import Course, Hold, PlanState, SessionState, TreatmentPlan, TreatmentSession
from tests.sim.promises import hold
from tests.sim.world import World

A_NIGHT = 2
"""So many courses, drawn by lot, are read whole each night; all of them at the end."""
A_PAUSE_IS_OVER = timedelta(days=4)
"""So long after its last day even a machine that was off has ended it."""
OPENS, CLOSES = time(9), time(19)
"""See tests.builders.a_clinic."""
OF_WHOM = (Claim.staff_id, Claim.room_id, Claim.chair_id, Claim.device_id, Claim.patient_id)


def of_a_night(world: World) -> None:
    """Of every booking, and of some courses."""
    _nobody_is_claimed_twice(world)
    _claims_are_of_live_visits(world)
    _coming_visits(world)
    _nothing_is_booked_in_a_pause(world)
    courses = list(db.session.scalars(select(Course.id).order_by(Course.id)))
    for course_id in world.dice.sample(courses, min(A_NIGHT, len(courses))):
        _a_course(world, db.session.get_one(Course, course_id))


def at_the_end(world: World) -> None:
    """Of every course."""
    for course in db.session.scalars(select(Course).order_by(Course.id)):
        _a_course(world, course)
    db.session.rollback()


def _nobody_is_claimed_twice(world: World) -> None:
    """B1"""
    other = aliased(Claim)
    same = or_(*(whose == getattr(other, whose.key) for whose in OF_WHOM))
    over = (Claim.starts_at < other.ends_at, other.starts_at < Claim.ends_at, Claim.ends_at > world.now - timedelta(days=1))
    twice = db.session.execute(select(Claim.id, other.id).join(other, same).where(Claim.id < other.id, *over)).all()
    hold("B1", not twice, world, twice)


def _claims_are_of_live_visits(world: World) -> None:
    """B5"""
    claimed = select(Claim.id).where(Claim.appointment_id == Appointment.id).exists()
    lately = Appointment.starts_at > world.now - timedelta(days=7)
    wrong = or_(Appointment.state.in_(LIVE) & ~claimed, Appointment.state.not_in(LIVE) & claimed)
    found = db.session.execute(select(Appointment.id, Appointment.state).where(lately, wrong)).all()
    hold("B5", not found, world, found)


def _coming_visits(world: World) -> None:
    rows = select(Appointment.id, Appointment.starts_at, Appointment.ends_at, Appointment.zone, Appointment.minutes, Appointment.local_day,
                  Appointment.local_time, Patient.deceased_on).join(Appointment.patient)  # fmt: skip
    for visit in db.session.execute(rows.where(Appointment.state.in_(COMING), Appointment.starts_at > world.now)):
        there, ends = clock.local(visit.starts_at, visit.zone), clock.local(visit.ends_at, visit.zone)
        hold("B6", (there.date(), there.time()) == (visit.local_day, visit.local_time), world, visit.id)
        hold("B8", visit.ends_at - visit.starts_at == timedelta(minutes=visit.minutes), world, visit.id)
        hold("B3", there.time() >= OPENS and ends.time() <= CLOSES and there.weekday() < 6, world, visit.id, there, ends)
        hold("S5", visit.deceased_on is None, world, visit.id)


def _nothing_is_booked_in_a_pause(world: World) -> None:
    """S3: a pause that lets its visits go has let go of every one on its days; a plan that is over has none."""
    booked = select(Appointment.id, Course.id, TreatmentPlan.state).join(AppointmentSession).join(AppointmentSession.session)
    booked = booked.join(TreatmentSession.course).join(Course.plan).where(AppointmentSession.outcome == Outcome.PLANNED)
    booked = booked.where(Appointment.state.in_(COMING), Appointment.starts_at > world.now)
    over = or_(TreatmentPlan.state == PlanState.CLOSED, Course.ended_on.is_not(None))
    hold("S3", not (found := db.session.execute(booked.where(over)).all()), world, found, "the plan is over")
    covers = (Hold.released_at.is_(None), Hold.report_id.is_(None), or_(Hold.course_id.is_(None), Hold.course_id == Course.id))
    days = (Hold.from_day <= Appointment.local_day, or_(Hold.until_day.is_(None), Hold.until_day >= Appointment.local_day))
    paused = booked.join(Hold, Hold.plan_id == TreatmentPlan.id).where(*covers, *days)
    hold("S3", not (found := db.session.execute(paused).all()), world, found, "in a pause")


def _a_course(world: World, course: Course) -> None:
    reading = read(course, world.today)
    if course.live and course.completed_early_on is None:
        hold("S1", reading.satisfied + len(open_sessions(course)) >= reading.of, world, course.id, reading.satisfied, reading.of)
    numbers = [session.n for session in course.sessions]
    hold("S7", numbers == sorted(set(numbers)), world, course.id, numbers)
    ids = [session.id for session in course.sessions]
    live = select(AppointmentSession.session_id).where(AppointmentSession.outcome == Outcome.PLANNED)
    planned = set(db.session.scalars(live.where(AppointmentSession.session_id.in_(ids))))
    for session in course.sessions:
        hold("S6", (session.id in planned) == (session.state is SessionState.BOOKED), world, course.id, session.n, session.state)
        hold("S6", (session.state is SessionState.DONE) == (session.performed_on is not None), world, course.id, session.n)
    if course.plan.state in (PlanState.ACTIVE, PlanState.ON_HOLD) and course.plan.patient.deceased_on is None:
        _in_sight(world, course)
    found = planner.missing(course.plan.patient_id, world.now)
    hold("planned", not found.added, world, course.plan.patient_id, found.added)


def days_too_near(visit: Appointment) -> bool:
    """S2: some session of the visit lies nearer to the one before it than any gap of its course allows."""
    return any(bool(_too_near(link.session, visit.local_day)) for link in visit.sessions if link.outcome is Outcome.PLANNED)


def _too_near(session: TreatmentSession, day: date, *, behind: bool = False) -> list[date]:
    """The days of other sessions of its course, before a day or also behind it, that are nearer than any gap of the course allows."""
    course = session.course
    least = min((shortest(gap["min"]) for step in course.steps for gap in step.gaps if gap.get("min")), default=0)
    others = select(Appointment.local_day).join(AppointmentSession).join(AppointmentSession.session)
    others = others.where(TreatmentSession.course_id == course.id, TreatmentSession.id != session.id)
    live = db.session.scalars(others.where(AppointmentSession.outcome.in_((Outcome.PLANNED, Outcome.DONE)))).all()
    return [other for other in live if abs((day - other).days) < least and (behind or other <= day)]


def booked_too_near(session_id: int, day: date) -> list[date]:
    """S2: the same of a session that is booked on a day, to both sides: nobody allowed it."""
    return _too_near(db.session.get_one(TreatmentSession, session_id), day, behind=True)


def shortest(text: str) -> int:
    """The days of a length as courses keep them ("21d", "3w", "1m"): of a month, the shortest."""
    return int(text[:-1]) * {"d": 1, "w": 7, "m": 28, "y": 365}[text[-1]]


def _in_sight(world: World, course: Course) -> None:
    """S13: its visit, one list to book from, or a line for a person."""
    reading = read(course, world.today)
    if reading.standing is Standing.ON_HOLD or course.plan.state is PlanState.ON_HOLD:
        standing = [held for held in course.plan.holds if held.released_at is None]
        hold("S13", standing and all(_comes_back(held, world) for held in standing), world, course.id, "on hold without an end")
        return
    hold("S13", reading.review_due is None or _asked("review_due", course.id), world, course.id, "a review nobody is asked for")
    if reading.next is None:
        return
    if reading.next_line is not None and reading.next_line.visit is not None:
        visit = reading.next_line.visit
        hold("S13", visit.state in OPEN, world, course.id, visit.state)
    elif not (reading.next.maintenance and course.recall_ended_on):  # who said "no, thank you" is asked for nothing more
        lists = [kind for kind in TO_BOOK if db.session.scalars(of_list(kind, world.today).where(Course.id == course.id)).first()]
        hold("S13", len(lists) == 1 or _asked("to_book", course.id), world, course.id, reading.standing, lists)


def _comes_back(held: Hold, world: World) -> bool:
    if held.until_day is not None:
        return held.until_day >= world.today - A_PAUSE_IS_OVER
    return _asked("hold_review", held.id) or held.report_id is not None


def _asked(kind: str, subject_id: int) -> bool:
    line = select(StaffTask.id).where(StaffTask.kind == kind, StaffTask.subject_id == subject_id, StaffTask.closed_at.is_(None))
    return db.session.scalars(line).first() is not None
