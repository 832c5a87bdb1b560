"""The lists of the outbox on PostgreSQL: one index, in order, a page at a time."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import text

from app.messages.queries import ENDED, Tab
from models.base import db
from tests.messages.test_lists_of_messages import QUESTIONS, a_link, fill, last_of, plans, reading

pytestmark = pytest.mark.postgres


def test_a_page_is_read_from_an_index(app: Flask, noon: datetime) -> None:
    fill(20_000)
    db.session.execute(text("ANALYZE message"))
    for tab in (Tab.DUE, Tab.SENT, Tab.WITHDRAWN):
        for after in (None, last_of(tab)):
            (plan,) = plans(tab, "EXPLAIN", after)
            assert ("ix_message_state_due_at" if tab in ENDED else "ix_message_waiting") in plan, plan
            assert "Seq Scan on message" not in plan, plan


@pytest.mark.parametrize("about", QUESTIONS)
def test_no_question_of_the_clock_reads_the_outbox_from_end_to_end(app: Flask, noon: datetime, about: str) -> None:
    fill(20_000)
    a_link()
    db.session.execute(text("ANALYZE message"))
    plan = reading(QUESTIONS[about], "EXPLAIN")
    assert "Seq Scan on message" not in plan, plan
