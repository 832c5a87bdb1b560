"""A physician approves a version; without that nothing can be used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.protocols import actions, queries
from models.base import db, transaction
from models.clinic import Clinic
from models.event import Event
from models.protocol import ProtocolVersion, VersionState
from tests.builders import a_clinic, a_manager, a_nurse, a_physician, a_protocol, a_receptionist, sign_in

ATTESTED = {
    "confirm_product_authorised_for_injection": "y", "reason_product_authorised_for_injection": "Licence of 3 May 2026 seen",
    "confirm_patient_told_approval_status": "y", "reason_patient_told_approval_status": "Stands in our consent form",
}  # fmt: skip


@pytest.fixture
def physician(app: Flask, client: FlaskClient, noon: datetime) -> FlaskClient:
    a_clinic()
    sign_in(client, a_physician())
    return client


def again(version: ProtocolVersion) -> ProtocolVersion:
    db.session.expire_all()
    return db.session.get_one(ProtocolVersion, version.id)


def approve(client: FlaskClient, version: ProtocolVersion, **fields: Any) -> Any:
    return client.post(f"/protocols/{version.id}/approve", data={"seen": version.version} | fields)


def test_an_approved_version_may_be_used(physician: FlaskClient) -> None:
    draft = a_protocol(approved=False)
    assert approve(physician, draft, note="As in our clinic").status_code == 303
    version = again(draft)
    assert version.state is VersionState.APPROVED
    assert version.approval_note == "As in our clinic"
    assert queries.approved_versions() == [version]


def test_approving_is_written_down(physician: FlaskClient) -> None:
    approve(physician, a_protocol(approved=False))
    assert db.session.query(Event).filter_by(action="approved", object_type="protocol_version").count() == 1


def test_a_new_version_retires_the_one_before(physician: FlaskClient) -> None:
    old, draft = a_protocol(), a_protocol(approved=False)
    approve(physician, draft)
    assert again(old).state is VersionState.RETIRED
    assert queries.approved_versions() == [again(draft)]


def test_a_number_that_the_protocol_needs_must_be_there_first(app: Flask, physician: FlaskClient) -> None:
    with transaction():
        db.session.get_one(Clinic, 1).phone_out_of_hours = ""
    draft = a_protocol("filler_ha", approved=False)
    answer = approve(physician, draft)
    assert answer.status_code == 422
    assert "Out-of-hours telephone number" in answer.text
    assert again(draft).state is VersionState.DRAFT


def test_each_attestation_is_ticked_with_what_it_rests_on(physician: FlaskClient) -> None:
    draft = a_protocol("exosome_face_injected", approved=False)
    answer = approve(physician, draft, **(ATTESTED | {"reason_product_authorised_for_injection": ""}))
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert "Stands in our consent form" in answer.text
    assert again(draft).state is VersionState.DRAFT


def test_an_attested_protocol_is_switched_on_and_its_reasons_are_kept(physician: FlaskClient) -> None:
    draft = a_protocol("exosome_face_injected", approved=False)
    assert approve(physician, draft, **ATTESTED).status_code == 303
    assert queries.approved_versions() == [again(draft)]
    reasons = {event.reason for event in db.session.query(Event).filter_by(action="attested")}
    assert reasons == {"Licence of 3 May 2026 seen", "Stands in our consent form"}


def test_what_must_be_confirmed_is_confirmed_one_by_one(physician: FlaskClient) -> None:
    draft = a_protocol("laser_hair_face", approved=False)
    answer = approve(physician, draft, confirm_min_age="y", figure_min_age="18", effect_breastfeeding="until")
    assert answer.status_code == 422
    assert "Tick this to confirm it." in answer.text


def test_the_physician_sets_the_age_and_what_a_rule_does(physician: FlaskClient) -> None:
    draft = a_protocol("laser_hair_face", approved=False)
    fields = {"confirm_min_age": "y", "figure_min_age": "16", "confirm_breastfeeding": "y", "effect_breastfeeding": "warn"}
    assert approve(physician, draft, **fields).status_code == 303
    content = queries.content_of(again(draft))
    assert content.min_age == 16
    assert content.rule_effects == {"breastfeeding": "warn"}


@pytest.mark.parametrize("age", ["", "sixteen", "500"])
def test_an_age_that_cannot_be_is_refused_in_words(physician: FlaskClient, age: str) -> None:
    draft = a_protocol("peel_superficial", approved=False)
    answer = approve(physician, draft, confirm_min_age="y", figure_min_age=age)
    assert answer.status_code == 422
    assert "Enter a whole number from 0 to 120." in answer.text


def test_content_that_is_not_fit_is_refused_in_words(physician: FlaskClient) -> None:
    draft = a_protocol(approved=False, steps=[{"n": 1}, {"n": 2, "gap": {"min": 30, "max": 20}}])
    answer = approve(physician, draft)
    assert answer.status_code == 422
    assert "minimum must not be longer than maximum" in answer.text
    assert again(draft).state is VersionState.DRAFT


def test_a_page_older_than_the_draft_approves_nothing(physician: FlaskClient) -> None:
    draft = a_protocol(approved=False)
    with transaction():
        actions.change_draft(again(draft), {**draft.content, "grace_days": 1}, draft.made_at)
    answer = physician.post(f"/protocols/{draft.id}/approve", data={"seen": "1"})
    assert answer.status_code == 409
    assert again(draft).state is VersionState.DRAFT


def test_several_that_were_read_are_approved_at_once(app: Flask, physician: FlaskClient, noon: datetime) -> None:
    with transaction():
        actions.load_shipped(noon)
    page = physician.get("/protocols/approve-read").text
    chosen = [v.id for v in queries.waiting() if v.protocol.key in {"prp_scalp", "exosome_scalp"}]
    answer = physician.post("/protocols/approve-read", data={"versions": chosen})
    assert "PRP, scalp" in page
    assert answer.status_code == 303
    assert {version.protocol.key for version in queries.approved_versions()} == {"prp_scalp", "exosome_scalp"}


def test_what_asks_for_an_attestation_is_never_approved_with_the_others(app: Flask, physician: FlaskClient, noon: datetime) -> None:
    with transaction():
        actions.load_shipped(noon)
    alone = next(v for v in queries.waiting() if v.protocol.key == "exosome_face_injected")
    answer = physician.post("/protocols/approve-read", data={"versions": [alone.id]})
    assert answer.status_code == 422
    assert queries.approved_versions() == []


def test_approving_nothing_is_refused_in_words(app: Flask, physician: FlaskClient, noon: datetime) -> None:
    with transaction():
        actions.load_shipped(noon)
    assert "Tick at least one that you have read." in physician.post("/protocols/approve-read").text


def test_a_retired_version_is_offered_no_more(physician: FlaskClient) -> None:
    version = a_protocol()
    answer = physician.post(f"/protocols/{version.id}/retire", data={"seen": version.version, "reason": "We stopped it"})
    assert answer.status_code == 303
    assert again(version).state is VersionState.RETIRED
    assert queries.approved_versions() == []


def test_retiring_asks_why(physician: FlaskClient) -> None:
    version = a_protocol()
    assert physician.post(f"/protocols/{version.id}/retire", data={"seen": version.version}).status_code == 422
    assert again(version).state is VersionState.APPROVED


@pytest.mark.parametrize(("member", "may_read"), [(a_manager, True), (a_nurse, True), (a_receptionist, False)])
def test_only_physicians_approve(app: Flask, client: FlaskClient, noon: datetime, member: Any, may_read: bool) -> None:
    a_clinic()
    sign_in(client, member())
    draft = a_protocol(approved=False)
    assert client.get(f"/protocols/{draft.id}").status_code == (200 if may_read else 403)
    assert approve(client, draft).status_code == 403
    assert client.get(f"/protocols/{draft.id}/edit").status_code == 403
