"""What is due when in a course, and why: the one function every date of the product comes from."""

from app.planning.answer import Answer, Aspect, CourseState, Due, Status
from app.planning.past import Past, Place
from app.planning.question import Basis, Hold, Question
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
    hold = setting.holds.now
    if hold is not None and hold.until is None:
        return Answer(course, verdicts, _without_dates(place, hold))
    found = window(place.rules, past, setting)
    due = _due(place, found, _status(question, setting, found))
    return Answer(course, verdicts, due, _projected(question, past, place, found, setting))


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


def _projected(question: Question, past: Past, place: Place, found: Window, setting: Setting) -> tuple[Due, ...]:
    """Every later step, as if each one before it were done on its booked or recommended day."""
    booked = {booking.step: booking.day for booking in question.booked}
    later = []
    while not place.maintenance and place.number < len(question.steps):
        day = booked.get(place.number)
        basis = Basis.EXPECTED if day is None else Basis.BOOKED
        day = day or found.recommended
        past.add(day, basis)
        past.fill(place, day, basis)
        place = Place(place.number + 1, False, question.steps[place.number])
        found = window(place.rules, past, setting)
        later.append(_due(place, found))
    return tuple(later)
