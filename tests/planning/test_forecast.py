"""Rules 3 and 6 to 9 of docs/forecast.md and their fine print: dates, status, projection."""

import pytest

from app.planning.answer import Aspect, Because, Rule
from app.planning.durations import Duration
from app.planning.forecast import first_maintenance, forecast, from_today
from app.planning.question import BadQuestion, Basis, Bounds, Conflict, Gap, Performed, Question, Step
from tests.planning.asking import MONTHLY, after, ask, bounded, dates, day, next_dates, question

DONE = ["2026-01-05"]


# ------------------------------------------------------------------ earliest


def test_a_course_not_begun_with_nothing_to_constrain_it_may_start_today():
    answer = ask({}, MONTHLY)
    assert answer.course == "not_started"
    assert dates(answer.next) == ("2026-06-01", "2026-06-01", None)
    assert answer.next is not None
    assert answer.next.status == "due"


def test_a_first_step_with_a_bound_starts_there_and_not_today():
    assert next_dates(bounded(not_before="2026-01-01")) == ("2026-01-01", "2026-01-01", None)


@pytest.mark.parametrize(
    ("bounds", "first", "latest"),
    [(Bounds(), "2026-07-01", None), (Bounds(not_before=day("2026-08-01")), "2026-08-01", None),
     (Bounds(latest=day("2026-07-01")), "2026-07-01", None), (Bounds(latest=day("2026-07-02")), "2026-07-01", "2026-07-02")],
)  # fmt: skip
def test_a_step_that_begins_no_sooner_than_a_day_keeps_the_bounds_that_still_can_hold(bounds, first, latest):
    moved = Step(bounds=bounds).no_sooner_than(day("2026-07-01")).bounds
    assert (moved.absolute_not_before, moved.not_before, moved.latest) == (day(first), day(first), day(latest) if latest else None)


def test_a_gap_of_the_first_step_waits_for_nothing_while_nothing_was_done():
    assert next_dates(MONTHLY) == ("2026-06-01", "2026-06-01", None)


def test_earliest_is_the_latest_of_every_minimum():
    step = {"gaps": [{"min": "8w"}, {"from": {"step": 1}, "min": "16w"}]}
    assert next_dates({}, {}, step, done=["2026-01-05", "2026-01-20"])[0] == "2026-04-27"
    assert next_dates({}, {}, step, done=["2026-01-05", "2026-03-10"])[0] == "2026-05-05"


def test_earliest_waits_for_not_before_or_the_absolute_one():
    assert next_dates({}, bounded(not_before="2026-03-05"), done=DONE)[0] == "2026-03-05"
    assert next_dates({}, bounded(absolute_not_before="2026-03-01"), done=DONE)[0] == "2026-03-01"
    both = bounded(absolute_not_before="2026-03-01", not_before="2026-03-05")
    assert next_dates({}, both, done=DONE)[0] == "2026-03-05"


def test_earliest_waits_for_every_conflict():
    conflicts = [{"date": "2026-02-20", "min_days": 14}, {"date": "2026-02-25", "min_days": 4}]
    assert next_dates({}, MONTHLY, done=DONE, conflicts=conflicts)[0] == "2026-03-06"


def test_a_conflict_constrains_a_course_not_begun_instead_of_today():
    assert next_dates({}, conflicts=[{"date": "2026-05-01", "min_days": 14}])[0] == "2026-05-15"


def test_earliest_is_never_before_the_last_performed_session():
    assert next_dates({}, {}, done=DONE) == ("2026-01-05", "2026-01-05", None)
    step = {"gaps": [{"from": {"step": 1}, "min": "1w"}]}
    assert next_dates({}, {}, step, done=["2026-01-05", "2026-03-01"])[0] == "2026-03-01"


def test_the_previous_session_is_the_last_performed_of_any_verdict():
    too_early = [*DONE, "2026-01-10"]
    assert next_dates({}, MONTHLY, done=too_early)[0] == "2026-01-31"
    substandard = [*DONE, {"date": "2026-02-10", "substandard": True}]
    assert next_dates({}, MONTHLY, done=substandard)[0] == "2026-03-03"


# --------------------------------------------------------------------- holds


def test_an_earliest_day_inside_a_hold_moves_to_the_day_after_it():
    holds = [{"from": "2026-01-26", "until": "2026-01-30"}]
    assert next_dates({}, MONTHLY, done=DONE, holds=holds) == ("2026-01-31", "2026-02-02", "2026-02-16")


def test_a_hold_beside_the_day_moves_nothing():
    holds = [{"from": "2026-01-20", "until": "2026-01-25"}, {"from": "2026-01-27", "until": "2026-01-30"}]
    assert next_dates({}, MONTHLY, done=DONE, holds=holds)[0] == "2026-01-26"


def test_holds_repeat_until_the_day_is_outside_every_one():
    chain = [
        {"from": "2026-02-05", "until": "2026-02-10"},
        {"from": "2026-01-20", "until": "2026-02-01"},
        {"from": "2026-01-30", "until": "2026-02-04"},
    ]
    assert next_dates({}, MONTHLY, done=DONE, holds=chain) == ("2026-02-11", "2026-02-11", "2026-02-16")


def test_a_recommended_day_inside_a_hold_moves_to_the_day_after_it():
    holds = [{"from": "2026-02-01", "until": "2026-02-05"}]
    assert next_dates({}, MONTHLY, done=DONE, holds=holds) == ("2026-01-26", "2026-02-06", "2026-02-16")


def test_a_hold_without_end_has_no_effect_before_its_first_day():
    holds = [{"from": "2026-01-25"}]
    assert next_dates({}, MONTHLY, done=DONE, today="2026-01-24", holds=holds) == ("2026-01-26", "2026-02-02", "2026-02-16")


def test_a_hold_over_today_without_end_leaves_no_dates():
    answer = ask({}, MONTHLY, MONTHLY, done=DONE, holds=[{"from": "2026-06-01"}])
    assert dates(answer.next) == (None, None, None)
    assert answer.next is not None
    assert answer.next.status == "on_hold"
    assert answer.projected == ()


def test_a_hold_over_today_with_an_end_lets_no_date_be_before_the_day_after_it():
    holds = [{"from": "2026-05-20", "until": "2026-06-10"}]
    answer = ask({}, MONTHLY, done=DONE, holds=holds)
    assert dates(answer.next) == ("2026-06-11", "2026-06-11", "2026-06-11")
    assert answer.next is not None
    assert answer.next.status == "on_hold"


def test_of_two_holds_over_today_the_longer_decides():
    short, long = {"from": "2026-05-20", "until": "2026-06-10"}, {"from": "2026-05-30", "until": "2026-06-20"}
    assert next_dates({}, MONTHLY, done=DONE, holds=[short, long])[0] == "2026-06-21"
    assert next_dates({}, MONTHLY, done=DONE, holds=[long, {"from": "2026-05-20"}])[0] is None


def test_a_hold_over_today_leads_into_the_next_one():
    holds = [{"from": "2026-05-20", "until": "2026-06-10"}, {"from": "2026-06-11", "until": "2026-06-15"}]
    assert next_dates({}, holds=holds) == ("2026-06-16", "2026-06-16", None)


@pytest.mark.parametrize(("until", "status"), [("2026-05-31", "due"), ("2026-06-01", "on_hold")])
def test_the_last_day_of_a_hold_still_belongs_to_it(until, status):
    due = ask({}, holds=[{"from": "2026-05-01", "until": until}]).next
    assert due is not None
    assert due.status == status


# --------------------------------------------------------------- recommended


def test_recommended_is_the_latest_of_every_ideal():
    step = {"gaps": [{"min": "1w", "ideal": "8w"}, {"from": {"step": 1}, "min": "1w", "ideal": "6m"}]}
    assert next_dates({}, {}, step, done=["2026-01-05", "2026-01-20"])[1] == "2026-07-05"


def test_a_missing_ideal_is_the_minimum():
    step = {"gaps": [{"min": "8w"}, {"absolute_min": "10w"}]}
    assert next_dates({}, step, done=DONE) == ("2026-03-16", "2026-03-16", None)


def test_no_ideal_at_all_is_the_earliest_day():
    assert next_dates({}, after(max="4w"), done=DONE) == ("2026-01-05", "2026-01-05", "2026-02-02")


def test_a_date_set_for_this_patient_decides_over_the_ideal_of_a_rule():
    step = {**MONTHLY, "bounds": {"ideal_from": "2026-01-28"}}
    assert next_dates({}, step, done=DONE) == ("2026-01-26", "2026-01-28", "2026-02-16")


def test_recommended_is_never_before_earliest():
    step = {**MONTHLY, "bounds": {"ideal_from": "2026-01-10"}}
    assert next_dates({}, step, done=DONE)[:2] == ("2026-01-26", "2026-01-26")


def test_recommended_after_the_latest_bound_is_the_last_open_day_up_to_it():
    step = {**MONTHLY, "bounds": {"latest": "2026-01-30"}}
    assert next_dates({}, step, done=DONE) == ("2026-01-26", "2026-01-30", "2026-01-30")
    holds = [{"from": "2026-01-29", "until": "2026-02-10"}, {"from": "2026-01-28", "until": "2026-01-28"}]
    assert next_dates({}, step, done=DONE, holds=holds) == ("2026-01-26", "2026-01-27", "2026-01-30")


def test_a_hold_that_carries_recommended_over_the_latest_bound_brings_it_back():
    step = {**MONTHLY, "bounds": {"latest": "2026-02-04"}}
    holds = [{"from": "2026-02-01", "until": "2026-02-09"}]
    assert next_dates({}, step, done=DONE, holds=holds) == ("2026-01-26", "2026-01-31", "2026-02-04")


def test_recommended_is_earliest_where_no_open_day_is_left_before_the_latest_bound():
    step = {**MONTHLY, "bounds": {"latest": "2026-01-30"}}
    holds = [{"from": "2026-01-27", "until": "2026-02-10"}]
    assert next_dates({}, step, done=DONE, holds=holds) == ("2026-01-26", "2026-01-26", "2026-01-30")


def test_recommended_is_earliest_where_earliest_is_after_the_latest_bound():
    step = {**MONTHLY, "bounds": {"latest": "2026-01-20"}}
    assert next_dates({}, step, done=DONE) == ("2026-01-26", "2026-01-26", "2026-01-26")


# -------------------------------------------------------------------- latest


def test_latest_is_the_latest_of_every_maximum():
    step = {"gaps": [{"max": "4w"}, {"max": "6w"}, {"min": "1w"}]}
    assert next_dates({}, step, done=DONE)[2] == "2026-02-16"


def test_a_bound_decides_the_latest_day_over_a_maximum():
    step = {**MONTHLY, "bounds": {"latest": "2026-03-31"}}
    assert next_dates({}, step, done=DONE)[2] == "2026-03-31"


def test_no_end_at_all_is_no_latest_day():
    assert next_dates({}, after(min="4w"), done=DONE)[2] is None


def test_latest_is_never_before_earliest():
    conflicts = [{"date": "2026-03-01", "min_days": 10}]
    assert next_dates({}, MONTHLY, done=DONE, conflicts=conflicts) == ("2026-03-11",) * 3


def test_latest_without_a_bound_is_never_before_recommended():
    step = {**MONTHLY, "bounds": {"ideal_from": "2026-04-01"}}
    assert next_dates({}, step, done=DONE) == ("2026-01-26", "2026-04-01", "2026-04-01")


# -------------------------------------------------------------------- status


@pytest.mark.parametrize(
    ("today", "status"),
    [
        ("2026-01-25", "due_later"),
        ("2026-01-26", "due"),
        ("2026-02-16", "due"),
        ("2026-02-17", "overdue"),
        ("2026-03-18", "overdue"),
        ("2026-03-19", "lapsed"),
    ],
)
def test_status_follows_today(today, status):
    due = ask({}, MONTHLY, done=DONE, today=today, lapse_days=30).next
    assert due is not None
    assert due.status == status


def test_missing_lapse_days_never_lapse():
    due = ask({}, MONTHLY, done=DONE, today="2036-01-01").next
    assert due is not None
    assert due.status == "overdue"


def test_a_course_whose_only_session_did_not_count_has_begun():
    assert ask({}, done=[{"date": "2026-01-05", "substandard": True}]).course == "in_series"


def test_a_course_with_every_step_satisfied_is_complete():
    answer = ask({}, MONTHLY, done=["2026-01-05", "2026-02-02"])
    assert (answer.course, answer.next, answer.projected) == ("complete", None, ())


# ---------------------------------------------------------------- projection


def test_later_steps_follow_from_recommended_days():
    answer = ask({}, MONTHLY, MONTHLY, done=DONE)
    assert [dates(due) for due in answer.projected] == [("2026-02-23", "2026-03-02", "2026-03-16")]


def test_later_steps_follow_from_the_booked_day_where_there_is_one():
    answer = ask({}, MONTHLY, MONTHLY, MONTHLY, done=DONE, booked=[{"step": 2, "date": "2026-02-04"}])
    assert dates(answer.next) == ("2026-01-26", "2026-02-02", "2026-02-16")
    assert [due.recommended for due in answer.projected] == [day("2026-03-04"), day("2026-04-01")]


def test_a_booked_day_never_changes_the_next_session():
    booked = [{"step": 2, "date": "2026-05-04"}]
    assert ask({}, MONTHLY, done=DONE, booked=booked) == ask({}, MONTHLY, done=DONE)


def test_a_gap_from_a_named_step_is_projected_from_its_assumed_day():
    step = {"gaps": [{"from": {"step": 2}, "min": "8w"}]}
    answer = ask({}, MONTHLY, MONTHLY, step, done=DONE, booked=[{"step": 2, "date": "2026-02-04"}])
    assert answer.projected[1].earliest == day("2026-04-01")


def test_a_booking_out_of_order_does_not_pull_later_steps_before_it():
    booked = [{"step": 1, "date": "2026-08-10"}, {"step": 2, "date": "2026-07-01"}]
    answer = ask({}, MONTHLY, MONTHLY, booked=booked)
    assert answer.projected[1].earliest == day("2026-08-31")


def test_projected_days_are_open_days_too():
    answer = ask({}, MONTHLY, MONTHLY, done=DONE, holds=[{"from": "2026-02-20", "until": "2026-03-10"}])
    assert dates(answer.projected[0]) == ("2026-03-11", "2026-03-11", "2026-03-16")


def test_projection_has_no_status_and_stops_before_maintenance():
    answer = ask({}, MONTHLY, MONTHLY, done=DONE, maintenance={"first": {"min": "4m"}})
    assert [(due.step, due.status) for due in answer.projected] == [(3, None)]


def test_maintenance_itself_projects_nothing():
    assert ask({}, done=DONE, maintenance={"first": {"min": "4m"}}).projected == ()


def first_after(*steps, **more):
    return first_maintenance(question(*steps, maintenance={"first": {"min": "4m", "ideal": "5m"}}, **more))


def test_maintenance_would_begin_after_the_last_step_as_expected():
    assert dates(first_after({}, MONTHLY, today="2026-01-05")) == ("2026-06-02", "2026-07-02", None)


def test_maintenance_would_begin_after_a_booked_last_step():
    assert dates(first_after({}, MONTHLY, done=DONE, booked=[{"step": 2, "date": "2026-07-01"}])) == ("2026-11-01", "2026-12-01", None)


def test_a_hold_moves_the_beginning_of_maintenance_too():
    held = [{"from": "2026-06-01", "until": "2026-07-31"}]
    assert dates(first_after({}, MONTHLY, today="2026-01-05", holds=held))[:2] == ("2026-08-01", "2026-08-01")


def test_maintenance_does_not_lie_ahead_without_a_rule_once_the_series_is_done_or_while_a_hold_has_no_end():
    assert first_maintenance(question({}, MONTHLY)) is None
    assert first_after({}, done=DONE) is None
    assert first_after({}, MONTHLY, holds=[{"from": "2026-05-01"}]) is None


# ------------------------------------------------------------------- reasons


def because(due, aspect):
    return [(reason.because, reason.day) for reason in due.reasons if reason.aspect == aspect]


def test_every_date_says_which_rule_led_to_it():
    due = ask({}, {}, {"gaps": [{"from": {"step": 1}, "min": "16w"}]}, done=["2026-01-05", "2026-01-20"]).next
    assert due is not None
    reason = due.reasons[0]
    assert (reason.aspect, reason.because, reason.rule) == (Aspect.EARLIEST, Because.GAP, Rule.MIN)
    assert (reason.anchor, reason.anchor_step, reason.duration) == (day("2026-01-05"), 1, Duration(weeks=16))
    assert {reason.aspect for reason in due.reasons} == {"earliest", "recommended", "latest"}


def test_a_moved_date_names_the_rule_and_the_hold():
    due = ask({}, MONTHLY, done=DONE, holds=[{"from": "2026-01-26", "until": "2026-01-30", "reason": "infection"}]).next
    assert due is not None
    assert because(due, "earliest") == [("gap", day("2026-01-26")), ("hold", day("2026-01-31"))]
    assert due.reasons[1].note == "infection"


def test_dates_on_hold_name_the_hold():
    due = ask({}, holds=[{"from": "2026-05-01", "reason": "waiting for a result"}]).next
    assert due is not None
    assert because(due, "dates") == [("hold", None)]


def test_an_override_tells_what_it_overrode():
    verdict = ask({}, MONTHLY, done=[*DONE, {"date": "2026-01-10", "override": True}]).verdicts[1]
    assert [(reason.because, reason.days) for reason in verdict.reasons] == [("override", 0), ("gap", 16)]


def test_a_date_counted_from_a_session_to_come_is_tentative():
    answer = ask({}, MONTHLY, MONTHLY, MONTHLY, done=DONE, booked=[{"step": 2, "date": "2026-02-04"}])
    assert answer.next is not None
    assert not answer.next.tentative
    assert [due.reasons[0].basis for due in answer.projected] == [Basis.BOOKED, Basis.EXPECTED]
    assert all(due.tentative for due in answer.projected)


def test_a_date_that_waits_for_another_course_not_yet_done_is_tentative():
    question = Question(day("2026-06-01"), (Step(),), conflicts=(Conflict(day("2026-06-10"), 14, "", Basis.BOOKED),))
    due = forecast(question).next
    assert due is not None
    assert due.tentative


def test_a_verdict_hands_back_the_callers_number_of_the_session():
    done = Performed(day("2026-01-05"), ref=11), Performed(day("2026-01-05"), ref=12)
    verdicts = forecast(Question(day("2026-06-01"), (Step(),), done)).verdicts
    assert [verdict.ref for verdict in verdicts] == [11, 12]


# ------------------------------------------------------- questions with a fault


def test_a_gap_from_a_step_that_is_not_earlier_is_refused():
    with pytest.raises(BadQuestion, match=r"steps\[0\]\.gaps\[0\]\.from: step 1 is not earlier than step 1"):
        Question(day("2026-06-01"), (Step((Gap(from_step=1),)),))


def test_a_session_performed_after_today_is_refused():
    with pytest.raises(BadQuestion, match="after today"):
        Question(day("2026-06-01"), (Step(),), (Performed(day("2026-06-02")),))


def test_the_steps_that_others_count_from_are_known() -> None:
    third = {"gaps": [{"min": "8w"}, {"from": {"step": 1}, "min": "16w"}]}
    assert question(bounded(), MONTHLY, third).origins == {1}
    assert not question(bounded(), MONTHLY).origins


# ------------------------------------------------------------------ as people ask it


def expected(asked: Question) -> tuple[tuple[int, str, Basis], ...]:
    return tuple((one.step, one.day.isoformat(), one.basis) for one in from_today(asked).booked)


def test_a_next_session_whose_best_day_has_passed_is_expected_today_and_what_follows_counts_from_there():
    asked = question({}, MONTHLY, MONTHLY, done=["2026-05-01"])
    assert expected(asked) == ((2, "2026-06-01", Basis.EXPECTED),)
    later = forecast(from_today(asked)).projected[0]
    assert later.recommended == day("2026-06-29")
    assert later.reasons[0].basis is Basis.EXPECTED
    assert forecast(from_today(asked)).next == forecast(asked).next


@pytest.mark.parametrize(
    "asked",
    [question({}, MONTHLY, MONTHLY, done=["2026-04-01"]), question({}, MONTHLY, MONTHLY, done=["2026-05-04"]),
     question({}, MONTHLY, done=["2026-05-01"], booked=[{"step": 2, "date": "2026-06-08"}]),
     question({}, MONTHLY, done=["2026-05-01"], holds=[{"from": "2026-05-20"}]), question({}, done=["2026-05-01"]),
     question({}, done=["2026-01-01"], maintenance={"first": {"min": "4m"}})],
    ids=["overdue", "best today", "booked", "on hold", "complete", "in maintenance"],
)  # fmt: skip
def test_every_other_session_is_asked_about_as_it_is(asked: Question):
    assert from_today(asked) is asked


def test_without_an_end_a_session_is_never_overdue():
    assert expected(question({}, after(min="4w"), done=["2026-01-01"])) == ((2, "2026-06-01", Basis.EXPECTED),)
