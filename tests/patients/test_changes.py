"""Adding a patient and changing one, with everything people type wrongly."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.base import db
from models.event import Event
from models.patient import Channel, Patient, Sex
from models.staff import Role
from tests import builders

GOOD = {
    "first_name": "Şule", "last_name": "Öztürk", "birth_date": "14.3.1988", "sex": "female", "phone": "0532 111 44 12",
    "email": "sule@post.example", "channel": "email", "language": "tr", "form_token": "t1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def desk(noon: datetime, client: FlaskClient) -> None:
    builders.a_clinic()
    builders.sign_in(client, builders.a_receptionist())


def add(client: FlaskClient, **changes: str) -> TestResponse:
    return client.post("/patients/new", data=GOOD | changes)


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Patient)) or 0


def newest() -> Patient:
    return db.session.scalars(select(Patient).order_by(Patient.id.desc())).first() or pytest.fail("nobody was added")


def test_a_new_patient_is_kept_as_typed_and_found_at_once(client: FlaskClient) -> None:
    answer = add(client, zone="Berlin", note="prefers mornings")
    patient = newest()
    assert (answer.status_code, answer.location) == (303, f"/patients/{patient.id}")
    assert (patient.name, patient.phone, patient.phone_typed) == ("Şule Öztürk", "+905321114412", "0532 111 44 12")
    assert (patient.birth_date, patient.sex, patient.zone, patient.channel) == (
        date(1988, 3, 14),
        Sex.FEMALE,
        "Europe/Berlin",
        Channel.EMAIL,
    )
    assert client.post("/patients/search", data={"q": "sule ozturk"}).location == f"/patients/{patient.id}"


@pytest.mark.parametrize(
    ("first", "last", "language", "written"),
    [
        ("irem ılgın", "ışık", "tr", "İrem Ilgın Işık"),
        ("ingrid", "berg", "en", "Ingrid Berg"),
        ("Ludwig", "van beethoven", "en", "Ludwig van beethoven"),
        ("AYŞE", "yılmaz", "tr", "AYŞE yılmaz"),
    ],
)
def test_a_name_typed_in_small_letters_is_written_as_a_walk_in_writes_it(
    client: FlaskClient, first: str, last: str, language: str, written: str
) -> None:
    add(client, first_name=first, last_name=last, language=language)
    assert newest().name == written


@pytest.mark.parametrize(
    ("phone", "channel", "said"),
    [("0532 111 44 12", Channel.PHONE, "we telephone"), ("", Channel.PAPER, "on paper")],
)
def test_somebody_without_an_address_is_told_another_way_without_being_asked(
    client: FlaskClient, phone: str, channel: Channel, said: str
) -> None:
    answer = add(client, email="", phone=phone)
    assert answer.status_code == 303
    assert newest().channel is channel
    assert said in client.get(answer.location).text


def test_adding_is_written_down_without_values(client: FlaskClient) -> None:
    add(client)
    row = db.session.scalars(select(Event).where(Event.action == "created", Event.object_type == "patient")).one()
    assert {"first_name", "phone"} <= set(row.fields)
    assert "Öztürk" not in str(vars(row))


def test_a_double_click_adds_one_patient(client: FlaskClient) -> None:
    first, second = add(client), add(client)
    assert (count(), first.location) == (1, second.location)


def test_the_clinics_own_zone_is_no_zone_of_the_patient(client: FlaskClient) -> None:
    add(client, zone="istanbul")
    assert newest().zone is None


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("first_name", "", "Please fill this in."),
        ("first_name", "   ", "Please fill this in."),
        ("last_name", "x" * 10_000, "at most 80"),
        ("first_name", "Ayşe\r\nBcc: all@post.example", "on one line"),
        ("last_name", "Kaya\u2028Bcc: x", "on one line"),
        ("note", "x" * 10_000, "at most 2000"),
        ("birth_date", "30.2.1988", "Enter a day that exists"),
        ("birth_date", "14.3", "with its year"),
        ("birth_date", "1.1.2090", "with its year"),
        ("birth_date", "1.1.1860", "with its year"),
        ("phone", "12", "whole telephone number"),
        ("phone", "0151 23456789", "whole telephone number"),
        ("email", "sule.post.example", "one @"),
        ("email", "sule@@post.example", "one @"),
        ("email", "su le@post.example", "no spaces"),
        ("email", "şule@post.example", "only plain letters"),
        ("email", "sule@gmail", "after the @"),
        ("email", "sule@gmail,com", "after the @"),
        ("email", ".sule@post.example", "letter by letter"),
        ("zone", "Atlantis", "nearest large city"),
        ("sex", "robot", "Not a valid choice"),
        ("language", "xx", "Not a valid choice"),
        ("channel", "pigeon", "Not a valid choice"),
    ],
)
def test_bad_input_is_answered_beside_the_field_with_what_was_typed(client: FlaskClient, field: str, typed: str, words: str) -> None:
    answer = add(client, **{field: typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Öztürk" in answer.text or field == "last_name"
    assert count() == 0


@pytest.mark.parametrize("name", ["😀 Ayşe", "O'Neill-Çelik", "王", "Jean Marc Émile", "<b>Ali</b>"])
def test_unusual_names_are_names(client: FlaskClient, name: str) -> None:
    assert add(client, first_name=name).status_code == 303
    assert newest().first_name == name
    assert "<b>Ali" not in client.get(f"/patients/{newest().id}").text


@pytest.mark.parametrize(
    ("typed", "born"), [("14.3.88", date(1988, 3, 14)), ("3.4.05", date(2005, 4, 3)), ("14 mart 1988", date(1988, 3, 14))]
)
def test_two_digits_of_a_year_mean_the_last_such_year(client: FlaskClient, typed: str, born: date) -> None:
    add(client, birth_date=typed)
    assert newest().birth_date == born


def test_somebody_who_may_be_the_same_is_shown_first_and_nothing_is_written(client: FlaskClient) -> None:
    builders.a_patient("Öztürk", "Sule", phone="")
    builders.a_patient("Ali", "Kaya", phone="+905321114412")
    answer = add(client)
    assert answer.status_code == 422
    assert "2 patients could be the same person" in answer.text
    assert "Ali Kaya" in answer.text
    assert count() == 2
    assert add(client, another="y").status_code == 303
    assert count() == 3


def test_what_was_searched_in_vain_fills_the_form(client: FlaskClient) -> None:
    listed = client.post("/patients/search", data={"q": "ismail kaya 0533 222 33 44 1.2.1990"}).location
    assert "kaya" not in listed
    assert "Nobody fits" in client.get(listed).text
    form = client.get(listed.replace("/patients?", "/patients/new?")).text
    for value in ("Ismail", "Kaya", "05332223344", "1.2.1990"):
        assert f'value="{value}"' in form


def test_a_search_is_read_only_by_who_typed_it(client: FlaskClient) -> None:
    listed = client.post("/patients/search", data={"q": "gizli kisi"}).location
    builders.sign_in(client, builders.a_receptionist("Başka Biri"))
    assert "gizli" not in client.get(listed).text


def test_too_long_and_too_many_searches_are_refused_in_words(client: FlaskClient) -> None:
    assert client.post("/patients/search", data={"q": "x" * 10_000}).status_code == 422
    answers = [client.post("/patients/search", data={"q": "ayse"}).status_code for _ in range(121)]
    assert (answers[0], answers[-1]) == (303, 422)
    assert client.post("/visits/new", data={"q": "ayse"}).status_code == 422, "another page to look for somebody is no way round"


def edit(client: FlaskClient, patient: Patient, **changes: str) -> TestResponse:
    return client.post(f"/patients/{patient.id}/edit", data=GOOD | {"seen": str(patient.version)} | changes)


def test_a_change_is_written_with_the_names_of_what_changed(client: FlaskClient) -> None:
    patient = builders.a_patient("Sule", "Ozturk", email_verified_at=builders.EARLY, email="old@post.example", phone_typed="532 1114412")
    assert edit(client, patient).status_code == 303
    db.session.expire_all()
    assert (patient.name, patient.version, patient.email_verified_at) == ("Şule Öztürk", 2, None)
    assert patient.phone_typed == "532 1114412"
    row = db.session.scalars(select(Event).where(Event.action == "changed", Event.object_type == "patient")).one()
    assert {"first_name", "last_name", "email"} == set(row.fields)


def test_a_new_name_is_found_and_the_old_one_is_not(client: FlaskClient) -> None:
    patient = builders.a_patient("Eski", "Soyad")
    edit(client, patient)
    assert client.post("/patients/search", data={"q": "ozturk"}).location == f"/patients/{patient.id}"
    assert "s=" in client.post("/patients/search", data={"q": "soyad"}).location


def test_a_stale_page_changes_nothing_and_shows_both(client: FlaskClient) -> None:
    patient = builders.a_patient()
    edit(client, patient, last_name="Birinci")
    answer = edit(client, patient, seen="1", last_name="İkinci")
    assert answer.status_code == 409
    assert "Birinci" in answer.text
    assert "İkinci" in answer.text
    db.session.expire_all()
    assert db.session.get_one(Patient, patient.id).last_name == "Birinci"


def test_a_page_without_the_version_it_showed_is_refused(client: FlaskClient) -> None:
    patient = builders.a_patient()
    assert edit(client, patient, seen="").status_code == 422


def test_reception_neither_sees_nor_loses_the_wish_not_to_be_asked_about_pregnancy(client: FlaskClient) -> None:
    patient = builders.a_patient(never_ask_pregnancy=True)
    assert "pregnancy" not in client.get(f"/patients/{patient.id}/edit").text
    edit(client, patient)
    db.session.expire_all()
    assert patient.never_ask_pregnancy is True


def test_the_fields_of_a_change_hold_what_is_on_record(client: FlaskClient) -> None:
    patient = builders.a_patient(zone="Europe/Berlin")
    text = client.get(f"/patients/{patient.id}/edit").text
    for value in ("Ayşe", "14.3.1988", "+90 532 111 44 12", "Europe/Berlin"):
        assert f'value="{value}"' in text
    assert re.search(r'value="female"[^>]* checked', text)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.PRACTITIONER, Role.AUDITOR])
def test_who_may_not_change_patients_finds_no_form(client: FlaskClient, role: Role) -> None:
    patient = builders.a_patient()
    builders.sign_in(client, builders.a_staff_member("Başka Biri", role))
    assert edit(client, patient).status_code == add(client).status_code == 403


def test_whoever_is_written_to_by_mail_keeps_an_address(client: FlaskClient) -> None:
    patient = builders.a_patient()
    answer = client.post(f"/patients/{patient.id}/edit", data=GOOD | {"seen": str(patient.version), "email": ""})
    assert answer.status_code == 422
    assert "choose another way" in answer.text
