"""Every page has a lock, and the lock opens for those it names and for nobody else: routes × roles, made from the address table."""

from __future__ import annotations

import re
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.factory import create_app
from app.permissions import MATRIX, Permission, allowed, lock_of
from models.base import db
from models.staff import Role, StaffMember
from tests import builders
from tests.conftest import NOON, settings_of_a_test

EVERY_ROLE = [role.value for role in Role]
PROBE = create_app(settings_of_a_test(Path(tempfile.gettempdir())))
ROUTES = sorted(
    (rule.endpoint, str(rule.rule), method)
    for rule in PROBE.url_map.iter_rules()
    for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})
)
LOCKED = [route for route in ROUTES if (lock := lock_of(PROBE.view_functions[route[0]])) and lock.signed_in]
OPEN = [route for route in ROUTES if route not in LOCKED]
MATRIX_FILE = Path(__file__).with_name("routes.txt")
MAY_BE_OPEN = {"static", "staff.sign_in", "staff.start", "staff.language", "status.healthz"}


@pytest.fixture(scope="module")
def house(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, Path]:
    """A clinic with something in it, and the file to begin every test from."""
    folder = tmp_path_factory.mktemp("locks")
    shutil.copy(empty_database, folder / "seans.db")
    app = create_app(settings_of_a_test(folder))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        _furnish()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    shutil.copy(folder / "seans.db", folder / "begin.db")
    return app, folder


@pytest.fixture
def fresh(house: tuple[Flask, Path], noon: datetime) -> Flask:
    app, folder = house
    with app.app_context():
        db.engine.dispose()
    for leftover in folder.glob("seans.db*"):
        leftover.unlink()
    shutil.copy(folder / "begin.db", folder / "seans.db")
    return app


def _furnish() -> None:
    """One of each thing, so that the number 1 in an address finds something."""
    builders.a_clinic()
    for role in Role:
        builders.a_staff_member(f"One {role.value}", role)
    physician = db.session.query(StaffMember).filter_by(name="One physician").one()
    patient, version = builders.a_patient(), builders.a_protocol()
    builders.an_evaluation(patient, physician)
    course = builders.a_course(builders.a_plan(patient, physician), version)
    builders.a_visit(patient, NOON + timedelta(hours=1), course.sessions[0], performer=physician)
    builders.a_lot()


def _address(path: str) -> str:
    """The address of a route, with 1 for every number, a day for every day and x for every other word."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", lambda part: _value(part[1], part[2]), path)


def _value(converter: str | None, name: str) -> str:
    if converter == "int":
        return "1"
    return "2026-12-01" if name in {"day", "date"} else "x"


def test_every_page_has_a_lock() -> None:
    shut = {endpoint for endpoint, _path, _method in ROUTES if lock_of(PROBE.view_functions[endpoint]) is None}
    assert shut == set(), f"pages without a lock are shut for everybody: {shut}"


def test_only_named_pages_are_open_without_signing_in() -> None:
    without_handle = {endpoint for endpoint, _p, _m in OPEN if not getattr(lock_of(PROBE.view_functions[endpoint]), "by_link", False)}
    assert without_handle <= MAY_BE_OPEN


def test_a_page_behind_a_link_has_its_handle_in_the_address() -> None:
    for endpoint, path, _method in OPEN:
        if getattr(lock_of(PROBE.view_functions[endpoint]), "by_link", False):
            assert "<" in path


def test_who_may_open_what_is_as_it_was_written_down(request: pytest.FixtureRequest) -> None:
    """The matrix of routes and roles, to be read: a new page, or a lock that was changed, is seen in tests/routes.txt."""
    rows = sorted(ROUTES, key=lambda one: one[1:])
    table = "".join(f"{method:<6} {path:<60} {_who_opens(endpoint)}\n" for endpoint, path, method in rows)
    if request.config.getoption("--write-goldens"):
        MATRIX_FILE.write_text(table, encoding="utf-8")
    assert MATRIX_FILE.read_text(encoding="utf-8") == table, "look at it, then: pytest tests/test_route_locks.py --write-goldens"


def _who_opens(endpoint: str) -> str:
    lock = lock_of(PROBE.view_functions[endpoint])
    if lock is None or not lock.signed_in:
        return "nobody" if lock is None else "by link" if lock.by_link else "everybody"
    return ", ".join(role.value for role in Role if not lock.permissions or not MATRIX[role].isdisjoint(lock.permissions))


@pytest.mark.parametrize(("endpoint", "path", "method"), [route for route in ROUTES if route[2] != "GET"])
def test_no_address_takes_a_post_without_the_token_of_its_page(fresh: Flask, endpoint: str, path: str, method: str) -> None:
    """But one: a mail program that stops a class of mail for its reader has never seen a page."""
    fresh.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = fresh.test_client().open(_address(path), method=method, data={"List-Unsubscribe": "One-Click"})
    finally:
        fresh.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == (404 if endpoint == "links.stop_at_once" else 400)


def test_every_permission_is_held_by_some_role() -> None:
    assert allowed(EVERY_ROLE) == set(Permission)


def test_the_manager_and_the_auditor_see_no_health_data() -> None:
    clinical = {Permission.SEE_CLINICAL, Permission.DECIDE, Permission.READ_MAILS, Permission.RECORD_SESSIONS, Permission.SEE_PLANS}
    assert not clinical & MATRIX[Role.MANAGER]
    assert not clinical & MATRIX[Role.AUDITOR]
    assert Permission.SEE_CLINICAL not in MATRIX[Role.RECEPTION]


@pytest.mark.parametrize(("endpoint", "path", "method"), LOCKED)
def test_visitors_are_asked_to_sign_in(fresh: Flask, endpoint: str, path: str, method: str) -> None:
    answer = fresh.test_client().open(_address(path), method=method)
    if method == "GET":
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in?next=")
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize(("endpoint", "path", "method"), LOCKED)
def test_a_page_opens_for_the_roles_of_its_lock_alone(fresh: Flask, endpoint: str, path: str, method: str) -> None:
    lock = lock_of(fresh.view_functions[endpoint])
    assert lock is not None
    for role in sorted(Role, key=lambda role: lock.permissions != () and not MATRIX[role].isdisjoint(lock.permissions)):
        client = fresh.test_client()
        with fresh.app_context():
            builders.sign_in(client, db.session.query(StaffMember).filter_by(name=f"One {role.value}").one())
        answer = client.open(_address(path), method=method)
        if lock.permissions and MATRIX[role].isdisjoint(lock.permissions):
            assert answer.status_code == 403, f"{role} must not open {method} {path}"
            continue
        assert answer.status_code not in {401, 403, *range(500, 600)}, f"{role}: {method} {path} gave {answer.status}"
        if method != "GET":
            break  # it may have changed the clinic: the next role would find another one
