"""Finding people, pages and actions by a few letters: from any page, by anybody, only what opens for them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.patients.choosing import SEARCHES
from models.base import db
from models.event import Event
from models.staff import Role
from tests import builders

FRAGMENT = {"HX-Request": "true"}
SHUT_FOR_THE_DESK = {"photos": "/find?to=", "complication": "/find?to=", "reports": "/reports", "audit": "/audit"}


@pytest.fixture(autouse=True)
def clinic(app: object) -> None:
    builders.a_clinic()
    builders.a_patient("Şule", "Öztürk", phone="+905321114412")


def typed(client: FlaskClient, text: str, **more: str) -> str:
    return client.post("/find", data={"q": text, **more}, headers=FRAGMENT).get_data(as_text=True)


def test_a_patient_typed_without_turkish_letters_opens_at_once(client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_receptionist())
    assert client.post("/find", data={"q": "sule ozturk"}).headers["Location"] == "/patients/1"


@pytest.mark.parametrize("text", ["öztürk ş", "4412", "SULE"])
def test_what_is_typed_shows_people_and_tells_namesakes_apart(client: FlaskClient, text: str) -> None:
    builders.sign_in(client, builders.a_receptionist())
    page = typed(client, text)
    assert "Şule Öztürk" in page
    assert "…4412" in page


def test_pages_and_actions_are_found_by_the_beginnings_of_their_words(client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_receptionist())
    assert "/visits/new" in typed(client, "vis new")
    assert "/week" in typed(client, "week")


def test_nobody_is_offered_a_page_that_is_shut_for_them(client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_receptionist())
    page = client.get("/find").get_data(as_text=True)
    assert "/settings" not in page
    assert "to=plan" not in page
    assert "/walk-in" in page


def test_an_auditor_finds_no_patient(client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_staff_member("Ada Oz", Role.AUDITOR))
    assert "Öztürk" not in typed(client, "sule")


def test_a_text_never_stands_in_an_address(client: FlaskClient) -> None:
    builders.a_patient("Şule", "Kaya", phone="+905330000000")
    builders.sign_in(client, builders.a_receptionist())
    there = client.post("/find", data={"q": "sule"}).headers["Location"]
    assert "sule" not in there
    page = client.get(there).get_data(as_text=True)
    assert "Şule Kaya" in page
    assert "Şule Öztürk" in page


def test_a_new_plan_begins_with_whose_it_is(client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_physician())
    assert "/find?to=plan" in typed(client, "new plan")
    assert "/patients/1/plan/new" in typed(client, "sule", to="plan")


def test_only_a_running_plan_can_be_held(client: FlaskClient) -> None:
    physician = builders.a_physician()
    plan = builders.a_plan(builders.a_patient("Oya", "Irmak", phone="+905350000000"), physician)
    builders.a_course(plan, builders.a_protocol())
    builders.sign_in(client, physician)
    assert f"/plan/{plan.id}/hold" in typed(client, "oya", to="hold")
    assert "/hold" not in typed(client, "sule", to="hold")


def test_whoever_is_not_called_so_is_offered_as_near(client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_receptionist())
    page = typed(client, "şule öztürkk")
    assert "Did you mean" in page
    assert "Şule Öztürk" in page


def test_every_look_among_patients_is_written_down_and_there_is_an_end_to_them(client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_receptionist())
    for _again in range(SEARCHES.tries):
        typed(client, "sule")
    assert "Too many searches" in typed(client, "sule")
    assert len(db.session.scalars(select(Event).where(Event.action == "searched")).all()) == SEARCHES.tries


def test_the_sheet_of_keys_lists_what_works_for_this_role(client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_receptionist())
    page = client.get("/find/keys").get_data(as_text=True)
    assert "<kbd>g</kbd> <kbd>t</kbd>" in page
    assert "New plan" not in page


@pytest.mark.parametrize(("to", "there"), [("photos", "/patients/1/photos"), ("complication", "/patients/1/complication")])
def test_photos_and_a_complication_begin_with_whose_they_are(client: FlaskClient, to: str, there: str) -> None:
    builders.sign_in(client, builders.a_physician())
    assert f"/find?to={to}" in typed(client, to)
    assert there in typed(client, "sule", to=to)


def test_the_desk_finds_the_close_of_today_and_nothing_of_the_clinic_behind_it(client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_receptionist())
    assert "/find/close" in typed(client, "close")
    assert client.get("/find/close").headers["Location"].endswith("/close")
    assert not any('href="' + shut in typed(client, word) for word, shut in SHUT_FOR_THE_DESK.items())


def test_the_manager_finds_reports(client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_manager())
    assert 'href="/reports"' in typed(client, "rep")
