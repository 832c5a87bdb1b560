"""No figure reads the visits, sessions, courses, lots, mails or acts of a clinic from end to end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from app.reports.asked import Asked
from app.reports.report import Report
from app.reports.table import BY_KEY
from models.base import db, transaction
from models.event import Event
from models.product import LotUse
from models.treatment import Course
from tests import builders
from tests.reports.scene import november

GROWS = ("appointment", "treatment_session", "appointment_session", "appointment_status", "course", "lot_use", "message", "event")
EARLY = date(2019, 1, 1)


def years(n: int) -> None:
    """So many courses, uses of lots and acts, spread over years of which November 2026 is the last month."""
    builders.a_clinic()
    physician, patient = builders.a_physician(), builders.a_patient()
    course = builders.a_course(builders.a_plan(patient, physician), builders.a_protocol())
    lot = builders.a_lot()
    copied = {c.name: getattr(course, c.name) for c in Course.__table__.columns if c.name not in ("id", "imported_as")}
    ends = [EARLY + timedelta(days=k % 2880) for k in range(n)]
    with transaction():
        db.session.execute(insert(Course), [copied | {"ended_on": day, "live": False, "needs_booking": False} for day in ends])
        db.session.execute(insert(LotUse), [
            {"lot_id": lot.id, "session_id": course.sessions[0].id, "used_at": datetime.combine(day, datetime.min.time(), UTC),
             "amount": "2", "unit": "ml", "area": "", "voided_why": ""} for day in ends
        ])  # fmt: skip
        db.session.execute(insert(Event), [
            {"at": datetime.combine(day, datetime.min.time(), UTC), "action": "viewed" if k % 9 else "task reached", "fields": [],
             "object_type": "patient" if k % 9 else "staff_task", "object_id": k % 500 + 1}
            for k, day in enumerate(ends)
        ])  # fmt: skip


def plan(report: Report, asked: Asked, explain: str = "EXPLAIN QUERY PLAN") -> str:
    """How the engine counts the rows of a figure."""
    counted = select(func.count()).select_from(report.facts(asked).subquery())
    text = str(counted.compile(db.engine, compile_kwargs={"literal_binds": True}))
    return "\n".join(str(row[-1]) for row in db.session.connection().exec_driver_sql(f"{explain} {text}".replace("%", "%%")).all())


def whole_tables(plan: str) -> list[str]:
    """The tables that grow and are read whole, not by an index."""
    return [line for line in plan.splitlines() for table in GROWS if line.strip() == f"SCAN {table}"]


@pytest.mark.parametrize("key", BY_KEY)
def test_a_figure_reads_no_growing_table_whole(app: Flask, noon: datetime, key: str) -> None:
    years(3000)
    assert whole_tables(plan(BY_KEY[key], november(noon))) == []
