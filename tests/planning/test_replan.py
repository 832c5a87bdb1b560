"""Visits that cannot stay: as many as possible get a place, moved as little as possible, and none takes another's."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.planning.displaced import Apart, Displaced
from app.planning.obstacles import Code
from app.planning.replan import Replanned, replan
from app.planning.resources import Days, Kind, Person, Resources, Span
from app.planning.slots import free_slots
from app.planning.visit import Assistant, Phase, Place, Slot, Wishes
from app.planning.windows import Window
from tests.planning.clinic_days import (
    ALI,
    BURCU,
    NINE,
    NURSE,
    TUESDAY,
    a_clinic,
    a_numbing,
    a_nurse,
    a_physician,
    a_preparation,
    a_procedure,
    a_request,
    a_room,
    clock,
    every_day,
    with_cream,
)

DAY = timedelta(days=1)
SHORT: tuple[Span, ...] = ((clock("09:00"), clock("10:30")),)


def only(days: Sequence[int], spans: tuple[Span, ...] = SHORT) -> Days:
    """These hours on some days, counted from Tuesday."""
    return {TUESDAY + timedelta(days=number): spans for number in days}


def a_visit(
    number: int, clinic: Resources, *, day: int = 0, at: str = "09:00", early: int = 0, late: int = 3, patient: int | None = None,
    phases: tuple[Phase, ...] = (), performer: int = BURCU,
) -> Displaced:  # fmt: skip
    """A visit booked on a day after Tuesday, which may lie `early` days before to `late` days after it."""
    lies = TUESDAY + timedelta(days=day)
    window = Window(lies - timedelta(days=early), lies, lies + timedelta(days=late), 28, ())
    return Displaced(number, patient or number, a_request(clinic, phases), window, lies, clock(at), performer)


def cells(slots: dict[int, Slot], displaced: Sequence[Displaced]) -> Iterator[tuple[object, ...]]:
    patient_of = {visit.id: visit.patient for visit in displaced}
    for visit_id, slot in slots.items():
        for claim in slot.claims:
            who = patient_of[visit_id] if claim.kind is Kind.PATIENT else claim.id
            yield from ((slot.day, claim.kind, who, minute) for minute in range(claim.start_minute, claim.end_minute))


def check_sound(found: Replanned, displaced: Sequence[Displaced], apart: Sequence[Apart] = ()) -> None:
    """Everybody is accounted for, inside the window, gaps kept, and nothing is claimed twice."""
    claimed = list(cells(dict(found.slots), displaced))
    assert len(claimed) == len(set(claimed))
    assert set(found.slots) | set(found.unplaced) == {visit.id for visit in displaced}
    assert not set(found.slots) & set(found.unplaced)
    for visit in displaced:
        if visit.id in found.slots:
            slot = found.slots[visit.id]
            assert visit.window.earliest <= slot.day <= (visit.window.latest or date.max)
    for pair in apart:
        if pair.first in found.slots and pair.second in found.slots:
            assert pair.allows(found.slots[pair.first].day, found.slots[pair.second].day)
    assert found.cost == sum(visit.cost(s.day, s.start_minute, s.performer_id) for visit in displaced if (s := found.slots.get(visit.id)))
    assert found.bound <= found.cost


def by_trying_all(displaced: Sequence[Displaced], apart: Sequence[Apart]) -> tuple[int, int]:
    """How few can be left without a place, and the least cost of that; every way is tried."""
    ways = {}
    for visit in displaced:
        options: list[Slot | None] = [None]
        for _, day in visit.days():
            whos, rooms = (BURCU, ALI), [room.id for room in visit.request.resources.rooms]
            each = [
                replace(visit.request, wishes=Wishes(practitioner=who, only_practitioner=True, room_id=room))
                for who in whos
                for room in rooms
            ]
            options += [slot for request in each for slot in free_slots(request, day) if slot.start_minute % 15 == 0]
        ways[visit.id] = options
    best = (len(displaced), 0)

    def go(place: int, slots: dict[int, Slot], left: int, cost: int) -> None:
        nonlocal best
        if (left, cost) >= best and left >= best[0]:
            return
        if place == len(displaced):
            best = min(best, (left, cost))
            return
        visit = displaced[place]
        for slot in ways[visit.id]:
            if slot is None:
                go(place + 1, slots, left + 1, cost)
            elif all(fits(slots | {visit.id: slot}, pair, displaced) for pair in combinations([*slots, visit.id], 2)):
                tried = slots | {visit.id: slot}
                both = [pair for pair in apart if {pair.first, pair.second} <= set(tried)]
                if all(pair.allows(tried[pair.first].day, tried[pair.second].day) for pair in both):
                    go(place + 1, tried, left, cost + visit.cost(slot.day, slot.start_minute, slot.performer_id))

    go(0, {}, 0, 0)
    return best


def fits(slots: dict[int, Slot], pair: tuple[int, int], displaced: Sequence[Displaced]) -> bool:
    both = list(cells({one: slots[one] for one in pair}, displaced))
    return len(both) == len(set(both))


quarters = st.integers(0, 4).map(lambda n: NINE + 15 * n)
busy = st.lists(quarters.map(lambda begin: (begin, begin + 30)), max_size=1).map(tuple)
worlds = st.builds(
    lambda ali_there, burcu_busy, ali_busy, two_rooms: Resources(
        only((0, 1, 2)),
        (
            Person(BURCU, frozenset({"physician"}), frozenset({"needling"}), only((1, 2)), {TUESDAY + DAY: burcu_busy}),
            Person(ALI, frozenset({"physician"}), frozenset({"needling"}), only(ali_there), {TUESDAY: ali_busy}),
        ),
        (a_room(1), a_room(2)) if two_rooms else (a_room(1),),
    ),
    st.sets(st.integers(0, 2)).map(tuple), busy, busy, st.booleans(),
)  # fmt: skip
booked = st.tuples(st.integers(0, 2), quarters, st.integers(0, 1), st.integers(0, 2), st.integers(1, 2))


TWO_ROOMS = Resources(
    only((0, 1, 2)),
    (
        Person(BURCU, frozenset({"physician"}), frozenset({"needling"}), only((1, 2)), {TUESDAY + DAY: ((585, 615),)}),
        Person(ALI, frozenset({"physician"}), frozenset({"needling"}), only((0, 1)), {}),
    ),
    (a_room(1), a_room(2)),
)


@given(worlds, st.lists(booked, min_size=1, max_size=3), st.booleans())
@example(TWO_ROOMS, [(1, 540, 0, 0, 1), (1, 540, 0, 0, 2)], False)
@settings(max_examples=60, deadline=None)
def test_no_other_answer_places_more_or_moves_less(clinic: Resources, visits: list[tuple[int, int, int, int, int]], kept: bool) -> None:
    displaced = [
        a_visit(n, clinic, day=day, at=f"{start // 60:02}:{start % 60:02}", early=early, late=late, patient=who)
        for n, (day, start, early, late, who) in enumerate(visits, start=1)
    ]
    apart = [Apart(a.id, b.id, 1, 2) for a, b in combinations(displaced, 2) if kept and a.patient == b.patient]
    found = replan(displaced, apart)
    check_sound(found, displaced, apart)
    assert found.proven
    assert (len(found.unplaced), found.cost) == by_trying_all(displaced, apart)


def test_the_nearest_place_is_given_to_whom_it_helps_most() -> None:
    clinic = Resources(only((0, 1, 5)), (a_physician(ALI, hours=only((0, 1, 5), ((NINE, NINE + 30),))),), (a_room(),))
    patient_one, narrow = a_visit(1, clinic, day=0, late=5), a_visit(2, clinic, day=0, late=1)
    third = a_visit(3, clinic, day=1, late=0)
    found = replan([patient_one, narrow, third])
    check_sound(found, [patient_one, narrow, third])
    assert {visit_id: (slot.day - TUESDAY).days for visit_id, slot in found.slots.items()} == {1: 5, 2: 0, 3: 1}


def test_a_week_away_moves_everyone_and_says_that_no_answer_is_nearer() -> None:
    away = {day: spans for day, spans in every_day().items() if day >= TUESDAY + timedelta(days=7)}
    clinic = a_clinic(a_physician(BURCU, hours=away), a_physician(ALI), a_nurse(), rooms=(a_room(1), a_room(2)), chairs=3)
    displaced = [a_visit(n, clinic, day=n % 5, at=f"{9 + n // 5}:00", early=2, late=9, phases=with_cream()) for n in range(1, 21)]
    found = replan(displaced)
    check_sound(found, displaced)
    assert found.unplaced == {}
    assert found.proven
    assert found.cost == found.bound


def test_two_patients_share_a_numbing_wait_with_one_nurse() -> None:
    hours = only((0,), ((NINE, NINE + 100),))
    clinic = a_clinic(a_physician(BURCU, hours=hours), a_nurse(NURSE, hours=hours), chairs=2)
    phases = (a_preparation(), a_numbing(), a_procedure())
    displaced = [a_visit(n, clinic, late=0, phases=phases) for n in (1, 2)]
    found = replan(displaced)
    check_sound(found, displaced)
    assert sorted(slot.start_minute - NINE for slot in found.slots.values()) == [0, 30]


def test_one_patient_is_never_in_two_places_at_once() -> None:
    clinic = a_clinic(a_physician(BURCU, hours=only((0,))), a_physician(ALI, hours=only((0,))), rooms=(a_room(1), a_room(2)))
    displaced = [a_visit(n, clinic, late=0, patient=5) for n in (1, 2)]
    found = replan(displaced)
    check_sound(found, displaced)
    assert len(found.slots) == 2


def test_rooms_that_suit_only_some_are_kept_for_those() -> None:
    hours = only((0,), ((NINE, NINE + 30),))
    people = [a_physician(one, hours=hours) for one in (BURCU, ALI)]
    clinic = a_clinic(*people, rooms=(a_room(1, "procedure", "consultation"), a_room(2, "procedure")))
    talk = Phase("procedure", 30, performer=True, room_kind="consultation")
    displaced = [a_visit(1, clinic, late=0), a_visit(2, clinic, late=0, phases=(talk,))]
    found = replan(displaced)
    check_sound(found, displaced)
    assert {visit_id: slot.room_id for visit_id, slot in found.slots.items()} == {1: 2, 2: 1}


def test_a_series_keeps_its_gaps_when_two_of_its_sessions_move() -> None:
    clinic = a_clinic(a_physician(BURCU, hours=every_day(first=TUESDAY + timedelta(days=4))))
    displaced = [a_visit(1, clinic, day=0, late=20, patient=1), a_visit(2, clinic, day=3, late=20, patient=1)]
    apart = [Apart(1, 2, 7, 14)]
    found = replan(displaced, apart)
    check_sound(found, displaced, apart)
    assert [(found.slots[n].day - TUESDAY).days for n in (1, 2)] == [4, 11]


def test_who_finds_no_place_is_told_why() -> None:
    clinic = a_clinic(a_physician(BURCU, hours={}))
    found = replan([a_visit(1, clinic)])
    assert {obstacle.code for obstacle in found.unplaced[1]} == {Code.NOT_WORKING}
    assert (found.cost, found.proven) == (0, True)


def test_a_visit_that_others_leave_no_room_for_is_told_that_too() -> None:
    clinic = a_clinic(a_physician(BURCU, hours=only((0,), ((NINE, NINE + 30),))))
    found = replan([a_visit(n, clinic, late=0) for n in (1, 2)])
    (reasons,) = found.unplaced.values()
    assert {obstacle.code for obstacle in reasons} == {Code.STAFF_BUSY}


def a_chain(late: int) -> list[Displaced]:
    """Three visits of one day for two rooms that are enough by number, but not by name: see the seats."""
    busy = [{TUESDAY: ((clock("10:50"), clock("11:30")),)}, {TUESDAY: ((clock("09:30"), clock("10:20")),)}]
    at = {1: "10:45", 2: "10:20", 3: "10:00"}
    hours = {n: {TUESDAY: ((clock(text), clock(text) + 30),), TUESDAY + DAY: ((NINE, NINE + 30),)} for n, text in at.items()}
    rooms = (a_room(1, busy=busy[0]), a_room(2, busy=busy[1]))
    clinic = a_clinic(*(a_physician(n, hours=hours[n]) for n in at), rooms=rooms)
    return [a_visit(n, clinic, at=text, late=late, performer=n) for n, text in at.items()]


def test_rooms_that_are_enough_by_number_but_not_by_name_are_not_promised() -> None:
    displaced = a_chain(late=0)
    found = replan(displaced)
    check_sound(found, displaced)
    assert (len(found.slots), found.cost, found.proven) == (2, 0, True)


def test_who_cannot_be_named_a_room_goes_where_there_is_one() -> None:
    displaced = a_chain(late=1)
    found = replan(displaced)
    check_sound(found, displaced)
    assert found.proven
    assert sorted(slot.day for slot in found.slots.values()) == [TUESDAY, TUESDAY, TUESDAY + DAY]


def a_crowd(seed: int) -> list[Displaced]:
    """A dozen or two visits for three physicians and two rooms, each with short hours full of holes."""
    luck = Random(seed)

    def busy() -> Days:
        return {TUESDAY + DAY * n: tuple((NINE + 15 * q, NINE + 15 * q + 15) for q in luck.sample(range(12), 2)) for n in range(9)}

    hours = only(range(9), ((NINE, NINE + 180),))
    people, rooms = tuple(a_physician(n, hours=hours, busy=busy()) for n in (1, 2, 3)), (a_room(1, busy=busy()), a_room(2, busy=busy()))
    clinic = Resources(hours, people, rooms)
    return [
        a_visit(n, clinic, day=luck.randrange(3), at=f"{9 + luck.randrange(3)}:{luck.choice(('00', '15', '30'))}", early=1,
                late=luck.choice((1, 2, 6)), performer=luck.choice((1, 2, 3)))
        for n in range(1, luck.choice((14, 18, 26)))
    ]  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1, 4, 6, 10, 12, 17])
def test_a_crowd_is_placed_for_less_than_one_after_another_and_proven(seed: int) -> None:
    displaced = a_crowd(seed)
    found, plain = replan(displaced), replan(displaced, seconds=0)
    check_sound(found, displaced)
    assert found.proven
    assert (len(found.unplaced), found.cost) <= (len(plain.unplaced), plain.cost)


@pytest.mark.parametrize(("seed", "looks"), [*product([0, 1, 12], range(0, 10, 2)), *product([5], range(1, 4))])
def test_whenever_the_time_runs_out_there_is_a_sound_answer_and_a_true_bound(seed: int, looks: int) -> None:
    """The stopwatch jumps past the end at the given look."""
    displaced, shown = a_crowd(seed), iter([0.0] * (looks + 1))
    found, best = replan(displaced, seconds=60, stopwatch=lambda: next(shown, 61.0)), replan(displaced)
    check_sound(found, displaced)
    assert (len(best.unplaced), best.cost) <= (len(found.unplaced), found.cost)
    if len(best.unplaced) == len(found.unplaced):
        assert found.bound <= best.cost


def test_without_time_the_plain_answer_stands_and_says_that_it_is_not_proven() -> None:
    clinic = a_clinic(a_physician(ALI), rooms=(a_room(1),))
    displaced = [a_visit(n, clinic, at="09:00") for n in range(1, 5)]
    found = replan(displaced, seconds=0)
    check_sound(found, displaced)
    assert found.unplaced == {}
    assert (found.bound, found.proven) == (0, False)


def test_the_same_question_has_the_same_answer() -> None:
    clinic = a_clinic(a_physician(ALI), a_nurse(), chairs=1)
    phases = (a_preparation(), a_procedure(assistant=Assistant.WANTED), Phase("afterwards", 5, place=Place.SAME_ROOM))
    displaced = [a_visit(n, clinic, at="10:00", phases=phases) for n in range(1, 7)]
    assert replan(displaced) == replan(displaced)


def test_nothing_displaced_is_nothing_to_do() -> None:
    assert replan([]) == Replanned({}, {}, 0, 0, True)
