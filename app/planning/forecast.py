"""What is due when in a course, and why: the one function every date of the product comes from."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from app.planning.answer import Answer, Aspect, CourseState, Due, Status
from app.planning.past import Past, Place
from app.planning.question import Basis, Booked, Hold, Question
from app.planning.verdicts import judge
from app.planning.windows import Setting, Window, hold_reason, window


def forecast(question: Question) -> Answer:
    """Judge what was performed and say what is due next and after it.

    Pure: the same question has the same answer, nothing is stored. The rules and their fine
    print stand in docs/forecast.md. Raises OutOfCalendar where a date leaves the years 1 to 9999.
    """
    verdicts, past = judge(question)
    place = past.next_place(question)
    course = _course_state(question, past, place)
    if place is None:
        return Answer(course, verdicts, None)
    setting = Setting.of(question)
    if (hold := setting.holds.without_end) is not None:
        return Answer(course, verdicts, _without_dates(place, hold))
    steps = max(1, len(question.steps) - len(past.by_step) + question.with_maintenance)
    (place, found), *later = islice(_ahead(question, past, setting), steps)
    due = _due(place, found, _status(question, setting, found))
    return Answer(course, verdicts, due, tuple(_due(*each) for each in later))


def due_of(question: Question, step: int) -> Due | None:
    """The dates `forecast` gives one step still to come, or maintenance where the series is complete; without its status. The number
    behind the last step is the first maintenance session, where that is planned with the series.

    Quicker where the steps before it are booked: their own dates are not worked out. None where there is no such step, and behind
    the next one while a hold leaves no dates.
    """
    _verdicts, past = judge(question)
    place, setting = past.next_place(question), Setting.of(question)
    if place is None or place.maintenance or setting.holds.without_end is not None:
        due = forecast(question).next
        return replace(due, status=None) if due and (due.maintenance or due.step == step) else None
    booked = {booking.step: booking for booking in question.booked}
    while place is not None and not place.maintenance:
        if place.number == step:
            return _due(place, window(place.rules, past, setting))
        done = booked.get(place.number) or Booked(place.number, window(place.rules, past, setting).recommended, Basis.EXPECTED)
        _lay(place, past, done)
        place = past.next_place(question)
    asked = question.with_maintenance and step > len(question.steps)
    return _due(place, window(place.rules, past, setting)) if place is not None and asked else None


def from_today(question: Question) -> Question:
    """The question as people ask it: a next session without a visit whose best day has passed is expected today, and what follows
    counts from there. An overdue one, which nobody can say when it is done, is left as it is.
    """
    due, today = forecast(question).next, question.today
    if due is None or due.maintenance or due.recommended is None or due.recommended >= today or (due.latest and due.latest < today):
        return question
    if any(one.step == due.step for one in question.booked):
        return question
    return replace(question, booked=(*question.booked, Booked(due.step, today, Basis.EXPECTED)))


def first_maintenance(question: Question) -> Due | None:
    """The first maintenance session while its series still runs, as if every step before it were done on its booked or
    recommended day.

    None without maintenance, once the series is complete, and while a hold leaves no dates.
    """
    _verdicts, past = judge(question)
    place, setting = past.next_place(question), Setting.of(question)
    if place is None or place.maintenance or setting.holds.without_end is not None:
        return None
    *_steps, (place, found) = _ahead(question, past, setting)
    return _due(place, found) if place.maintenance else None


def _course_state(question: Question, past: Past, place: Place | None) -> CourseState:
    if not question.performed:
        return CourseState.NOT_STARTED
    if place is None:
        return CourseState.COMPLETE
    return CourseState.IN_MAINTENANCE if place.maintenance else CourseState.IN_SERIES


def _without_dates(place: Place, hold: Hold) -> Due:
    reasons = (hold_reason(Aspect.DATES, hold),)
    return Due(place.number, place.maintenance, None, None, None, reasons, Status.ON_HOLD)


def _due(place: Place, found: Window, status: Status | None = None) -> Due:
    return Due(
        place.number,
        place.maintenance,
        found.earliest,
        found.recommended,
        found.latest,
        found.reasons,
        status,
        found.ideal_gap_days,
    )


def _status(question: Question, setting: Setting, found: Window) -> Status:
    today, lapse_days = question.today, question.lapse_days
    if setting.holds.now is not None:
        return Status.ON_HOLD
    if today < found.earliest:
        return Status.DUE_LATER
    if found.latest is None or today <= found.latest:
        return Status.DUE
    late = (today - found.latest).days
    return Status.OVERDUE if lapse_days is None or late <= lapse_days else Status.LAPSED


def _ahead(question: Question, past: Past, setting: Setting) -> Iterator[tuple[Place, Window]]:
    """Every step still open, then the first maintenance session, each as if the one before it were done on its booked or
    recommended day. `past` grows with them.
    """
    booked = {booking.step: booking for booking in question.booked}
    while (place := past.next_place(question)) is not None:
        found = window(place.rules, past, setting)
        yield place, found
        if place.maintenance:
            return
        _lay(place, past, booked.get(place.number) or Booked(place.number, found.recommended, Basis.EXPECTED))


def _lay(place: Place, past: Past, done: Booked) -> None:
    """As if the step were done on that day."""
    past.add(done.day, done.basis)
    past.fill(place, done.day, done.basis)
