"""How often the clinic's records were changed. What was made from them may be shown again while this number stands still.

What is made from the house alone (who and what there is, and when) stays true over all bookings: its changes are counted apart.

Whoever writes, and by whatever way, the engine notices and adds one in the same transaction, as its last act; so the number
is right in every process, and nobody has to remember it. Tables are counted unless they stand in UNCOUNTED: a new one is safe.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from models.base import Base, db, in_transaction

UNCOUNTED = frozenset({
    "alembic_version", "attempt", "change_count", "event", "form_token", "heartbeat", "kept_text", "lease", "sign_in", "throttle",
})  # fmt: skip
"""Written all day long, and nothing that is kept is made from them (a test looks)."""
HOUSE = frozenset({
    "absence", "chair", "clinic", "closure", "device", "location", "opening_hours", "room", "staff_member", "working_hours",
})  # fmt: skip
"""Who and what there is, and when: changed a few times a month, and asked for by everything that looks for a time."""
_WRITES = re.compile(r'(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE(?!\s+SET\b)|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)
_MAY_WRITE = ("INSERT", "UPDATE", "DELETE", "WITH")
ALL, OF_THE_HOUSE = 1, 2
"""The two rows that count: every change, and those of the house."""
_NOTED, _KNOWN = "records changed", "counts of changes"
MIGRATES = "migrates"
"""The option of a connection that changes the tables themselves, the one that counts among them: it counts nothing."""


class ChangeCount(Base):
    """A row that counts."""

    __tablename__ = "change_count"

    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]


COUNT, HOUSE_COUNT = (select(ChangeCount.n).where(ChangeCount.id == which).scalar_subquery() for which in (ALL, OF_THE_HOUSE))
_COUNTS = select(COUNT, HOUSE_COUNT)


def count() -> int | None:
    """How many changes there were before what is read next. None inside a transaction: it may yet be taken back."""
    return None if in_transaction() else _counts()[0]


def house_count() -> int | None:
    """How many of them changed the house. None where it was changed and may yet be taken back."""
    if db.session.autoflush:  # as a query would: what is about to be written counts
        db.session.flush()
    return None if OF_THE_HOUSE in db.session.connection().info.get(_NOTED, ()) else _counts()[1]


def _counts() -> tuple[int, int]:
    known: dict[Any, Any] = db.session.info
    if _KNOWN not in known:
        remember(*db.session.execute(_COUNTS).one())
    found: tuple[int, int] = known[_KNOWN]
    return found


def remember(number: int | None, of_the_house: int | None) -> None:
    """What a query before all others read; it holds as long as its transaction."""
    db.session.info[_KNOWN] = number or 0, of_the_house or 0


def look_again() -> None:
    """Others may have committed while a lock was waited for: what is kept under it must stand at the count of now."""
    db.session.info.pop(_KNOWN, None)


@event.listens_for(Session, "after_transaction_end")
def _forget_count(session: Session, ended: SessionTransaction) -> None:
    """What was known was known of the transaction that read it."""
    if not ended.nested:
        session.info.pop(_KNOWN, None)


@event.listens_for(Engine, "before_cursor_execute")
def _note(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    if connection.get_execution_options().get(MIGRATES):
        return
    written = set(_WRITES.findall(statement)) - UNCOUNTED if statement.startswith(_MAY_WRITE) else ()
    if written:
        connection.info.setdefault(_NOTED, {ALL}).update({OF_THE_HOUSE} if HOUSE.intersection(written) else ())


@event.listens_for(Engine, "commit")
def _add_one(connection: Connection) -> None:
    """The rows are locked by the very last statements, so that writers wait for each other's commit only, and never in a circle."""
    for which in sorted(connection.info.pop(_NOTED, ())):
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        first = insert(ChangeCount).values(id=which, n=1)
        connection.execute(first.on_conflict_do_update(index_elements=["id"], set_={"n": ChangeCount.n + 1}))


@event.listens_for(Engine, "rollback")
def _nothing_changed(connection: Connection) -> None:
    connection.info.pop(_NOTED, None)
