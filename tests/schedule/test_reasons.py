"""Why a visit did not go as planned: a stored key is never what people read."""

from __future__ import annotations

import ast

import pytest
from flask import Flask

from app.schedule.reasons import CANCELLED, NOT_TREATED, reason_words
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
