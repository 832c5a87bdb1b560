"""Sixteen desks join two records at once, half of them the other way round."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from flask import Flask
from flask.testing import FlaskClient

from models.appointment import Appointment
from models.base import db
from models.merge import PatientMerge
from models.patient import Patient
from tests import builders as b
from tests.schedule.test_guards import together

DESKS = 16


def press(client: FlaskClient, kept: int, gone: int) -> str:
    answer = client.post(f"/patients/{kept}/same/{gone}", data={"seen": "1-1"})
    return f"{answer.status_code} {answer.location or ''}"


def test_one_of_sixteen_joins_them_and_nobody_else_does_anything(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    one, other, desk = b.a_patient("Ayşe", "Ak"), b.a_patient("Ayşe", "Ak"), b.a_receptionist()
    for n, patient in enumerate((one, other)):
        b.a_visit(patient, noon + timedelta(days=2 + n))
    waiting = []
    for n in range(DESKS):
        client = app.test_client()
        b.sign_in(client, desk)
        pair = (one.id, other.id) if n % 2 else (other.id, one.id)
        waiting.append(partial(press, client, *pair))
    answers = together(waiting)
    assert not any(answer.startswith("5") for answer in answers)
    merge = db.session.query(PatientMerge).one()
    assert {row.id: row.merged_into_id for row in db.session.query(Patient)} == {merge.kept_id: None, merge.gone_id: merge.kept_id}
    assert {visit.patient_id for visit in db.session.query(Appointment)} == {merge.kept_id}
