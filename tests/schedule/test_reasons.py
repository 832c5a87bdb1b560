"""Why a visit did not go as planned or cannot be placed: a stored key is never what people read."""

from __future__ import annotations

import ast
from datetime import date

import pytest
from flask import Flask

from app.planning.obstacles import Code, Obstacle
from app.schedule.reasons import CANCELLED, NOT_TREATED, reason_words
from app.schedule.words import obstacle_sentence
from config import ROOT

CALLS = [node for room in ("plans", "schedule", "links") for file in (ROOT / "app" / room).rglob("*.py")
         for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]  # fmt: skip
GIVEN = {
    given.value.value
    for call in CALLS
    if ast.unparse(call.func).rpartition(".")[2] in ("cancel", "cancel_visits", "free_beyond", "release", "mark")
    for given in call.keywords
    if given.arg == "why" and isinstance(given.value, ast.Constant) and given.value.value
}
"""The reasons that the code itself gives to a visit it cancels."""


def test_the_code_gives_reasons_of_its_own() -> None:
    assert {"hold", "undone", "not suitable now", "series shortened", "series over"} <= GIVEN


@pytest.mark.parametrize("key", sorted({*GIVEN, *CANCELLED, *NOT_TREATED}))
def test_every_reason_has_words(app: Flask, key: str) -> None:
    words = reason_words(key)
    assert words
    assert words != key


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([], ""),
        ([1], " (Tue 1 Dec 2026)"),
        ([1, 2], " (Tue 1 Dec 2026, Wed 2 Dec 2026)"),
        ([1, 2, 3], " (Tue 1 Dec 2026 – Thu 3 Dec 2026)"),
        ([1, 2, 3, 7, 9], " (Tue 1 Dec 2026 – Thu 3 Dec 2026, Mon 7 Dec 2026, Wed 9 Dec 2026)"),
        ([1, 3, 5, 6, 7, 9], " (Tue 1 Dec 2026, Thu 3 Dec 2026, Sat 5 Dec 2026 – Mon 7 Dec 2026, …)"),
    ],
)
def test_days_in_a_row_are_said_as_first_and_last(app: Flask, days: list[int], words: str) -> None:
    closed = Obstacle(Code.CLOSED, days=tuple(date(2026, 12, day) for day in days))
    assert obstacle_sentence([closed]) == f"The clinic is closed.{words}"
