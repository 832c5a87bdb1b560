"""Whatever the code writes into the trail is read by people: every kind of act, thing and field has its words, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, g

from app.audit import action_words, field_words, words
from app.i18n import in_language
from app.inbound.actions import Deed
from app.patients import details
from models import event
from models.appointment import VisitState
from tests.patients.test_words_of_what_was_done import ENDINGS, keys_of

CODE = [file for top in ("app", "jobs") for file in (Path(__file__).parents[2] / top).rglob("*.py") if "demo" not in file.parts]
CALLS = {"record": 0, "_changed": 1, "_both_changed": 1, "_consent_changed": 1, "_life_changed": 1, "event_row": 0, "_over": 2, "_noted": 1}
"""Where a kind of act stands among what a call hands over."""


def calls() -> Iterator[tuple[str, ast.Call]]:
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""), node


def branches(node: ast.expr) -> list[ast.expr]:
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]


def acts(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    monkeypatch.setitem(ENDINGS, "plan ", ["completed", "reopened"])
    found = {*event.LOOKS, "day viewed", "list viewed", *(deed.value for deed in Deed)}
    for name, call in calls():
        if len(call.args) > CALLS.get(name, 99):
            found.update(key for branch in branches(call.args[CALLS[name]]) for key in keys_of(branch))
    return found


def fields() -> set[str]:
    lists = [kw.value for _name, call in calls() for kw in call.keywords if kw.arg == "fields" and isinstance(kw.value, ast.List)]
    return {str(one.value) for names in lists for one in names.elts if isinstance(one, ast.Constant)} | set(details.NAMES)


def test_every_kind_of_act_is_said_in_words(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    found = acts(monkeypatch)
    assert {"signed in", "sign-in tried", "denied", "plan completed", "day opened again", "cream on", "link used: confirm"} <= found
    assert f"visit {VisitState.ARRIVED}" in found
    assert found - set(action_words.all_of_them()) == set()


def test_every_field_is_said_in_words(app: Flask) -> None:
    known = field_words.all_of_them()
    assert {name for name in fields() if name not in known} == set()


def said_in(app: Flask, code: str, table: Callable[[], dict[str, str]]) -> dict[str, str]:
    with app.test_request_context(), in_language(code):
        g.language = code
        return table()


@pytest.mark.parametrize("table", [action_words.all_of_them, field_words.all_of_them, words.things])
def test_the_words_are_in_the_language_of_the_page(app: Flask, table: Callable[[], dict[str, str]]) -> None:
    english, turkish = said_in(app, "en", table), said_in(app, "tr", table)
    assert {key for key in english if english[key] == turkish[key]} <= {"lot", "protocol", "protocol_version", "treatment_plan"}


def test_what_an_older_version_wrote_stays_as_it_is(app: Flask) -> None:
    assert field_words.said(["old_name"], field_words.all_of_them()) == "old name"
