"""How often the clinic's records were changed. What was made from them may be shown again while this number stands still.

Whoever writes, and by whatever way, the engine notices and adds one in the same transaction, as its last act; so the number
is right in every process, and nobody has to remember it. Tables are counted unless they stand in UNCOUNTED: a new one is safe.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, db, in_transaction

UNCOUNTED = frozenset({
    "alembic_version", "attempt", "change_count", "event", "form_token", "heartbeat", "kept_text", "lease", "sign_in", "throttle",
})  # fmt: skip
"""Written all day long, and nothing that is kept is made from them (a test looks)."""
_WRITES = re.compile(r'(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE(?!\s+SET\b)|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)
_MAY_WRITE = ("INSERT", "UPDATE", "DELETE", "WITH")
_NOTED, _KNOWN = "records changed", "count of changes"
MIGRATES = "migrates"
"""The option of a connection that changes the tables themselves, the one that counts among them: it counts nothing."""


class ChangeCount(Base):
    """The one row that counts."""

    __tablename__ = "change_count"

    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]


COUNT = select(ChangeCount.n).where(ChangeCount.id == 1).scalar_subquery()
_COUNT = select(COUNT)


def count() -> int | None:
    """How many changes there were before what is read next. None inside a transaction: it may yet be taken back."""
    if in_transaction():
        return None
    known: dict[Any, Any] = db.session.info
    if _KNOWN not in known:
        remember(db.session.scalar(_COUNT))
    return int(known[_KNOWN])


def remember(number: int | None) -> None:
    """What a query before all others read; it holds as long as its transaction."""
    db.session.info[_KNOWN] = number or 0


@event.listens_for(Session, "after_transaction_end")
def _forget_count(session: Session, _ended: object) -> None:
    """What was known was known of the transaction that read it."""
    session.info.pop(_KNOWN, None)


@event.listens_for(Engine, "before_cursor_execute")
def _note(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    if connection.get_execution_options().get(MIGRATES):
        return
    if statement.startswith(_MAY_WRITE) and any(table not in UNCOUNTED for table in _WRITES.findall(statement)):
        connection.info[_NOTED] = True


@event.listens_for(Engine, "commit")
def _add_one(connection: Connection) -> None:
    """The row is locked by the very last statement, so that writers wait for each other's commit only, and never in a circle."""
    if connection.info.pop(_NOTED, False):
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        first = insert(ChangeCount).values(id=1, n=1)
        connection.execute(first.on_conflict_do_update(index_elements=["id"], set_={"n": ChangeCount.n + 1}))


@event.listens_for(Engine, "rollback")
def _nothing_changed(connection: Connection) -> None:
    connection.info.pop(_NOTED, None)
