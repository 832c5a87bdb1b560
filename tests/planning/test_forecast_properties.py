"""What holds for every question, tried on thousands of made-up courses."""

from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.planning.answer import Answer, Due, VerdictKind
from app.planning.durations import Duration
from app.planning.forecast import due_of, first_maintenance, forecast
from app.planning.holds import HoldCalendar
from app.planning.question import Booked, Bounds, Conflict, Gap, Hold, MaintenanceRule, Performed, Question, Step

TODAY = date(2026, 6, 1)
DAYS = st.integers(-250, 250).map(lambda days: TODAY + timedelta(days=days))
PAST_DAYS = st.integers(0, 400).map(lambda days: TODAY - timedelta(days=days))
LENGTHS = st.one_of(
    st.builds(lambda days: Duration(days=days), st.integers(0, 90)),
    st.builds(lambda months: Duration(months=months), st.integers(0, 4)),
    st.builds(lambda weeks, days: Duration(weeks=weeks, days=-days), st.integers(1, 12), st.integers(0, 6)),
)
MAYBE_LENGTHS = st.none() | LENGTHS
BOUNDS = st.builds(Bounds, *[st.none() | DAYS] * 4)
SESSIONS = st.builds(Performed, PAST_DAYS, st.booleans(), st.booleans())
HOLDS = st.builds(lambda start, days: Hold(start, start + timedelta(days=days)), DAYS, st.integers(0, 60))
CONFLICTS = st.builds(Conflict, DAYS, st.integers(0, 60))
MAINTENANCE_GAPS = st.builds(Gap, st.none(), *[MAYBE_LENGTHS] * 4)
MAINTENANCE = st.builds(MaintenanceRule, MAINTENANCE_GAPS, st.none() | MAINTENANCE_GAPS, st.none() | st.integers(0, 3))


@st.composite
def steps(draw):
    made = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        origins = st.none() | st.integers(1, number - 1) if number > 1 else st.none()
        gaps = draw(st.lists(st.builds(Gap, origins, *[MAYBE_LENGTHS] * 4), max_size=2))
        made.append(Step(tuple(gaps), draw(BOUNDS | st.just(Bounds()))))
    return tuple(made)


def some(things, most=3):
    return st.lists(things, max_size=most).map(tuple)


QUESTIONS = st.builds(
    Question,
    st.just(TODAY),
    steps(),
    some(SESSIONS, most=6),
    some(HOLDS),
    some(st.builds(Booked, st.integers(1, 5), DAYS)),
    some(CONFLICTS),
    st.none() | MAINTENANCE,
    st.integers(0, 5),
    st.none() | st.integers(0, 200),
)


def entries(answer: Answer) -> list[Due]:
    """Every entry with dates: the next session and the projected ones."""
    return [due for due in (answer.next, *answer.projected) if due is not None and due.earliest is not None]


def ended(question: Question) -> list[tuple[date, date]]:
    return [(hold.start, hold.until) for hold in question.holds if hold.until is not None]


@given(QUESTIONS)
def test_asking_twice_is_the_same(question):
    assert forecast(question) == forecast(replace(question))


@given(QUESTIONS)
def test_every_session_has_one_verdict_in_order_of_date(question):
    days = [verdict.day for verdict in forecast(question).verdicts]
    assert days == sorted(session.day for session in question.performed)


@given(QUESTIONS)
def test_earliest_recommended_and_latest_stand_in_this_order(question):
    for due in entries(forecast(question)):
        assert due.earliest <= due.recommended
        assert due.latest is None or due.recommended <= due.latest


@given(QUESTIONS)
def test_no_session_is_planned_before_the_last_one(question):
    for due in entries(forecast(question)):
        assert all(session.day <= due.earliest for session in question.performed)


@given(QUESTIONS)
def test_no_session_is_planned_on_a_day_of_a_hold(question):
    for due in entries(forecast(question)):
        for start, until in ended(question):
            assert not start <= due.earliest <= until
            assert not start <= due.recommended <= until


@given(QUESTIONS)
def test_every_date_and_verdict_has_its_reasons(question):
    answer = forecast(question)
    assert all(verdict.reasons for verdict in answer.verdicts)
    for due in entries(answer):
        assert {reason.aspect for reason in due.reasons} == {"earliest", "recommended", "latest"}
        final = {reason.aspect: reason.day for reason in due.reasons}
        assert (final["earliest"], final["recommended"], final["latest"]) == (due.earliest, due.recommended, due.latest)


@given(QUESTIONS)
def test_each_step_is_satisfied_once_and_in_turn(question):
    verdicts = [verdict for verdict in forecast(question).verdicts if verdict.satisfies]
    series = [verdict.step for verdict in verdicts if not verdict.maintenance]
    maintenance = [verdict.step for verdict in verdicts if verdict.maintenance]
    assert series == list(range(1, len(series) + 1))
    assert maintenance == list(range(1, len(maintenance) + 1))
    assert not maintenance or len(series) == len(question.steps)


@given(QUESTIONS)
def test_next_and_projected_are_the_steps_still_open(question):
    answer = forecast(question)
    if answer.next is not None and not answer.next.maintenance:
        expected = list(range(answer.satisfied + 1, len(question.steps) + 1))
        assert [due.step for due in (answer.next, *answer.projected)] == expected
    else:
        assert answer.projected == ()


@given(QUESTIONS, some(CONFLICTS), some(HOLDS))
def test_conflicts_and_holds_never_change_a_verdict_or_bring_a_date_forward(question, conflicts, holds):
    before = forecast(question)
    after = forecast(replace(question, conflicts=question.conflicts + conflicts, holds=question.holds + holds))
    assert after.verdicts == before.verdicts
    if before.next is not None:
        # A conflict long past stands in for today, where nothing else constrains a course not begun.
        assert max(after.next.earliest, TODAY) >= before.next.earliest


@given(QUESTIONS, some(st.builds(Booked, st.integers(1, 5), DAYS)))
def test_a_booking_never_changes_what_is_next(question, booked):
    assert forecast(replace(question, booked=booked)).next == forecast(question).next


@given(QUESTIONS, some(st.builds(Booked, st.integers(1, 5), DAYS)), some(st.just(Hold(TODAY, None))), st.integers(1, 7))
def test_one_step_asked_alone_has_the_dates_it_has_among_the_others(question, booked, open_holds, step):
    asked = replace(question, booked=booked, holds=question.holds + open_holds)
    among = next((due for due in forecast(asked).dues if due.maintenance or due.step == step), None)
    assert due_of(asked, step) == (among and replace(among, status=None))


@given(QUESTIONS, some(st.builds(Booked, st.integers(1, 7), DAYS)), some(st.just(Hold(TODAY, None))))
def test_maintenance_planned_with_the_series_stands_behind_it_with_the_dates_it_has_there(question, booked, open_holds):
    asked = replace(question, booked=booked, holds=question.holds + open_holds)
    planned, first = replace(asked, with_maintenance=True), first_maintenance(asked)
    assert forecast(planned).dues == (*forecast(asked).dues, *([first] if first else []))
    assert forecast(planned).next == forecast(asked).next
    if first:
        assert due_of(planned, len(question.steps) + 1) == first


@given(QUESTIONS, st.integers(1, 60))
def test_a_session_on_a_later_day_never_brings_the_next_one_forward(question, days):
    if not question.performed:
        return
    last = max(question.performed, key=lambda session: session.day)
    others = tuple(session for session in question.performed if session is not last)
    later = replace(last, day=min(TODAY, last.day + timedelta(days=days)))
    before = forecast(replace(question, performed=(*others, last)))
    after = forecast(replace(question, performed=(*others, later)))
    same = [verdict.kind for verdict in before.verdicts] == [verdict.kind for verdict in after.verdicts]
    if same and before.next is not None and after.next is not None:
        assert after.next.earliest >= before.next.earliest


@given(QUESTIONS)
def test_a_session_that_does_not_satisfy_leaves_the_step_but_restarts_the_clock(question):
    answer = forecast(question)
    if answer.next is None or answer.next.maintenance:
        return
    again = Performed(TODAY, substandard=True)
    after = forecast(replace(question, performed=(*question.performed, again)))
    assert after.next is not None
    assert after.next.step == answer.next.step
    assert after.next.earliest >= TODAY
    assert after.satisfied == answer.satisfied


@given(QUESTIONS, st.integers(0, 30))
def test_more_grace_never_takes_a_verdict_away(question, more):
    few = forecast(question).verdicts
    first_early = next((n for n, verdict in enumerate(few) if verdict.kind is VerdictKind.TOO_EARLY), len(few))
    many = forecast(replace(question, grace_days=question.grace_days + more)).verdicts
    assert many[:first_early] == tuple(
        replace(verdict, reasons=mate.reasons) for verdict, mate in zip(few[:first_early], many, strict=False)
    )


@given(QUESTIONS)
def test_an_open_hold_over_today_takes_every_date(question):
    answer = forecast(replace(question, holds=(*question.holds, Hold(TODAY))))
    assert answer.verdicts == forecast(question).verdicts
    assert entries(answer) == []
    assert answer.next is None or answer.next.status == "on_hold"


@given(QUESTIONS)
def test_an_open_hold_still_to_come_changes_nothing(question):
    assert forecast(replace(question, holds=(*question.holds, Hold(TODAY + timedelta(days=1))))) == forecast(question)


@given(some(HOLDS, most=6), DAYS, st.integers(0, 120))
def test_open_days_are_found_as_by_looking_at_every_day(holds, first, length):
    calendar = HoldCalendar(HoldCalendar.on(TODAY, holds).ended, None)
    closed = {hold.start + timedelta(days=n) for hold in holds for n in range((hold.until - hold.start).days + 1)}
    opens, passed = calendar.open_from(first)
    assert opens == next(day for n in range(999) if (day := first + timedelta(days=n)) not in closed)
    assert (passed is None) == (opens == first)
    last = opens + timedelta(days=length)
    found = calendar.open_until(last, opens)
    assert found == next(day for n in range(999) if (day := last - timedelta(days=n)) not in closed)


def moved(thing, days):
    """The same with every date so many days later."""
    if isinstance(thing, date):
        return thing + timedelta(days=days)
    if isinstance(thing, tuple):
        parts = [moved(part, days) for part in thing]
        return type(thing)(*parts) if hasattr(thing, "_fields") else tuple(parts)
    if is_dataclass(thing):
        return replace(thing, **{part.name: moved(getattr(thing, part.name), days) for part in fields(thing) if part.init})
    return thing


LEAST_DAYS = st.lists(st.integers(0, 60), min_size=1, max_size=4)


@given(DAYS, some(SESSIONS, most=4), some(HOLDS), some(CONFLICTS), LEAST_DAYS, st.integers(-400, 400))
def test_a_course_counted_in_days_is_the_same_at_any_time_of_the_year(start, performed, holds, conflicts, lengths, days):
    """Changes of the clocks, ends of months and leap days lie between the two, and no day is counted differently."""
    rules = tuple(Step((Gap(None, *(Duration(days=length + more) for more in (0, 3, 7, 20))),)) for length in lengths)
    first = replace(rules[0], bounds=Bounds(ideal_from=start))
    question = Question(TODAY, (first, *rules[1:]), performed, holds, (), conflicts)
    now, then = forecast(question), forecast(moved(question, days))
    assert [verdict.kind for verdict in then.verdicts] == [verdict.kind for verdict in now.verdicts]
    found = [[(due.earliest, due.recommended, due.latest) for due in entries(answer)] for answer in (now, then)]
    assert found[1] == [tuple(day and day + timedelta(days=days) for day in dates) for dates in found[0]]
