"""A day is closed: every visit an outcome, in one press that can be taken back as a whole."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import tasks
from app.schedule import flow
from jobs import close_the_day
from models import clock
from models.appointment import Appointment, Outcome, VisitKind, VisitState
from models.base import db, transaction
from models.closing import DayClosing
from models.message import Message, MessageState
from models.product import LotUse
from models.staff import OnCall
from models.task import StaffTask, TaskKind
from models.treatment import SessionState
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, token, words
from tests.schedule.scenes import Scene, another_patient, at, book, book_plain, days

S = VisitState
CLOSE = f"/day/{TODAY}/close"
EVENING = at(TODAY, "18:12")


@pytest.fixture
def desk(scene: Scene, client: FlaskClient) -> FlaskClient:
    """Signed in at the end of the day."""
    with clock.set_to(EVENING):
        builders.sign_in(client, builders.a_receptionist())
    return client


def three_open(scene: Scene, noon: datetime) -> list[Appointment]:
    """One in treatment, one who has arrived, one who never came; all of today."""
    early = noon - timedelta(hours=3)
    treated = book(scene.sessions[0], TODAY, "10:00", early)
    waits = book_plain(another_patient("Mehmet", 1), VisitKind.CONSULTATION, TODAY, "11:30", early)
    absent = book_plain(another_patient("Zeynep", 2), VisitKind.CONSULTATION, TODAY, "09:30", early)
    with transaction():
        for visit in (treated, waits):
            flow.arrive(db.session.merge(visit), noon)
        flow.start(db.session.merge(treated), noon)
    return [fresh(visit) for visit in (treated, waits, absent)]


def close(client: FlaskClient, *ticked: Appointment, now: datetime = EVENING, **what: str) -> TestResponse:
    """The page opened, these ticked, and the one button pressed."""
    with clock.set_to(now):
        page = client.get(CLOSE)
        seen = dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', page.text))
        chosen = {"what-not_arrived": "no_show", "what-arrived": "late", "what-in_treatment": "keep"} | what
        data = {"form_token": token(page), "visit": [str(visit.id) for visit in ticked], **seen, **chosen}
        return client.post(CLOSE, data=data)


def undo(client: FlaskClient, now: datetime = EVENING) -> TestResponse:
    with clock.set_to(now):
        press = db.session.query(DayClosing).order_by(DayClosing.id.desc()).first()
        return client.post(f"/day/closing/{press.id}/undo", follow_redirects=True)


def test_a_day_with_three_open_rows_is_closed_with_one_press_and_taken_back_with_one(
    scene: Scene, desk: FlaskClient, noon: datetime
) -> None:
    treated, waits, absent = three_open(scene, noon)
    close(desk, treated, waits, absent)
    assert [fresh(one).state for one in (treated, waits, absent)] == [S.IN_TREATMENT, S.NOT_TREATED, S.NO_SHOW]
    with clock.set_to(EVENING):
        assert "Closed Tue 1 Dec 18:12 by Deniz Ak" in words(desk.get(CLOSE))
    assert "Undone" in words(undo(desk))
    assert [fresh(one).state for one in (treated, waits, absent)] == [S.IN_TREATMENT, S.ARRIVED, S.BOOKED]
    assert db.session.query(StaffTask).filter_by(kind=TaskKind.NO_OUTCOME, closed_at=None).count() == 0
    with clock.set_to(EVENING):
        assert "Closed" not in words(desk.get(CLOSE))


def test_the_rows_stand_in_groups_with_all_of_them_ticked(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    three_open(scene, noon)
    with clock.set_to(EVENING):
        page = desk.get(CLOSE)
    text = words(page)
    assert text.index("Still in treatment 1") < text.index("Arrived, not done 1") < text.index("Not arrived 1")
    assert page.text.count('name="visit"') == page.text.count(" checked>") == 3


def test_while_something_is_left_the_day_stays_open_and_says_how_much(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    treated, _waits, absent = three_open(scene, noon)
    close(desk, absent)
    with clock.set_to(EVENING):
        text = words(desk.get(CLOSE))
    assert "1 visit has its outcome now. 2 visits are left." in text
    assert "Closed" not in text
    assert fresh(treated).state is S.IN_TREATMENT


def test_nobody_is_a_no_show_before_their_quarter_of_an_hour_is_over(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = builders.a_visit(scene.patient, at(TODAY, "18:00"), kind=VisitKind.CONSULTATION)
    with clock.set_to(EVENING):
        assert "Still to come 1" in words(desk.get(CLOSE))
    answer = close(desk, visit)
    assert answer.status_code == 422
    assert fresh(visit).state is S.BOOKED


def test_a_no_show_gives_its_session_back_and_its_mail_waits_for_undo(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:30", noon)
    close(desk, visit)
    assert fresh(visit).sessions[0].outcome is Outcome.MISSED
    undo(desk)
    assert fresh(visit).sessions[0].session.state is SessionState.BOOKED
    waiting = db.session.query(Message).filter_by(kind="no_show", state=MessageState.WAITING).count()
    assert waiting == 0


def test_what_was_changed_meanwhile_is_not_overwritten_and_nothing_else_happens(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    _treated, waits, absent = three_open(scene, noon)
    with clock.set_to(EVENING):
        page = desk.get(CLOSE)
        with transaction():
            flow.arrive(db.session.merge(absent), EVENING)
        seen = dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', page.text))
        data = {"form_token": token(page), "visit": [str(waits.id), str(absent.id)], "what-arrived": "late", "what-not_arrived": "no_show"}
        answer = desk.post(CLOSE, data=data | seen)
    assert answer.status_code == 422
    assert "Zeynep Kaya was changed meanwhile" in words(answer)
    assert fresh(waits).state is S.ARRIVED


def test_undo_is_refused_where_a_visit_was_changed_since(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    _treated, waits, absent = three_open(scene, noon)
    close(desk, waits, absent)
    with transaction():
        flow.step_back(db.session.merge(fresh(absent)), EVENING)
    assert "Zeynep Kaya was changed meanwhile" in words(undo(desk))
    assert fresh(waits).state is S.NOT_TREATED


def test_what_is_kept_stands_on_the_worklist_once_also_after_the_job_of_the_night(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    treated, waits, absent = three_open(scene, noon)
    close(desk, treated, waits, absent)
    assert tasks.standing(TaskKind.NO_OUTCOME, fresh(treated)) is not None
    assert close_the_day.run(at(days(1), "03:00")) == "0 without an outcome"


def test_a_press_that_only_keeps_says_so(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    treated, _waits, _absent = three_open(scene, noon)
    close(desk, treated)
    with clock.set_to(EVENING):
        said = words(desk.get(CLOSE))
    assert "Kept open" in said
    assert "0 visits got" not in said


def test_a_press_sent_twice_is_one(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:30", noon)
    with clock.set_to(EVENING):
        page = desk.get(CLOSE)
        seen = dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', page.text))
        data = {"form_token": token(page), "visit": str(visit.id), "what-not_arrived": "no_show"} | seen
        assert [desk.post(CLOSE, data=data).status_code for _ in range(2)] == [303, 303]
    assert db.session.query(DayClosing).count() == 1


def test_a_closed_day_can_be_opened_again_and_its_visits_stay_as_they_are(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:30", noon)
    close(desk, visit)
    press = db.session.query(DayClosing).one()
    with clock.set_to(EVENING):
        assert "The day is open again." in words(desk.post(f"/day/closing/{press.id}/reopen", follow_redirects=True))
    assert fresh(visit).state is S.NO_SHOW


def test_who_comes_in_after_closing_is_said(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    close(desk)
    book_plain(another_patient("Ali", 3), VisitKind.CONSULTATION, TODAY, "18:30", noon)
    with clock.set_to(EVENING):
        assert "1 visit has come in since" in words(desk.get(CLOSE))


def test_done_without_the_next_session_is_shown_with_the_way_to_book_it(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:30", noon)
    builders.a_lot_use(scene.sessions[0], builders.a_lot())
    with transaction():
        flow.arrive(db.session.merge(visit), noon)
        flow.done(db.session.merge(visit), at(TODAY, "13:30"))
    with clock.set_to(EVENING):
        page = desk.get(CLOSE)
        assert "Done, next session not booked 1" in words(page)
        assert f"/course/{scene.course.id}/book" in page.text
        assert "Done without a lot" not in words(page)
        with transaction():
            db.session.query(LotUse).one().voided_at = EVENING
        assert "Done without a lot 1" in words(desk.get(CLOSE))


def test_a_day_ahead_is_not_closed_and_whoever_runs_no_visits_does_not_close(scene: Scene, desk: FlaskClient, client: FlaskClient) -> None:
    with clock.set_to(EVENING):
        assert desk.get(f"/day/{days(1)}/close").status_code == 404
        assert "Close day" in desk.get("/day").text
        builders.sign_in(client, builders.a_manager())
        assert client.get(CLOSE).status_code == 403
        assert "Close day" not in client.get("/day").text


def test_reception_may_say_done_only_where_the_clinic_lets_it(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    treated, waits, _absent = three_open(scene, noon)
    assert close(desk, waits, **{"what-arrived": "done"}).status_code == 422
    with clock.set_to(EVENING):
        builders.sign_in(desk, scene.physician)
    assert close(desk, waits, **{"what-arrived": "done"}).status_code == 303
    assert fresh(waits).state is S.DONE
    answer = close(desk, treated, **{"what-in_treatment": "done"})
    assert "Ayşe Yılmaz: Lot missing" in words(answer)


def test_who_is_on_call_tonight_stands_there(scene: Scene, desk: FlaskClient) -> None:
    with clock.set_to(EVENING):
        assert "nobody is entered" in words(desk.get(CLOSE))
        with transaction():
            db.session.add(OnCall(day=TODAY, staff_id=scene.physician.id, phone="+905321234567"))
        assert "On call tonight: Dr. Burcu Çelen · +90 532 123 45 67" in words(desk.get(CLOSE))


def test_the_sheet_of_the_end_says_who_closed_what_is_left_and_no_full_name(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    close(desk, *three_open(scene, noon))
    with clock.set_to(EVENING):
        text = words(desk.get(f"{CLOSE}/sheet"))
    assert "Closed Tue 1 Dec 18:12 by Deniz Ak" in text
    assert "Still in treatment: 10:00 Ayşe Y. (kept, on the worklist)" in text
    assert "Yılmaz" not in text


def test_a_touch_up_without_its_lot_is_shown_too(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    builders.a_visit(scene.patient, noon, kind=VisitKind.TOUCH_UP, state=S.DONE, course_id=scene.course.id, plan_id=scene.plan.id)
    with clock.set_to(EVENING):
        assert "Done without a lot 1" in words(desk.get(CLOSE))


def test_where_nobody_answers_at_night_the_page_promises_no_number(client: FlaskClient, noon: datetime) -> None:
    builders.a_clinic(phone_out_of_hours="")
    builders.sign_in(client, builders.a_receptionist())
    for path in (CLOSE, f"{CLOSE}/sheet"):
        assert "nobody is entered, and the clinic has no number out of hours" in client.get(path).text
