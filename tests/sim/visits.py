"""How a visit goes: the patient comes, is treated, is not, or does not come; sometimes nobody writes it down until later."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.plans.running import reviews
from app.plans.running.reviews import NewReview
from app.schedule import flow, undo
from app.series.contents import content
from app.series.reading import read
from models.appointment import COMING, OPEN, Appointment, VisitState
from models.base import db
from models.product import Lot, LotUse, Product
from models.task import StaffTask
from models.treatment import Course, ReviewResult
from tests.sim.world import Act, World

RESULTS = (ReviewResult.CONTINUE, ReviewResult.CONTINUE, ReviewResult.EXTEND, ReviewResult.COMPLETE, ReviewResult.MAINTAIN)


def begins(visit_id: int) -> Act:
    """The patient arrives and is treated; some do not come."""

    def act(world: World) -> None:
        visit = _coming_today(world, visit_id)
        if visit is None:
            return
        if world.dice.random() < 0.07:
            return  # does not come, see `ends`
        flow.arrive(visit, world.now)
        if world.dice.random() < 0.03:
            flow.not_treated(visit, world.now, "refused")
        else:
            flow.start(visit, world.now)

    return act


def ends(visit_id: int) -> Act:
    """The visit is closed: done, or a no-show; now and then it is forgotten until another day, or pressed wrongly and taken back."""

    def act(world: World) -> None:
        visit = db.session.get(Appointment, visit_id)
        if visit is None or visit.state not in OPEN or world.dice.random() < 0.05:
            return
        close(world, visit)
        if world.dice.random() < 0.03:
            undo.step_back(visit, world.now)

    return act


def closes_what_was_left(world: World) -> None:
    """Somebody works the list of visits without an outcome."""
    left = select(Appointment).where(Appointment.state.in_(OPEN), Appointment.local_day < world.today)
    for visit in db.session.scalars(left.order_by(Appointment.id)).all()[:3]:
        close(world, visit)


def close(world: World, visit: Appointment) -> None:
    if visit.state in COMING:
        if not flow.may_be_no_show(visit, world.now):
            return
        if world.dice.random() < 0.7:
            flow.no_show(visit, world.now)
            return
        flow.arrive(visit, world.now)
    for link in visit.sessions:
        _use_lots(world, link.session.course, link.session_id)
    db.session.flush()
    if visit.may_move_to(VisitState.DONE):
        flow.done(visit, world.now)


def reviews_what_is_due(world: World) -> None:
    """The physician works the list of reviews."""
    for task in db.session.scalars(select(StaffTask).where(StaffTask.kind == "review_due", StaffTask.closed_at.is_(None))).all()[:2]:
        course = db.session.get_one(Course, task.subject_id)
        due = read(course, world.today).review_due
        if due is not None:
            reviews.review(course, NewReview(due, world.today, world.dice.choice(RESULTS), "seen", 1), world.now)


def _coming_today(world: World, visit_id: int) -> Appointment | None:
    visit = db.session.get(Appointment, visit_id)
    there = visit is not None and visit.state in COMING and visit.local_day == world.today
    return visit if there and visit is not None and abs(visit.starts_at - world.now) < timedelta(hours=1) else None


def _use_lots(world: World, course: Course, session_id: int) -> None:
    kinds = content(course).products
    for lot in db.session.scalars(select(Lot).join(Product).where(Product.kind.in_(kinds)).order_by(Lot.id)).all()[:1]:
        db.session.add(LotUse(session_id=session_id, lot=lot, amount="2", unit="ml", used_at=world.now))
