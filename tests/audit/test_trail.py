"""The audit page: who did or saw what, asked by day, person, patient and act; each look at it is an act of its own."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.audit.queries import A_PAGE
from app.passwords import hash_password
from models import clock
from models.base import db, transaction
from models.event import Event
from models.staff import Role, StaffMember
from tests import builders
from tests.schedule.pages import words


@pytest.fixture
def auditor(app: Flask, noon: datetime, client: FlaskClient) -> StaffMember:
    builders.a_clinic()
    return builders.sign_in(client, builders.a_staff_member("Nil Su", Role.AUDITOR))


def an_act(action: str = "visit arrived", at: datetime | None = None, **changes: Any) -> None:
    with transaction():
        db.session.add(Event(**({"at": at or clock.now(), "action": action} | changes)))


def lines(answer: TestResponse) -> str:
    """The table alone, in words."""
    return words(answer).partition(" Why ")[2]


def looks() -> list[tuple[str, list[str], int | None]]:
    query = db.session.query(Event).filter(Event.object_type == "event").order_by(Event.id)
    return [(one.action, one.fields, one.patient_id) for one in query]


def test_an_auditor_reads_who_did_what_to_whom_and_why(auditor: StaffMember, client: FlaskClient) -> None:
    ece = builders.a_nurse()
    an_act("frozen", staff_id=ece.id, role="practitioner", object_type="lot", object_id=7, fields=["state"], reason="label torn")
    page = lines(client.get("/audit"))
    assert "Ece Nur Practitioner Lot frozen Lot 7 state label torn" in page


def test_the_first_page_of_an_auditor_is_the_audit(auditor: StaffMember, client: FlaskClient) -> None:
    assert client.get("/").location == "/audit"


def test_an_auditor_sees_a_number_for_a_patient_and_no_reason_of_a_record(auditor: StaffMember, client: FlaskClient) -> None:
    patient = builders.a_patient()
    an_act("held", patient_id=patient.id, object_type="treatment_plan", object_id=3, reason="pregnant")
    page = words(client.get("/audit"))
    assert "Ayşe" not in page
    assert "pregnant" not in page
    assert f"Put on hold {patient.id} Plan 3 (in the record)" in page


def test_whoever_also_sees_patients_and_records_reads_names_and_reasons(auditor: StaffMember, client: FlaskClient) -> None:
    patient = builders.a_patient()
    builders.sign_in(client, builders.a_staff_member("Oya Er", Role.AUDITOR, Role.PHYSICIAN))
    an_act("held", patient_id=patient.id, object_type="treatment_plan", object_id=3, reason="pregnant")
    assert "Put on hold Ayşe Yılmaz Plan 3 pregnant" in words(client.get("/audit"))


def test_a_reason_that_was_chosen_stands_in_words_not_as_it_is_stored(auditor: StaffMember, client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_staff_member("Oya Er", Role.AUDITOR, Role.PHYSICIAN))
    an_act("visit cancelled", patient_id=builders.a_patient().id, object_type="appointment", object_id=3, reason="hold")
    assert "Visit 3 the plan was put on hold" in words(client.get("/audit"))


@pytest.mark.parametrize("by", ["who", "patient", "action", "first", "last"])
def test_each_question_takes_what_was_asked_and_nothing_else(auditor: StaffMember, client: FlaskClient, by: str) -> None:
    ece, ayse = builders.a_nurse(), builders.a_patient()
    now = clock.now()
    an_act("reviewed", now - timedelta(days=10), staff_id=ece.id, patient_id=ayse.id, object_type="lot", object_id=1)
    an_act("evaluated", now - timedelta(days=2), staff_id=auditor.id, patient_id=ayse.id + 1, object_type="lot", object_id=2)
    typed = {"who": str(ece.id), "patient": str(ayse.id), "action": "reviewed", "first": "25.11.2026", "last": "25.11.2026"}[by]
    there = client.post("/audit", data={by: typed})
    assert there.status_code == 303
    found = lines(client.get(there.location))
    assert ("Lot 1" in found, "Lot 2" in found) == ((False, True) if by == "first" else (True, False))


def test_what_is_typed_never_stands_in_an_address(auditor: StaffMember, client: FlaskClient) -> None:
    there = client.post("/audit", data={"first": "Tue 24 Nov 2026", "last": "+0d", "patient": " 12 "})
    assert there.location == "/audit?first=2026-11-24&last=2026-12-01&patient=12"


def test_a_name_typed_for_a_number_is_refused_beside_its_field_and_stays(auditor: StaffMember, client: FlaskClient) -> None:
    answer = client.post("/audit", data={"patient": "Ayşe", "first": "1.12.2026", "last": "1.11.2026"})
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert "Enter the register number of a patient" in page
    assert "The last day is before the first." in page
    assert 'value="Ayşe"' in page


@pytest.mark.parametrize("address", ["patient=x", "who=999", "action=nothing", "first=32.13.2026", "first=2026-12-02&last=2026-12-01"])
def test_an_address_that_makes_no_sense_says_so(auditor: StaffMember, client: FlaskClient, address: str) -> None:
    assert client.get(f"/audit?{address}").status_code == 422
    assert client.get(f"/audit/file/csv?{address}").status_code == 422


def test_pages_follow_each_other_without_a_gap_or_a_repeat(auditor: StaffMember, client: FlaskClient) -> None:
    same = clock.now() - timedelta(days=1)
    for n in range(2 * A_PAGE + 3):
        an_act("reviewed", same - timedelta(minutes=n // 7), object_type="lot", object_id=1000 + n)
    seen, address = [], "/audit?action=reviewed"
    while address:
        page = client.get(address).text
        seen += [n for n in range(1000, 1000 + 2 * A_PAGE + 3) if f"Lot {n}<" in page]
        address = unescape(page.partition('rel="next" href="')[2].partition('"')[0])
    assert sorted(seen) == list(range(1000, 1000 + 2 * A_PAGE + 3))


def test_a_joined_patient_is_found_under_both_numbers(auditor: StaffMember, client: FlaskClient) -> None:
    kept = builders.a_patient()
    gone = builders.a_patient("Ayşe", "Yılmaz", merged_into_id=kept.id)
    an_act("reviewed", patient_id=gone.id, object_type="lot", object_id=5)
    assert "Lot 5" in lines(client.get(f"/audit?patient={kept.id}"))


def test_who_got_in_is_found_by_their_name(auditor: StaffMember, client: FlaskClient, app: Flask) -> None:
    ece = builders.a_nurse(password_hash=hash_password("a long sentence of many words"))
    app.test_client().post("/sign-in", data={"email": ece.email, "password": "wrong"})
    app.test_client().post("/sign-in", data={"email": ece.email, "password": "a long sentence of many words"})
    assert "Ece Nur Signed in Ece Nur" in lines(client.get(f"/audit?who={ece.id}"))
    assert "Not signed in Sign-in tried wrong entry Ece Nur" in lines(client.get("/audit"))


def test_every_look_is_written_down_by_what_was_asked_and_about_whom(auditor: StaffMember, client: FlaskClient) -> None:
    patient = builders.a_patient()
    client.get("/audit")
    client.get(f"/audit?patient={patient.id}&first=2026-11-01")
    client.get("/audit/file/csv?action=held")
    assert looks() == [("trail viewed", [], None), ("trail viewed", ["first", "patient"], patient.id), ("exported", ["action"], None)]


def test_a_look_at_the_audit_is_no_touch_of_the_record(auditor: StaffMember, client: FlaskClient) -> None:
    patient = builders.a_patient()
    client.get(f"/audit?patient={patient.id}")
    builders.sign_in(client, builders.a_nurse())
    assert "Audit looked at" not in client.get(f"/patients/{patient.id}").text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("broken;=HYPERLINK(1);", "broken;'=HYPERLINK(1);"), ("a;  @SUM(1)", "a;'  @SUM(1)"), ("  =1", "'  =1"), ("＝1", "'＝1"),
     ("a\n+1", "a\n'+1"), ("box; half of it", "box; half of it")],
)  # fmt: skip
def test_no_formula_begins_where_a_spreadsheet_of_another_language_splits_cells(
    auditor: StaffMember, client: FlaskClient, typed: str, kept: str
) -> None:
    an_act("frozen", object_type="lot", object_id=7, reason=typed)
    _head, row = csv.reader(io.StringIO(client.get("/audit/file/csv?action=frozen").data.decode("utf-8-sig"), newline=""))
    assert kept in row


def test_the_file_holds_the_same_lines_and_no_formula(auditor: StaffMember, client: FlaskClient) -> None:
    an_act("frozen", object_type="lot", object_id=7, fields=["state"], reason="=HYPERLINK(1)", staff_id=auditor.id, role="auditor")
    answer = client.get("/audit/file/csv?action=frozen")
    head, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert dict(zip(head, row, strict=True)) == {
        "Time": "2026-12-01 12:00", "Who": "Nil Su", "Roles": "Auditor", "Act": "Lot frozen", "Outcome": "", "Patient": "",
        "About": "Lot 7", "Fields": "state", "Why": "'=HYPERLINK(1)", "Reference": "",
    }  # fmt: skip
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit-2026-12-01.csv"'


def test_a_physician_reads_the_audit_of_a_patient_of_theirs(auditor: StaffMember, client: FlaskClient) -> None:
    burcu, patient = builders.sign_in(client, builders.a_physician()), builders.a_patient()
    builders.a_plan(patient, burcu)
    an_act("reviewed", patient_id=patient.id, staff_id=burcu.id, object_type="lot", object_id=1)
    an_act("evaluated", patient_id=patient.id + 1, object_type="lot", object_id=2)
    address = f"/audit/patients/{patient.id}"
    assert address in client.get(f"/patients/{patient.id}/history").text
    there = client.post(address, data={"action": "reviewed", "patient": "99"}).location
    assert there == f"{address}?action=reviewed"
    found = lines(client.get(there))
    assert "Reviewed Lot 1" in found
    assert "Lot 2" not in lines(client.get(f"{address}?patient={patient.id + 1}"))


def test_the_audit_of_a_patient_of_somebody_else_is_refused_and_that_is_written_down(auditor: StaffMember, client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_physician())
    patient = builders.a_patient()
    address = f"/audit/patients/{patient.id}"
    assert address not in client.get(f"/patients/{patient.id}").text
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 403
    assert db.session.query(Event).filter_by(outcome="denied").count() == 2
