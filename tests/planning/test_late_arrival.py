"""A patient who comes late: what still fits from now on, and what is offered instead, each of it really free."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.late_arrival import Ways, came_late, ways, without
from app.planning.obstacles import Code
from app.planning.resources import Days
from app.planning.slots import check
from app.planning.visit import DeviceNeed, Phase, Request, Slot
from tests.planning.clinic_days import ALI, BURCU, TUESDAY, a_clinic, a_numbing, a_physician, a_procedure, a_request, a_room, clock

NOW = clock("14:17")


def busy(begin: str, end: str) -> Days:
    return {TUESDAY: ((clock(begin), clock(end)),)}


def numbed(room: Days | None = None, physician: Days | None = None, second: Days | None = None) -> Request:
    """30 minutes of cream, then 30 of treatment; two rooms, Dr. Burcu and Dr. Ali."""
    clinic = a_clinic(a_physician(BURCU, busy=physician), a_physician(ALI), rooms=(a_room(1, busy=room), a_room(2, busy=second)))
    return a_request(clinic, phases=(a_numbing(30), a_procedure(30)))


def asked(request: Request, minute: int = NOW, short: tuple[Phase, ...] | None = None) -> Ways:
    return ways(request, TUESDAY, minute, BURCU, 1, without(request.phases, "numbing") if short is None else short)


def told(slot: Slot | None) -> tuple[str, int | None, int | None] | None:
    """Until when, with whom, where."""
    return slot and (f"{slot.end_minute // 60}:{slot.end_minute % 60:02d}", slot.performer_id, slot.room_id)  # type: ignore[return-value]


@pytest.mark.parametrize(("minutes", "late"), [(-5, 0), (10, 0), (11, 11), (45, 45)])
def test_ten_minutes_are_nobodys_trouble(minutes: int, late: int) -> None:
    two = datetime(2026, 12, 1, 11, tzinfo=UTC)
    assert came_late(two, two + timedelta(minutes=minutes, seconds=30)) == late


def test_where_all_fits_nothing_else_is_offered_for_now() -> None:
    found = asked(numbed())
    assert told(found.as_planned) == ("15:17", BURCU, 1)
    assert (found.reasons, found.other_room, found.shorter) == ((), None, None)


def test_where_the_room_is_wanted_another_room_is_offered_and_the_way_without_cream() -> None:
    found = asked(numbed(room=busy("15:00", "16:00")))
    assert found.as_planned is None
    assert [reason.code for reason in found.reasons] == [Code.ROOM_TAKEN]
    assert told(found.other_room) == ("15:17", BURCU, 2)
    assert told(found.shorter) == ("14:47", BURCU, 1)


def test_where_the_practitioner_is_wanted_no_room_helps_but_leaving_the_cream_out_does() -> None:
    found = asked(numbed(physician=busy("15:00", "16:00")))
    assert found.other_room is None
    assert told(found.shorter) == ("14:47", BURCU, 1)


def test_without_cream_another_room_may_be_needed_too() -> None:
    found = asked(numbed(room=busy("14:30", "16:00"), physician=busy("15:00", "16:00")))
    assert told(found.shorter) == ("14:47", BURCU, 2)


def test_without_cream_it_may_still_not_fit() -> None:
    assert asked(numbed(physician=busy("14:20", "16:00"))).shorter is None


@pytest.mark.parametrize("short", [(), (a_numbing(30), a_procedure(30))])
def test_where_nothing_may_be_left_out_nothing_shorter_is_offered(short: tuple[Phase, ...]) -> None:
    assert asked(numbed(physician=busy("15:00", "16:00")), short=short).shorter is None


def test_later_times_are_half_an_hour_apart_with_the_same_practitioner_and_not_at_once() -> None:
    later = asked(numbed()).later
    assert [slot.start_minute for slot in later] == [clock("14:35"), clock("15:05"), clock("15:35")]
    assert {slot.performer_id for slot in later} == {BURCU}


def test_where_the_practitioner_has_no_time_any_more_another_one_may_have() -> None:
    assert {slot.performer_id for slot in asked(numbed(physician=busy("14:00", "18:00"))).later} == {ALI}


def test_late_in_the_evening_nothing_is_left_today() -> None:
    found = asked(numbed(), clock("17:30"))
    assert (found.as_planned, found.later) == (None, ())


def test_what_a_device_needs_of_the_waiting_is_not_left_out() -> None:
    spins = a_numbing(30, devices=(DeviceNeed("centrifuge", 10),))
    assert without((spins, a_procedure(30)), "numbing") == (a_numbing(10, devices=(DeviceNeed("centrifuge", 10),)), a_procedure(30))
    throughout = a_numbing(30, devices=(DeviceNeed("lamp"),))
    assert without((throughout, a_procedure(30)), "numbing") == (throughout, a_procedure(30))
    assert without((a_numbing(30), a_procedure(30)), "numbing") == (a_procedure(30),)


a_span = st.tuples(st.integers(840, 1060), st.integers(5, 60)).map(lambda one: (one[0], sum(one)))
spans = st.lists(a_span, max_size=3).map(lambda some: {TUESDAY: tuple(some)})


@given(spans, spans, spans, st.integers(850, 1080))
def test_whatever_is_offered_can_be_had_as_it_is(room: Days, physician: Days, second: Days, minute: int) -> None:
    request = numbed(room, physician, second)
    found = asked(request, minute)
    for slot in (found.as_planned, found.other_room, *found.later):
        if slot:
            assert isinstance(check(request, TUESDAY, slot.start_minute, slot.performer_id, slot.room_id), Slot)
    assert (found.as_planned is None) == bool(found.reasons)
    other = found.other_room
    assert other is None or (other.start_minute, other.performer_id, other.room_id) == (minute, BURCU, 2)
    assert all(slot.start_minute >= minute + 15 for slot in found.later)
