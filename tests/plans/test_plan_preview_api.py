"""Programs ask what the page asks: JSON in, every session with its time, reasons and repairs out, nothing written."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import clock
from models.base import db, transaction
from models.patient import Patient
from models.protocol import ProtocolVersion
from models.staff import Absence, StaffMember
from models.treatment import TreatmentPlan
from tests.builders import TODAY, a_nurse, a_patient, a_protocol, a_receptionist, a_visit, an_evaluation, sign_in
from tests.plans.pages import form_in


@pytest.fixture
def meso(patient: Patient, physician: StaffMember) -> ProtocolVersion:
    a_nurse()
    an_evaluation(patient, physician)
    return a_protocol("mesotherapy_scalp")


def ask(client: FlaskClient, patient: Patient, *courses: dict[str, Any], **more: Any) -> TestResponse:
    return client.post("/api/plan/preview", json={"patient_id": patient.id, "courses": list(courses), **more})


def test_the_answer_is_what_the_page_shows(client: FlaskClient, patient: Patient, meso: ProtocolVersion) -> None:
    answer = ask(client, patient, {"protocol": "mesotherapy_scalp"})
    page = form_in(client.get(f"/patients/{patient.id}/plan/new?with={meso.id}"))
    sessions = answer.json["courses"][0]["sessions"] if answer.json else []
    assert answer.status_code == 200
    assert {f"slot-{one['key']}": one["slot"]["value"] for one in sessions} == {k: v for k, v in page.items() if k.startswith("slot-")}
    assert (sessions[0]["gap_days"], sessions[1]["gap_days"], sessions[1]["band"]) == (None, 10, "ideal")
    assert db.session.query(TreatmentPlan).count() == 0


def test_numbers_of_the_patients_own_and_what_was_decided_count(client: FlaskClient, patient: Patient, meso: ProtocolVersion) -> None:
    own = {"protocol": meso.id, "sessions": 3, "gap": 28}
    first = ask(client, patient, own).json
    assert first is not None
    sessions = first["courses"][0]["sessions"]
    assert [one["gap_days"] for one in sessions] == [None, 28, 28]
    other = sessions[1]["repairs"][0]["value"]
    again = ask(client, patient, own, decided={"0-2": other, "0-3": "later"}).json
    assert again is not None
    assert again["courses"][0]["sessions"][1]["slot"]["value"] == other
    assert (again["placed"], again["open"]) == (2, 1)


def test_a_clash_carries_its_reasons_as_data_and_words_and_its_repairs(
    client: FlaskClient, patient: Patient, physician: StaffMember, meso: ProtocolVersion
) -> None:
    with transaction():
        for member in db.session.query(StaffMember):
            db.session.add(Absence(staff_id=member.id, first_day=TODAY, last_day=TODAY + timedelta(days=40)))
    answer = ask(client, patient, {"protocol": "mesotherapy_scalp", "sessions": 1}).json
    assert answer is not None
    (session,) = answer["courses"][0]["sessions"]
    assert session["slot"] is None
    assert {"not_working"} <= {one["code"] for one in session["reasons"]}
    assert any("Dr. Burcu Çelen" in one["words"] for one in session["reasons"])
    assert [one["kind"] for one in session["repairs"]] == ["late", "later"]


BAD: list[tuple[Any, str]] = [
    (None, "This cannot be read: JSON."),
    ([], "This cannot be read: JSON."),
    ({"patient_id": "x"}, "This cannot be read: patient_id."),
    ({"courses": []}, "Choose at least one protocol."),
    ({"courses": [{"protocol": "prp_scalp"}] * 5}, "A plan has at most 4 courses."),
    ({"courses": "all"}, "Choose at least one protocol."),
    ({"courses": [7]}, "This cannot be read: courses."),
    ({"courses": [{"protocol": "leeches"}]}, "There is no such protocol in use: leeches."),
    ({"courses": [{"protocol": "mesotherapy_scalp", "sessions": 99}]}, "Enter a whole number from 1 to 24."),
    ({"courses": [{"protocol": "mesotherapy_scalp", "gap": "3 moons"}]}, "Enter days such as 28, or 4w, 6m, 1y."),
    ({"courses": [{"protocol": "mesotherapy_scalp", "start": "31.2.2027"}]}, "Enter a day that exists"),
    ({"courses": [{"protocol": "mesotherapy_scalp", "spans": [{"least": 9, "ideal": 5, "most": 7}] * 5}]}, "Enter them in order"),
    ({"courses": [{"protocol": "mesotherapy_scalp"}], "decided": "all"}, "This cannot be read: decided."),
]


def nested(levels: int) -> list[Any]:
    made: list[Any] = []
    for _n in range(levels):
        made = [made]
    return made


NOT_A_QUESTION: list[tuple[str, str]] = [
    ("[" * 50_000, "This cannot be read: JSON."),
    ('{"a":' * 16_000, "This cannot be read: JSON."),
    (json.dumps({"courses": [{"protocol": "mesotherapy_scalp", "spans": nested(900)}]}), "This cannot be read: JSON."),
    (json.dumps({"courses": [{"protocol": "mesotherapy_scalp", "spans": [{"least": 3}] * 20_000}]}), "This is too large to be a question"),
]


@pytest.mark.parametrize(("text", "words"), NOT_A_QUESTION)
def test_what_is_too_deep_or_too_large_to_be_a_question_is_said_to_be_that(
    client: FlaskClient, patient: Patient, meso: ProtocolVersion, text: str, words: str
) -> None:
    answer = client.post("/api/plan/preview", data=text, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json is not None
    assert words in answer.json["errors"][0]["words"]


@pytest.mark.parametrize("name", ["spans-²-least", "spans-99999999999-least", "a\x00", "a" * 200])
def test_a_name_that_no_page_has_is_no_name_for_a_program(client: FlaskClient, patient: Patient, meso: ProtocolVersion, name: str) -> None:
    answer = ask(client, patient, {"protocol": "mesotherapy_scalp", name: 3})
    assert answer.status_code == 422
    assert answer.json is not None
    assert "This cannot be read: courses-0-" in answer.json["errors"][0]["words"]


@pytest.mark.parametrize("field", ["sessions", "after_step", "keep_apart_days", "times", "agreed_sessions"])
def test_a_number_of_hundreds_of_digits_is_refused_in_words(
    client: FlaskClient, patient: Patient, meso: ProtocolVersion, field: str
) -> None:
    answer = ask(client, patient, {"protocol": "mesotherapy_scalp", field: "9" * 400})
    assert answer.status_code == 422
    assert answer.json is not None
    assert any("Enter a whole number" in one["words"] for one in answer.json["errors"])


@pytest.mark.parametrize(("body", "words"), BAD)
def test_bad_input_is_refused_in_words(client: FlaskClient, patient: Patient, meso: ProtocolVersion, body: Any, words: str) -> None:
    said = {"patient_id": patient.id, **body} if isinstance(body, dict) else body
    answer = client.post("/api/plan/preview", json=said)
    assert answer.status_code == 422
    assert answer.json is not None
    assert any(words in one["words"] for one in answer.json["errors"])


def test_a_course_cannot_wait_for_itself_or_in_a_circle(client: FlaskClient, patient: Patient, meso: ProtocolVersion) -> None:
    """Only a later course waits, and only for the first one: what a program asks beyond that is not done, and nothing hangs."""
    waits = {"protocol": "mesotherapy_scalp", "after_step": 1, "after_days": 14}
    answer = ask(client, patient, waits, waits).json
    assert answer is not None
    first, second = (course["sessions"][0]["slot"]["day"] for course in answer["courses"])
    assert first < second


def test_an_unknown_patient_is_not_found_and_reception_may_not_ask(client: FlaskClient, patient: Patient, meso: ProtocolVersion) -> None:
    assert client.post("/api/plan/preview", json={"patient_id": 99_999, "courses": []}).status_code == 404
    sign_in(client, a_receptionist())
    assert ask(client, patient, {"protocol": "mesotherapy_scalp"}).status_code == 403


def test_what_somebody_books_or_changes_meanwhile_is_seen_by_the_next_answer(
    client: FlaskClient, patient: Patient, physician: StaffMember, meso: ProtocolVersion
) -> None:
    def first_time() -> tuple[str, str]:
        (session,) = (ask(client, patient, {"protocol": meso.id, "sessions": 1}).json or {})["courses"][0]["sessions"]
        return session["slot"]["day"], session["slot"]["value"]

    before = first_time()
    assert first_time() == before
    day, minute = before[1].split(".")[:2]
    starts = clock.at(date.fromisoformat(day), time(int(minute) // 60, int(minute) % 60), "Europe/Istanbul")
    a_visit(a_patient("Elif", "Koç"), starts, performer=physician, kind="consultation")
    after = first_time()
    assert after != before
    with transaction():
        db.session.add(Absence(staff_id=physician.id, first_day=TODAY, last_day=date.fromisoformat(after[0])))
    assert first_time()[0] > after[0]
