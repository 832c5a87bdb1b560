"""A course asked again as if something were otherwise; nothing but that differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.planning.bands import Band
from app.planning.forecast import forecast
from app.planning.question import BadQuestion, Booked, Question
from app.planning.what_if import ahead, beside, done_on, falls_away, held, left_out, not_done, one_more
from tests.planning.asking import MONTHLY, after, day, question
from tests.planning.test_forecast_properties import QUESTIONS

FOUR = [{}, MONTHLY, MONTHLY, MONTHLY]
BOOKED = [{"step": 2, "date": "2026-06-15"}, {"step": 3, "date": "2026-07-13"}]


def running(**more: object) -> Question:
    """The first of four monthly sessions was done on 18 May; the second and third are booked at their best days."""
    return question(*FOUR, done=["2026-05-18"], booked=BOOKED, **more)


def days(asked: Question) -> list[str]:
    return [str(one.day) for one in ahead(asked)]


def test_every_session_to_come_has_its_day_its_gap_and_where_it_lies() -> None:
    found = ahead(running())
    assert [(str(one.day), one.booked, one.gap_days, one.band) for one in found] == [
        ("2026-06-15", True, 28, Band.IDEAL), ("2026-07-13", True, 28, Band.IDEAL), ("2026-08-10", False, 28, None),
    ]  # fmt: skip


def test_a_session_on_another_day_moves_what_is_not_booked_and_says_how_the_booked_would_lie() -> None:
    then = ahead(done_on(running(), 2, day("2026-07-06")))
    assert [(str(one.day), one.gap_days, one.band) for one in then] == [
        ("2026-07-06", 49, Band.OVERDUE), ("2026-07-13", 7, Band.TOO_EARLY), ("2026-08-10", 28, None),
    ]  # fmt: skip


def test_a_pause_takes_what_is_booked_in_it_and_moves_it_behind() -> None:
    then = held(running(), day("2026-06-10"), day("2026-06-20"))
    assert days(then) == ["2026-06-21", "2026-07-13", "2026-08-10"]
    assert list(falls_away(running(), then)) == [day("2026-06-15")]


def test_a_pause_without_an_end_leaves_no_days() -> None:
    then = held(running(), day("2026-06-01"), None)
    assert days(then) == ["None"]
    assert list(falls_away(running(), then)) == [day("2026-06-15"), day("2026-07-13")]


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadQuestion):
        held(running(), day("2026-06-10"), day("2026-06-09"))


def test_a_booked_session_that_comes_to_nothing_is_still_to_come_and_what_is_booked_behind_it_stays() -> None:
    then = not_done(running(), 2)
    assert [(one.due.step, str(one.day), one.booked) for one in ahead(then)] == [
        (2, "2026-06-15", False), (3, "2026-07-13", True), (4, "2026-08-10", False),
    ]  # fmt: skip
    assert list(falls_away(running(), then)) == [day("2026-06-15")]


def test_a_session_left_out_is_named_and_those_behind_it_move_up() -> None:
    rows = beside(running(), left_out(running(), 2), left_out=2)
    told = [(row.now and str(row.now.day), row.then and str(row.then.day)) for row in rows]
    assert told == [("2026-06-15", None), ("2026-07-13", "2026-07-13"), ("2026-08-10", "2026-08-10")]
    assert rows[1].then is not None
    assert (rows[1].then.gap_days, rows[1].then.band) == (56, Band.OVERDUE)
    assert [row.differs for row in rows] == [True, True, False]


def test_a_rule_counted_from_the_step_left_out_counts_from_the_session_before() -> None:
    asked = question({}, MONTHLY, after(min="2w", ideal="2w") | {"gaps": [{"from": {"step": 2}, "min": "2w", "ideal": "2w"}]},
                     {"gaps": [{"from": {"step": 3}, "min": "3w", "ideal": "3w"}]}, done=["2026-05-18"])  # fmt: skip
    assert days(left_out(asked, 2)) == ["2026-06-01", "2026-06-22"]


def test_what_else_binds_a_step_stays_when_one_before_it_is_left_out() -> None:
    of_the_third = {"gaps": [{"from": {"step": 3}, "min": "6w", "ideal": "6w"}]}
    third = {**MONTHLY, "bounds": {"not_before": "2026-08-20"}}
    asked = question({}, MONTHLY, third, after(min="1w", ideal="1w"), of_the_third, done=["2026-05-18"])
    assert days(left_out(asked, 2)) == ["2026-08-20", "2026-08-27", "2026-10-01"]


def test_one_more_session_follows_the_rules_of_the_last_and_takes_no_maintenance_with_it() -> None:
    asked = question({}, MONTHLY, after(min="1w", ideal="2w", max="3w"), done=["2026-05-18"], booked=[
        {"step": 2, "date": "2026-06-15"}, {"step": 3, "date": "2026-06-29"},
    ])  # fmt: skip
    maintenance = Booked(4, day("2026-12-01"))
    then = one_more(replace(asked, booked=(*asked.booked, maintenance)))
    assert [(one.step, str(one.day)) for one in then.booked] == [(2, "2026-06-15"), (3, "2026-06-29")]
    assert days(then)[:3] == ["2026-06-15", "2026-06-29", "2026-07-13"]


def test_maintenance_that_is_planned_with_the_series_stays_behind_one_more_session() -> None:
    asked = replace(question({}, MONTHLY, done=["2026-05-18"], maintenance={"first": {"min": "4m", "ideal": "5m"}}), with_maintenance=True)
    then = one_more(replace(asked, booked=(Booked(2, day("2026-06-15")), Booked(3, day("2026-12-01")))))
    assert [(one.step, str(one.day)) for one in then.booked] == [(2, "2026-06-15"), (4, "2026-12-01")]
    assert [(one.due.maintenance, one.booked, str(one.day)) for one in ahead(then)][-1] == (True, True, "2026-12-01")


def test_on_the_last_day_of_its_window_a_session_is_not_late_yet() -> None:
    for today, late in (("2026-06-29", False), ("2026-06-30", True)):
        (first, *_) = ahead(question({}, MONTHLY, done=["2026-05-18"], today=today))
        assert (str(first.due.latest), first.late) == ("2026-06-29", late)


def test_the_only_session_cannot_be_left_out() -> None:
    with pytest.raises(BadQuestion):
        left_out(question({}), 1)


def test_one_more_session_stands_before_maintenance_and_moves_it() -> None:
    asked = running(maintenance={"first": {"min": "4m", "ideal": "5m", "max": "7m"}})
    rows = beside(asked, one_more(asked))
    assert [(row.now is not None, row.then is not None) for row in rows] == [(True, True)] * 3 + [(False, True), (True, True)]
    assert [str(row.then.day) for row in rows if row.then] == ["2026-06-15", "2026-07-13", "2026-08-10", "2026-09-07", "2027-02-07"]


def test_a_late_session_leaves_those_behind_it_without_days_of_their_own() -> None:
    found = ahead(question(*FOUR, done=["2026-01-05"], today="2026-06-01"))
    assert [(one.late, one.adrift, one.gap_days) for one in found] == [(True, False, None), (False, True, None), (False, True, None)]
    then = ahead(done_on(question(*FOUR, done=["2026-01-05"]), 2, day("2026-06-08")))
    assert [(str(one.day), one.late, one.adrift) for one in then[1:]] == [("2026-07-06", False, False), ("2026-08-03", False, False)]


@given(QUESTIONS)
def test_the_same_question_twice_differs_nowhere(asked: Question) -> None:
    assert not any(row.differs for row in beside(asked, asked))


@given(QUESTIONS)
def test_done_on_the_day_it_is_expected_moves_no_other(asked: Question) -> None:
    found = ahead(asked)
    assume(found and found[0].day is not None and not found[0].due.maintenance and not found[0].late)
    assert found[0].day is not None
    then = ahead(done_on(asked, found[0].due.step, found[0].day))
    assert [one.day for one in then] == [one.day for one in found]


@given(QUESTIONS, st.integers(0, 60), st.integers(0, 60))
def test_no_session_lies_in_a_pause_it_is_asked_with(asked: Question, start: int, length: int) -> None:
    first = asked.today + timedelta(days=start)
    last = first + timedelta(days=length)
    then = held(asked, first, last)
    assert not [one.day for one in ahead(then) if one.day and first <= one.day <= last and not one.adrift]


@given(QUESTIONS, st.data())
def test_a_step_less_is_a_session_less_and_one_more_is_one_more(asked: Question, data: st.DataObject) -> None:
    answer = forecast(asked)
    open_steps = list(range(answer.satisfied + 1, len(asked.steps) + 1))
    assume(open_steps and len(asked.steps) > 1 and not any(one.until is None for one in asked.holds))
    gone = data.draw(st.sampled_from(open_steps))
    assume(forecast(left_out(asked, gone)).satisfied == answer.satisfied)  # what was too early for that step may count for the next
    assert _series(left_out(asked, gone)) == _series(asked) - 1
    assert _series(one_more(asked)) == _series(asked) + 1
    rows = beside(asked, left_out(asked, gone), gone)
    assert [row.now.due.step for row in rows if row.now and row.then is None and not row.now.due.maintenance] == [gone]


def _series(asked: Question) -> int:
    return sum(not one.due.maintenance for one in ahead(asked))
