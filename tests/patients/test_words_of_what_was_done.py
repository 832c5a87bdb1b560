"""Whatever is written down about a patient is read by people: each key of the code has its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from app.patients.words import event_words
from app.work.actions import Result
from models.appointment import VisitState
from models.event import Event
from models.lateness import LateWay

APP = Path(__file__).parents[2] / "app"
ROOMS = ("patients", "plans", "schedule", "treatments", "work", "links", "importing", "messages", "inbound")
NOT_OF_A_PATIENT = {
    "searched", "mail went on", "mailing started", "added", "approved", "retired", "calendar link made", "calendar link ended",
}  # fmt: skip
STATES = [state for state in VisitState if state is not VisitState.BOOKED]
ENDINGS = {"visit ": STATES, "task ": [*Result], "link used: ": ["confirm"], "late ": [*LateWay]}
"""The keys made of a beginning and a state."""


def calls() -> Iterator[tuple[str, ast.Call]]:
    for room in ROOMS:
        for file in (APP / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
                    yield node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id, node


def keys_of(node: ast.expr) -> list[str]:
    """A literal, or every key that a beginning and a state can make."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr) and isinstance(start := node.values[0], ast.Constant):
        return [str(start.value) + end for end in ENDINGS[str(start.value)]]
    return []


def written(function: str, place: int) -> set[str]:
    """The keys at this place of the function's calls, and those handed on to it through a helper as `what`."""
    found: set[str] = set()
    for name, call in calls():
        helper = name.endswith("_changed") and name != "plan_changed"
        at = place if name == function else 1 if helper else None
        if at is not None and len(call.args) > at:
            found.update(keys_of(call.args[at]))
        if name == "release" or helper:
            found.update(key for kw in call.keywords if kw.arg == "what" for key in keys_of(kw.value))
    return found


def test_every_action_on_a_patients_card_is_said_in_words(app: Flask) -> None:
    keys = written("record", 0) - NOT_OF_A_PATIENT
    assert {"visit arrived", "hold over", "elsewhere accepted", "consent given", "task reached"} <= keys
    assert {key for key in keys if key != "changed" and event_words(Event(action=key, fields=[])) == "Changed"} == set()
