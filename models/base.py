"""The database: one typed base, strict UTC moments, SQLite made safe for several writers, one visible transaction."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, Insert, MetaData, Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.sql.compiler import InsertmanyvaluesSentinelOpts
from sqlalchemy.types import TypeDecorator

REPEATABLE_READ = 3  # psycopg.IsolationLevel; not imported, for most clinics live on SQLite
LARGEST_ID = 2**31 - 1  # four bytes, as PostgreSQL keeps whole numbers
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SQLiteDialect.insertmanyvalues_implicit_sentinel = InsertmanyvaluesSentinelOpts.ANY_AUTOINCREMENT
"""SQLite numbers the rows of one INSERT in the order in which they stand, as PostgreSQL does, so that many new rows go in one
statement, each to its own number (a test looks). Without this every row with a number of the database's would be one statement."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Naive values are refused; stored as UTC, read back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of the clinic."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: UtcDateTime(), dict[str, Any]: JSON(), list[Any]: JSON(), list[str]: JSON()},
    )


db = SQLAlchemy(model_class=Base)

Row = TypeVar("Row", bound=Base)
_writing: ContextVar[bool] = ContextVar("writing", default=False)
_rehearsing: ContextVar[bool] = ContextVar("rehearsing", default=False)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    """WAL, foreign keys, patience with other writers; transactions are begun by us, not by the driver."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=NORMAL", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Who only reads sees one moment from the first question to the last, on both engines.

    A writer takes SQLite's lock at once: a read that later turns into a write would fail when another wrote in between. On
    PostgreSQL it sees at each question what is true then, and waits for rows that others hold.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN DEFERRED")
    else:
        driver: Any = connection.connection.driver_connection
        driver.isolation_level = None if _writing.get() else REPEATABLE_READ


def only(condition: str) -> dict[str, Any]:
    """The condition of a partial index, for both engines."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def only_true(*columns: str) -> dict[str, Any]:
    """The same for columns that are true, written as each engine's questions write it: SQLite compares by the letter."""
    there = " AND ".join(f"{column} = 1" for column in columns)
    return {"sqlite_where": text(there), "postgresql_where": text(" AND ".join(columns))}


def in_transaction() -> bool:
    """Whether what is read now may still be taken back."""
    return _writing.get()


@contextmanager
def transaction() -> Iterator[None]:
    """The one visible transaction of a route or a job: all inside is kept, or nothing.

    What was read before is read again inside, so that decisions rest on what is true under the lock.
    """
    session = db.session
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("Something was changed before the transaction began.")
    if _rehearsing.get():
        with session.begin_nested():
            yield
        return
    if _writing.get():
        raise RuntimeError("A transaction is already open.")
    session.rollback()
    token = _writing.set(True)
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.reset(token)


@contextmanager
def rehearsal() -> Iterator[None]:
    """Inside, every transaction is really done and seen by the next one, and all of them are taken back at the end."""
    db.session.rollback()
    writing, rehearsing = _writing.set(True), _rehearsing.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        _rehearsing.reset(rehearsing)
        _writing.reset(writing)


@contextmanager
def durable() -> Iterator[None]:
    """Around a transaction: when this returns, what it committed is on the disk (for the mark that fences a mail).

    PostgreSQL does so by itself. On SQLite commits are quick and reach the disk a little later; its safety level cannot be
    changed inside a transaction, so the log that holds the commit is flushed instead.
    """
    yield
    file = db.engine.url.database
    if db.engine.dialect.name == "sqlite" and file and os.path.exists(f"{file}-wal"):
        handle = os.open(f"{file}-wal", os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def insert_or_ignore(table: Table) -> Insert:
    """New rows, without those that some unique rule finds there already."""
    if db.session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def locked(row: type[Row], key: int) -> Row | None:
    """The row as it is now, kept from others until the transaction ends."""
    return db.session.get(row, key, with_for_update=True, populate_existing=True)


def kept(row: type[Row], key: int) -> Row | None:
    """The row, which the session holds on to: one that is asked for again and again is read once in it."""
    found = db.session.info[row, key] = db.session.get(row, key)
    return found


def held(row: Base) -> None:
    """Read the row again as it is now, and keep others from changing it until the transaction ends; they may still point at it."""
    db.session.refresh(row, with_for_update={"key_share": True})
