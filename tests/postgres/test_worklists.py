"""The worklists on PostgreSQL: the same lines in the same order, read from the same index."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import text

from app.work import queries
from app.work.courses import TO_BOOK, in_order, rows_on
from app.work.lists import Worklist
from models.base import db
from models.treatment import Course
from tests.builders import TODAY
from tests.schedule.scenes import a_scene, days

pytestmark = pytest.mark.postgres


def test_a_list_is_read_in_its_order_from_one_index(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    many_more(scene.course.id)
    for kind in (kind for kind in TO_BOOK if kind is not Worklist.NO_SHOWS):
        for query in in_order(kind, TODAY):
            wanted = query.compile(db.engine, compile_kwargs={"literal_binds": True})
            plan = "\n".join(db.session.connection().exec_driver_sql(f"EXPLAIN {wanted}").scalars())
            assert "ix_course_needs_booking" in plan, plan
            assert "Seq Scan on course" not in plan, plan


def test_the_lists_hold_the_same_lines(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    assert [row.course.id for row in rows_on(Worklist.UNBOOKED, TODAY)] == [scene.course.id]
    assert queries.counts(TODAY, ["reception"])[Worklist.UNBOOKED] == 1


def many_more(course_id: int) -> None:
    """Thousands of courses, so that the planner has a reason to choose; most need nothing."""
    apart = ("id", "due_latest", "due_on", "needs_booking", "imported_as")
    names = ", ".join(column.name for column in Course.__table__.columns if column.name not in apart)
    db.session.execute(text(
        f"INSERT INTO course ({names}, due_latest, due_on, needs_booking) SELECT {names}, DATE '{days(0)}' + n % 90 - 30,"
        f" DATE '{days(0)}' + n % 60 - 30, n % 10 = 0 FROM course, generate_series(1, 20000) AS n WHERE course.id = {course_id}"
    ))  # fmt: skip
    db.session.commit()
    db.session.execute(text("ANALYZE"))


