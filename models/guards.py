"""What the database itself refuses: anyone or anything claimed twice at one moment, edits of what is append-only, and anything new of a
patient whose record was joined with another's.

PostgreSQL has exclusion constraints, SQLite triggers of the same names. Alembic's batch mode silently drops triggers, so
they are made again after every migration and at every start.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from models.base import Base

CLAIMED = ("staff", "room", "chair", "device", "patient")
APPEND_ONLY = ("event", "appointment_status", "attempt")
JOINED = "of_a_joined_patient"


def overlap_name(resource: str) -> str:
    """The name by which a double booking of this kind of resource is refused."""
    return f"no_{resource}_twice"


def put_guards_up(connection: Connection) -> None:
    """Make every guard that is missing. May be called at any time."""
    there = set(inspect(connection).get_table_names())
    of_patients = [table for table in tables_of_patients() if table in there and "patient_merge" in there]
    statements = _postgresql(connection, of_patients) if connection.dialect.name == "postgresql" else _sqlite(of_patients)
    for statement in statements:
        connection.execute(text(statement))


def take_down(connection: Connection) -> None:
    """Before a migration: SQLite renames no table while another's trigger looks at it."""
    if connection.dialect.name != "sqlite":
        return
    looking = text(f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%{JOINED}%'")
    for name in connection.execute(looking).scalars().all():
        connection.execute(text(f"DROP TRIGGER {name}"))


def tables_of_patients() -> list[str]:
    """The tables whose rows are a patient's, but for what the patient is found by."""
    return [t.name for t in Base.metadata.sorted_tables if "patient_id" in t.c and t.c.patient_id.foreign_keys and t.name != "patient_term"]


def guards_expected(dialect: str) -> set[str]:
    """The names that must be found in the database's own catalogue."""
    overlaps = {overlap_name(r) for r in CLAIMED}
    if dialect == "sqlite":
        overlaps = {f"{name}_{verb}" for name in overlaps for verb in ("insert", "update")}
    joined = {f"{table}_{verb}_{JOINED}" for table in tables_of_patients() for verb in ("insert", "update")}
    return overlaps | joined | {f"{table}_{verb}_refused" for table in APPEND_ONLY for verb in ("update", "delete")}


def _sqlite(of_patients: list[str]) -> list[str]:
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
    for table in of_patients:
        for verb, when in (("insert", "INSERT"), ("update", "UPDATE OF patient_id")):
            made.append(
                f"CREATE TRIGGER IF NOT EXISTS {table}_{verb}_{JOINED} BEFORE {when} ON {table}"
                f" WHEN EXISTS (SELECT 1 FROM patient WHERE id = NEW.patient_id AND merged_into_id IS NOT NULL)"
                f" BEGIN SELECT RAISE(ABORT, '{JOINED}'); END"
            )
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            made.append(
                f"CREATE TRIGGER IF NOT EXISTS {table}_{verb}_refused BEFORE {verb.upper()} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    return made


def _postgresql(connection: Connection, of_patients: list[str]) -> list[str]:
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
    made.append(  # it waits for whoever joins the record at this moment
        f"CREATE OR REPLACE FUNCTION {JOINED}() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE joined integer; BEGIN"
        f" SELECT merged_into_id INTO joined FROM patient WHERE id = NEW.patient_id FOR KEY SHARE;"
        f" IF joined IS NOT NULL THEN RAISE EXCEPTION '{JOINED}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        f" RETURN NEW; END $$"
    )
    triggers = set(connection.execute(text("SELECT tgname FROM pg_trigger")).scalars())
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            name = f"{table}_{verb}_refused"
            if name not in triggers:
                made.append(f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION append_only_refused()")
    for table in of_patients:
        for verb, when in (("insert", "INSERT"), ("update", "UPDATE OF patient_id")):
            if (name := f"{table}_{verb}_{JOINED}") not in triggers:
                made.append(f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {JOINED}()")
    return made
