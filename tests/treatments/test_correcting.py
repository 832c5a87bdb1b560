"""The record of a visit is corrected: what was shown before is what happens, and the original is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.messages import planner
from app.schedule import flow
from app.treatments import mending, would
from app.treatments.mending import Mend
from app.treatments.standing import standing_of
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.correction import Mistake, RecordCorrection
from models.message import Message, MessageState
from models.numbing import CreamUse
from models.outcome import CourseOutcome, Measure
from models.product import LotUse
from models.task import StaffTask, TaskKind
from models.treatment import SessionState, TreatmentSession
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, words
from tests.schedule.scenes import Scene, a_scene, another_patient, at, book, consent, days
from tests.treatments.pages import TUBE, correct_lot

WHY = "Read the wrong line"


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    return a_scene()


@pytest.fixture
def nurse(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, scene.nurse)
    return client


@pytest.fixture
def visit(scene: Scene, noon: datetime) -> Appointment:
    """Done this morning, with a lot; the next session is booked for the first day on which it may be."""
    made = book(scene.sessions[0], TODAY, "10:00", noon - timedelta(days=1))
    builders.a_lot_use(scene.sessions[0], builders.a_lot())
    with transaction():
        there = db.session.get_one(Appointment, made.id)
        flow.arrive(there, noon - timedelta(hours=2))
        flow.done(there, noon - timedelta(minutes=30))
    return fresh(made)


@pytest.fixture
def next_visit(scene: Scene, visit: Appointment, noon: datetime) -> Appointment:
    due = scene.course.due_earliest
    assert due is not None
    return book(scene.sessions[1], due, "10:00", noon)


def mend(client: FlaskClient, visit: Appointment, what: Mistake, do: str = "save", **typed: str) -> TestResponse:
    """Sent as the page sends it after it showed the same, or to be shown (`do`)."""
    values = {"seen": str(fresh(visit).version), "what": what.value, "why": WHY, "do": do, "whose": "nobody", **later_today()} | typed
    same = "|".join(values.get(name, "") for name in ("what", "ended_on", "ended_at", "whose"))
    return client.post(f"/visits/{visit.id}/correct", data={"shown": same} | values)


def earlier(n: int) -> dict[str, str]:
    return {"ended_on": days(-n).isoformat(), "ended_at": "11:00"}


def later_today() -> dict[str, str]:
    return {"ended_on": TODAY.isoformat(), "ended_at": "10:40"}


def session(scene: Scene, n: int = 0) -> TreatmentSession:
    db.session.expire_all()
    return db.session.get_one(TreatmentSession, scene.sessions[n].id)


def mails(kind: str) -> list[Message]:
    return db.session.query(Message).filter_by(kind=kind).all()


def test_another_time_moves_the_session_its_lot_and_the_care_after_it(scene: Scene, visit: Appointment, nurse: FlaskClient) -> None:
    assert mend(nurse, visit, Mistake.WRONG_TIME, **later_today()).status_code == 303
    done, [use], [care] = session(scene), db.session.query(LotUse).all(), mails("aftercare")
    ended = at(TODAY, "10:40")
    assert (done.performed_on, done.performed_end, use.used_at) == (TODAY, ended, ended)
    assert care.due_at == ended + timedelta(minutes=15)


def test_another_day_moves_the_window_of_the_next_session(scene: Scene, visit: Appointment, nurse: FlaskClient) -> None:
    before = scene.course.due_on
    mend(nurse, visit, Mistake.WRONG_TIME, **earlier(3))
    assert session(scene).performed_on == days(-3)
    assert before is not None
    assert scene.course.due_on == before - timedelta(days=3)


def test_the_page_says_what_changes_before_anything_is_kept(
    scene: Scene, visit: Appointment, next_visit: Appointment, nurse: FlaskClient
) -> None:
    page = words(mend(nurse, visit, Mistake.NEVER_HAPPENED, "show"))
    assert "What it changes" in page
    assert "11:30 · session 1 · counted" in page
    assert "PRP, scalp, session 1" in page
    assert "After your visit" in page
    assert fresh(visit).state is VisitState.DONE
    assert session(scene).state is SessionState.DONE
    assert db.session.query(RecordCorrection).count() == 0


def test_what_was_changed_after_it_was_shown_is_shown_first(visit: Appointment, nurse: FlaskClient) -> None:
    """Somebody chose another mistake and pressed Correct at once."""
    answer = mend(nurse, visit, Mistake.NEVER_HAPPENED, shown="wrong_time|||")
    assert answer.status_code == 200
    assert "What it changes" in words(answer)
    assert fresh(visit).state is VisitState.DONE


@pytest.mark.parametrize("what", [Mistake.WRONG_TIME, Mistake.NEVER_HAPPENED, Mistake.WRONG_PATIENT])
def test_what_is_shown_is_what_happens(scene: Scene, visit: Appointment, next_visit: Appointment, noon: datetime, what: Mistake) -> None:
    new = Mend(what, WHY, at(days(-2), "11:00") if what is Mistake.WRONG_TIME else None)
    before = standing_of([scene.patient.id], clock.now())
    shown = would.would(visit.id, new, noon)
    assert standing_of([scene.patient.id], clock.now()) == before
    with transaction():
        mending.mend(db.session.get_one(Appointment, visit.id), new, noon)
    after = standing_of([scene.patient.id], clock.now())
    assert {one.what: one.after for one in shown.changes.windows}
    for change in shown.changes.windows:
        assert change.after in [words for _name, words in after.windows.values()] or not change.after
    waiting = set(after.mails.values())
    assert all((one.what, one.after) in waiting for one in shown.changes.mails if one.after)
    assert all((one.what, one.before) not in waiting for one in shown.changes.mails if one.before)


def test_a_booking_that_then_breaks_a_gap_is_named(visit: Appointment, next_visit: Appointment, noon: datetime) -> None:
    five_days_on = noon + timedelta(days=5)
    shown = would.would(visit.id, Mend(Mistake.WRONG_TIME, WHY, at(days(4), "11:00")), five_days_on)
    assert len(shown.changes.outside) == 1
    assert shown.changes.outside[0].endswith(": too early")


def test_never_happened_frees_the_session_the_lot_and_the_mails(scene: Scene, visit: Appointment, nurse: FlaskClient) -> None:
    mend(nurse, visit, Mistake.NEVER_HAPPENED)
    [use], [care] = db.session.query(LotUse).all(), mails("aftercare")
    assert fresh(visit).state is VisitState.NOT_TREATED
    assert (session(scene).state, session(scene).performed_on, use.voided_at is None) == (SessionState.PROPOSED, None, False)
    assert care.state is MessageState.WITHDRAWN
    assert planner.missing(scene.patient.id, clock.now()) == planner.Planned()


def test_the_original_is_shown_struck_through_with_the_reason(visit: Appointment, nurse: FlaskClient) -> None:
    mend(nurse, visit, Mistake.NEVER_HAPPENED)
    page = nurse.get(f"/visits/{visit.id}/record")
    assert "It never happened" in words(page)
    assert WHY in words(page)
    assert 'class="struck">done, ended Tue 1 Dec 11:30' in unescape(page.text)


@pytest.mark.parametrize("what", [Mistake.WRONG_TIME, Mistake.NEVER_HAPPENED])
def test_a_correction_is_taken_back_with_all_it_did(scene: Scene, visit: Appointment, nurse: FlaskClient, what: Mistake) -> None:
    before = standing_of([scene.patient.id], clock.now())
    mend(nurse, visit, what, **earlier(2))
    [made] = db.session.query(RecordCorrection).all()
    assert nurse.post(f"/record-corrections/{made.id}/undo").status_code == 303
    assert fresh(visit).state is VisitState.DONE
    assert standing_of([scene.patient.id], clock.now()) == before
    assert [use.voided_at for use in db.session.query(LotUse)] == [None]


def test_after_ten_minutes_it_is_not_taken_back(visit: Appointment, nurse: FlaskClient, noon: datetime) -> None:
    mend(nurse, visit, Mistake.NEVER_HAPPENED)
    [made] = db.session.query(RecordCorrection).all()
    assert mending.may_be_taken_back(made, noon + timedelta(minutes=9))
    assert not mending.may_be_taken_back(made, noon + timedelta(minutes=10))


def test_the_record_goes_from_the_wrong_patient_to_the_right_one(
    scene: Scene, visit: Appointment, nurse: FlaskClient, noon: datetime
) -> None:
    theirs, tube = the_right_one(scene, noon), builders.a_lot("numbing_cream", "CR-1")
    with transaction():
        db.session.add(CreamUse(appointment_id=visit.id, lot_id=tube.id, amount="3", area="scalp", on_at=at(TODAY, "10:00")))
    mend(nurse, visit, Mistake.WRONG_PATIENT, whose=str(theirs.id))
    assert (fresh(visit).state, fresh(theirs).state) == (VisitState.NOT_TREATED, VisitState.DONE)
    moved = fresh(theirs).sessions[0].session
    assert (moved.performed_on, moved.performed_end) == (TODAY, noon - timedelta(minutes=30))
    assert [(use.session_id, use.voided_at is None) for use in db.session.query(LotUse).order_by(LotUse.id)] == [
        (scene.sessions[0].id, False), (moved.id, True)]  # fmt: skip
    creams = db.session.query(CreamUse).order_by(CreamUse.id)
    assert [(one.appointment_id, one.voided_at is None) for one in creams] == [(visit.id, False), (theirs.id, True)]
    assert "written into the visit of Mehmet Kaya" in words(nurse.get(f"/visits/{visit.id}/record"))


def measured(scene: Scene) -> CourseOutcome:
    with transaction():
        made = CourseOutcome(course_id=scene.course.id, session_id=scene.sessions[0].id, measure=Measure.PAIN, value=3.0, measured_on=TODAY,
                             recorded_at=clock.now())  # fmt: skip
        db.session.add(made)
    return made


def test_what_was_measured_goes_along_to_the_right_patient(scene: Scene, visit: Appointment, nurse: FlaskClient, noon: datetime) -> None:
    made, theirs = measured(scene), the_right_one(scene, noon)
    assert "1 outcome goes along." in words(mend(nurse, visit, Mistake.WRONG_PATIENT, "show", whose=str(theirs.id)))
    assert db.session.get_one(CourseOutcome, made.id).course_id == scene.course.id, "shown only"
    mend(nurse, visit, Mistake.WRONG_PATIENT, whose=str(theirs.id))
    moved = fresh(theirs).sessions[0].session
    assert (made.session_id, made.course_id) == (moved.id, moved.course_id)


def test_what_stays_with_the_first_patient_is_said_before(scene: Scene, visit: Appointment, nurse: FlaskClient) -> None:
    measured(scene)
    page = words(mend(nurse, visit, Mistake.NEVER_HAPPENED, "show"))
    assert "1 outcome stays with Ayşe Yılmaz: strike it out there if it is not theirs." in page


def test_a_mail_that_told_the_wrong_patient_is_followed_by_a_correction(scene: Scene, visit: Appointment, nurse: FlaskClient) -> None:
    with transaction():
        care = db.session.query(Message).filter_by(kind="aftercare").one()
        care.state, care.settled_at, care.address = MessageState.SENT, clock.now(), scene.patient.email
    page = words(mend(nurse, visit, Mistake.WRONG_PATIENT, "show", whose="nobody"))
    assert "They told the wrong person" in page
    assert mails("correction") == []
    mend(nurse, visit, Mistake.WRONG_PATIENT, whose="nobody")
    assert [(one.subject_type, one.subject_id) for one in mails("correction")] == [("message", mails("aftercare")[0].id)]
    assert db.session.query(StaffTask).filter_by(kind=TaskKind.PRIVACY_INCIDENT).count() == 1
    assert scene.patient.email


def test_reception_corrects_nothing_and_nobody_does_without_a_reason(visit: Appointment, client: FlaskClient, scene: Scene) -> None:
    builders.sign_in(client, builders.a_receptionist())
    assert mend(client, visit, Mistake.NEVER_HAPPENED).status_code == 403
    builders.sign_in(client, scene.physician)
    answer = mend(client, visit, Mistake.NEVER_HAPPENED, why=" ")
    assert answer.status_code == 422
    assert fresh(visit).state is VisitState.DONE


def test_reception_reads_that_a_record_was_corrected_and_not_why(visit: Appointment, nurse: FlaskClient) -> None:
    mend(nurse, visit, Mistake.NEVER_HAPPENED)
    builders.sign_in(nurse, builders.a_receptionist())
    page = words(nurse.get(f"/visits/{visit.id}"))
    assert "the record was corrected" in page
    assert WHY not in page


def test_the_lot_that_was_really_used_may_be_one_that_is_called_back(visit: Appointment, nurse: FlaskClient, noon: datetime) -> None:
    bad = builders.a_lot(number="BAD", frozen_at=noon)
    [use] = db.session.query(LotUse).all()
    url = f"/lot-uses/{use.id}/correct"
    assert "BAD · prp_kit: recalled or frozen" in words(nurse.get(url))
    typed = {"use-lot": str(bad.id), "use-amount": "2", "use-unit": "ml", "use-area": "scalp", "use-route": "",
             "use-tube": TUBE, "why": "The box says so"}  # fmt: skip
    page = words(nurse.post(url, data=typed))
    assert "This lot is called back: the patient is among those to tell." in page
    assert [one.lot.number for one in db.session.query(LotUse).filter_by(voided_at=None)] == ["L-1"]
    assert correct_lot(nurse, use, typed).status_code == 303
    assert [one.lot.number for one in db.session.query(LotUse).filter_by(voided_at=None)] == ["BAD"]


def test_a_time_to_come_and_a_missing_one_are_refused_beside_the_field(visit: Appointment, nurse: FlaskClient) -> None:
    assert "cannot have ended later than now" in words(mend(nurse, visit, Mistake.WRONG_TIME, ended_on="+1d", ended_at="11:00"))
    assert "It really ended on: Please fill this in." in words(mend(nurse, visit, Mistake.WRONG_TIME, ended_on="", ended_at="11:00"))


def test_every_page_of_the_visit_leads_there(scene: Scene, visit: Appointment, nurse: FlaskClient) -> None:
    link = f'href="/visits/{visit.id}/correct"'
    for url in (f"/visits/{visit.id}", f"/visits/{visit.id}/record"):
        assert link in nurse.get(url).text
    of_session = f"/session/{scene.sessions[0].id}/correct"
    assert f'href="{of_session}"' in nurse.get(f"/plan/{scene.plan.id}").text
    assert nurse.get(of_session).location == f"/visits/{visit.id}/correct"


def the_right_one(scene: Scene, noon: datetime) -> Appointment:
    """Another patient's visit of today, of the same protocol, to whom the treatment was really given."""
    patient = another_patient(physician=scene.physician)
    plan = builders.a_plan(patient, scene.physician)
    course = builders.a_course(plan, scene.course.protocol_version, TODAY)
    consent(course, scene.physician)
    return book(course.sessions[0], TODAY, "11:45", noon - timedelta(days=1))
