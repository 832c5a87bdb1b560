"""The audit on PostgreSQL: a page is read in its order from one index."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import text

from models.base import db
from tests.audit.test_plans import QUESTIONS, fill, plans

pytestmark = pytest.mark.postgres


def test_a_page_is_read_in_order_from_an_index(app: Flask, noon: datetime) -> None:
    fill(20_000)
    db.session.execute(text("ANALYZE event"))
    for about in QUESTIONS:
        for plan in plans(about, "EXPLAIN"):
            assert "using ix_event_" in plan, f"{about}: {plan}"
            assert "Seq Scan" not in plan, plan
            assert "Sort" not in plan, plan
