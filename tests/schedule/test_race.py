"""Sixteen people at sixteen desks press Book for the same minute, through the pages."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from flask import Flask
from flask.testing import FlaskClient

from models.appointment import Appointment, Claim
from models.base import db
from models.message import Message
from tests.builders import a_receptionist, sign_in
from tests.schedule.pages import token, words
from tests.schedule.scenes import a_scene, another_patient, days
from tests.schedule.test_guards import together

DESKS = 16


def test_sixteen_desks_after_one_time_leave_one_booking_and_no_fault(app: Flask, noon: datetime) -> None:
    """One physician: fifteen are told in words who was faster, and nothing of theirs is half-written."""
    a_scene()
    desk = a_receptionist()
    waiting = []
    for n in range(DESKS):
        patient, client = another_patient(f"Hasta{n}", n), app.test_client()
        sign_in(client, desk)
        url = f"/visits/new?patient={patient.id}&kind=consultation&day={days(2)}&time=10:00"
        waiting.append(partial(press_book, client, url, token(client.get(url))))
    answers = together(waiting)
    assert sorted(answer.partition(" ")[0] for answer in answers) == ["303"] + ["422"] * (DESKS - 1)
    assert all("Busy then" in answer or "Choose another" in answer for answer in answers if answer.startswith("422"))
    visit = db.session.query(Appointment).one()
    assert {claim.appointment_id for claim in db.session.query(Claim)} == {visit.id}
    assert {message.patient_id for message in db.session.query(Message).filter_by(kind="booked")} == {visit.patient_id}


def press_book(client: FlaskClient, url: str, form_token: str) -> str:
    """The answer's status and words."""
    form = {"form_token": form_token, "exact_day": f"{days(2)}", "exact_time": "10:00", "asked_by": "patient"}
    answer = client.post(url, data=form)
    return f"{answer.status_code} {words(answer)}"
