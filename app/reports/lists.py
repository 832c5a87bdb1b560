"""The rows behind a figure: exactly those it counts, latest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from app.names import names_of
from app.reports.asked import Asked
from app.reports.report import Report
from models.base import db
from models.clinic import Location
from models.patient import Patient
from models.staff import StaffMember

A_PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """Which of the rows: all, those that are a hit or are not, those of one group, practitioner or place (None: any; 0: of none)."""

    hit: bool | None = None
    by: str | None = None
    staff_id: int | None = None
    place_id: int | None = None


@dataclass(frozen=True)
class Row:
    """One row in words; `patient` is empty for whoever must not read it."""

    id: int
    when: date | datetime | None
    patient_id: int | None
    patient: str
    staff: str
    place: str
    by: str
    hit: bool
    amount: int | None
    note: str


def how_many(report: Report, asked: Asked, wanted: Wanted) -> int:
    """How many rows a list has."""
    return db.session.scalar(select(func.count()).select_from(_rows(report, asked, wanted).subquery())) or 0


def page(report: Report, asked: Asked, wanted: Wanted, n: int, *, names: bool) -> list[Row]:
    """A page of a list, counted from 1."""
    return list(_in_words(report, db.session.execute(_in_order(report, asked, wanted).limit(A_PAGE).offset((n - 1) * A_PAGE)).all(), names))


def every(report: Report, asked: Asked, wanted: Wanted, *, names: bool, most: int) -> list[Row]:
    """All rows of a list, at most so many."""
    return list(_in_words(report, db.session.execute(_in_order(report, asked, wanted).limit(most)).all(), names))


def _rows(report: Report, asked: Asked, wanted: Wanted) -> Select[Any]:
    rows = report.facts(asked).subquery()
    found = select(rows)
    if wanted.hit is not None:
        found = found.where(rows.c.hit == int(wanted.hit))
    if wanted.by is not None:
        found = found.where(rows.c.by == wanted.by)
    for column, key in ((rows.c.staff_id, wanted.staff_id), (rows.c.place_id, wanted.place_id)):
        if key is not None:
            found = found.where(column == key if key else column.is_(None))
    return found


def _in_order(report: Report, asked: Asked, wanted: Wanted) -> Select[Any]:
    found = _rows(report, asked, wanted)
    columns = found.selected_columns
    return found.order_by(columns["when"].desc(), columns["id"].desc())


def _in_words(report: Report, rows: Sequence[Any], names: bool) -> Iterator[Row]:
    staff, places = names_of(StaffMember, {row.staff_id for row in rows}), place_names()
    people = patient_names({row.patient_id for row in rows}) if names else {}
    by = report.names({row.by for row in rows})
    notes = report.note_names({row.note for row in rows}) if report.note_names else {}
    for row in rows:
        yield Row(
            row.id, row.when, row.patient_id if names else None, people.get(row.patient_id, ""), staff.get(row.staff_id, ""),
            places.get(row.place_id, ""), by.get(row.by, row.by), bool(row.hit), row.amount, notes.get(row.note, row.note),
        )  # fmt: skip


def place_names() -> dict[int, str]:
    """Every place of the clinic, closed ones too."""
    return dict(db.session.execute(select(Location.id, Location.name).order_by(Location.id)).all())


def patient_names(ids: set[int | None]) -> dict[int | None, str]:
    """Patients by their ids, so many at a time as both engines take."""
    wanted = sorted(key for key in ids if key is not None)
    found: dict[int | None, str] = {}
    for start in range(0, len(wanted), 5000):
        some = select(Patient.id, Patient.first_name, Patient.last_name).where(Patient.id.in_(wanted[start : start + 5000]))
        found |= {key: f"{first} {last}" for key, first, last in db.session.execute(some)}
    return found
