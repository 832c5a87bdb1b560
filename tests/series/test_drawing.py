"""The line of a course: its windows begin no sooner than today."""

from __future__ import annotations

from datetime import date

from flask import Flask

from app.planning.windows import Window
from app.series.drawing import Mark, drawn

TODAY = date(2026, 12, 3)


def test_what_has_passed_of_a_window_is_not_drawn(app: Flask) -> None:
    window = Window(date(2026, 11, 13), date(2026, 11, 13), date(2026, 12, 8), 28, ())
    with app.test_request_context():
        picture = drawn([Mark(TODAY, "proposed", "1")], [window], None, "", TODAY)
    assert picture is not None
    (shown,), (mark,) = picture.windows, picture.points
    assert shown["from"] == shown["best_from"] == mark["x"]
    assert shown["best_from"] < shown["best_to"] < shown["to"]


def test_a_window_that_is_over_is_drawn_as_it_was(app: Flask) -> None:
    window = Window(date(2026, 11, 13), date(2026, 11, 20), date(2026, 12, 1), 28, ())
    with app.test_request_context():
        picture = drawn([Mark(TODAY, "proposed", "1")], [window], None, "", TODAY)
    assert picture is not None
    (shown,), (mark,) = picture.windows, picture.points
    assert shown["from"] < shown["best_from"] < shown["to"] < mark["x"]
