"""Plans that reach further than anybody can know who works: what lies near is placed, the rest waits, and nothing is lost."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from app.schedule.free.resources import BOOKED_AHEAD
from models.base import db
from models.patient import Patient
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from models.treatment import SessionState, TreatmentPlan
from tests.builders import TODAY, a_nurse, a_protocol, an_evaluation
from tests.plans.pages import form_in, post

LAST = TODAY + BOOKED_AHEAD


@pytest.fixture
def meso(patient: Patient, physician: StaffMember) -> ProtocolVersion:
    a_nurse()
    an_evaluation(patient, physician)
    return a_protocol("mesotherapy_scalp")


def test_sessions_that_lie_too_far_ahead_are_named_and_wait(client: FlaskClient, patient: Patient, meso: ProtocolVersion) -> None:
    spans = [{"least": "1y", "ideal": "1y", "most": "14m"}] * 23
    far = {"patient_id": patient.id, "courses": [{"protocol": meso.id, "sessions": 24, "spans": spans, "why": "for years"}]}
    answer = client.post("/api/plan/preview", json=far).json
    assert answer is not None
    assert "courses" in answer, answer
    sessions = answer["courses"][0]["sessions"]
    near, later = sessions[:5], sessions[5:]
    assert len(later) == 19, "all are still there"
    assert all(one["slot"] for one in near)
    assert max(date.fromisoformat(one["slot"]["day"]) for one in near) <= LAST
    assert {tuple(reason["code"] for reason in one["reasons"]) for one in later} == {("too_far",)}
    assert "It is planned when it comes nearer." in later[0]["reasons"][0]["words"]


def test_they_clash_with_nothing_and_the_others_are_booked(client: FlaskClient, patient: Patient, meso: ProtocolVersion) -> None:
    url = f"/patients/{patient.id}/plan/new?with={meso.id}"
    page = client.get(url)
    every = {key.replace("-", "__"): "5y" for key in form_in(page) if "-spans-" in key}
    shown = post(client, url.partition("?")[0], form_in(page), do="preview", **every)
    assert shown.text.count("It is planned when it comes nearer.") == 5
    assert post(client, url.partition("?")[0], form_in(shown), do="book").status_code == 303
    plan = db.session.query(TreatmentPlan).one()
    (course,) = plan.courses
    booked = [session.state for session in course.sessions]
    assert booked == [SessionState.BOOKED, *[SessionState.PROPOSED] * 5]
