"""What works in place of a time that cannot be had: the least changed first, each once, each really free."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.planning.instead import instead
from app.planning.resources import Days
from app.planning.slots import check
from app.planning.visit import Request, Slot
from tests.planning.clinic_days import ALI, BURCU, NINE, TUESDAY, a_clinic, a_physician, a_request, a_room, clock, every_day

TEN, NOON = clock("10:00"), clock("12:00")
BUSY: Days = {TUESDAY: ((clock("09:45"), NOON),)}


def wanted(start: int = TEN, performer_id: int | None = BURCU, room_id: int | None = None, day: date = TUESDAY) -> Slot:
    return Slot(day, start, start, start, performer_id, room_id, ())


def always(_day: date) -> bool:
    return True


def said(found: list[Slot]) -> list[tuple[int, int, int | None]]:
    return [((slot.day - TUESDAY).days, slot.start_minute, slot.performer_id) for slot in found]


def two(busy: Days = BUSY) -> Request:
    return a_request(a_clinic(a_physician(BURCU, busy=busy), a_physician(ALI), rooms=(a_room(1), a_room(2))))


def test_first_just_before_and_after_then_another_person_then_other_days() -> None:
    found = instead(two(), wanted(), lambda day: day >= TUESDAY)
    assert said(found) == [(0, clock("09:15"), BURCU), (0, NOON, BURCU), (0, TEN, ALI), (1, TEN, BURCU), (2, TEN, BURCU)]


def test_days_at_which_it_may_not_be_are_left_out_and_the_nearest_hour_is_taken() -> None:
    busy = {**BUSY, TUESDAY + timedelta(days=3): ((NINE, clock("10:30")),)}
    found = instead(two(busy), wanted(), lambda day: day == TUESDAY + timedelta(days=3))
    assert said(found)[-1] == (3, clock("10:30"), BURCU)


def test_a_room_that_was_named_is_given_up_before_the_person() -> None:
    request = a_request(a_clinic(rooms=(a_room(1, busy=BUSY), a_room(2))))
    found = instead(request, wanted(room_id=1), lambda _day: False)
    assert [(slot.start_minute, slot.room_id) for slot in found] == [(clock("09:15"), 1), (NOON, 1), (TEN, 2)]


def test_where_nothing_is_named_and_nobody_is_there_nothing_is_offered() -> None:
    nobody = a_request(a_clinic(a_physician(hours={})))
    assert instead(nobody, wanted(performer_id=None), always) == []


def test_beyond_the_days_looked_at_nothing_is_offered() -> None:
    later = a_request(a_clinic(a_physician(hours=every_day(first=TUESDAY + timedelta(days=15)))))
    assert instead(later, wanted(), always) == []
    near = a_request(a_clinic(a_physician(hours=every_day(first=TUESDAY + timedelta(days=14)))))
    assert said(instead(near, wanted(), always)) == [(14, TEN, BURCU)]


@given(begin=st.integers(NINE, clock("17:00")), long=st.integers(1, 240), start=st.integers(NINE // 5, clock("17:30") // 5))
def test_everything_offered_can_be_booked_and_is_offered_once(begin: int, long: int, start: int) -> None:
    request = two({TUESDAY: ((begin, begin + long),)})
    found = instead(request, wanted(start * 5), always)
    assert len({(slot.day, slot.start_minute, slot.performer_id) for slot in found}) == len(found)
    assert all(isinstance(check(request, slot.day, slot.start_minute, slot.performer_id, slot.room_id), Slot) for slot in found)
    assert (TUESDAY, start * 5, BURCU) not in {(slot.day, slot.start_minute, slot.performer_id) for slot in found}
