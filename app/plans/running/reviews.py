"""The physician's reviews inside and after a series: go on, extend, complete, or maintenance (docs/rules.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app import history, tasks
from app.errors import Refused
from app.i18n import _
from app.plans import life
from app.plans.health import evaluations, holds
from app.plans.numbers import check_number
from app.schedule.evaluation import newest, signed_by
from app.series.contents import content
from app.series.reading import read
from app.today import today_of
from models.base import db
from models.patient import Evaluation, Patient
from models.task import TaskKind
from models.treatment import Course, CourseStep, Review, ReviewResult

MOST_MORE = 12


@dataclass(frozen=True)
class NewReview:
    """How a review ended. `extend_by`: further sessions, each repeating the last gap."""

    after_step: int
    day: date
    result: ReviewResult
    why: str = ""
    extend_by: int = 0


def review(course: Course, new: NewReview, now: datetime) -> Review:
    """The physician's review of a course, at any time once a session counts. It renews the evaluation. Raises Refused in words."""
    if new.after_step < 1:
        raise Refused(_("No session counts yet: there is nothing to review."))
    made = Review(course=course, after_step=new.after_step, done_on=new.day, result=new.result, by_id=history.who(), why=new.why)
    db.session.add(made)
    apply(course, new, now)
    if new.result is not ReviewResult.WAIVED:
        renew_evaluation(course.plan.patient, new.day)
    course.plan.version += 1
    history.record("reviewed", course, now, fields=["reviews"], reason=new.why)
    history.plan_changed(course.plan, "reviewed", now, new=new.result.value, why=new.why, course=course)
    tasks.close(TaskKind.REVIEW_DUE, course, now, "reviewed")
    holds.settle(course.plan, now)
    return made


def apply(course: Course, new: NewReview, now: datetime) -> None:
    """What the physician decided, on the course's own numbers."""
    if new.result is ReviewResult.EXTEND:
        if not 1 <= new.extend_by <= MOST_MORE:
            raise Refused(_("Enter by how many sessions to extend: 1 to %(most)s.", most=MOST_MORE))
        check_number(content(course), len(course.steps) + new.extend_by, new.why)
        extend(course, new.extend_by)
    if new.result is ReviewResult.COMPLETE:
        course.maintenance = None
        end_series(course, new.day, now)
    if new.result is ReviewResult.MAINTAIN:
        if not course.maintenance:
            raise Refused(_("This course has no maintenance. Add it under Edit first."))
        if read(course, today_of(now)).satisfied < len(course.steps):
            end_series(course, new.day, now)


def end_series(course: Course, day: date, now: datetime) -> None:
    """No further session of the series is wanted: what is booked for it is cancelled, told in one message."""
    course.completed_early_on = course.completed_early_on or day
    life.cancel_visits(course.plan.patient_id, life.visits_of([course]), now, why="series over")


def extend(course: Course, by: int) -> None:
    """Further steps at the end, each repeating the last step's gap. Of a series that ended early the end is where it ended."""
    last = course.steps[-1]
    if course.completed_early_on:
        course.steps[:] = course.steps[: max(read(course, course.completed_early_on).satisfied, 1)]
        last = course.steps[-1] if course.steps[-1].gaps else last
    for n in range(last.n + 1, last.n + 1 + by):
        course.steps.append(CourseStep(n=n, gaps=list(last.gaps), bounds={}))
    course.completed_early_on = None


def renew_evaluation(patient: Patient, day: date) -> None:
    """A recorded review renews the evaluation it stands on."""
    last = newest(signed_by(patient), day)
    if last is not None:
        renewed = db.session.get_one(Evaluation, last.id)
        renewed.valid_until = max(renewed.valid_until, day + evaluations.valid_for())
