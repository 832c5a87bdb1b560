"""A patient becomes pregnant in the middle of a series and comes back after a year, from the finding to the new dates.

The pause moves the window to the day after it (docs/forecast.md rule 3), so the course lapses a month later, not at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from app.work.courses import TO_BOOK, rows_on
from app.work.lists import Worklist
from models import clock
from models.appointment import VisitState
from models.base import db
from models.treatment import Hold, PlanState, TreatmentPlan
from tests import builders
from tests.builders import TODAY
from tests.journeys.test_main_job import job, mails
from tests.journeys.test_main_job import words as said
from tests.plans.pages import form_in, post, send
from tests.schedule.pages import fresh, words
from tests.schedule.scenes import a_scene, align, book, days


def test_a_year_away(app: Flask, client: FlaskClient, noon: datetime) -> None:
    scene = a_scene()
    builders.done(scene.sessions[0], days(-30))
    align(scene)
    visit = book(scene.sessions[1], days(3), "10:00", noon - timedelta(hours=2))
    job("send_due_messages", noon - timedelta(hours=1))
    builders.sign_in(client, scene.physician)

    send(client, f"/patients/{scene.patient.id}/finding/new", rule="pregnant", since="1.12.2026")
    assert fresh(visit).state is VisitState.CANCELLED
    assert db.session.get_one(TreatmentPlan, scene.plan.id).state is PlanState.ON_HOLD
    job("plan_messages", noon + timedelta(minutes=5))
    job("send_due_messages", noon + timedelta(minutes=5))
    (mail,) = [one for one in mails() if "ara verildi" in str(one["subject"])]
    text = said(mail)
    assert "4 Aralık" in text
    assert not any(word in text.lower() for word in ("gebe", "hamile", "doğum", "prp"))
    assert [kind for kind in TO_BOOK if rows_on(kind, TODAY)] == []

    back = noon + timedelta(days=365)
    today = TODAY + timedelta(days=365)
    with clock.set_to(back):
        job("end_holds", back)
        builders.sign_in(client, scene.physician)
        assert "Ask at the next contact: may treatment be planned again?" in words(client.get("/work?list=physician"))
        held = db.session.query(Hold).filter_by(plan_id=scene.plan.id).one()
        answer = send(client, f"/holds/{held.id}/resume", "seen", how="ended", ended="1.9.2027")
        assert answer.location == f"/plan/{scene.plan.id}/book"
        book_page = words(client.get(answer.location))
        assert "The evaluation ended during the pause: Sunday 30 May 2027" in book_page
        assert "Evaluate now" in book_page
        builders.sign_in(client, builders.a_receptionist())
        book_page = words(client.get(answer.location))
        assert "A physician evaluates the patient again before treatment goes on." in book_page
        assert "Evaluate now" not in book_page
        assert [row.course.id for row in rows_on(Worklist.CLOSING, today)] == [scene.course.id]

    back, today = back + timedelta(days=31), today + timedelta(days=31)
    with clock.set_to(back):
        builders.sign_in(client, scene.physician)
        align(scene, today)
        assert [row.course.id for row in rows_on(Worklist.LAPSED, today)] == [scene.course.id]
        assert "The physician decides" in words(client.get("/work?list=lapsed"))
        assert "begins with the evaluation; treatment follows if suitable" in words(client.get(answer.location))

        evaluation = f"/patients/{scene.patient.id}/evaluation/new"
        fields = form_in(client.get(evaluation))
        assert post(client, evaluation, fields, suitability="suitable", others_no="y", do="sign").status_code == 303
        assert "The physician decides" not in words(client.get("/work?list=lapsed"))
        page = client.get(answer.location)
        assert "begins with the evaluation" not in words(page)
        assert "The evaluation ended" not in words(page)
        post(client, answer.location, form_in(page), do="book")
        assert [kind for kind in TO_BOOK if rows_on(kind, today)] == []
        assert "Booked" in words(client.get(f"/plan/{scene.plan.id}"))
