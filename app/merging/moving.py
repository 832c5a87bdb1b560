"""Every row that says whose it is, found by the tables themselves: a table that is added tomorrow moves too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, func, or_, select, update

from models.base import Base, db
from models.patient import Patient

Ids = dict[str, list[int]]
"""The ids of rows, by table."""
STAY = {
    "patient.merged_into_id": "the pointers themselves",
    "patient_term.patient_id": "what each record is found by; that of the pointer is not asked",
    "patient_merge.kept_id": "which record was joined with which",
    "patient_merge.gone_id": "which record was joined with which",
}
"""Columns that name a patient and do not move, each with its reason."""
_POINTS = (("plan_id", "treatment_plan"), ("course_id", "course"), ("appointment_id", "appointment"), ("message_pk", "message"))
REMADE = ("claim",)
"""Rows that are made anew with every change of their visit: they go where it goes, whatever their numbers are."""


def columns() -> list[Column[Any]]:
    """Every column that says whose a row is."""
    found = [
        column for table in Base.metadata.sorted_tables for column in table.columns
        if any(key.column.table.name == Patient.__tablename__ for key in column.foreign_keys)
    ]  # fmt: skip
    return [column for column in found if str(column) not in STAY]


def counted(patient: Patient) -> dict[str, int]:
    """How many rows of each table are this patient's."""
    counts = {c.table.name: db.session.scalar(select(func.count()).where(c == patient.id)) or 0 for c in columns()}
    return {name: n for name, n in counts.items() if n}


def move_all(whose: Patient, to: Patient) -> Ids:
    """Give everything of one patient to another; returns what went."""
    moved: Ids = {}
    for column in columns():
        ids = list(db.session.scalars(select(column.table.c.id).where(column == whose.id).order_by(column.table.c.id)))
        if ids:
            _give(column, column == whose.id, to)
            moved[column.table.name] = ids
    db.session.expire_all()
    return moved


def give_back(moved: Mapping[str, Sequence[int]], holder: Patient, owner: Patient, since: datetime) -> None:
    """Give back what went, and what has been made since about it: a visit of a plan, the mails and claims of a visit."""
    gone: dict[str, set[int]] = {}
    whose = {column.table.name: column for column in columns()}
    for table in Base.metadata.sorted_tables:  # in the order in which tables point at each other: plans before visits before mails
        column, about = whose.get(table.name), _about(table, gone)
        if column is not None and table.name not in REMADE:
            about.append(and_(table.c.id.in_(moved.get(table.name, ())), _old(table, since)))
        if "id" not in table.c or not about:
            continue
        which = or_(*about) if column is None else and_(column == holder.id, or_(*about))
        gone[table.name] = set(db.session.scalars(select(table.c.id).where(which)))
        if column is not None and gone[table.name]:
            _give(column, table.c.id.in_(gone[table.name]), owner)
    db.session.expire_all()


def _give(column: Column[Any], which: ColumnElement[bool], to: Patient) -> None:
    table: Table = column.table
    db.session.execute(update(table).where(which).values({column.name: to.id}))


def _old(table: Table, since: datetime) -> ColumnElement[bool]:
    """Made before: a number may be given a second time when its row was deleted."""
    made = next((table.c[name] for name in ("created_at", "made_at", "added_at", "planned_at") if name in table.c), None)
    return made <= since if made is not None else table.c.id > 0


def _about(table: Table, gone: Mapping[str, Iterable[int]]) -> list[ColumnElement[bool]]:
    """The rows of a table that are about something that goes."""
    found: list[ColumnElement[bool]] = [table.c[name].in_(gone.get(there, ())) for name, there in _POINTS if name in table.c]
    if "subject_type" in table.c:
        found += [and_(table.c.subject_type == name, table.c.subject_id.in_(ids)) for name, ids in gone.items() if ids]
    return found
