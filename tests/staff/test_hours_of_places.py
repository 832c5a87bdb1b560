"""Working hours at several places: those of a place count there alone, and at that time nobody is free elsewhere."""

from __future__ import annotations

from datetime import date, time

import pytest

from app.hours import Calendar, Opening, fits, works_at
from app.schedule.free.working_days import works_on

TUESDAY = date(2026, 12, 1)
WEEK = Calendar(tuple(Opening(day, time(9), time(18)) for day in range(5)))
TUESDAYS = Calendar((Opening(1, time(10), time(14)),))
A, B = 1, 2


def test_hours_that_hold_at_any_place_hold_at_each() -> None:
    assert works_on({None: WEEK}, A, TUESDAY) == works_on({None: WEEK}, B, TUESDAY) == ((540, 1080),)


def test_the_hours_of_a_place_count_there_alone_and_are_missing_elsewhere() -> None:
    hours = {None: WEEK, B: TUESDAYS}
    assert works_on(hours, B, TUESDAY) == ((600, 840),)
    assert works_on(hours, A, TUESDAY) == ((540, 600), (840, 1080))


def test_who_has_hours_at_one_place_only_works_at_no_other() -> None:
    assert works_on({B: TUESDAYS}, A, TUESDAY) == ()


@pytest.mark.parametrize(("place", "when", "there"), [
    (A, (time(9), time(10)), True), (A, (time(9, 30), time(10, 30)), False), (B, (time(10), time(14)), True),
    (B, (time(9), time(11)), False),
])  # fmt: skip
def test_a_visit_lies_inside_the_hours_of_its_own_place(place: int, when: tuple[time, time], there: bool) -> None:
    assert fits(works_at({None: WEEK, B: TUESDAYS}, place, TUESDAY), *when) is there
