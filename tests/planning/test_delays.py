"""How lateness travels through a day: on to whoever needs the same person or thing next, and no further than it must."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.planning.delays import Running, Stage, Use, behind, set_aside, waits
from app.planning.resources import Kind
from tests.planning.clinic_days import ALI, BURCU, NURSE, clock

TWO = clock("14:00")


def a_visit(number: int, begin: str, minutes: int = 30, who: int = BURCU, stage: Stage = Stage.COMING, **more: object) -> Running:
    start = clock(begin)
    uses = (Use(Kind.STAFF, who, start, start + minutes),)
    return Running(number, stage, start, start, start + minutes, **({"uses": uses} | more))


def test_what_is_under_way_is_behind_by_its_late_begin_or_its_late_end_whichever_is_more() -> None:
    begun = a_visit(1, "14:00", stage=Stage.UNDER_WAY, since=clock("14:12"))
    assert behind(begun, clock("14:20")) == 12
    assert behind(begun, clock("14:55")) == 25
    assert behind(a_visit(1, "14:00", stage=Stage.UNDER_WAY, since=clock("13:50")), clock("14:10")) == 0


def test_who_is_here_is_behind_by_having_come_late_or_by_still_waiting() -> None:
    came = a_visit(1, "14:00", stage=Stage.HERE, since=clock("14:17"))
    assert behind(came, clock("14:17")) == 17
    assert behind(came, clock("14:25")) == 25
    assert behind(a_visit(1, "14:00", stage=Stage.HERE, since=clock("13:45")), clock("13:50")) == 0


def test_cream_that_must_work_first_keeps_who_is_here_waiting() -> None:
    waiting = a_visit(1, "14:00", stage=Stage.HERE, since=clock("13:30"), ready=clock("14:20"))
    assert behind(waiting, clock("13:50")) == 20
    assert behind(waiting, clock("14:30")) == 30


def test_who_has_not_come_makes_nobody_late_yet() -> None:
    assert behind(a_visit(1, "14:00"), clock("14:30")) == 0


def test_who_was_passed_over_or_waits_too_long_is_set_aside() -> None:
    waiting = [a_visit(1, "14:00", stage=Stage.HERE), a_visit(2, "14:30", stage=Stage.HERE), a_visit(3, "14:00", who=ALI, stage=Stage.HERE)]
    for stage in (Stage.UNDER_WAY, Stage.OVER):
        assert set_aside([*waiting, a_visit(4, "14:15", stage=stage)], clock("14:40")) == {1}
    assert set_aside([*waiting, a_visit(4, "14:15")], clock("14:40")) == set(), "who is only booked has passed nobody"
    assert set_aside(waiting, clock("15:01")) == {1, 3}


def test_free_minutes_between_two_visits_take_up_what_they_can() -> None:
    day = [a_visit(1, "14:00"), a_visit(2, "14:40"), a_visit(3, "15:10"), a_visit(4, "15:50")]
    assert waits(day, {1: 25}) == {1: 25, 2: 15, 3: 15, 4: 5}


def test_another_practitioner_waits_only_where_something_is_shared() -> None:
    nurse = (Use(Kind.STAFF, NURSE, TWO, TWO + 30),)
    later = (Use(Kind.STAFF, ALI, TWO + 30, TWO + 60), Use(Kind.STAFF, NURSE, TWO + 30, TWO + 40))
    day = [a_visit(1, "14:00", uses=nurse), a_visit(2, "14:30", who=ALI, uses=later), a_visit(3, "14:30", who=ALI + 20)]
    assert waits(day, {1: 20}) == {1: 20, 2: 20, 3: 0}


def test_two_visits_that_need_each_other_in_turn_wait_no_longer_than_the_first_is_late() -> None:
    first = (Use(Kind.STAFF, NURSE, TWO, TWO + 10), Use(Kind.STAFF, BURCU, TWO + 40, TWO + 70))
    second = (Use(Kind.STAFF, BURCU, TWO + 10, TWO + 40), Use(Kind.STAFF, NURSE, TWO + 10, TWO + 20))
    day = [a_visit(1, "14:00", uses=first), a_visit(2, "14:10", uses=second)]
    assert waits(day, {1: 15}) == {1: 15, 2: 15}


def test_what_is_unknown_or_early_counts_as_in_time() -> None:
    assert waits([a_visit(1, "14:00")], {1: -5, 9: 30}) == {1: 0}


def test_a_visit_that_uses_one_thing_twice_does_not_wait_for_itself() -> None:
    twice = (Use(Kind.ROOM, 1, TWO, TWO + 10), Use(Kind.ROOM, 1, TWO + 10, TWO + 40))
    after = (Use(Kind.ROOM, 1, TWO + 40, TWO + 60),)
    assert waits([a_visit(1, "14:00", uses=twice), a_visit(2, "14:40", uses=after)], {1: 10}) == {1: 10, 2: 10}


a_day = st.lists(st.tuples(st.integers(0, 3), st.integers(5, 60), st.integers(0, 40)), min_size=1, max_size=12)


@given(a_day, st.dictionaries(st.integers(0, 11), st.integers(0, 90), max_size=3))
def test_nobody_is_needed_twice_and_nobody_waits_longer_than_the_latest(rows: list[tuple[int, int, int]], late: dict[int, int]) -> None:
    ends: dict[int, int] = {}
    day = []
    for number, (who, minutes, pause) in enumerate(rows):
        start = ends.get(who, 540) + pause
        ends[who] = start + minutes
        day.append(Running(number, Stage.COMING, start, start, start + minutes, (Use(Kind.STAFF, who, start, start + minutes),)))
    found = waits(day, late)
    for who in ends:
        turn = [(use.begin + found[one.id], use.end + found[one.id]) for one in day for use in one.uses if use.id == who]
        assert all(end <= begin for (_b, end), (begin, _e) in pairwise(turn))
    assert max(found.values()) <= max([0, *(minutes for key, minutes in late.items() if key < len(day))])
    assert all(found[key] >= minutes for key, minutes in late.items() if key < len(day))
