"""The reports on PostgreSQL: the same figures as their lists, and no growing table read whole where an index knows the period."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import text

from app.reports.table import BY_KEY
from models.base import db
from tests.reports.scene import figure, listed, november
from tests.reports.test_plans import plan, years

pytestmark = pytest.mark.postgres


def test_a_figure_reads_no_growing_table_whole(app: Flask, noon: datetime) -> None:
    years(20_000)
    db.session.execute(text("ANALYZE"))
    for key, table in (("lots_used", "lot_use"), ("completion", "course"), ("series", "course"), ("calls", "event")):
        said = plan(BY_KEY[key], november(noon), "EXPLAIN")
        assert f"Seq Scan on {table}" not in said, said


def test_a_figure_counts_the_rows_of_its_list(app: Flask, noon: datetime) -> None:
    years(300)
    asked = november(noon)
    assert {key: figure(key, asked).all.n for key in BY_KEY} == {key: len(listed(key, asked)) for key in BY_KEY}
