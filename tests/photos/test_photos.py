"""Photos: with consent only, for those who treat, each view on record; compared before and after; removed for good."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.files import store
from app.patients import actions as patients
from models.base import db, transaction
from models.event import Event
from models.file import Photo
from models.patient import Consent, ConsentKind, Patient
from tests import builders
from tests.builders import TODAY
from tests.files.pictures import a_photo
from tests.schedule.pages import words
from tests.schedule.scenes import Scene, a_scene, align, book, days


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    return a_scene()


@pytest.fixture
def nurse(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, scene.nurse)
    return client


@pytest.fixture
def agreed(scene: Scene, noon: datetime) -> Patient:
    agree(scene.patient, noon)
    return scene.patient


def agree(patient: Patient, now: datetime, kind: ConsentKind = ConsentKind.PHOTOS_RECORD) -> None:
    with transaction():
        patients.give_consent(db.session.get_one(Patient, patient.id), kind, now)


def withdraw(now: datetime) -> None:
    with transaction():
        patients.withdraw_consent(db.session.query(Consent).filter_by(kind=ConsentKind.PHOTOS_RECORD).one(), now)


def send(client: FlaskClient, patient: Patient, data: bytes | None = None, **typed: str) -> TestResponse:
    values = {"form_token": "t", "view": "scalp-crown", "session": "", "taken_on": TODAY.isoformat()} | typed
    if data is not None:
        values["picture"] = (io.BytesIO(data), "a.jpg")  # type: ignore[assignment]  # a file, as the client takes it
    return client.post(f"/patients/{patient.id}/photos", data=values, content_type="multipart/form-data")


def actions_seen(patient: Patient) -> list[str]:
    return [row.action for row in db.session.query(Event).filter_by(patient_id=patient.id).order_by(Event.id)]


def test_without_consent_the_page_says_so_and_keeps_nothing(scene: Scene, nurse: FlaskClient) -> None:
    assert "Photos need the patient's consent first." in words(nurse.get(f"/patients/{scene.patient.id}/photos"))
    assert send(nurse, scene.patient, a_photo()).status_code == 422
    assert (db.session.query(Photo).count(), list(store.lying())) == (0, [])


def test_a_photo_is_kept_with_view_day_and_who_took_it(scene: Scene, agreed: Patient, nurse: FlaskClient) -> None:
    assert send(nurse, agreed, a_photo()).status_code == 303
    [photo] = db.session.query(Photo).all()
    assert (photo.area, photo.view, photo.taken_on, photo.taken_by_id) == ("scalp", "crown", TODAY, scene.nurse.id)
    page = nurse.get(f"/patients/{agreed.id}/photos")
    assert "Scalp: crown" in words(page)
    assert nurse.get(little_ones(page.text)[0]).mimetype == "image/jpeg"


def test_a_little_picture_is_only_for_whoever_has_just_opened_the_page(scene: Scene, agreed: Patient, nurse: FlaskClient) -> None:
    send(nurse, agreed, a_photo())
    there = little_ones(nurse.get(f"/patients/{agreed.id}/photos").text)[0]
    seen = actions_seen(agreed)
    assert nurse.get(there).headers["Cache-Control"] == "private, no-store"
    assert actions_seen(agreed) == seen, "the page is on record already"
    assert nurse.get("/photos/1/little/made-up").status_code == 404
    builders.sign_in(nurse, builders.a_physician(email="other@ege.example"))
    assert nurse.get(there).status_code == 404


def little_ones(page: str) -> list[str]:
    return re.findall(r'src="(/photos/\d+/little/[^"]+)"', page)


def test_the_picture_is_for_this_browser_only_and_its_view_is_on_record(agreed: Patient, nurse: FlaskClient) -> None:
    send(nurse, agreed, a_photo())
    answer = nurse.get("/photos/1/picture")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "image/jpeg", "private, no-store")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert actions_seen(agreed)[-2:] == ["photo added", "viewed"]


def test_reception_sees_no_photo(agreed: Patient, nurse: FlaskClient, scene: Scene) -> None:
    send(nurse, agreed, a_photo())
    builders.sign_in(nurse, builders.a_receptionist())
    for path in (f"/patients/{agreed.id}/photos", "/photos/1/picture", f"/patients/{agreed.id}/photos/compare/scalp-crown"):
        assert nurse.get(path).status_code == 403


@pytest.mark.parametrize(("data", "said"), [(None, "Choose a photo"), (b"<svg/>", "not a photo"), (b"x" * (10 * 1024**2 + 1), "10 MB")])
def test_what_is_no_photo_is_refused_and_what_was_typed_stays(agreed: Patient, nurse: FlaskClient, data: bytes | None, said: str) -> None:
    answer = send(nurse, agreed, data, view="scalp-top", taken_on="30.11.2026")
    assert (answer.status_code, said in words(answer)) == (422, True)
    assert 'selected value="scalp-top"' in answer.text
    assert 'value="30.11.2026"' in answer.text
    assert list(store.lying()) == []


def test_a_photo_of_a_day_to_come_is_refused(agreed: Patient, nurse: FlaskClient) -> None:
    assert "a day to come" in words(send(nurse, agreed, a_photo(), taken_on=days(1).isoformat()))


def test_a_photo_sent_twice_is_kept_once(agreed: Patient, nurse: FlaskClient) -> None:
    assert [send(nurse, agreed, a_photo()).status_code for _n in range(2)] == [303, 303]
    assert db.session.query(Photo).count() == 1


def test_before_and_after_are_the_first_and_the_last_of_a_view(agreed: Patient, nurse: FlaskClient) -> None:
    for n, day in enumerate((-60, -30, 0)):
        send(nurse, agreed, a_photo(), form_token=f"t{n}", taken_on=days(day).isoformat())
    path = f"/patients/{agreed.id}/photos/compare/scalp-crown"
    assert re.findall(r"/photos/(\d)/picture", nurse.get(path).text) == ["1", "3"]
    assert re.findall(r"/photos/(\d)/picture", nurse.get(f"{path}?before=2&after=3").text) == ["2", "3"]


def test_one_photo_alone_cannot_be_compared(agreed: Patient, nurse: FlaskClient) -> None:
    send(nurse, agreed, a_photo())
    assert nurse.get(f"/patients/{agreed.id}/photos/compare/scalp-crown").status_code == 404


def test_the_view_that_can_be_compared_is_offered_first(scene: Scene, agreed: Patient, nurse: FlaskClient, noon: datetime) -> None:
    before, now = builders.done(scene.sessions[0], days(-28)), scene.sessions[1]
    book(now, TODAY, "12:00", noon)
    for n, view in enumerate(("scalp-top", "scalp-crown")):
        send(nurse, agreed, a_photo(), form_token=f"t{n}", view=view, session=str(before.id), taken_on=days(-28).isoformat())
    assert 'selected value="scalp-top"' in nurse.get(f"/patients/{agreed.id}/photos?session={now.id}").text
    send(nurse, agreed, a_photo(), form_token="n", view="scalp-top", session=str(now.id))
    assert 'selected value="scalp-crown"' in nurse.get(f"/patients/{agreed.id}/photos?session={now.id}").text


def test_consent_to_publish_stands_apart(agreed: Patient, nurse: FlaskClient, noon: datetime) -> None:
    assert "no consent to publish" in words(nurse.get(f"/patients/{agreed.id}/photos"))
    agree(agreed, noon, ConsentKind.PHOTOS_PUBLICATION)
    assert "May also be published" in words(nurse.get(f"/patients/{agreed.id}/photos"))


def test_a_withdrawn_consent_hides_all_at_once_and_offers_to_remove(agreed: Patient, nurse: FlaskClient, noon: datetime) -> None:
    send(nurse, agreed, a_photo())
    withdraw(noon)
    page = nurse.get(f"/patients/{agreed.id}/photos")
    assert "1 photo is kept and not shown" in words(page)
    assert little_ones(page.text) == []
    assert nurse.get("/photos/1/picture").status_code == 404


def test_removing_what_is_left_deletes_the_files_and_keeps_the_rows(agreed: Patient, nurse: FlaskClient, noon: datetime) -> None:
    send(nurse, agreed, a_photo())
    withdraw(noon)
    assert nurse.post(f"/patients/{agreed.id}/photos/remove", data={"why": ""}).status_code == 422
    assert nurse.post(f"/patients/{agreed.id}/photos/remove", data={"why": "withdrawn"}).status_code == 303
    assert list(store.lying()) == []
    assert db.session.query(Photo).one().file.removed_why == "withdrawn"
    assert "photo removed" in actions_seen(agreed)


def test_photos_that_are_shown_are_not_removed_all_at_once(agreed: Patient, nurse: FlaskClient) -> None:
    send(nurse, agreed, a_photo())
    assert nurse.get(f"/patients/{agreed.id}/photos/remove").status_code == 404
    assert nurse.post("/photos/1/remove", data={"why": "blurred"}).status_code == 303


def test_what_the_protocol_asks_for_after_the_session_is_due_until_it_is_taken(client: FlaskClient, app: object, noon: datetime) -> None:
    scene = a_scene("exosome_face_needling")
    agree(scene.patient, noon)
    builders.sign_in(client, scene.nurse)
    done = builders.done(scene.sessions[0], days(-28))
    align(scene)
    assert "Photo due" in words(client.get(f"/patients/{scene.patient.id}/photos"))
    assert send(client, scene.patient, a_photo(), session=str(done.id), view="face-front").status_code == 303
    assert "Photo due" not in words(client.get(f"/patients/{scene.patient.id}/photos"))


def test_the_record_page_asks_for_the_photo_before_the_session(scene: Scene, agreed: Patient, nurse: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:00", noon)
    page = nurse.get(f"/visits/{visit.id}/record")
    assert "Photo due before this session" in words(page)
    assert f"/patients/{agreed.id}/photos?session={scene.sessions[0].id}" in page.text
    send(nurse, agreed, a_photo(), session=str(scene.sessions[0].id))
    assert "Photo due" not in words(nurse.get(f"/visits/{visit.id}/record"))
