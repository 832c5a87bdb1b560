"""What the house promises about itself."""

from __future__ import annotations

from graphlib import TopologicalSorter
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import grimp
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import text

from app.commands.database import is_current, make_current, newest
from app.commands.states import PAGE, states_page
from app.factory import create_app
from models.appointment import Appointment
from models.base import db
from models.clinic import Clinic
from models.guards import guards_expected
from models.product import LotUse
from tests import builders as b
from tests.conftest import NOON, settings_of_a_test


@pytest.fixture
def migrated(tmp_path: Path):
    """A database made by the migrations, not by the models."""
    app = create_app(settings_of_a_test(tmp_path))
    with app.app_context():
        make_current()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_the_migrations_make_exactly_the_models(migrated: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, db.metadata) == []


def test_the_triggers_are_there_after_a_migration(migrated: Flask) -> None:
    with db.engine.connect() as connection:
        found = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
    assert found == guards_expected("sqlite")


def test_a_dropped_trigger_is_put_up_again_at_the_next_start(migrated: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER no_staff_twice_insert"))
    make_current()
    with db.engine.connect() as connection:
        found = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
    assert found == guards_expected("sqlite")


def test_a_visit_from_before_keeps_its_name_in_the_calendars_of_patients(migrated: Flask) -> None:
    b.a_clinic()
    visit, made = b.a_visit(b.a_patient(), NOON), db.session.get_one(Clinic, 1).created_at.isoformat()
    before = str(uuid5(NAMESPACE_OID, f"{made} visit {visit.id}"))
    db.session.remove()
    downgrade(directory="migrations", revision="0013")
    make_current()
    assert db.session.get_one(Appointment, visit.id).uid == before


def test_the_newest_migration_is_told_by_its_number(migrated: Flask) -> None:
    assert [newest()] == ScriptDirectory("migrations").get_heads()


def test_a_migration_can_be_taken_back(migrated: Flask) -> None:
    downgrade(revision="base")
    assert not is_current()
    make_current()
    assert is_current()


def test_a_database_in_use_is_taken_back_and_forward_again_without_losing_a_row(migrated: Flask) -> None:
    b.a_clinic()
    course = b.a_course(b.a_plan(b.a_patient(), b.a_physician()), b.a_protocol())
    used = b.a_lot_use(b.done(course.sessions[0], b.TODAY), b.a_lot(location_id=b.the_location().id)).id
    db.session.remove()
    downgrade(revision="0032")
    make_current()
    use = db.session.get_one(LotUse, used)
    assert (use.lot.number, use.lot.location_id, use.identifiers) == ("L-1", None, [])


def test_the_page_of_states_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == states_page(), "run: flask --app run states --write"


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = grimp.build_graph("models", "app", "jobs", exclude_type_checking_imports=True, cache_dir=None)
    TopologicalSorter({module: graph.find_modules_directly_imported_by(module) for module in graph.modules}).prepare()
