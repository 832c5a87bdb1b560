"""What patients agree to, how they take it back, and the record of a death."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.errors import Refused
from app.patients import actions, consents, listeners
from app.patients.listeners import Change
from models import clock
from models.base import db, transaction
from models.patient import ConsentKind, Detail, Patient
from models.treatment import Course, SessionState
from tests import builders
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture(autouse=True)
def clinic(app: object) -> None:
    builders.a_clinic()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Change]:
    """What rooms above hear."""
    heard: list[Change] = []
    monkeypatch.setattr(listeners, "_listeners", [lambda _patient, change, _now: heard.append(change)])
    return heard


def now_is(patient: Patient) -> Patient:
    db.session.expire_all()
    return db.session.get_one(Patient, patient.id)


def ask(client: FlaskClient, patient: Patient, kind: str = "recall", **fields: str) -> int:
    return client.post(f"/patients/{patient.id}/consents/{kind}", data={"form_token": f"{kind}-1", **fields}).status_code


def test_a_consent_is_given_by_a_tick_that_nobody_made_beforehand(client: FlaskClient) -> None:
    patient, member = builders.a_patient(), builders.sign_in(client, builders.a_receptionist())
    assert " checked" not in client.get(f"/patients/{patient.id}/consents/recall").text
    assert ask(client, patient) == 422
    assert now_is(patient).consents == []
    assert ask(client, patient, agreed="y") == 303
    (given,) = now_is(patient).consents
    assert (given.kind, given.recorded_by_id, given.given_at, given.text_version) == (
        ConsentKind.RECALL,
        member.id,
        NOON,
        consents.TEXT_VERSION,
    )
    assert "given 01/12/2026" in client.get(f"/patients/{patient.id}").text


def test_a_consent_is_withdrawn_with_one_press_and_can_be_given_again(client: FlaskClient) -> None:
    patient = builders.a_patient()
    builders.sign_in(client, builders.a_receptionist())
    ask(client, patient, agreed="y")
    (given,) = now_is(patient).consents
    for _ in range(2):
        assert client.post(f"/patients/{patient.id}/consents/{given.id}/withdraw").status_code == 303
    assert consents.live(now_is(patient), ConsentKind.RECALL) is None
    client.post(f"/patients/{patient.id}/consents/recall", data={"form_token": "2", "agreed": "y"})
    assert consents.live(now_is(patient), ConsentKind.RECALL) is not None
    assert len(now_is(patient).consents) == 2


def test_mails_say_more_only_while_the_patient_agrees_to_it(client: FlaskClient) -> None:
    patient = builders.a_patient()
    builders.sign_in(client, builders.a_receptionist())
    ask(client, patient, "mail_details", agreed="y")
    assert now_is(patient).detail is Detail.FULL
    with transaction():
        actions.withdraw_consent(now_is(patient).consents[0], NOON)
    assert now_is(patient).detail is Detail.DISCREET


def test_agreeing_to_invitations_again_ends_the_stop_of_them() -> None:
    patient = builders.a_patient(stopped_classes=["recall", "check_in"])
    with transaction():
        actions.give_consent(patient, ConsentKind.RECALL, NOON)
    assert now_is(patient).stopped_classes == ["check_in"]


def test_the_words_of_a_consent_are_in_the_patients_language_whatever_the_pages(client: FlaskClient) -> None:
    patient = builders.a_patient(language="tr")
    builders.sign_in(client, builders.a_receptionist(language="en"))
    assert 'lang="tr"' in client.get(f"/patients/{patient.id}/consents/photos_record").text


@pytest.mark.parametrize("kind", ["procedure", "everything"])
def test_only_consents_that_are_asked_here_have_a_page(client: FlaskClient, kind: str) -> None:
    patient = builders.a_patient()
    builders.sign_in(client, builders.a_receptionist())
    assert client.get(f"/patients/{patient.id}/consents/{kind}").status_code == 404


def test_somebody_elses_consent_cannot_be_withdrawn_through_this_patient(client: FlaskClient) -> None:
    one, other = builders.a_patient(), builders.a_patient("Ali", "Kaya")
    builders.sign_in(client, builders.a_receptionist())
    ask(client, one, agreed="y")
    consent = now_is(one).consents[0]
    assert client.post(f"/patients/{other.id}/consents/{consent.id}/withdraw").status_code == 404
    assert now_is(one).consents[0].withdrawn_at is None


def test_a_double_click_gives_one_consent(client: FlaskClient) -> None:
    patient = builders.a_patient()
    builders.sign_in(client, builders.a_receptionist())
    assert [ask(client, patient, agreed="y") for _ in range(2)] == [303, 303]
    assert len(now_is(patient).consents) == 1


def test_rooms_above_hear_of_every_change(told: list[Change]) -> None:
    patient = builders.a_patient()
    with transaction():
        actions.give_consent(patient, ConsentKind.RECALL, NOON)
        actions.mark_deceased(patient, date(2026, 11, 30), NOON)
        actions.unmark_deceased(patient, NOON)
    assert told == [Change.CONSENT, Change.DECEASED, Change.NOT_DECEASED]


def died(client: FlaskClient, patient: Patient, day: str = "30.11.2026") -> int:
    return client.post(f"/patients/{patient.id}/deceased", data={"day": day, "seen": str(now_is(patient).version)}).status_code


def test_after_a_death_nothing_is_due_and_nothing_can_be_booked(client: FlaskClient) -> None:
    patient, physician = builders.a_patient(), builders.a_physician()
    course = builders.a_course(builders.a_plan(patient, physician), builders.a_protocol())
    builders.sign_in(client, physician)
    assert died(client, patient) == 303
    row = db.session.get_one(Course, course.id)
    assert now_is(patient).deceased_on == date(2026, 11, 30)
    assert (row.live, row.needs_booking) == (False, False)
    assert not any(session.state is SessionState.PROPOSED for session in row.sessions)
    card = client.get(f"/patients/{patient.id}").text
    assert "Deceased" in card
    assert "New plan" not in card


def test_the_record_of_a_death_can_be_taken_back_for_a_day(client: FlaskClient) -> None:
    patient, physician = builders.a_patient(), builders.a_physician()
    course = builders.a_course(builders.a_plan(patient, physician), builders.a_protocol())
    builders.sign_in(client, physician)
    died(client, patient)
    assert client.post(f"/patients/{patient.id}/not-deceased").status_code == 303
    assert now_is(patient).deceased_on is None
    assert db.session.get_one(Course, course.id).live


def test_after_a_day_it_stays() -> None:
    patient = builders.a_patient()
    with transaction():
        actions.mark_deceased(patient, date(2026, 12, 1), NOON)
    with pytest.raises(Refused), transaction():
        actions.unmark_deceased(patient, NOON + timedelta(hours=24))
    assert now_is(patient).deceased_on is not None


@pytest.mark.parametrize(
    ("day", "words"), [("2.12.2026", "future"), ("31.2.2026", "Enter a day that exists"), ("", "Please fill this in.")]
)
def test_a_day_that_cannot_be_is_refused(client: FlaskClient, day: str, words: str) -> None:
    patient = builders.a_patient()
    builders.sign_in(client, builders.a_manager())
    answer = client.post(f"/patients/{patient.id}/deceased", data={"day": day, "seen": "1"})
    assert answer.status_code == 422
    assert words in answer.text
    assert now_is(patient).deceased_on is None


def test_reception_and_nurses_do_not_record_a_death(client: FlaskClient) -> None:
    patient = builders.a_patient()
    for member in (builders.a_receptionist(), builders.a_nurse()):
        builders.sign_in(client, member)
        assert died(client, patient) == 403


def test_a_minor_is_shown_as_one_until_the_eighteenth_birthday(client: FlaskClient) -> None:
    patient = builders.a_patient(birth_date=date(2008, 12, 2))
    builders.sign_in(client, builders.a_receptionist())
    assert "Under 18" in client.get(f"/patients/{patient.id}").text
    with clock.set_to(datetime(2026, 12, 2, 9, tzinfo=UTC)):
        builders.sign_in(client, builders.a_receptionist("Başka Biri"))
        assert "Under 18" not in client.get(f"/patients/{patient.id}").text
