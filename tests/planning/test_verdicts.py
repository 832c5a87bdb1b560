"""Rule 4 of docs/forecast.md and its fine print: what a performed session was worth."""

from tests.planning.asking import MONTHLY, after, ask, bounded, kinds

EARLY = after(absolute_min="3w", min="4w")


def second(step, on, **more):
    """The verdict of a session that follows one on 5 January."""
    return kinds(ask({}, step, done=["2026-01-05", on], **more))[1]


def test_a_session_at_its_minimum_is_counted():
    assert second(EARLY, "2026-02-02") == "counted"


def test_a_session_without_any_rule_is_counted():
    assert kinds(ask({}, done=["2026-01-05"])) == ["counted"]


def test_a_session_between_absolute_minimum_and_minimum_is_counted_early():
    assert second(EARLY, "2026-02-01") == "counted_early"
    assert second(EARLY, "2026-01-26") == "counted_early"


def test_a_session_below_the_absolute_minimum_is_too_early():
    assert second(EARLY, "2026-01-25") == "too_early"


def test_grace_counts_a_session_below_the_absolute_minimum_by_no_more_than_its_days():
    assert second(EARLY, "2026-01-23", grace_days=3) == "counted_with_grace"
    assert second(EARLY, "2026-01-22", grace_days=3) == "too_early"


def test_missing_grace_is_none():
    assert second(after(min="4w"), "2026-02-01") == "too_early"


def test_a_missing_minimum_is_the_absolute_minimum_and_the_reverse():
    assert second(after(absolute_min="4w"), "2026-02-02") == "counted"
    assert second(after(absolute_min="4w"), "2026-02-01") == "too_early"
    assert second(after(min="4w"), "2026-02-01") == "too_early"


def test_a_gap_without_either_minimum_sets_no_lower_limit():
    assert second(after(ideal="4w", max="8w"), "2026-01-06") == "counted"


def test_every_gap_must_be_reached():
    step = {"gaps": [{"min": "4w"}, {"from": {"step": 1}, "min": "10w"}]}
    course = [{}, MONTHLY, step]
    assert kinds(ask(*course, done=["2026-01-05", "2026-02-02", "2026-03-02"]))[2] == "too_early"
    assert kinds(ask(*course, done=["2026-01-05", "2026-02-02", "2026-03-16"]))[2] == "counted"


def test_not_before_limits_a_verdict_like_a_minimum():
    step = bounded(absolute_not_before="2026-03-01", not_before="2026-03-05")
    assert second(step, "2026-03-05") == "counted"
    assert second(step, "2026-03-04") == "counted_early"
    assert second(step, "2026-02-28") == "too_early"
    assert second(step, "2026-02-28", grace_days=1) == "counted_with_grace"


def test_a_missing_not_before_is_the_absolute_one_and_the_reverse():
    assert second(bounded(not_before="2026-03-05"), "2026-03-04") == "too_early"
    assert second(bounded(absolute_not_before="2026-03-05"), "2026-03-04") == "too_early"
    assert second(bounded(absolute_not_before="2026-03-05"), "2026-03-05") == "counted"


def test_a_too_early_session_does_not_satisfy_but_restarts_the_clock():
    answer = ask({}, MONTHLY, done=["2026-01-05", "2026-01-20", "2026-02-05", "2026-02-26"])
    assert kinds(answer) == ["counted", "too_early", "too_early", "counted"]
    assert [verdict.step for verdict in answer.verdicts] == [1, 2, 2, 2]


def test_a_gap_from_a_named_step_counts_from_the_session_that_satisfied_it():
    step = {"gaps": [{"from": {"step": 1}, "min": "10w"}]}
    course = [bounded(not_before="2026-01-05"), {}, step]
    done = ["2026-01-01", "2026-01-05", "2026-01-10", "2026-03-16"]
    assert kinds(ask(*course, done=done)) == ["too_early", "counted", "counted", "counted"]


def test_an_override_counts_a_too_early_session():
    assert second(EARLY, "2026-01-10") == "too_early"
    answer = ask({}, EARLY, done=["2026-01-05", {"date": "2026-01-10", "override": True}])
    assert kinds(answer) == ["counted", "counted_by_override"]
    assert answer.satisfied == 2


def test_an_override_is_named_even_on_time():
    assert kinds(ask({}, done=[{"date": "2026-01-10", "override": True}])) == ["counted_by_override"]


def test_a_substandard_session_does_not_satisfy():
    answer = ask({}, MONTHLY, done=[{"date": "2026-01-05", "substandard": True}])
    assert kinds(answer) == ["substandard"]
    assert answer.next is not None
    assert answer.next.step == 1


def test_substandard_wins_over_an_override():
    assert kinds(ask({}, done=[{"date": "2026-01-05", "substandard": True, "override": True}])) == ["substandard"]


def test_a_session_after_a_substandard_one_counts_from_it():
    done = ["2026-01-05", {"date": "2026-02-02", "substandard": True}, "2026-02-20", "2026-03-13"]
    assert kinds(ask({}, MONTHLY, done=done)) == ["counted", "substandard", "too_early", "counted"]


def test_a_session_after_the_last_step_is_extra():
    answer = ask({}, done=["2026-01-05", "2026-02-02"])
    assert kinds(answer) == ["counted", "extra"]
    assert answer.verdicts[1].step is None


def test_two_on_one_day_make_the_second_extra():
    answer = ask({}, {}, done=["2026-01-05", "2026-01-05", "2026-01-06"])
    assert kinds(answer) == ["counted", "extra", "counted"]


def test_every_later_session_of_a_day_is_extra_whatever_the_first_was():
    bad, good = {"date": "2026-01-05", "substandard": True}, {"date": "2026-01-05", "override": True}
    assert kinds(ask({}, {}, done=[bad, good, "2026-01-05"])) == ["substandard", "extra", "extra"]
    assert kinds(ask({}, MONTHLY, done=["2026-01-01", "2026-01-05", good])) == ["counted", "too_early", "extra"]


def test_verdicts_come_in_order_of_date():
    answer = ask({}, MONTHLY, done=["2026-02-02", "2026-01-05"])
    assert [verdict.day.isoformat() for verdict in answer.verdicts] == ["2026-01-05", "2026-02-02"]
    assert kinds(answer) == ["counted", "counted"]


def test_conflicts_and_holds_never_touch_a_verdict():
    holds = [{"from": "2026-01-01", "until": "2026-03-01"}]
    conflicts = [{"date": "2026-02-01", "min_days": 90}]
    assert second(EARLY, "2026-02-02", holds=holds, conflicts=conflicts) == "counted"


def test_a_gap_of_the_first_step_counts_from_a_session_that_did_not_satisfy_it():
    done = [{"date": "2026-01-05", "substandard": True}, "2026-01-20", "2026-02-10"]
    assert kinds(ask(MONTHLY, done=done)) == ["substandard", "too_early", "counted"]
