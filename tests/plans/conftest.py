"""A clinic with a physician, a patient and an approved protocol."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.series import rows
from models.base import transaction
from models.patient import Patient
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from models.treatment import Course
from tests.builders import TODAY, a_clinic, a_course, a_patient, a_physician, a_plan, a_protocol, a_visit, an_evaluation, done, sign_in


@pytest.fixture
def physician(app: Flask, noon: datetime, client: FlaskClient) -> StaffMember:
    """Signed in."""
    a_clinic()
    return sign_in(client, a_physician())


@pytest.fixture
def patient(physician: StaffMember) -> Patient:
    return a_patient()


@pytest.fixture
def prp(physician: StaffMember) -> ProtocolVersion:
    return a_protocol("prp_scalp")


@pytest.fixture
def course(patient: Patient, prp: ProtocolVersion, physician: StaffMember) -> Course:
    """Session 1 done on 20 November, the second booked on Tuesday 22 December, the third open: 30 days apart."""
    an_evaluation(patient, physician, date(2026, 11, 19))
    made = a_course(a_plan(patient, physician), prp, date(2026, 11, 20))
    done(made.sessions[0], date(2026, 11, 20), performed_by_id=physician.id)
    a_visit(patient, datetime.fromisoformat("2026-12-22T10:00+03:00"), made.sessions[1])
    with transaction():
        rows.align_patient(patient.id, TODAY)
    return made
