"""A patient with two hundred sessions and a day with three hundred visits open like any other, and ask no more for it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from flask.testing import FlaskClient

from models.appointment import Outcome, VisitState
from models.base import transaction
from models.treatment import TreatmentSession
from tests import builders as b
from tests.schedule.pages import Counted
from tests.schedule.scenes import Scene, a_scene, align

MORNING = time(6)


@pytest.fixture
def scene(client: FlaskClient, noon: datetime) -> Scene:
    made = a_scene()
    b.sign_in(client, made.physician)
    return made


def opened(client: FlaskClient, path: str) -> int:
    """How many questions the page asked."""
    client.get(path)
    with Counted() as asked:
        answer = client.get(path)
    assert (path, answer.status_code) == (path, 200)
    return len(asked.statements)


def test_two_hundred_sessions(client: FlaskClient, scene: Scene) -> None:
    with transaction():
        scene.course.sessions.extend(TreatmentSession(n=n) for n in range(len(scene.course.sessions) + 1, 201))
    for session in scene.course.sessions[:199]:
        visit = b.a_visit(scene.patient, datetime.combine(b.TODAY, MORNING, UTC) - timedelta(days=28 * (200 - session.n)), session)
        with transaction():
            visit.state = VisitState.DONE
            visit.sessions[0].outcome = Outcome.DONE
        b.done(session, visit.local_day)
    align(scene)
    for path in (f"/patients/{scene.patient.id}", f"/patients/{scene.patient.id}?visits=all", f"/patients/{scene.patient.id}/history",
                 f"/plan/{scene.plan.id}", f"/plan/{scene.plan.id}/sheet", f"/patients/{scene.patient.id}/card", "/patients"):  # fmt: skip
        assert opened(client, path) <= 40


def test_three_hundred_visits_on_a_day(client: FlaskClient, scene: Scene) -> None:
    day = b.TODAY
    for n in range(300):
        patient = b.a_patient(f"Hasta{n}", "Kaya", phone=f"+90532{n:07}")
        b.a_visit(patient, datetime.combine(day, MORNING, UTC) + timedelta(minutes=n), kind="consultation")
    for way in ("", "?by=room", "?by=time", "/sheet", "/close"):
        assert opened(client, f"/day/{day}{way}") <= 40
    for path in (f"/week/{day}", "/work"):
        assert opened(client, path) <= 40
