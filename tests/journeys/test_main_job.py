"""The main job, from the desk's clicks over the jobs to the mail in the folder."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Flask, current_app
from flask.testing import FlaskClient

from app.messages.links import without_handles
from app.plans.health import findings
from app.plans.health.findings import NewFinding
from config import Config
from jobs import runner
from jobs.timetable import job_named
from models import clock
from models.appointment import VisitState
from models.base import db, transaction
from models.treatment import PlanState, TreatmentPlan
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, press
from tests.schedule.scenes import a_scene, book
from tests.treatments.pages import TUBE


def mails() -> list[EmailMessage]:
    """Every mail in the folder, in the order in which it was written."""
    settings: Config = current_app.extensions["seans"]
    files = sorted(Path(settings.mail_folder).glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]  # type: ignore[return-value]


def job(name: str, moment: datetime) -> str:
    found = job_named(name)
    assert found is not None
    with clock.set_to(moment):
        return runner.run(found, moment)


def words(mail: EmailMessage) -> str:
    """What a mail says, without its links' letters, which are drawn by lot and may spell anything."""
    part = mail.get_body(("plain",))
    assert part is not None
    return without_handles(str(part.get_content()))


def test_a_visit_runs_from_the_desk_to_the_aftercare_mail(app: Flask, client: FlaskClient, noon: datetime) -> None:
    scene = a_scene()
    lot = builders.a_lot("prp_kit", "PRP-118")
    visit = book(scene.sessions[0], TODAY, "12:30", noon - timedelta(days=2))

    with clock.set_to(noon + timedelta(minutes=30)):
        builders.sign_in(client, scene.nurse)
        assert press(client, visit, "arrived").status_code == 303
    with clock.set_to(noon + timedelta(minutes=75)):
        builders.sign_in(client, scene.nurse)
        assert press(client, fresh(visit), "in_treatment").status_code == 303
    with clock.set_to(noon + timedelta(minutes=105)):
        builders.sign_in(client, scene.nurse)
        typed = {"seen": str(fresh(visit).version), "ended_on": TODAY.isoformat(), "ended_at": "13:40", "by": str(scene.physician.id),
                 "sessions-0-done": "y", "sessions-0-uses-0-lot": str(lot.id), "sessions-0-uses-0-amount": "2",
                 "sessions-0-uses-0-unit": "ml", "sessions-0-uses-0-area": "scalp", "sessions-0-uses-0-route": "",
                 "sessions-0-uses-0-tube": TUBE}  # fmt: skip
        assert client.post(f"/visits/{visit.id}/record", data=typed).status_code == 303
    assert fresh(visit).state is VisitState.DONE

    job("send_due_messages", noon + timedelta(hours=2, minutes=15))
    aftercare = [mail for mail in mails() if str(mail["Subject"]).startswith("Randevunuzdan sonra")]
    assert len(aftercare) == 1
    assert "Ayşe Yılmaz" in words(aftercare[0])
    assert "PRP" not in words(aftercare[0]) + str(aftercare[0]["Subject"])


def test_running_every_job_twice_sends_nothing_twice(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    book(scene.sessions[0], TODAY + timedelta(days=3), "14:00", noon)
    moment = noon + timedelta(minutes=10)
    for name in ("plan_messages", "send_due_messages") * 2:
        job(name, moment)
    subjects = [str(mail["Subject"]) for mail in mails()]
    assert len(subjects) == len(set(subjects)) >= 1


def test_a_pregnancy_found_holds_the_plan_frees_the_visit_and_sends_one_quiet_mail(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], TODAY + timedelta(days=6), "14:00", noon - timedelta(days=1))
    job("send_due_messages", noon - timedelta(hours=1))
    with transaction():
        findings.add(scene.patient, NewFinding("pregnant", TODAY), noon)

    assert fresh(visit).state is VisitState.CANCELLED
    assert db.session.get_one(TreatmentPlan, scene.plan.id).state is PlanState.ON_HOLD
    before = len(mails())
    job("send_due_messages", noon + timedelta(minutes=10))
    new = mails()[before:]
    assert len(new) == 1
    assert "gebe" not in words(new[0]).lower()
    assert "ara verildi" in words(new[0])
