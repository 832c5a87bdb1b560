"""The physician's evaluation: answers become findings, a signature makes places firm, consents are never ticked beforehand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.plans import creation
from app.plans.creation import NewCourse, NewPlan
from app.plans.health import evaluations
from app.plans.health.evaluations import NewEvaluation
from app.plans.numbers import of_protocol
from app.schedule.placing import whole_series
from app.series.contents import content_of
from models.appointment import Appointment, VisitKind, VisitState
from models.base import db, transaction
from models.patient import ConsentKind, Evaluation, Patient, Sex, Suitability
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from models.treatment import PlanState, SessionState, TreatmentPlan
from tests.builders import TODAY, a_nurse, a_patient, a_receptionist, an_evaluation, sign_in, the_location
from tests.plans.pages import form_in, post, send


def page_of(patient: Patient) -> str:
    return f"/patients/{patient.id}/evaluation/new"


def evaluate(client: FlaskClient, patient: Patient, **typed: Any) -> Any:
    return send(client, page_of(patient), **({"others_no": "y", "suitability": "suitable"} | typed))


def the_evaluation() -> Evaluation:
    return db.session.query(Evaluation).one()


def test_a_signed_evaluation_is_valid_for_the_clinics_days(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    answer = evaluate(client, patient, expectations="Gradual; differs from person to person.")
    made = the_evaluation()
    assert answer.status_code == 303
    assert (made.day, made.valid_until) == (TODAY, TODAY + timedelta(days=180))
    assert made.signed_at is not None
    assert made.asked["pregnant"] == "no"
    assert evaluations.valid_on(patient, TODAY) is made


def test_every_rule_of_the_protocols_is_asked_once(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    page = client.get(page_of(patient)).text
    assert "Are you, or could you be, pregnant?" in page
    assert page.count('id="q_anticoagulant"') == 1
    assert 'id="q_tan"' not in page, "PRP on the scalp does not ask about a tan"


def test_a_man_is_not_asked_about_pregnancy(client: FlaskClient, prp: ProtocolVersion) -> None:
    page = client.get(page_of(a_patient("Ali", "Er", sex=Sex.MALE))).text
    assert "pregnant" not in page


def test_to_sign_every_question_needs_an_answer(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    url = page_of(patient)
    refused = send(client, url, suitability="suitable", expectations="We spoke about it.")
    assert refused.status_code == 422
    assert "To sign, answer every question" in refused.text
    assert "To sign, answer every question" in send(client, url).text, "said at once, whatever else is missing"
    assert form_in(refused)["expectations"].strip() == "We spoke about it."
    assert db.session.query(Evaluation).count() == 0


def test_a_yes_becomes_a_finding_and_holds(client: FlaskClient, patient: Patient, prp: ProtocolVersion, physician: StaffMember) -> None:
    plan = a_draft(patient, prp, physician)
    evaluate(client, patient, q_herpes_active__answer="yes", q_herpes_active__since="28.11", q_herpes_active__area="scalp")
    (finding,) = patient.findings
    assert (finding.rule, finding.since, finding.area) == ("herpes_active", date(2026, 11, 28), "scalp")
    assert [held.rule for held in plan.holds] == ["herpes_active"]


def test_what_is_on_record_is_not_recorded_twice_and_a_no_ends_it(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    evaluate(client, patient, q_anticoagulant__answer="yes")
    evaluate(client, patient)
    assert len(patient.findings) == 1
    page = send(client, page_of(patient), others_no="y", suitability="suitable", q_anticoagulant__answer="no")
    assert page.status_code == 303
    assert patient.findings[0].cleared_at is not None


def test_without_a_signature_it_is_a_draft_that_counts_once_signed(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    send(client, page_of(patient), suitability="suitable", without=("sign",))
    made = the_evaluation()
    assert made.signed_at is None
    assert evaluations.valid_on(patient, TODAY) is None
    assert client.post(f"/evaluations/{made.id}/sign").status_code == 303
    assert evaluations.valid_on(patient, TODAY) is made


BAD = [
    ({"day": "31.11.2026"}, "Enter a day that exists"),
    ({"day": "2.12.2026"}, "This day lies in the future."),
    ({"suitability": ""}, "Please fill this in."),
    ({"q_keloid__answer": "yes", "q_keloid__since": "31.2.2026"}, "Enter a day that exists"),
    ({"q_keloid__answer": "yes", "q_keloid__since": "1.11.2026", "q_keloid__ended": "1.10.2026"}, "It cannot be over before it began."),
    ({"expectations": "x" * 10_000}, "at most 4000 characters"),
]


@pytest.mark.parametrize(("typed", "words"), BAD)
def test_bad_input_is_told_in_words(client: FlaskClient, patient: Patient, prp: ProtocolVersion, typed: dict[str, Any], words: str) -> None:
    page = evaluate(client, patient, **typed)
    assert page.status_code == 422
    assert words in page.text
    assert db.session.query(Evaluation).count() == 0


def test_consents_are_not_ticked_beforehand_and_given_ones_not_asked_again(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion
) -> None:
    assert "consents" not in form_in(client.get(page_of(patient)))
    evaluate(client, patient, consents=["recall"])
    assert [consent.kind for consent in patient.consents] == [ConsentKind.RECALL]
    assert 'value="recall"' not in client.get(page_of(patient)).text


def test_a_double_click_makes_one_evaluation(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    fields = form_in(client.get(page_of(patient)))
    for _press in range(2):
        assert post(client, page_of(patient), fields, others_no="y", suitability="suitable").status_code == 303
    assert db.session.query(Evaluation).count() == 1


def test_only_a_physician_evaluates(client: FlaskClient, patient: Patient) -> None:
    for somebody in (a_receptionist(), a_nurse()):
        sign_in(client, somebody)
        assert client.get(page_of(patient)).status_code == 403


def test_a_newer_not_now_ends_what_an_older_one_allowed(patient: Patient, physician: StaffMember) -> None:
    an_evaluation(patient, physician, TODAY - timedelta(days=30))
    an_evaluation(patient, physician, TODAY, suitability=Suitability.NOT_NOW)
    assert evaluations.valid_on(patient, TODAY) is None


def a_draft(patient: Patient, version: ProtocolVersion, physician: StaffMember) -> TreatmentPlan:
    new = NewCourse(version, "scalp", TODAY, of_protocol(content_of(version), None))
    with transaction():
        return creation.create(db.session.get_one(Patient, patient.id), NewPlan([new], physician.id, the_location()), EARLIER)


EARLIER = datetime.fromisoformat("2026-12-01T11:00+03:00")


def booked_behind_the_evaluation(patient: Patient, version: ProtocolVersion, physician: StaffMember, noon: datetime) -> TreatmentPlan:
    plan = a_draft(patient, version, physician)
    with transaction():
        stored = db.session.get_one(TreatmentPlan, plan.id)
        chosen = [(one.session.id, one.slot) for one in whole_series.propose(stored, noon) if one.slot]
        whole_series.book_all(stored, chosen[:2], noon)
    return plan


def test_a_draft_can_be_booked_behind_its_evaluation(
    patient: Patient, prp: ProtocolVersion, physician: StaffMember, noon: datetime
) -> None:
    booked_behind_the_evaluation(patient, prp, physician, noon)
    first, second = db.session.query(Appointment).order_by(Appointment.starts_at).all()
    assert (first.kind, first.tentative, second.tentative) == (VisitKind.EVALUATION_AND_TREATMENT, True, True)


def test_signed_suitable_the_reserved_places_are_firm_and_the_plan_begins(
    patient: Patient, prp: ProtocolVersion, physician: StaffMember, noon: datetime
) -> None:
    plan = booked_behind_the_evaluation(patient, prp, physician, noon)
    with transaction():
        evaluations.evaluate(db.session.get_one(Patient, patient.id), NewEvaluation(TODAY, Suitability.SUITABLE), physician.id, noon)
    visits = db.session.query(Appointment).all()
    assert [(visit.tentative, visit.state) for visit in visits] == [(False, VisitState.BOOKED)] * 2
    assert plan.state is PlanState.ACTIVE


def test_signed_not_now_the_reserved_places_fall_free(
    patient: Patient, prp: ProtocolVersion, physician: StaffMember, noon: datetime
) -> None:
    plan = booked_behind_the_evaluation(patient, prp, physician, noon)
    with transaction():
        evaluations.evaluate(db.session.get_one(Patient, patient.id), NewEvaluation(TODAY, Suitability.NOT_NOW), physician.id, EARLIER)
    visits = db.session.query(Appointment).all()
    assert [visit.state for visit in visits] == [VisitState.CANCELLED] * 2
    assert {session.state for session in plan.courses[0].sessions} == {SessionState.PROPOSED}
    assert plan.state is PlanState.DRAFT
