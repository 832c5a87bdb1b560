"""Many new rows go to the database in one statement, and each gets the number of its own row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from models.base import db, transaction
from models.clinic import Closure
from tests.schedule.pages import Counted

FIRST = date(2027, 1, 1)


def _days(n: int) -> list[date]:
    return [FIRST + timedelta(days=(k * 37) % n) for k in range(n)]  # in no order the database could sort them into


@pytest.mark.parametrize("n", [2, 61, 1000])
def test_rows_written_together_know_their_own_numbers(app: Flask, n: int) -> None:
    with transaction():
        db.session.add_all(gone := [Closure(day=FIRST, why="gone") for _ in range(5)])
    with transaction():
        db.session.execute(delete(Closure).where(Closure.id.in_([gone[1].id, gone[4].id])))
    with Counted() as asked, transaction():
        made = [Closure(day=day, why=f"{place}") for place, day in enumerate(_days(n))]
        db.session.add_all(made)
        db.session.flush()
        given = {row.id: row.why for row in made}
    written = {number: why for number, why in db.session.execute(select(Closure.id, Closure.why)) if why != "gone"}
    assert written == given
    assert list(given) == sorted(given)
    assert len([statement for statement in asked.statements if statement.startswith("INSERT INTO closure")]) == -(-n // 1000)
