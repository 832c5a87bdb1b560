"""A page of the trail is read in its order from one index, whatever is asked and however long the trail is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert

from app.audit import queries
from app.audit.asked import Asked
from models.base import db, transaction
from models.event import Event
from tests import builders
from tests.messages.test_lists_of_messages import steps

NOW = datetime.fromisoformat("2026-12-01T09:00+00:00")
ACTIONS = ("viewed", "visit arrived", "booked", "reviewed", "held")
QUESTIONS = {
    "everything": ({}, "ix_event_at"),
    "a person": ({"staff_id": 1}, "ix_event_staff_id_at"),
    "a patient": ({"patient_id": 7}, "ix_event_patient_id"),
    "an act": ({"action": "held"}, "ix_event_action_at"),
    "a month": ({"first": NOW.date() - timedelta(days=40), "last": NOW.date() - timedelta(days=10)}, "ix_event_at"),
    "a person in a month": ({"staff_id": 1, "first": NOW.date() - timedelta(days=40)}, "ix_event_staff_id_at"),
}  # fmt: skip


def fill(n: int) -> None:
    """A trail of so many acts of five people about many patients, two an hour."""
    builders.a_clinic()
    for name in ("Ada Oz", "Oya Er", "Eda Su", "Ali Can", "Can Efe"):
        builders.a_nurse(name)
    rows = [
        {"at": NOW - timedelta(minutes=30 * k), "action": ACTIONS[k % 5], "staff_id": k % 7 % 5 + 1, "patient_id": k % 20,
         "source": "staff", "fields": []}
        for k in range(n)
    ]  # fmt: skip
    with transaction():
        db.session.execute(insert(Event), rows)


def plans(about: str, explain: str) -> list[str]:
    """How the engine reads the first page and the one after it."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, told: Any, *_rest: Any) -> None:
        if "ORDER BY event." in statement:
            asked.append((statement, told))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        wanted = Asked(**QUESTIONS[about][0])
        found = queries.page(wanted)
        assert len(found.rows) == queries.A_PAGE
        queries.page(wanted, found.after)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return [steps(f"{explain} {statement}", told) for statement, told in asked]


@pytest.mark.parametrize("about", QUESTIONS)
def test_a_page_is_read_in_order_from_an_index(app: Flask, noon: datetime, about: str) -> None:
    fill(20_000)
    for plan in plans(about, "EXPLAIN QUERY PLAN"):
        assert f"USING INDEX {QUESTIONS[about][1]}" in plan, plan
        assert "TEMP B-TREE" not in plan, plan
