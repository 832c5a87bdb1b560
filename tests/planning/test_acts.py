"""Days between acts on overlapping areas, on a small made-up set of rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning import act_rules
from app.planning.act_rules import ActRules, GapRow, SameDayRow, UnknownName, min_days_between, overlap
from app.planning.acts import (
    ClashKind,
    Done,
    clashes,
    conflicts_for,
    in_same_day_order,
    is_same_day_pair,
    may_follow_same_day,
)

MONDAY = date(2027, 3, 1)
PARENTS = {"face": None, "cheeks": "face", "lips": "face", "scalp": None}
ACTS = ("needling", "serum", "filler", "light", "peel", "wash")
ROWS = (
    GapRow(("filler",), ("needling",), 28),
    GapRow(("filler",), ("any_needle",), 14, except_same_act=True),
    GapRow(("needling",), ("filler",), 14),
    GapRow(("needling",), ("needling",), 14),
    GapRow(("serum",), ("any",), 4, except_same_act=True),
    GapRow(("light",), ("filler",), 7),
    GapRow(("filler",), ("light",), 21),
    GapRow(("peel",), ("light",), 10),
)


def the_rules(rows: tuple[GapRow, ...] = ROWS, **changes: object) -> ActRules:
    groups = {"any_needle": ("needling", "filler"), "any": ACTS}
    same_day = (SameDayRow("needling", "serum"), SameDayRow("light", "filler"))
    return act_rules.build(ACTS, groups, PARENTS, rows, same_day, (("peel", "needling"),))


def on_day(n: int, *acts: str, area: str = "face", course: object = None, at: int | None = None) -> Done:
    return Done(acts, area, MONDAY + timedelta(days=n), course, at)


def test_a_row_holds_from_its_first_act_to_its_second() -> None:
    [clash] = clashes(the_rules(), [on_day(27, "needling")], [on_day(0, "filler")])
    assert (clash.kind, clash.from_act, clash.to_act, clash.days_required) == (ClashKind.GAP, "filler", "needling", 28)
    assert clash.other_day == MONDAY
    assert clash.earliest_ok_day == MONDAY + timedelta(days=28)
    assert clash.may_be_overridden


def test_the_day_the_gap_is_full_is_free() -> None:
    assert clashes(the_rules(), [on_day(28, "needling")], [on_day(0, "filler")]) == []


def test_the_other_direction_has_its_own_days() -> None:
    assert clashes(the_rules(), [on_day(14, "filler")], [on_day(0, "needling")]) == []
    assert clashes(the_rules(), [on_day(13, "filler")], [on_day(0, "needling")]) != []


def test_a_later_booking_is_protected_from_what_is_put_before_it() -> None:
    [clash] = clashes(the_rules(), [on_day(0, "filler")], [on_day(10, "needling")])
    assert (clash.from_act, clash.to_act) == ("filler", "needling")
    assert clash.earliest_ok_day == MONDAY + timedelta(days=24)  # 14 days after the needling


def test_the_longest_of_several_rows_holds() -> None:
    assert min_days_between(the_rules(), ["filler"], ["needling"]) == 28


def test_a_row_that_spares_the_same_act_lets_it_follow_itself() -> None:
    assert clashes(the_rules(), [on_day(1, "filler")], [on_day(0, "filler")]) == []


def test_areas_that_do_not_overlap_never_clash() -> None:
    assert clashes(the_rules(), [on_day(0, "needling", area="scalp")], [on_day(0, "filler")]) == []
    assert clashes(the_rules(), [on_day(1, "needling", area="lips")], [on_day(0, "filler", area="cheeks")]) == []


@pytest.mark.parametrize("areas", [("lips", "face"), ("face", "lips"), ("lips", "lips")])
def test_an_area_meets_what_contains_it(areas: tuple[str, str]) -> None:
    new, other = areas
    assert clashes(the_rules(), [on_day(1, "needling", area=new)], [on_day(0, "filler", area=other)])


def test_sessions_of_one_course_are_left_to_its_own_gaps() -> None:
    assert clashes(the_rules(), [on_day(1, "needling", course=7)], [on_day(0, "needling", course=7)]) == []
    assert clashes(the_rules(), [on_day(1, "needling", course=7)], [on_day(0, "needling", course=8)]) != []


def test_acts_of_one_session_are_not_asked_against_each_other() -> None:
    assert clashes(the_rules(), [on_day(0, "serum", "needling")], []) == []


def test_two_new_sessions_are_asked_against_each_other() -> None:
    assert len(clashes(the_rules(), [on_day(0, "filler"), on_day(3, "needling")], [])) == 1


def test_a_same_day_pair_lifts_only_its_own_order() -> None:
    rules = the_rules()
    assert may_follow_same_day(rules, ["needling"], ["serum"])
    assert not may_follow_same_day(rules, ["serum"], ["needling"])


def test_a_wrong_order_on_one_day_is_told_as_an_order() -> None:
    [clash] = clashes(the_rules(), [on_day(0, "light", at=600)], [on_day(0, "filler", at=540)])
    assert clash.kind is ClashKind.ORDER
    assert clash.earliest_ok_day == MONDAY
    assert clashes(the_rules(), [on_day(0, "light", at=500)], [on_day(0, "filler", at=540)]) == []


def test_an_unknown_order_is_free_when_one_order_is() -> None:
    assert clashes(the_rules(), [on_day(0, "light")], [on_day(0, "filler")]) == []


def test_a_pair_lifted_on_one_day_still_keeps_its_days_on_the_next() -> None:
    assert clashes(the_rules(), [on_day(1, "filler")], [on_day(0, "light")]) != []


def test_a_pair_forbidden_on_one_day_cannot_be_overridden() -> None:
    for first, second in (("peel", "needling"), ("needling", "peel")):
        [clash] = clashes(the_rules(), [on_day(0, second)], [on_day(0, first)])
        assert clash.kind is ClashKind.SAME_DAY_FORBIDDEN
        assert not clash.may_be_overridden
        assert clash.earliest_ok_day == MONDAY + timedelta(days=1)


def test_when_no_order_of_the_day_is_free_the_gap_is_told() -> None:
    found = clashes(the_rules(), [on_day(0, "needling", at=9)], [on_day(0, "filler", at=8)])
    assert [clash.kind for clash in found] == [ClashKind.GAP]


def test_what_was_done_earlier_becomes_a_conflict_of_the_forecast() -> None:
    found = conflicts_for(the_rules(), ["needling", "serum"], "lips", [on_day(3, "serum"), on_day(0, "filler"), on_day(1, "light")])
    assert [(c.day, c.min_days, c.from_act, c.to_act) for c in found] == [
        (MONDAY, 28, "filler", "needling"),
        (MONDAY + timedelta(days=3), 4, "serum", "needling"),
    ]


def test_the_order_of_a_joined_visit_is_found() -> None:
    serum, needling = on_day(0, "serum"), on_day(0, "needling")
    assert in_same_day_order(the_rules(), [serum, needling]) == (needling, serum)
    assert in_same_day_order(the_rules(), [on_day(0, "filler"), needling]) is None


def test_a_pair_meant_for_one_visit_is_known_in_both_orders() -> None:
    assert is_same_day_pair(the_rules(), ["needling"], ["serum"])
    assert is_same_day_pair(the_rules(), ["serum"], ["needling"])
    assert not is_same_day_pair(the_rules(), ["light"], ["wash"]), "nothing speaks against it, but no row asks for it"
    assert not is_same_day_pair(the_rules(), ["serum", "peel"], ["needling"]), "one of the acts may not follow"


def test_what_is_on_other_areas_needs_no_order() -> None:
    given_order = (on_day(0, "serum", area="scalp"), on_day(0, "needling"))
    assert in_same_day_order(the_rules(), given_order) == given_order


@pytest.mark.parametrize(
    "rows",
    [
        (GapRow(("magic",), ("filler",), 3),),
        (GapRow(("filler",), ("any_magic",), 3),),
    ],
)
def test_a_row_with_an_unknown_name_is_refused(rows: tuple[GapRow, ...]) -> None:
    with pytest.raises(UnknownName):
        the_rules(rows)


def test_a_group_with_an_unknown_act_is_refused() -> None:
    with pytest.raises(UnknownName):
        act_rules.build(ACTS, {"odd": ("magic",)}, PARENTS, [GapRow(("odd",), ("peel",), 1)], [], [])


@pytest.mark.parametrize("parents", [{"face": "head"}, {"a": "b", "b": "a"}])
def test_a_broken_tree_of_areas_is_refused(parents: dict[str, str | None]) -> None:
    with pytest.raises(UnknownName):
        act_rules.build(ACTS, {}, parents, [], [], [])


def test_a_treatment_with_an_unknown_act_or_area_is_refused() -> None:
    with pytest.raises(UnknownName):
        clashes(the_rules(), [on_day(0, "magic")], [on_day(0, "filler")])
    with pytest.raises(UnknownName):
        overlap(PARENTS, "face", "tail")


some_done = st.builds(
    on_day,
    st.integers(0, 3) | st.integers(0, 60),
    st.sampled_from(ACTS),
    area=st.sampled_from(sorted(PARENTS)),
    at=st.none() | st.integers(480, 1080),
)


@given(some_done, some_done)
def test_two_treatments_clash_whichever_of_them_is_the_new_one(one: Done, other: Done) -> None:
    forth, back = clashes(the_rules(), [one], [other]), clashes(the_rules(), [other], [one])
    assert [(c.kind, c.from_act, c.to_act) for c in forth] == [(c.kind, c.from_act, c.to_act) for c in back]


@given(some_done, some_done)
def test_a_clash_tells_the_first_day_without_it(new: Done, other: Done) -> None:
    rules, day = the_rules(), new.day
    for clash in clashes(rules, [new], [other]):
        while day <= clash.earliest_ok_day:
            moved = Done(new.acts, new.area, day, new.course, None)  # in whichever order that day allows
            assert bool(clashes(rules, [moved], [other])) is (day < clash.earliest_ok_day)
            day += timedelta(days=1)


@given(st.lists(some_done, max_size=5), st.sampled_from(ACTS), st.sampled_from(sorted(PARENTS)))
def test_the_forecasts_conflicts_agree_with_the_clashes_of_what_comes_after(others: list[Done], act: str, area: str) -> None:
    rules = the_rules()
    for conflict in conflicts_for(rules, [act], area, others):
        after = conflict.day + timedelta(days=conflict.min_days)
        alone = [other for other in others if other.day == conflict.day and conflict.from_act in other.acts]
        assert not clashes(rules, [Done((act,), area, after)], alone)
        too_soon = Done((act,), area, after - timedelta(days=1))
        if conflict.min_days > 1:
            assert clashes(rules, [too_soon], alone)
