"""Rule 5 of docs/forecast.md and its fine print: sessions after the last step."""

from tests.planning.asking import ask, bounded, dates, kinds, next_dates

YEARLY = {"first": {"min": "4m", "ideal": "5m", "max": "7m"}, "repeat": {"min": "4m", "ideal": "6m", "max": "8m"}}
TWICE = {**YEARLY, "times": 2}


def test_maintenance_starts_when_the_last_step_is_satisfied():
    answer = ask({}, done=["2026-01-05"], maintenance=YEARLY)
    assert answer.course == "in_maintenance"
    assert answer.next is not None
    assert (answer.next.step, answer.next.maintenance) == (1, True)
    assert dates(answer.next) == ("2026-05-05", "2026-06-05", "2026-08-05")


def test_first_counts_from_the_last_performed_session_counted_or_not():
    done = ["2026-01-05", {"date": "2026-01-20", "substandard": True}]
    assert next_dates({}, done=done, maintenance=YEARLY) == ("2026-05-20", "2026-06-20", "2026-08-20")


def test_repeat_counts_from_each_later_one():
    answer = ask({}, done=["2025-01-05", "2025-06-05", "2026-01-10"], maintenance=YEARLY)
    assert kinds(answer) == ["counted", "maintenance", "maintenance"]
    assert [verdict.step for verdict in answer.verdicts] == [1, 1, 2]
    assert answer.next is not None
    assert answer.next.step == 3
    assert dates(answer.next) == ("2026-05-10", "2026-07-10", "2026-09-10")


def test_a_missing_repeat_is_the_first():
    rule = {"first": YEARLY["first"]}
    assert next_dates({}, done=["2025-06-05", "2026-01-05"], maintenance=rule) == ("2026-05-05", "2026-06-05", "2026-08-05")


def test_times_counts_the_first_one_too():
    open_ = ask({}, done=["2024-01-05", "2024-06-05"], maintenance=TWICE)
    assert open_.next is not None
    over = ask({}, done=["2024-01-05", "2024-06-05", "2025-01-05"], maintenance=TWICE)
    assert (over.course, over.next) == ("complete", None)


def test_a_session_after_the_last_maintenance_is_extra():
    done = ["2024-01-05", "2024-06-05", "2025-01-05", "2025-07-05"]
    assert kinds(ask({}, done=done, maintenance=TWICE))[3] == "extra"


def test_without_times_maintenance_goes_on_for_ever():
    done = [f"{year}-01-05" for year in range(2000, 2027)]
    answer = ask({}, done=done, maintenance={**YEARLY, "times": None})
    assert answer.next is not None
    assert answer.next.step == 27


def test_no_times_at_all_is_no_maintenance():
    answer = ask({}, done=["2026-01-05"], maintenance={**YEARLY, "times": 0})
    assert (answer.course, answer.next) == ("complete", None)


def test_maintenance_is_never_too_early():
    assert kinds(ask({}, done=["2026-01-05", "2026-01-06"], maintenance=YEARLY)) == ["counted", "maintenance"]


def test_two_maintenance_sessions_of_one_day_count_once():
    answer = ask({}, done=["2026-01-05", "2026-05-30", "2026-05-30"], maintenance=YEARLY)
    assert kinds(answer) == ["counted", "maintenance", "extra"]
    assert answer.next is not None
    assert answer.next.step == 2


def test_a_substandard_maintenance_session_leaves_its_place_open():
    answer = ask({}, done=["2025-06-05", {"date": "2026-01-05", "substandard": True}], maintenance=YEARLY)
    assert kinds(answer) == ["counted", "substandard"]
    assert answer.next is not None
    assert answer.next.step == 1


def test_an_override_in_maintenance_is_named():
    answer = ask({}, done=["2026-01-05", {"date": "2026-02-05", "override": True}], maintenance=YEARLY)
    assert kinds(answer) == ["counted", "counted_by_override"]
    assert answer.satisfied == 1
    assert answer.next is not None
    assert answer.next.step == 2


def test_conflicts_and_holds_move_maintenance_too():
    assert next_dates(
        {}, done=["2026-01-05"], maintenance=YEARLY,
        conflicts=[{"date": "2026-05-20", "min_days": 20}], holds=[{"from": "2026-06-05", "until": "2026-06-20"}],
    ) == ("2026-06-21", "2026-06-21", "2026-08-05")  # fmt: skip


def test_bounds_of_the_last_step_do_not_reach_maintenance():
    step = bounded(latest="2026-01-31")
    assert next_dates(step, done=["2026-01-05"], maintenance=YEARLY) == ("2026-05-05", "2026-06-05", "2026-08-05")
