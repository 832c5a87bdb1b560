"""The best free times of one visit inside its window."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from app.planning.obstacles import Code, Obstacle
from app.planning.placement import nearest, why_nowhere
from app.planning.resources import Kind
from app.planning.slots import why_none
from app.planning.visit import Claim, Slot, Wishes
from app.planning.windows import Window
from tests.planning.clinic_days import (
    ALI,
    BURCU,
    NINE,
    SIX_PM,
    TUESDAY,
    a_clinic,
    a_physician,
    a_request,
    clock,
    every_day,
)

NO_TIME = ((NINE, SIX_PM),)


def on(number: int) -> date:
    return TUESDAY + timedelta(days=number)


def a_window(first: int = 0, recommended: int = 10, last: int | None = 20, ideal_gap: int = 0) -> Window:
    return Window(on(first), on(recommended), None if last is None else on(last), ideal_gap, ())


def days_off(slots: list[Slot], recommended: int = 10) -> list[int]:
    return [(slot.day - on(recommended)).days for slot in slots]


def test_the_recommended_day_comes_first_and_then_the_days_beside_it() -> None:
    slots = nearest(a_request(), a_window(), 11)
    assert days_off(slots)[0] == 0
    assert [abs(number) for number in days_off(slots)] == sorted(abs(number) for number in days_off(slots))


def test_the_offers_of_one_day_lie_hours_apart() -> None:
    slots = [slot for slot in nearest(a_request(), a_window(), 20) if slot.day == on(10)]
    times = sorted(slot.start_minute for slot in slots)
    assert len(times) > 1
    assert all(later - earlier >= 120 for earlier, later in pairwise(times))


def test_a_single_day_still_gives_as_many_as_asked_for() -> None:
    slots = nearest(a_request(), a_window(10, 10, 10), 40)
    assert len({slot.start_minute for slot in slots}) == 40


def test_no_offer_lies_outside_the_window() -> None:
    slots = nearest(a_request(), a_window(8, 10, 11), 1_000)
    assert {slot.day for slot in slots} == {on(8), on(9), on(10), on(11)}


def test_a_window_without_end_is_looked_at_for_two_months() -> None:
    clinic = a_clinic(a_physician(busy=every_day(NO_TIME, days=60)))
    assert nearest(a_request(clinic), a_window(last=None), 1)[0].day == on(60)


def test_inside_the_ideal_band_the_wished_weekday_is_taken() -> None:
    slot = nearest(a_request(wishes=Wishes(weekdays=frozenset({5}))), a_window(), 1)[0]
    assert slot.day == on(11)  # a Saturday, one day after the recommended Friday
    assert slot.day.weekday() == 5


def test_a_wished_weekday_outside_the_ideal_band_is_not_worth_the_distance() -> None:
    slot = nearest(a_request(wishes=Wishes(weekdays=frozenset({1}))), a_window(), 1)[0]
    assert slot.day == on(10)


def test_wished_hours_are_kept_where_free() -> None:
    slots = nearest(a_request(wishes=Wishes(hours=((clock("14:00"), clock("16:00")),))), a_window(), 3)
    assert all(clock("14:00") <= slot.start_minute < clock("16:00") for slot in slots)


def test_the_same_practitioner_matters_more_than_the_very_day_inside_the_band() -> None:
    clinic = a_clinic(a_physician(BURCU), a_physician(ALI, busy={on(10): NO_TIME}))
    slot = nearest(a_request(clinic, wishes=Wishes(practitioner=ALI)), a_window(), 1)[0]
    assert (slot.performer_id, slot.day) == (ALI, on(9))


def test_a_start_that_leaves_no_useless_gap_is_preferred() -> None:
    busy = {on(10): ((NINE, clock("09:50")), (clock("11:00"), SIX_PM))}
    slot = nearest(a_request(a_clinic(a_physician(busy=busy))), a_window(10, 10, 10), 1)[0]
    assert slot.start_minute == clock("09:50")


def test_a_start_beside_other_work_is_preferred_to_one_in_the_open() -> None:
    busy = {on(10): ((clock("12:00"), clock("12:30")),)}
    request = a_request(a_clinic(a_physician(busy=busy)), wishes=Wishes(hours=((clock("12:10"), clock("17:00")),)))
    assert nearest(request, a_window(10, 10, 10), 1)[0].start_minute == clock("12:30")


def test_asked_twice_the_answer_is_the_same() -> None:
    clinic = a_clinic(a_physician(ALI), a_physician(BURCU))
    assert nearest(a_request(clinic), a_window(), 9) == nearest(a_request(clinic), a_window(), 9)


def test_nothing_before_the_moment_asked_from() -> None:
    request = replace(a_request(), not_before=(on(11), clock("17:00")))
    slots = nearest(request, a_window(), 1_000)
    assert min((slot.day, slot.start_minute) for slot in slots) == (on(11), clock("17:00"))


def test_a_window_without_a_free_time_says_why_with_the_days() -> None:
    clinic = a_clinic(a_physician(busy=every_day(NO_TIME, days=1, first=on(8)), hours=every_day(days=9)))
    reasons = why_nowhere(a_request(clinic), a_window(8, 10, 10))
    assert reasons == (
        Obstacle(Code.STAFF_BUSY, "procedure", "needling", (BURCU,), days=(on(8),)),
        Obstacle(Code.NOT_WORKING, "procedure", "needling", (BURCU,), days=(on(9), on(10))),
    )


def test_a_window_with_a_free_time_has_no_reasons() -> None:
    clinic = a_clinic(a_physician(busy={on(8): NO_TIME}))
    assert why_nowhere(a_request(clinic), a_window(8, 10, 10)) == ()


def test_claims_not_yet_booked_count_as_taken() -> None:
    claim = Claim("procedure", Kind.STAFF, BURCU, NINE, SIX_PM)
    reasons = why_nowhere(a_request(), a_window(8, 8, 8), lambda day: (claim,))
    assert [obstacle.code for obstacle in reasons] == [Code.STAFF_BUSY]


def test_a_window_after_the_stay_before_it_or_in_the_past_says_so() -> None:
    after = why_nowhere(a_request(wishes=Wishes(stay_to=on(3))), a_window(8))
    assert after == (Obstacle(Code.OUTSIDE_STAY, first=None, last=on(3)),)
    before = why_nowhere(a_request(wishes=Wishes(stay_from=on(30))), a_window(8))
    assert before == (Obstacle(Code.OUTSIDE_STAY, first=on(30)),)
    past = why_nowhere(replace(a_request(), not_before=(on(21), 0)), a_window(8))
    assert past == (Obstacle(Code.PAST, first=on(8), last=on(20)),)
    empty = why_nowhere(a_request(), a_window(8, 8, 7))
    assert empty == (Obstacle(Code.EMPTY_WINDOW, first=on(8), last=on(7)),)


def test_no_day_that_is_too_far_ahead_is_offered_and_a_window_behind_it_says_so() -> None:
    asked = replace(a_request(), not_after=on(9))
    assert days_off(nearest(asked, a_window(), 3))[0] == -1
    assert max(slot.day for slot in nearest(asked, a_window(), 1_000)) == on(9)
    assert why_nowhere(asked, a_window(10, 12, 20)) == (Obstacle(Code.TOO_FAR, last=on(9)),)
    assert why_none(asked, on(10)) == (Obstacle(Code.TOO_FAR, last=on(9), days=(on(10),)),)
