"""A page of the outbox is read in its order from one index, however long the outbox is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert

from app.messages import channel, outbox, patient_queries, planner, queries, staff_mails
from app.messages.queries import ENDED, Tab
from models.base import db, transaction
from models.clinic import Clinic
from models.message import Message
from models.staff import StaffLink
from tests import builders as b
from tests.messages.stories import NOW


def fill(n: int) -> None:
    """An outbox of so many messages: most were sent, some wait, some ended otherwise."""
    b.a_clinic()
    patient = b.a_patient()
    ended = [state.value for state in ENDED.values()]
    rows = [
        {"kind": "result", "subject_type": "course", "subject_id": k, "cycle": "", "patient_id": patient.id, "urgency": "routine",
         "message_class": "service", "due_at": _moment(k), "try_at": _moment(k), "planned_at": NOW, "message_id": f"<{k}@x>",
         "state": "sent" if k % 10 else "waiting" if k % 20 else ended[k // 20 % len(ended)], "reason": "", "address": "", "facts": {},
         "ambiguous_count": 0, "tries": 1}
        for k in range(n)
    ]  # fmt: skip
    with transaction():
        db.session.execute(insert(Message), rows)


def _moment(k: int) -> datetime:
    return NOW - timedelta(minutes=k) if k % 10 else NOW + timedelta(minutes=k)


def plans(tab: Tab, explain: str, after: int | None = None) -> list[str]:
    """How the engine reads the messages of one page of a tab."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, told: Any, *_rest: Any) -> None:
        if "ORDER BY message." in statement and "lease_until," not in statement.partition("ORDER BY")[2]:
            asked.append((statement, told))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        queries.page(tab, NOW, after=after)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return [steps(f"{explain} {statement}", told) for statement, told in asked]


def steps(statement: str, told: Any) -> str:
    rows: Sequence[Any] = db.session.connection().exec_driver_sql(statement, told).all()
    return "\n".join(str(row[-1]) for row in rows)


def reading(question: Callable[[], object], explain: str = "EXPLAIN QUERY PLAN") -> str:
    """How the engine answers every question that is asked there about the outbox."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, told: Any, *_rest: Any) -> None:
        if " message" in statement and not statement.startswith("INSERT"):
            asked.append((statement, told))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with transaction():
            question()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert asked
    return "\n".join(steps(f"{explain} {statement}", told) for statement, told in asked)


def a_link() -> None:
    member = b.a_nurse().id
    with transaction():
        db.session.add(StaffLink(staff_id=member, token_hash="x", made_at=NOW, expires_at=NOW + timedelta(days=2)))


QUESTIONS: dict[str, Callable[[], object]] = {
    "what helps no more": lambda: outbox._over(NOW),
    "what went lately": lambda: channel.room_left(NOW),
    "links of colleagues": lambda: staff_mails.plan_links(NOW),
    "who is in motion": lambda: patient_queries.in_motion(NOW),
    "what would go": lambda: queries.coming_by_kind(NOW),
    "what was due before": lambda: planner.start_mailing(db.session.get_one(Clinic, 1), NOW),
}


def last_of(tab: Tab) -> int | None:
    return queries.page(tab, NOW).after


@pytest.mark.parametrize("about", QUESTIONS)
def test_no_question_of_the_clock_reads_the_outbox_from_end_to_end(app: Flask, noon: datetime, about: str) -> None:
    fill(3000)
    a_link()
    plan = reading(QUESTIONS[about])
    for everything in ("SCAN message", "ix_message_state_due_at (state=?)", "(kind=?)"):
        assert everything not in plan, plan


@pytest.mark.parametrize("tab", ENDED)
def test_a_page_is_read_in_order_from_an_index(app: Flask, noon: datetime, tab: Tab) -> None:
    fill(3000)
    (first,) = plans(tab, "EXPLAIN QUERY PLAN")
    (second,) = plans(tab, "EXPLAIN QUERY PLAN", last_of(tab) or 1)
    for plan in (first, second):
        assert "ix_message_state_due_at" in plan, plan
        assert "TEMP B-TREE FOR ORDER BY" not in plan, plan


def test_what_is_due_is_read_from_what_waits_alone(app: Flask, noon: datetime) -> None:
    fill(3000)
    for after in (None, last_of(Tab.DUE)):
        (plan,) = plans(Tab.DUE, "EXPLAIN QUERY PLAN", after)
        assert plan.startswith("SEARCH message USING INDEX ix_message_"), plan
