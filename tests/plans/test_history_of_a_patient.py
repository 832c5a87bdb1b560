"""The history of a patient: each change with its old and new value, who and why, as far as whoever looks may read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import history
from app.history import Actor
from app.patients import actions, contacts, details
from app.patients.contacts import ContactFacts
from app.plans.health import holds
from app.plans.health.holds import Pause
from models.base import db, transaction
from models.contact import ContactRole
from models.patient import Channel, ConsentKind, Patient
from models.patient_change import PatientChange
from models.staff import Role
from tests import builders as b
from tests.conftest import NOON
from tests.schedule.pages import Counted, words
from tests.schedule.scenes import Scene, a_scene, book, days, move

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    return a_scene()


def seen(client: FlaskClient, scene: Scene, role: Role) -> str:
    b.sign_in(client, b.a_staff_member(f"Somebody {role.value}", role))
    answer = client.get(f"/patients/{scene.patient.id}/history")
    assert answer.status_code == 200
    return words(answer)


def change(patient: Patient, **new: object) -> None:
    with transaction():
        actions.update(patient, replace(details.of(patient), **new), NOON)


def test_a_new_telephone_stands_there_with_the_old_one_and_whoever_wrote_it(client: FlaskClient, scene: Scene) -> None:
    desk = b.a_receptionist("Deniz Ak")
    token = history.acting.set(Actor("staff", desk.id))
    change(scene.patient, phone="+905321114499")
    history.acting.reset(token)
    page = seen(client, scene, Role.MANAGER)
    assert "Telephone : +90 532 111 44 12 → +90 532 111 44 99" in page
    assert "Deniz Ak" in page


HELPER = ContactFacts(ContactRole.HELPER, "Ali Er", "", "", "ali@post.example", "tr", Channel.EMAIL, True, False, False)


def test_consents_contacts_and_wishes_are_written_down(client: FlaskClient, scene: Scene) -> None:
    change(scene.patient, fewer_mails=True)
    with transaction():
        given = actions.give_consent(scene.patient, ConsentKind.RECALL, NOON)
        actions.withdraw_consent(given, LATER)
        contacts.remove(contacts.add(scene.patient, HELPER, NOON), LATER)
    page = seen(client, scene, Role.RECEPTION)
    for line in ("Fewer mails: only what is needed : No → Yes", "Consent given: Maintenance invitations",
                 "Consent withdrawn: Maintenance invitations", "Contact added : Ali Er · ali@post.example", "Contact removed"):  # fmt: skip
        assert line in page


def test_an_address_at_which_somebody_else_reads_is_gone_from_the_contact_and_the_history_says_so(
    client: FlaskClient, scene: Scene
) -> None:
    with transaction():
        contacts.add(scene.patient, HELPER, NOON)
        contacts.lose_address(scene.patient, "ali@post.example", LATER)
    assert "Contact changed : Ali Er · ali@post.example → Ali Er" in seen(client, scene, Role.RECEPTION)


def test_what_a_patient_changes_through_a_link_is_theirs(client: FlaskClient, scene: Scene) -> None:
    token = history.acting.set(Actor("link"))
    change(scene.patient, asks_for_earlier=True)
    history.acting.reset(token)
    assert "the patient" in seen(client, scene, Role.RECEPTION)


def test_moves_and_plan_changes_stand_there_and_why_is_for_clinical_eyes(client: FlaskClient, scene: Scene) -> None:
    visit = book(scene.sessions[0], days(3), "10:00", NOON)
    move(visit, days(6), "14:00", NOON)
    with transaction():
        holds.hold(scene.plan, Pause(reason="an infection"), LATER)
    desk, physician = seen(client, scene, Role.RECEPTION), seen(client, scene, Role.PHYSICIAN)
    for page in (desk, physician):
        assert "Session 1 moved" in page
        assert "Fri 4 Dec 10:00 → Mon 7 Dec 14:00" in page
        assert "Paused" in page
    assert "an infection" in physician
    assert "an infection" not in desk
    assert "Who did what" in physician
    assert "Who did what" not in desk


@pytest.mark.parametrize("what", ["closed", "reopened", "course changed", "version changed", "start changed", "lot corrected"])
def test_of_a_plan_reception_reads_what_was_done_never_why(client: FlaskClient, scene: Scene, what: str) -> None:
    old, new = ("2026-12-01", "2026-12-08") if what == "start changed" else ("LOT-1", "LOT-2") if what == "lot corrected" else ("", "")
    with transaction():
        history.plan_changed(scene.plan, what, LATER, old=old, new=new, why="her lips swelled")
    for role, reads in ((Role.RECEPTION, False), (Role.PRACTITIONER, True)):
        b.sign_in(client, b.a_staff_member(f"Somebody {role.value}", role))
        for page in (f"/patients/{scene.patient.id}/history", f"/plan/{scene.plan.id}"):
            told = words(client.get(page))
            assert ("her lips swelled" in told) is reads
            assert ("LOT-1" in told) is (reads and what == "lot corrected")


def test_a_manager_reads_of_visits_not_of_treatment(client: FlaskClient, scene: Scene) -> None:
    book(scene.sessions[0], days(3), "10:00", NOON)
    page = seen(client, scene, Role.MANAGER)
    assert "1 visit booked" in page
    for secret in ("Session 1", "PRP", "Plan made"):
        assert secret not in page


def test_what_reception_is_not_asked_it_does_not_read(client: FlaskClient, scene: Scene) -> None:
    change(scene.patient, never_ask_pregnancy=True)
    assert "pregnancy" not in seen(client, scene, Role.RECEPTION)
    assert "Do not ask about pregnancy : No → Yes" in seen(client, scene, Role.PHYSICIAN)


def test_a_record_that_was_saved_as_it_was_has_no_line(scene: Scene) -> None:
    change(scene.patient)
    assert db.session.scalars(select(PatientChange)).all() == []


def test_a_long_history_is_read_with_as_many_questions_as_a_short_one(client: FlaskClient, scene: Scene) -> None:
    book(scene.sessions[0], days(3), "10:00", NOON)
    seen(client, scene, Role.PHYSICIAN)
    counts = []
    for times in (1, 60):
        for n in range(times):
            change(scene.patient, note=f"note {n}")
        b.a_course(b.a_plan(scene.patient, scene.physician), scene.plan.courses[0].protocol_version)
        with Counted() as asked:
            client.get(f"/patients/{scene.patient.id}/history")
        counts.append(len(asked.statements))
    assert counts[0] == counts[1] <= 25
    assert "Page 1" in words(client.get(f"/patients/{scene.patient.id}/history"))
    assert "note 3 → note 4" in words(client.get(f"/patients/{scene.patient.id}/history?page=2"))
