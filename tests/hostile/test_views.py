"""Whoever looks at a patient's record leaves one line in the trail for it: made from the address table, so no page is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.permissions import MATRIX, lock_of
from models import clock
from models.base import db
from models.event import Event
from models.staff import Role, StaffMember
from tests import builders
from tests.conftest import NOON
from tests.hostile.house import House, a_house
from tests.test_route_locks import PROBE

OF_A_PATIENT = {"patient_id", "plan_id", "course_id", "session_id", "appointment_id", "hold_id", "report_id", "finding_id", "evaluation_id",
                "message_id", "use_id"}  # fmt: skip
SHOWS_NO_RECORD = {"schedule.book_next", "schedule.suggested", "treatments.mend_session", "schedule.row"}
"""Leads on (a row of the day does so without the script), or a free time beside a line of a list."""
NEEDS_A_PAIR = {"plans.move_version"}  # shows a page for a newer version of the course's own protocol only (tests/plans/test_versions.py)
NEEDS_A_SECOND = {"merging.join", "photos.compare", "photos.remove_all"}  # records or photos (tests/merging, tests/photos)
SKIPPED = SHOWS_NO_RECORD | NEEDS_A_PAIR | NEEDS_A_SECOND
READ = [rule for rule in PROBE.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint not in SKIPPED]
PAGES = [
    *sorted({(rule.endpoint, rule.rule) for rule in READ if set(rule.arguments) & OF_A_PATIENT}),
    ("schedule.new_visit", "/visits/new?patient=<int:n>"),
]


@pytest.fixture(scope="module")
def house(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with clock.set_to(NOON):
        house = a_house(empty_database, tmp_path_factory.mktemp("views"))
        house.begin_again()
        yield house


@pytest.mark.parametrize("path", ["/day/2026-12-03", "/day/2026-12-03/sheet"])
def test_the_list_of_a_day_is_one_line(house: House, path: str) -> None:
    client = house.app.test_client()
    with clock.set_to(NOON), house.app.app_context():
        builders.sign_in(client, db.session.get_one(StaffMember, house.people["reception"]))
        last = max(db.session.scalars(select(Event.id)), default=0)
        assert client.get(path).status_code == 200
        seen = list(db.session.scalars(select(Event).where(Event.id > last)))
        assert [(one.action, one.object_id, one.patient_id) for one in seen] == [("day viewed", 20261203, None)]


@pytest.mark.parametrize(("endpoint", "path"), PAGES)
def test_a_page_about_a_patient_says_who_looked(house: House, endpoint: str, path: str) -> None:
    lock = lock_of(house.app.view_functions[endpoint])
    assert lock is not None
    role = next(one for one in (Role.PHYSICIAN, Role.RECEPTION, Role.MANAGER) if not MATRIX[one].isdisjoint(lock.permissions))
    client = house.app.test_client()
    shown = 0
    with clock.set_to(NOON), house.app.app_context():
        builders.sign_in(client, db.session.get_one(StaffMember, house.people[role.value]))
        for n in range(1, 9):
            last = max(db.session.scalars(select(Event.id)), default=0)
            answer = client.get(re.sub(r"<int:\w+>", str(n), path).replace("<kind>", "recall"))
            if answer.status_code != 200:
                continue
            shown += 1
            db.session.rollback()
            seen = [(one.action, one.patient_id) for one in db.session.scalars(select(Event).where(Event.id > last))]
            assert len(seen) == 1, f"{path} with {n}: {seen}"
            assert seen[0][1] is not None or endpoint.startswith("messages.")
    assert shown, f"{path} showed nothing"
