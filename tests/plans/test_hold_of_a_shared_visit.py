"""A pause of one course, where a visit carries another course's session too."""

from __future__ import annotations

from datetime import datetime

from flask.testing import FlaskClient

from models.appointment import Appointment, AppointmentSession
from models.base import db, transaction
from models.treatment import Course, SessionState
from tests import builders
from tests.schedule.pages import words
from tests.schedule.scenes import a_scene, book, days

SHARED = "A visit shared with another treatment is cancelled as a whole"


def test_before_a_pause_the_page_says_that_a_shared_visit_goes_as_a_whole(client: FlaskClient, noon: datetime) -> None:
    scene = a_scene()
    other = builders.a_course(scene.plan, builders.a_protocol("mesotherapy_scalp"), days(0))
    made = book(scene.sessions[0], days(1), "12:00", noon)
    builders.sign_in(client, scene.physician)
    page = f"/plan/{scene.plan.id}/hold"
    assert SHARED not in words(client.get(page))
    with transaction():
        session = db.session.get_one(Course, other.id).sessions[0]
        session.move_to(SessionState.BOOKED)
        db.session.get_one(Appointment, made.id).sessions.append(AppointmentSession(session=session, position=1))
    assert SHARED in words(client.get(page))
