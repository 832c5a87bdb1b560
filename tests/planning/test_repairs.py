"""Ways out for a session without a place: ranked, and each one really free."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.planning.decided import bound_to, only_on
from app.planning.obstacles import Code
from app.planning.placement import nearest
from app.planning.repairs import Kind, Repair, free_times, repairs, why_not_wished
from app.planning.slots import check, free_slots
from app.planning.visit import Request, Slot, Wishes
from app.planning.windows import Window
from tests.planning.clinic_days import ALI, BURCU, NINE, SIX_PM, TUESDAY, a_clinic, a_numbing, a_physician, a_request, a_room, every_day


def on(number: int) -> date:
    return TUESDAY + timedelta(days=number)


WINDOW = Window(on(14), on(28), on(42), 28, ())


def always(_day: date) -> bool:
    return True


def with_two(away_first: int, away_last: int, wishes: Wishes | None = None) -> Request:
    """Burcu, who is away on some days, and Ali."""
    hours = {day: spans for day, spans in every_day().items() if not on(away_first) <= day <= on(away_last)}
    return a_request(a_clinic(a_physician(BURCU, hours=hours), a_physician(ALI)), wishes=wishes)


def said(found: list[Repair]) -> list[tuple[Kind, date | None, int | None]]:
    return [(one.kind, one.slot.day, one.slot.performer_id) if one.slot else (one.kind, None, None) for one in found]


def test_the_person_wished_for_on_another_day_comes_before_another_person_on_the_best_day() -> None:
    found = repairs(with_two(25, 32, Wishes(practitioner=BURCU)), WINDOW, always)
    assert said(found)[:2] == [(Kind.OTHER_TIME, on(24), BURCU), (Kind.OTHER_PRACTITIONER, on(28), ALI)]
    assert said(found)[-1] == (Kind.LATER, None, None)


def test_a_time_is_offered_once_under_the_name_that_asks_least() -> None:
    found = repairs(a_request(wishes=Wishes(practitioner=BURCU, stay_from=on(0), stay_to=on(90))), WINDOW, always)
    assert said(found) == [(Kind.OTHER_TIME, on(28), BURCU), (Kind.LATE, on(43), BURCU), (Kind.LATER, None, None)]


def test_what_is_early_or_late_lies_outside_the_window_however_little_is_free_there() -> None:
    found = repairs(with_two(43, 44), WINDOW, always, soonest=on(9))
    assert said(found)[1:] == [(Kind.LATE, on(43), ALI), (Kind.EARLY, on(13), BURCU), (Kind.LATER, None, None)]
    days = {**every_day(days=11), **every_day(days=29, first=on(14)), **every_day(first=on(45))}
    found = repairs(a_request(a_clinic(a_physician(hours=days))), WINDOW, always, soonest=on(9))
    assert said(found)[1:] == [(Kind.LATE, on(45), BURCU), (Kind.EARLY, on(10), BURCU), (Kind.LATER, None, None)]


def test_without_a_day_in_the_window_the_nearest_after_and_before_it_are_offered_with_leave() -> None:
    nobody_in_the_window = a_request(a_clinic(a_physician(hours={**every_day(days=12), **every_day(first=on(50))})))
    found = repairs(nobody_in_the_window, WINDOW, always, soonest=on(10))
    assert said(found) == [(Kind.LATE, on(50), BURCU), (Kind.EARLY, on(11), BURCU), (Kind.LATER, None, None)]


def test_nothing_is_offered_below_the_absolute_minimum_or_on_a_day_that_is_not_allowed() -> None:
    request = a_request(a_clinic(a_physician(hours={**every_day(days=12), **every_day(first=on(50))})))
    late_only = repairs(request, WINDOW, lambda day: day != on(50), soonest=on(12))
    assert said(late_only) == [(Kind.LATE, on(51), BURCU), (Kind.LATER, None, None)]


def test_a_stay_that_is_too_short_is_named_as_that() -> None:
    found = repairs(a_request(wishes=Wishes(stay_to=on(10))), WINDOW, always)
    assert said(found) == [(Kind.OUTSIDE_STAY, on(28), BURCU), (Kind.LATER, None, None)]
    found = repairs(a_request(wishes=Wishes(stay_from=on(60))), WINDOW, always)
    assert said(found) == [(Kind.OUTSIDE_STAY, on(28), BURCU), (Kind.LATE, on(60), BURCU), (Kind.LATER, None, None)]


def test_without_dates_a_session_can_only_be_left() -> None:
    assert repairs(a_request(), None, always) == [Repair(Kind.LATER, None)]


def test_a_window_without_an_end_has_nothing_after_it() -> None:
    assert Kind.LATE not in {one.kind for one in repairs(a_request(), WINDOW._replace(latest=None), always)}


def test_why_the_person_wished_for_is_not_to_be_had_on_the_best_day() -> None:
    request = with_two(25, 32, Wishes(practitioner=BURCU))
    assert [(one.code, one.ids, one.days) for one in why_not_wished(request, WINDOW)] == [(Code.NOT_WORKING, (BURCU,), (on(28),))]
    assert why_not_wished(with_two(1, 2, Wishes(practitioner=BURCU)), WINDOW) == ()


def test_the_first_free_time_is_the_best_offer() -> None:
    (first,) = nearest(a_request(), WINDOW, 1)
    assert next(free_times(a_request(), WINDOW)) == first


BUSY = st.dictionaries(
    st.integers(0, 60).map(on), st.lists(st.tuples(st.integers(NINE, SIX_PM - 30), st.integers(30, 300)), max_size=3).map(
        lambda spans: tuple((begin, min(begin + length, SIX_PM)) for begin, length in spans)
    ),
)  # fmt: skip


@given(BUSY, BUSY, st.integers(0, 30), st.integers(0, 30), st.sampled_from([None, BURCU, ALI]))
def test_every_repair_can_be_booked_as_it_is_and_the_ranking_never_asks_more_first(
    burcu: dict[date, tuple[tuple[int, int], ...]], ali: dict[date, tuple[tuple[int, int], ...]], first: int, length: int, wish: int | None
) -> None:
    request = a_request(a_clinic(a_physician(BURCU, busy=burcu), a_physician(ALI, busy=ali)), wishes=Wishes(practitioner=wish))
    window = Window(on(first), on(first + length // 2), on(first + length), 28, ())
    found = repairs(request, window, always, soonest=on(max(0, first - 5)))
    assert [one.kind for one in found] == sorted((one.kind for one in found), key=list(Kind).index)
    for one in found[:-1]:
        assert one.slot is not None
        assert isinstance(check(request, one.slot.day, one.slot.start_minute, one.slot.performer_id, one.slot.room_id), Slot)


@given(BUSY, st.integers(0, 40))
def test_a_decided_time_is_the_only_one_and_a_session_left_has_none(busy: dict[date, tuple[tuple[int, int], ...]], day: int) -> None:
    request = a_request(a_clinic(a_physician(busy=busy)), patient_busy={on(3): ((NINE, NINE + 60),)})
    for slot in free_times(request, only_on(WINDOW, on(day))):
        bound = bound_to(request, slot)
        assert nearest(bound, WINDOW._replace(earliest=on(0)), 9) == [slot]
        assert nearest(bound_to(replace(request), None), WINDOW, 9) == []


def test_a_decided_time_keeps_its_person_and_its_room() -> None:
    rooms = (a_room(1), a_room(2), a_room(3))
    request = a_request(a_clinic(a_physician(BURCU), a_physician(ALI), rooms=rooms), wishes=Wishes(practitioner=BURCU))
    for performer, room in ((ALI, 2), (BURCU, 3)):
        slot = check(request, on(28), NINE, performer, room)
        assert isinstance(slot, Slot)
        assert free_slots(bound_to(request, slot), on(28)) == [slot]


def test_a_decided_time_of_a_visit_that_nobody_performs_needs_nobody() -> None:
    request = a_request(a_clinic(chairs=1), phases=(a_numbing(),))
    slot = free_slots(request, on(28))[0]
    assert slot.performer_id is None
    assert free_slots(bound_to(request, slot), on(28)) == [slot]


def test_a_decided_time_at_which_the_patient_is_elsewhere_is_not_free() -> None:
    slot = free_slots(a_request(), on(28))[0]
    meanwhile_busy = a_request(patient_busy={on(28): ((NINE, NINE + 60),)})
    assert free_slots(bound_to(meanwhile_busy, slot), on(28)) == []


def test_a_decided_day_is_the_whole_window() -> None:
    for day in (on(3), on(20), on(50)):
        assert only_on(WINDOW, day) == WINDOW._replace(earliest=day, recommended=day, latest=day)
