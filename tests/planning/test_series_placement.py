"""Whole series placed inside windows that follow from one another."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from app.planning.obstacles import Code, Obstacle
from app.planning.resources import Days, Kind
from app.planning.series import Placement
from app.planning.visit import Phase, Wishes
from app.planning.windows import Window
from tests.planning.clinic_days import ALI, BURCU, NINE, SIX_PM, TUESDAY, a_clinic, a_numbing, a_physician, a_request, every_day, place

NO_TIME = ((NINE, SIX_PM),)


def on(number: int) -> date:
    return TUESDAY + timedelta(days=number)


def every(minimum: int, ideal: int, maximum: int) -> Callable[[int, tuple[date | None, ...]], Window | None]:
    """Windows counted in days from the session before; the first session within a week."""

    def window_after(index: int, days: tuple[date | None, ...]) -> Window | None:
        before = days[-1] if days else None
        if index == 0 or before is None:
            return Window(TUESDAY, TUESDAY, on(7), 0, ())
        first, best, last = (before + timedelta(days=number) for number in (minimum, ideal, maximum))
        return Window(first, best, last, ideal, ())

    return window_after


def numbers(placed: Sequence[Placement]) -> list[int | None]:
    return [None if one.slot is None else (one.slot.day - TUESDAY).days for one in placed]


def away(*days: int) -> Days:
    return {on(number): NO_TIME for number in days}


def test_a_free_clinic_gives_every_session_its_ideal_day() -> None:
    placed = place([a_request()] * 6, every(14, 21, 28))
    assert numbers(placed) == [0, 21, 42, 63, 84, 105]


def test_an_early_choice_never_makes_a_later_session_impossible() -> None:
    # only day 30 is left for the second session: the first must wait until day 2
    clinic = a_clinic(a_physician(busy=away(*range(8, 30), *range(31, 100))))
    placed = place([a_request(clinic)] * 2, every(14, 21, 28))
    assert numbers(placed) == [2, 30]


def test_the_search_looks_at_unlikely_ways_before_it_gives_up() -> None:
    clinic = a_clinic(a_physician(busy=away(*range(8, 34), *range(36, 61))))
    placed = place([a_request(clinic)] * 3, every(14, 21, 28))
    assert numbers(placed)[0] in (6, 7)
    assert None not in numbers(placed)


def test_a_series_keeps_one_practitioner() -> None:
    clinic = a_clinic(a_physician(BURCU, busy=away(20, 21, 22)), a_physician(ALI))
    placed = place([a_request(clinic)] * 3, every(14, 21, 28))
    assert [one.slot.performer_id for one in placed if one.slot] == [ALI, ALI, ALI]


def test_the_wished_weekday_is_kept_where_the_ideal_band_allows() -> None:
    saturdays = Wishes(weekdays=frozenset({5}))
    placed = place([a_request(wishes=saturdays)] * 4, every(14, 21, 28))
    weekdays = [one.slot.day.weekday() for one in placed if one.slot]
    assert weekdays[1:] == [5, 5, 5]


def test_a_session_without_a_place_comes_back_with_all_its_reasons() -> None:
    clinic = a_clinic(a_physician(hours=every_day(days=25)))
    placed = place([a_request(clinic)] * 3, every(14, 21, 28))
    assert numbers(placed) == [0, 21, None]
    assert {reason.code for reason in placed[2].reasons} == {Code.NOT_WORKING}


def test_the_sessions_after_one_without_a_place_are_still_shown() -> None:
    clinic = a_clinic(a_physician(busy=away(*range(8, 40))))
    placed = place([a_request(clinic)] * 3, every(14, 21, 28))
    assert numbers(placed) == [0, None, 42]
    assert placed[1].window == Window(on(14), on(21), on(28), 21, ())


def test_sessions_that_cannot_fit_into_a_stay_say_so() -> None:
    stay = Wishes(stay_from=on(0), stay_to=on(30))
    placed = place([a_request(wishes=stay)] * 6, every(21, 21, 28))
    assert numbers(placed) == [0, 21, None, None, None, None]
    assert placed[2].reasons == (Obstacle(Code.OUTSIDE_STAY, first=on(0), last=on(30)),)


def test_a_session_without_dates_says_so_and_the_next_sees_it() -> None:
    seen: list[tuple[date | None, ...]] = []

    def window_after(index: int, days: tuple[date | None, ...]) -> Window | None:
        seen.append(days)
        return None

    placed = place([a_request()] * 2, window_after)
    assert [one.reasons for one in placed] == [(Obstacle(Code.NO_WINDOW),)] * 2
    assert seen[-1] == (None,)


def test_two_sessions_of_a_course_never_share_a_day() -> None:
    # the second of one day would count for nothing (docs/forecast.md)
    def this_week(index: int, days: tuple[date | None, ...]) -> Window:
        return Window(TUESDAY, TUESDAY, on(6), 0, ())

    assert numbers(place([a_request()] * 8, this_week)) == [0, 1, 2, 3, 4, 5, 6, None]


def test_an_empty_series_is_placed() -> None:
    assert place([], every(14, 21, 28)) == ()


def test_asked_twice_the_answer_is_the_same() -> None:
    clinic = a_clinic(a_physician(BURCU, busy=away(21)), a_physician(ALI, busy=away(42)))
    assert place([a_request(clinic)] * 4, every(14, 21, 28)) == place([a_request(clinic)] * 4, every(14, 21, 28))


def test_a_series_of_visits_with_an_evaluation_first_has_the_fewest_performers() -> None:
    evaluation = Phase("evaluation", 10, performer=True)
    laser = Phase("procedure", 15, performer=True, performer_roles=frozenset({"physician", "practitioner"}), supervised=True)
    clinic = a_clinic(a_physician(BURCU), a_physician(ALI))
    placed = place([a_request(clinic, (evaluation, laser))] * 2, every(14, 21, 28))
    people = [{claim.id for claim in one.slot.claims if claim.kind is Kind.STAFF} for one in placed if one.slot]
    assert people == [{BURCU}, {BURCU}]


def test_a_series_without_hands_on_work_is_placed() -> None:
    assert numbers(place([a_request(phases=(a_numbing(),))] * 2, every(14, 21, 28))) == [0, 21]
