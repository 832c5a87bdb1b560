"""What the database itself refuses: anyone or anything claimed twice at one moment, and edits of what is append-only.

PostgreSQL has exclusion constraints, SQLite triggers of the same names. Alembic's batch mode silently drops triggers, so
they are made again after every migration and at every start.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

CLAIMED = ("staff", "room", "chair", "device", "patient")
APPEND_ONLY = ("event", "appointment_status", "attempt")


def overlap_name(resource: str) -> str:
    """The name by which a double booking of this kind of resource is refused."""
    return f"no_{resource}_twice"


def put_guards_up(connection: Connection) -> None:
    """Make every guard that is missing. May be called at any time."""
    statements = _postgresql(connection) if connection.dialect.name == "postgresql" else _sqlite()
    for statement in statements:
        connection.execute(text(statement))


def guards_expected(dialect: str) -> set[str]:
    """The names that must be found in the database's own catalogue."""
    overlaps = {overlap_name(r) for r in CLAIMED}
    if dialect == "sqlite":
        overlaps = {f"{name}_{verb}" for name in overlaps for verb in ("insert", "update")}
    return overlaps | {f"{table}_{verb}_refused" for table in APPEND_ONLY for verb in ("update", "delete")}


def _sqlite() -> list[str]:
    made = []
    for resource in CLAIMED:
        column, name = f"{resource}_id", overlap_name(resource)
        for verb, other in (("insert", ""), ("update", " AND id <> NEW.id")):
            made.append(  # every part is a constant of this file
                f"CREATE TRIGGER IF NOT EXISTS {name}_{verb} BEFORE {verb.upper()} ON claim WHEN NEW.{column} IS NOT NULL"
                f" AND EXISTS (SELECT 1 FROM claim WHERE {column} = NEW.{column}{other}"
                f" AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at)"
                f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
            )
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            made.append(
                f"CREATE TRIGGER IF NOT EXISTS {table}_{verb}_refused BEFORE {verb.upper()} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    return made


def _postgresql(connection: Connection) -> list[str]:
    there = set(connection.execute(text("SELECT conname FROM pg_constraint")).scalars())
    made = [
        f"ALTER TABLE claim ADD CONSTRAINT {overlap_name(r)} EXCLUDE USING gist"
        f" (int8range({r}_id::bigint, {r}_id::bigint, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE ({r}_id IS NOT NULL)"
        for r in CLAIMED
        if overlap_name(r) not in there
    ]
    made.append(
        "CREATE OR REPLACE FUNCTION append_only_refused() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    triggers = set(connection.execute(text("SELECT tgname FROM pg_trigger")).scalars())
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            name = f"{table}_{verb}_refused"
            if name not in triggers:
                made.append(f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION append_only_refused()")
    return made
