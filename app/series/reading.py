"""What people see of a course: where it stands, every session with its window, verdict and reasons."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.library.series import review_points
from app.planning.answer import Answer, CourseState, Due, Reason, Status, Verdict
from app.planning.bands import Band
from app.planning.forecast import first_maintenance, forecast, from_today
from app.planning.question import Question
from app.planning.windows import still_ahead
from app.series import other_acts
from app.series.contents import content
from app.series.facts import live_visits_of, open_sessions, performed, plans_maintenance, question_of
from app.series.other_acts import OtherAct
from app.series.wishes import beyond, stay_of, told
from models.appointment import Appointment
from models.treatment import Course, PlanState, SessionState, TreatmentSession


class Standing(StrEnum):
    """The status of a course as people read it (derived, never stored)."""

    NOT_STARTED = "not_started"
    DUE_LATER = "due_later"
    DUE = "due"
    OVERDUE = "overdue"
    LAPSED = "lapsed"
    ON_HOLD = "on_hold"
    AWAITING_REVIEW = "awaiting_review"
    IN_MAINTENANCE = "in_maintenance"
    COMPLETE = "complete"
    CLOSED = "closed"


@dataclass(frozen=True)
class SessionLine:
    """One line of a course's table. A performed one has a verdict, a coming one its dates; both may have a visit.

    `label`: "1", "2" … or "M1"; empty for a session that did not count, and for one that is booked although the series
    does not need it any more (it has neither verdict nor dates). `gap_days`: days since the session before; None where it lies
    before that one.
    """

    session: TreatmentSession | None
    label: str
    state: SessionState
    day: date | None
    gap_days: int | None
    verdict: Verdict | None = None
    due: Due | None = None
    visit: Appointment | None = None
    band: Band | None = None
    after_review: bool = False
    after_stay: bool = False

    @property
    def left_over(self) -> bool:
        """Booked, but the series is done without it: somebody must decide what becomes of the visit."""
        return self.visit is not None and self.due is None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return self.due.reasons if self.due else self.verdict.reasons if self.verdict else ()


@dataclass(frozen=True)
class Reading:
    """A course on a day of the clinic. `of`: steps of the series; `satisfied`: how many have their session.

    `acts`: everything done or booked on the patient.
    """

    course: Course
    question: Question
    answer: Answer
    standing: Standing
    lines: tuple[SessionLine, ...]
    satisfied: int
    of: int
    review_due: int | None
    visits: dict[int, Appointment]
    acts: Sequence[OtherAct]

    @property
    def next(self) -> Due | None:
        return self.answer.next

    @property
    def first_maintenance(self) -> Due | None:
        """When maintenance would begin if the series went on as planned; None once it has begun, or is planned with the series."""
        return None if self.question.with_maintenance else first_maintenance(from_today(self.question))

    @property
    def next_line(self) -> SessionLine | None:
        """The first session still to be done."""
        return next((line for line in self.lines if line.due is not None), None)


def read(course: Course, today: date) -> Reading:
    """All that is known of a course on a day: one question to the forecast, nothing stored."""
    return read_all([course], today)[course.id]


def read_all(courses: Collection[Course], today: date) -> dict[int, Reading]:
    """The same of many courses, by the course's id: two queries, however many there are."""
    visits, acts = live_visits_of(courses), other_acts.of_patients({course.plan.patient_id for course in courses})
    return {course.id: _read(course, today, visits[course.id], acts[course.plan.patient_id]) for course in courses}


def _read(course: Course, today: date, visits: dict[int, Appointment], acts: Sequence[OtherAct]) -> Reading:
    question = question_of(course, today, visits, acts)
    answer = forecast(from_today(question))
    review = review_due(course, answer)
    standing = _standing(course, answer, review)
    bare = Reading(course, question, answer, standing, (), answer.satisfied, len(question.steps), review, visits, acts)
    return with_rows(bare, today)


def with_rows(reading: Reading, today: date) -> Reading:
    """The same with a line for every row there is now: rows that came behind the others, without a visit, change nothing else."""
    course, answer = reading.course, reading.answer
    coming_ones = _coming_lines(course, answer, reading.visits, reading.of, today)
    return replace(reading, lines=(*_performed_lines(course, answer, reading.acts), *coming_ones))


def coming(course: Course, answer: Answer) -> list[Due]:
    """The next session and every later one. While an open hold stands the forecast projects none; they are still to come, without dates."""
    if answer.next is None:
        return []
    if answer.projected or answer.next.maintenance or answer.next.status is not Status.ON_HOLD:
        return list(answer.dues)
    later = range(answer.next.step + 1, len(course.steps) + 1)
    behind = [(1, True)] if plans_maintenance(course) else []
    return [answer.next, *(Due(n, kept, None, None, None, ()) for n, kept in [*((n, False) for n in later), *behind])]


def review_due(course: Course, answer: Answer) -> int | None:
    """The step after which the physician has not looked yet; None: no review is waiting (docs/rules.md)."""
    return waiting_review(review_points_of(course), answer.satisfied, {review.after_step for review in course.reviews})


def waiting_review(points: Collection[int], satisfied: int, seen: Collection[int]) -> int | None:
    """Of the steps after which a physician looks, the last one reached and not looked at. A later review covers those before it."""
    reached = max((step for step in points if step <= satisfied), default=0)
    return reached if reached > max(seen, default=0) else None


def label(due: Due) -> str:
    """How a step is called: "3", or "M1" in maintenance."""
    return f"M{due.step}" if due.maintenance else str(due.step)


def review_points_of(course: Course) -> tuple[int, ...]:
    """After which steps of this course the physician reviews."""
    return review_points(content(course), len(course.steps))


def _standing(course: Course, answer: Answer, review: int | None) -> Standing:
    if course.ended_on or course.plan.state is PlanState.CLOSED:
        return Standing.CLOSED
    if answer.next is None:
        return Standing.AWAITING_REVIEW if review else Standing.COMPLETE
    if answer.next.status is Status.ON_HOLD:
        return Standing.ON_HOLD
    if answer.next.maintenance and answer.next.status in (Status.DUE_LATER, Status.DUE):
        return Standing.AWAITING_REVIEW if review else Standing.IN_MAINTENANCE
    if answer.course is CourseState.NOT_STARTED and answer.next.status in (Status.DUE_LATER, Status.DUE):
        return Standing.NOT_STARTED
    if review and answer.next.status in (Status.DUE_LATER, Status.DUE):
        return Standing.AWAITING_REVIEW
    return Standing(str(answer.next.status))


def _performed_lines(course: Course, answer: Answer, acts: Sequence[OtherAct]) -> list[SessionLine]:
    verdicts = {verdict.ref: verdict for verdict in answer.verdicts}
    lines: list[SessionLine] = []
    before: date | None = None
    for session in sorted((s for s in course.sessions if s.state is SessionState.DONE), key=lambda s: (s.performed_on or date.max, s.n)):
        verdict, day = verdicts.get(session.id), session.performed_on
        gap = (day - before).days if day and before else None
        band = _band_of(verdict, course, acts)
        lines.append(SessionLine(session, _verdict_label(verdict), session.state, day, gap, verdict=verdict, band=band))
        before = day if verdict else before
    return lines


def _verdict_label(verdict: Verdict | None) -> str:
    if verdict is None or verdict.step is None or not verdict.satisfies:
        return ""
    return f"M{verdict.step}" if verdict.maintenance else str(verdict.step)


def _band_of(verdict: Verdict | None, course: Course, acts: Sequence[OtherAct]) -> Band | None:
    """The band a performed session fell in: the forecast asked as it stood before it. None for the first and for extras."""
    if verdict is None or verdict.step is None:
        return None
    question = question_of(course, verdict.day, {}, acts)
    earlier = tuple(done for done in question.performed if done.day < verdict.day)
    before = forecast(replace(question, performed=earlier, holds=())).next if earlier else None
    return before.band(verdict.day) if before else None


def _coming_lines(course: Course, answer: Answer, visits: dict[int, Appointment], of: int, today: date) -> list[SessionLine]:
    dues = [told(due, stay_of(course.plan)) for due in coming(course, answer)]
    rows = open_sessions(course)
    last = max((s.performed_on for s in performed(course) if s.performed_on), default=None)
    lines = []
    for place, due in enumerate(dues):
        row = rows[place] if place < len(rows) else None
        visit = visits.get(row.id) if row else None
        day = visit.local_day if visit else still_ahead(due.earliest, due.recommended, due.latest, today)[1]
        gap = (day - last).days if day and last and day >= last else None
        state = row.state if row else SessionState.PROPOSED
        band = due.band(day) if visit and day else None
        lines.append(
            SessionLine(
                row, label(due), state, day, gap, due=due, visit=visit, band=band, after_review=_behind(course, due, of),
                after_stay=beyond(stay_of(course.plan), due.earliest, today),
            )
        )  # fmt: skip
        last = max(filter(None, (day, last)), default=None)
    left_over = [row for row in rows[len(dues) :] if row.id in visits]
    return lines + [SessionLine(row, "", row.state, visits[row.id].local_day, None, visit=visits[row.id]) for row in left_over]


def _behind(course: Course, due: Due, of: int) -> bool:
    """The session lies behind a review that has not been done; maintenance behind all of the series with its `of` steps."""
    seen, step = max((r.after_step for r in course.reviews), default=0), of + 1 if due.maintenance else due.step
    return any(seen < point < step for point in review_points_of(course))
