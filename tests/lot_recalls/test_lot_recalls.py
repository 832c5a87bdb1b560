"""A lot is called back: who was given something of it is found, told once a physician stands for the text, and counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.letters import fold
from app.lot_recalls import queries
from app.lot_recalls.queries import Heard
from app.messages import planner
from app.messages.transports import MemoryTransport, Outcome, OutcomeKind, Phase
from models import clock
from models.base import db, transaction
from models.message import Message
from models.patient import Channel, Detail, Patient
from models.product import Lot, LotRecall, LotRecallState, LotUse
from models.staff import StaffMember
from models.task import StaffTask
from models.treatment import SessionState, TreatmentSession
from tests import builders as b
from tests.messages.stories import IST, NOW, rows, send, states, tasks

TEXT = {"meaning": "The maker found a fault in its making.", "to_do": "Do not worry.\nCall us if you see a sign below.", "signs": "A lump",
        "calls": "Our doctor calls you by Tuesday."}  # fmt: skip
TYPED = {"reason": "Maker's letter 12", "call_by": "8.12.2026"} | {f"{part}_en": words for part, words in TEXT.items()}
SAME_DAY = datetime(2026, 12, 1, 12, tzinfo=UTC)


@dataclass
class Desk:
    """Somebody signed in, at the pages of recalls."""

    client: FlaskClient
    member: StaffMember

    def get(self, path: str) -> str:
        with clock.set_to(NOW):
            b.sign_in(self.client, self.member)
            return self.client.get(f"/lot-recalls{path}").get_data(as_text=True)

    def post(self, path: str, **typed: Any) -> tuple[int, str]:
        with clock.set_to(NOW):
            b.sign_in(self.client, self.member)
            answer = self.client.post(f"/lot-recalls{path}", data=typed, follow_redirects=True)
        db.session.expire_all()
        return answer.status_code, answer.get_data(as_text=True)

    def open(self, *lots: Lot, **other: Any) -> LotRecall:
        status, page = self.post("/new", form_token="t1", lots=[lot.id for lot in lots], **(TYPED | other))
        assert status == 200, page
        return db.session.query(LotRecall).one()

    def approve(self, recall: LotRecall) -> str:
        return self.post(f"/{recall.id}/approve", seen=recall.version)[1]


@pytest.fixture
def doctor(app: Flask, client: FlaskClient, noon: datetime) -> Desk:
    b.a_clinic()
    return Desk(client, b.a_physician())


@pytest.fixture
def given(doctor: Desk) -> Callable[..., Patient]:
    """A patient who was given something of a lot."""
    version = b.a_protocol()

    def make(lot: Lot, first: str = "Ayşe", **about: Any) -> Patient:
        patient = b.a_patient(first, **({"email": f"{fold(first)}@example.org", "email_verified_at": b.EARLY, "language": "en"} | about))
        session = b.a_course(b.a_plan(patient, doctor.member), version).sessions[0]
        with transaction():
            session.state, session.performed_on = SessionState.DONE, NOW.date() - timedelta(days=30)
            session.performed_at = session.performed_end = NOW - timedelta(days=30)
        b.a_lot_use(session, lot, used_at=NOW - timedelta(days=30), area="scalp")
        return patient

    return make


@pytest.fixture
def lot(doctor: Desk) -> Lot:
    return b.a_lot(number="AB-10")


def told() -> list[Message]:
    return rows("lot_recall")


def test_an_open_recall_freezes_its_lots_and_tells_nobody(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot)
    doctor.open(lot)
    assert db.session.get_one(Lot, lot.id).frozen_at == NOW
    assert told() == []


def test_a_recall_whose_last_call_has_passed_is_not_approved(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot)
    recall = doctor.open(lot)
    with transaction():
        db.session.get_one(LotRecall, recall.id).call_by = NOW.date() - timedelta(days=1)
    assert "This day has passed." in doctor.approve(recall)
    assert told() == []


def test_everybody_exposed_is_told_once_a_physician_approves(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot)
    given(b.a_lot(number="Z-9"), "Fatma")
    assert "1 patient is told" in doctor.approve(doctor.open(lot))
    mail = send(NOW).taken
    assert [envelope.recipient for envelope in mail] == ["ayse@example.org"]
    assert states("lot_recall") == [("lot_recall", "sent", "")]


def test_the_text_is_the_physicians_and_a_discreet_mail_names_no_product(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot)
    doctor.approve(doctor.open(lot))
    send(NOW)
    body = told()[0].body
    assert body is not None
    assert "The maker found a fault in its making." in body.text
    assert "Sunday 1 November 2026" in body.text
    assert lot.product.name not in body.text + body.subject


def test_a_full_mail_names_product_and_day(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot, detail=Detail.FULL)
    doctor.approve(doctor.open(lot))
    send(NOW)
    body = told()[0].body
    assert body is not None
    assert f"{lot.product.name}: Sunday 1 November 2026" in body.text


def test_where_the_text_is_not_in_the_patients_language_the_mail_says_so(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot, language="tr")
    doctor.approve(doctor.open(lot))
    send(NOW)
    body = told()[0].body
    assert body is not None
    assert "Aşağıdaki metnin Türkçesi henüz yok." in body.text
    assert '<div lang="en">' in body.html


def test_whoever_stopped_mails_gets_this_one(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot, stopped_classes=["service", "recall"])
    doctor.approve(doctor.open(lot))
    assert len(send(NOW).taken) == 1


def test_the_deceased_get_nothing_and_have_their_own_state(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot, deceased_on=NOW.date())
    recall = doctor.open(lot)
    doctor.approve(recall)
    assert (send(NOW).taken, tasks("call_line")) == ([], [])
    assert [one.heard for one in queries.exposed(recall, NOW)] == [Heard.DECEASED]


def test_whoever_has_no_mail_is_called(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    patient = given(lot, channel=Channel.PHONE)
    recall = doctor.open(lot)
    doctor.approve(recall)
    assert send(NOW).taken == []
    assert [task.patient_id for task in tasks("call_line")] == [patient.id]
    assert [one.heard for one in queries.exposed(recall, NOW)] == [Heard.TO_CALL]


def test_a_mail_that_fails_becomes_a_call(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot)
    recall = doctor.open(lot)
    doctor.approve(recall)
    send(NOW, MemoryTransport([Outcome(OutcomeKind.REFUSED_ADDRESS, Phase.RCPT, "5.1.1 Nobody", 550)]))
    assert len(tasks("call_line")) == 1
    assert [one.heard for one in queries.exposed(recall, NOW)] == [Heard.TO_CALL]


def test_a_use_that_is_recorded_later_is_told_too(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    doctor.approve(doctor.open(lot))
    patient = given(lot)
    with transaction():
        planner.plan_for(patient.id, NOW)
    assert len(send(NOW).taken) == 1


def test_two_uses_make_one_mail(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot)
    other = b.a_lot(number="AB-11")
    b.a_lot_use(db.session.query(TreatmentSession).filter_by(state=SessionState.DONE).one(), other, used_at=NOW - timedelta(days=30))
    doctor.approve(doctor.open(lot, other))
    assert len(send(NOW).taken) == 1


def test_a_use_that_was_taken_back_exposes_nobody(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot)
    with transaction():
        db.session.query(LotUse).one().voided_at = NOW
    recall = doctor.open(lot)
    doctor.approve(recall)
    assert (told(), queries.exposed(recall, NOW)) == ([], [])


def test_only_a_physician_approves(doctor: Desk, lot: Lot, client: FlaskClient, given: Callable[..., Patient]) -> None:
    given(lot)
    recall = doctor.open(lot)
    assert Desk(client, b.a_nurse()).post(f"/{recall.id}/approve", seen=recall.version)[0] == 403
    assert told() == []


def test_what_is_approved_is_what_was_seen(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot)
    recall = doctor.open(lot)
    seen = recall.version
    doctor.post(f"/{recall.id}/change", seen=seen, **(TYPED | {"to_do_en": "Come at once."}))
    doctor.post(f"/{recall.id}/approve", seen=seen)
    assert db.session.get_one(LotRecall, recall.id).state is LotRecallState.OPEN
    assert told() == []


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"meaning_en": "Your PRP kit was faulty."}, "names a treatment"),
        ({"signs_en": ""}, "whole or not at all"),
        ({"to_do_en": "This is guaranteed to be harmless."}, "no promise"),
        ({"to_do_en": "Sign in at evil.example/recall."}, "Web addresses cannot stand here"),
        ({"reason": ""}, "reason-error"),
        ({"call_by": "1.12.2020"}, "This day has passed."),
        ({"lots": []}, "Error"),
    ],
)
def test_what_cannot_stand_is_refused_in_words(doctor: Desk, lot: Lot, other: dict[str, Any], words: str) -> None:
    status, page = doctor.post("/new", form_token="t1", **({"lots": [lot.id]} | TYPED | other))
    assert status == 422
    assert words in page
    assert db.session.query(LotRecall).count() == 0


def test_a_lot_is_called_back_once(doctor: Desk, lot: Lot) -> None:
    doctor.open(lot)
    status, page = doctor.post("/new", form_token="t2", lots=[lot.id], **TYPED)
    assert (status, "is open already" in page) == (422, True)


def test_a_double_press_opens_one_recall(doctor: Desk, lot: Lot) -> None:
    doctor.open(lot)
    doctor.post("/new", form_token="t1", lots=[lot.id], **TYPED)
    assert db.session.query(LotRecall).count() == 1


def test_it_closes_with_counts_once_everybody_has_heard(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot)
    given(lot, "Fatma", channel=Channel.PHONE)
    recall = doctor.open(lot)
    doctor.approve(recall)
    send(NOW)
    status, page = doctor.post(f"/{recall.id}/close", note="", seen=recall.version)
    assert (status, "has not heard yet" in page) == (422, True)
    with transaction():
        task = db.session.query(StaffTask).filter_by(kind="call_line").one()
        task.closed_at, task.closed_as = SAME_DAY, "reached"
    doctor.post(f"/{recall.id}/close", note="", seen=recall.version)
    closed = db.session.get_one(LotRecall, recall.id)
    assert (closed.state, closed.counts) == (LotRecallState.CLOSED, {"mailed": 1, "called": 1})


@pytest.mark.parametrize(
    ("ended", "heard"),
    [("reached", Heard.CALLED), ("on_paper", Heard.CALLED), ("over", Heard.NOBODY_KNOWS), ("tried again", Heard.NOBODY_KNOWS)],
)
def test_only_a_call_that_reached_somebody_counts(doctor: Desk, lot: Lot, given: Callable[..., Patient], ended: str, heard: Heard) -> None:
    given(lot, channel=Channel.PHONE)
    recall = doctor.open(lot)
    doctor.approve(recall)
    send(NOW)
    with transaction():
        call = db.session.query(StaffTask).filter_by(kind="call_line").one()
        call.closed_at, call.closed_as = SAME_DAY, ended
    assert [one.heard for one in queries.exposed(recall, NOW)] == [heard]


def test_a_session_of_the_clinics_day_of_the_recall_is_looked_at(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(b.a_lot(number="Z-9"), "Fatma")
    recall = doctor.open(lot)
    after_midnight = datetime(2026, 12, 1, 22, tzinfo=UTC)  # 1:00 on 2 December in Istanbul
    with transaction():
        db.session.query(LotUse).one().voided_at = NOW
        recall.opened_at = after_midnight
        db.session.query(TreatmentSession).filter_by(state=SessionState.DONE).one().performed_on = after_midnight.astimezone(IST).date()
    assert len(queries.perhaps(recall)) == 1


def test_what_has_not_gone_when_it_closes_does_not_go(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot)
    recall = doctor.open(lot)
    doctor.approve(recall)
    doctor.post(f"/{recall.id}/close", note="The maker took the letter back", seen=recall.version)
    assert send(NOW).taken == []
    assert states("lot_recall") == [("lot_recall", "withdrawn", "not_needed")]


def test_a_recall_that_changed_since_it_was_seen_is_not_closed(doctor: Desk, lot: Lot) -> None:
    recall = doctor.open(lot)
    seen = recall.version
    doctor.approve(recall)
    status, _page = doctor.post(f"/{recall.id}/close", note="Nobody was given any", seen=seen)
    assert (status, db.session.get_one(LotRecall, recall.id).state) == (409, LotRecallState.APPROVED)


def test_sessions_with_no_lot_or_one_written_differently_are_looked_at(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(b.a_lot(number="ab 1O"), "Zeynep")
    blank = given(b.a_lot(number="Z-9"), "Fatma")
    with transaction():
        db.session.query(LotUse).filter(LotUse.lot.has(number="Z-9")).one().voided_at = NOW
    recall = doctor.open(lot)
    assert {patient.first_name for _session, patient in queries.perhaps(recall)} == {"Zeynep", blank.first_name}


def test_the_page_shows_who_was_given_what(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot, zone="America/New_York")
    recall = doctor.open(lot)
    page = doctor.get(f"/{recall.id}")
    assert all(words in page for words in ("Ayşe Yılmaz", "AB-10", "Scalp", "abroad", "Not told yet"))
    assert "AB-10" in doctor.get("")


def test_the_moment_of_a_use_is_the_clinics(doctor: Desk, lot: Lot, given: Callable[..., Patient]) -> None:
    given(lot)
    at = NOW - timedelta(days=30)
    assert f"{at.astimezone(IST):%H:%M}" in doctor.get(f"/{doctor.open(lot).id}")
