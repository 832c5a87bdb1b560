"""Consent to a procedure: read, signed on paper or on the screen, by whom it must be; for this version and area; withdrawn at any time."""

from __future__ import annotations

import base64
import io
import re
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.files import store
from app.schedule.day import preflight
from app.work import queries
from app.work.lists import Worklist
from models.appointment import Appointment
from models.base import db, transaction
from models.event import Event
from models.patient import Consent, Patient, SignedOn
from models.treatment import Course
from tests import builders
from tests.builders import TODAY
from tests.files.pictures import a_photo
from tests.schedule.pages import words
from tests.schedule.scenes import Scene, a_scene, book, consent

PDF = b"%PDF-1.7\n...\n%%EOF\n"


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    return a_scene(consented=False)


@pytest.fixture
def nurse(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, scene.nurse)
    return client


def sign(client: FlaskClient, scene: Scene, file: bytes | None = None, query: str = "", **typed: str) -> TestResponse:
    values = {"form_token": "t", "informed_by": str(scene.physician.id), "signed_as": "patient", "signer": "Ayşe Yılmaz", "way": "paper"}
    sent = {"scan": (io.BytesIO(file), "form")} if file else {}
    path = f"/courses/{scene.course.id}/consent{query}"
    return client.post(path, data=values | typed | sent, content_type="multipart/form-data")


def given() -> Consent:
    return db.session.query(Consent).one()


def missing(visit: Appointment, *, clinical: bool) -> list[str]:
    db.session.expire_all()
    found = preflight.checks(db.session.get_one(Appointment, visit.id), clinical)
    return [check.words for check in found if check.code.startswith("consent")]


def test_the_form_says_what_is_done_in_the_patients_language(scene: Scene, nurse: FlaskClient) -> None:
    page = words(nurse.get(f"/courses/{scene.course.id}/consent"))
    assert "Kendi isteğimle onay veriyorum." in page
    assert "Results differ from person to person." in words(nurse.get(f"/courses/{scene.course.id}/consent?language=en"))


def test_a_form_signed_on_paper_is_kept_with_its_scan(scene: Scene, nurse: FlaskClient) -> None:
    assert sign(nurse, scene, PDF, "?language=en", interpreter="Selin Ak").status_code == 303
    row = given()
    assert (row.text_version, row.area, row.language, row.way) == ("v1", "scalp", "en", SignedOn.PAPER)
    assert (row.signer, row.as_guardian, row.interpreter, row.informed_by_id) == ("Ayşe Yılmaz", False, "Selin Ak", scene.physician.id)
    answer = nurse.get(f"/consents/{row.id}/scan")
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_signature_drawn_on_the_screen_is_kept_as_a_picture(scene: Scene, nurse: FlaskClient) -> None:
    drawn = "data:image/png;base64," + base64.b64encode(a_photo((640, 200), "PNG")).decode()
    assert sign(nurse, scene, way="screen", drawn=drawn).status_code == 303
    answer = nurse.get(f"/consents/{given().id}/scan")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/jpeg", "private, no-store")


def test_without_a_script_the_typed_name_is_the_signature(scene: Scene, nurse: FlaskClient) -> None:
    assert sign(nurse, scene, way="screen").status_code == 303
    assert (given().way, given().file_id) == (SignedOn.SCREEN, None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"way": "screen", "drawn": "data:image/png;base64,%%%"}, "could not be read"), ({"signer": " "}, "Please fill this in."),
     ({"way": "screen", "drawn": "data:image/png;base64,PHN2Zy8+"}, "not a photo")],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(scene: Scene, nurse: FlaskClient, typed: dict[str, str], said: str) -> None:
    answer = sign(nurse, scene, interpreter="Selin Ak", **typed)
    assert (answer.status_code, said in words(answer)) == (422, True)
    assert 'value="Selin Ak"' in answer.text
    assert db.session.query(Consent).count() == 0
    assert list(store.lying()) == []


def test_for_a_minor_the_guardian_signs(scene: Scene, nurse: FlaskClient) -> None:
    with transaction():
        db.session.get_one(Patient, scene.patient.id).birth_date = date(2012, 1, 1)
    page = nurse.get(f"/courses/{scene.course.id}/consent")
    assert "Under 18: a guardian signs." in words(page)
    assert 'value="patient"' not in page.text
    assert sign(nurse, scene).status_code == 422
    assert sign(nurse, scene, signed_as="guardian", signer="Fatma Yılmaz").status_code == 303
    assert (given().signer, given().as_guardian) == ("Fatma Yılmaz", True)


def test_the_scan_can_come_later_and_only_once(scene: Scene, nurse: FlaskClient) -> None:
    sign(nurse, scene)
    path = f"/consents/{given().id}/scan"
    assert "Choose the scan" in words(nurse.post(path, data={}))
    codes = [nurse.post(path, data={"scan": (io.BytesIO(a_photo()), "a")}).status_code for _n in range(2)]
    assert codes == [303, 422]
    assert nurse.get(path).mimetype == "image/jpeg"


def test_reception_signs_and_prints_but_does_not_open_the_signed_form(scene: Scene, nurse: FlaskClient) -> None:
    builders.sign_in(nurse, builders.a_receptionist())
    assert sign(nurse, scene, PDF).status_code == 303
    assert "Physicians and practitioners can open it." in words(nurse.get(f"/consents/{given().id}"))
    assert nurse.get(f"/consents/{given().id}/scan").status_code == 403
    assert nurse.get(f"/courses/{scene.course.id}/consent/form").status_code == 200


def test_what_is_withdrawn_is_missing_again(scene: Scene, nurse: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:30", noon)
    sign(nurse, scene)
    assert missing(visit, clinical=True) == []
    assert nurse.post(f"/consents/{given().id}/withdraw").status_code == 303
    assert missing(visit, clinical=True) == ["Consent missing"]
    assert "Withdrawn on" in words(nurse.get(f"/consents/{given().id}"))
    assert "consent withdrawn" in [row.action for row in db.session.query(Event)]


def test_another_version_asks_again_and_says_so_to_clinical_eyes(scene: Scene, nurse: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:30", noon)
    consent(scene.course, scene.physician)
    assert queries.visits(Worklist.CONSENT, TODAY) == []
    newer = builders.a_protocol(approved=False)
    with transaction():
        db.session.get_one(Course, scene.course.id).version_id = newer.id
    assert missing(visit, clinical=False) == ["Consent missing"]
    assert missing(visit, clinical=True) == ["Consent missing: signed for protocol v1, the course follows v2"]
    assert [one.id for one in queries.visits(Worklist.CONSENT, TODAY)] == [visit.id]
    assert "a new consent is needed" in words(nurse.get(f"/consents/{given().id}"))


def test_another_area_asks_again(scene: Scene, nurse: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:30", noon)
    consent(scene.course, scene.physician)
    with transaction():
        given().area = "face"
    assert missing(visit, clinical=True) == ["Consent missing: signed for another area (Face)"]


def test_a_form_in_a_language_that_is_not_the_patients_is_a_word_to_clinical_eyes(scene: Scene, nurse: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:30", noon)
    sign(nurse, scene, query="?language=en")
    assert missing(visit, clinical=True) == ["Consent was read in English, without an interpreter"]
    assert missing(visit, clinical=False) == []
    with transaction():
        given().interpreter = "Selin Ak"
    assert missing(visit, clinical=True) == []


def test_the_paper_form_has_a_line_for_each_signature(scene: Scene, nurse: FlaskClient) -> None:
    page = nurse.get(f"/courses/{scene.course.id}/consent/form?language=en")
    assert re.findall(r'<th scope="row">([^<]+)</th>', page.text) == [
        "Name of whoever signs", "Signature", "Date", "Guardian, if under 18", "Interpreter", "Informed by (physician), signature",
    ]  # fmt: skip
    assert "sheet-consent" in page.text


def test_the_plan_leads_to_the_form_and_to_what_was_signed(scene: Scene, nurse: FlaskClient) -> None:
    assert f"/courses/{scene.course.id}/consent" in nurse.get(f"/plan/{scene.plan.id}").text
    sign(nurse, scene)
    for path in (f"/plan/{scene.plan.id}", f"/patients/{scene.patient.id}"):
        assert f"/consents/{given().id}" in nurse.get(path).text
