"""The worklists as reception works them: who is called, what is booked from them, and what can never be lost there."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import tasks
from app.formats import short_day
from app.messages import call_lines, watch
from app.schedule import actions as schedule
from app.schedule import flow, rows
from app.schedule.free import resources
from jobs import close_the_day
from models import clock
from models.appointment import Appointment, VisitKind, VisitState
from models.base import db, transaction
from models.patient import Consent, ConsentKind, Patient
from models.staff import Role
from models.task import StaffTask, TaskKind
from tests import builders
from tests.schedule.pages import fresh, words
from tests.schedule.scenes import Scene, a_scene, at, book, book_plain, days, told


@pytest.fixture
def scene(noon: datetime, client: FlaskClient) -> Scene:
    """A running course, seen by reception."""
    made = a_scene()
    builders.sign_in(client, builders.a_receptionist())
    return made


def work(client: FlaskClient, name: str) -> str:
    return words(client.get(f"/work?list={name}"))


def press(client: FlaskClient, task: StaffTask, result: str, **fields: str) -> TestResponse:
    return client.post(f"/work/{task.id}", data={"result": result, "list": "calls", **fields}, follow_redirects=True)


def the_task(kind: str) -> StaffTask:
    db.session.expire_all()
    return db.session.query(StaffTask).filter_by(kind=kind).one()


def a_call(patient: Patient, now: datetime, role: Role = Role.RECEPTION, kind: str = "call_patient") -> StaffTask:
    with transaction():
        made = call_lines.ask(kind, patient, now, patient_id=patient.id, role=role)
    assert made is not None
    return made


def test_a_course_without_a_booking_stands_with_its_telephone_and_its_best_time(client: FlaskClient, scene: Scene) -> None:
    page = client.get("/work?list=unbooked")
    assert "Ayşe Yılmaz +90 532 111 44 12" in words(page)
    assert f"/session/{scene.sessions[0].id}/suggested" in page.text
    assert "Book Tue 1 Dec" in words(client.get(f"/session/{scene.sessions[0].id}/suggested"))


def test_the_best_time_is_booked_with_one_press(client: FlaskClient, scene: Scene) -> None:
    offered = client.get(f"/session/{scene.sessions[0].id}/suggested").text
    fields = {name: offered.split(f'name="{name}"')[1].split('value="')[1].split('"')[0] for name in ("slot", "asked_by", "form_token")}
    answer = client.post(f"/session/{scene.sessions[0].id}/book", data=fields)
    assert answer.status_code == 303
    assert db.session.query(Appointment).one().plan_id == scene.plan.id
    assert client.get(f"/session/{scene.sessions[0].id}/suggested").text == ""


def test_an_unconfirmed_visit_is_confirmed_where_it_stands(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(1), "10:00", noon)
    page = client.get("/work?list=unconfirmed")
    assert "Will come" in words(page)
    back = "/work?list=unconfirmed"
    assert client.post(f"/visits/{visit.id}/confirm", data={"seen": visit.version, "back": back}).location.startswith(back)
    assert fresh(visit).state is VisitState.CONFIRMED


def test_a_line_of_a_visit_says_what_to_say_and_of_a_form_only_that_there_is_one(
    client: FlaskClient, scene: Scene, noon: datetime
) -> None:
    with transaction():
        db.session.get_one(Patient, scene.patient.id).language = "en"
    book(scene.sessions[0], days(2), "12:30", noon)
    said = "Ayşe Yılmaz, your appointment: Thursday 3 December, please come at 12:30."
    assert said in work(client, "unconfirmed")
    assert "form to read" not in work(client, "unconfirmed")
    with transaction():
        db.session.query(Consent).filter_by(kind=ConsentKind.PROCEDURE).delete()
    asked = work(client, "consent")
    assert said in asked
    assert "There is a form to read and sign here before it begins." in asked
    assert "PRP" not in asked


def test_calls_say_in_words_what_they_are_about(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(1), "10:00", noon - timedelta(days=1))
    with transaction():
        watch.call_the_unconfirmed(at(days(0), "16:30"))
    assert "Visit not confirmed: call" in work(client, "calls")
    assert client.get("/work?list=calls").text.count(f"/visits/{visit.id}/confirm") == 1


def test_a_confirmed_visit_is_not_called_any_more(scene: Scene, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(1), "10:00", noon - timedelta(days=1))
    with transaction():
        watch.call_the_unconfirmed(at(days(0), "16:30"))
    with transaction():
        schedule.confirm(visit, at(days(0), "16:40"))
    assert the_task("call_line").closed_at is not None


def test_who_asked_for_another_time_is_off_the_list_once_the_visit_was_moved(scene: Scene, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(3), "10:00", noon)
    with transaction():
        call_lines.ask(TaskKind.ASKED_TO_MOVE, visit, noon, patient_id=scene.patient.id, facts={"revision": visit.revision})
    with transaction():
        slot = resources.wanted(days(4), 600)
        schedule.move(visit, slot, told(scene.patient, noon), noon)
    assert the_task("asked_to_move").closed_at is not None


def test_who_did_not_come_is_off_the_call_list_once_there_is_a_new_visit(scene: Scene, noon: datetime) -> None:
    visit, later = book(scene.sessions[0], days(0), "12:30", noon), at(days(1), "10:00")
    with transaction():
        flow.no_show(visit, at(days(0), "13:00"))
    with transaction():
        watch.call_who_did_not_come(later)
    assert the_task("call_line").closed_at is None
    book(scene.sessions[0], days(2), "10:00", later)
    assert the_task("call_line").closed_at is not None


def test_a_visit_without_an_outcome_leaves_the_list_with_its_outcome_and_not_before(
    client: FlaskClient, scene: Scene, noon: datetime
) -> None:
    visit = book_plain(scene.patient, VisitKind.REVIEW, days(0), "14:00", noon)
    tomorrow = at(days(1), "09:00")
    close_the_day.run(tomorrow)
    assert "ends by itself" in words(press(client, the_task("no_outcome"), "done"))
    with transaction():
        flow.no_show(visit, tomorrow)
    assert the_task("no_outcome").closed_at is not None


def test_the_review_of_a_hold_can_be_put_off_but_not_closed(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    builders.sign_in(client, builders.a_physician("Dr. Ali Er"))
    task = a_call(scene.patient, noon, Role.PHYSICIAN, "hold_review")
    press(client, task, "done")
    assert the_task("hold_review").closed_at is None
    assert f"Put off until {short_day(days(28), 'en')}." in words(press(client, task, "snooze", until="+4w"))
    assert the_task("hold_review").snoozed_until == days(28)


def test_reception_does_not_end_what_waits_for_the_physician(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    task = a_call(scene.patient, noon, Role.PHYSICIAN, "hold_over")
    assert "waits for a physician" in words(press(client, task, "done"))
    assert the_task("hold_over").closed_at is None
    assert 'value="done"' not in client.get("/work?list=physician").text


def test_a_call_marked_reached_by_mistake_comes_back_with_one_press(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    task = a_call(scene.patient, noon)
    assert "Undo" in words(press(client, task, "reached"))
    assert "The patient asks to be called" not in work(client, "calls")
    client.post(f"/work/{task.id}/undo", data={"list": "calls"})
    assert "The patient asks to be called" in work(client, "calls")
    assert the_task("call_patient").attempts == 0


def test_a_call_without_an_answer_stays_and_is_counted(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    press(client, a_call(scene.patient, noon), "no_answer")
    assert "tried once" in work(client, "calls")


def test_a_call_put_off_comes_back_on_its_day(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    press(client, a_call(scene.patient, noon), "snooze", until="+2d")
    assert "All clear" in work(client, "calls")
    with clock.set_to(noon + timedelta(days=2)):
        builders.sign_in(client, builders.a_receptionist("Zehra Ay"))
        assert "The patient asks to be called" in work(client, "calls")


@pytest.mark.parametrize("until", ["+999d", "2199-12-31", "9999-12-31", "yesterday", ""])
def test_nobody_is_put_off_for_more_than_a_year(client: FlaskClient, scene: Scene, noon: datetime, until: str) -> None:
    call = a_call(scene.patient, noon)
    assert "Choose a day after today" in words(press(client, call, "snooze", until=until))
    assert the_task("call_patient").snoozed_until is None


def test_a_result_that_no_button_has_is_refused(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    assert press(client, a_call(scene.patient, noon), "garbage").status_code == 400


def test_a_lapsed_course_waits_for_the_physician_until_there_is_an_evaluation_made_since(client: FlaskClient, scene: Scene) -> None:
    builders.done(scene.sessions[0], days(-200))
    with transaction():
        rows.settle(scene.patient.id, clock.now())
    assert "The physician decides" not in work(client, "lapsed")
    with transaction():
        scene.patient.evaluations[0].day = days(-250)
    assert "The physician decides" in work(client, "lapsed")


def taken_back(client: FlaskClient, task: StaffTask) -> str:
    return words(client.post(f"/work/{task.id}/undo", data={"list": "calls"}, follow_redirects=True))


ONLY_MINE = "Only what you pressed on this line in the last ten minutes can be undone"


def test_a_line_is_taken_back_for_ten_minutes_and_no_longer(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    task = a_call(scene.patient, noon)
    press(client, task, "reached")
    with clock.set_to(noon + timedelta(minutes=11)):
        assert ONLY_MINE in taken_back(client, task)
    assert the_task("call_patient").closed_as == "reached"
    with clock.set_to(noon + timedelta(minutes=10)):
        assert ONLY_MINE not in taken_back(client, task)
    assert the_task("call_patient").closed_at is None


def test_nobody_takes_back_what_somebody_else_pressed_or_what_nobody_pressed(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    task = a_call(scene.patient, noon)
    assert ONLY_MINE in taken_back(client, task)
    press(client, task, "reached")
    builders.sign_in(client, builders.a_receptionist("Zehra Ay"))
    assert ONLY_MINE in taken_back(client, task)
    assert the_task("call_patient").closed_as == "reached"


def test_a_try_is_taken_back_once_and_not_after_the_line_ended_by_itself(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    task = a_call(scene.patient, noon)
    press(client, task, "no_answer")
    press(client, task, "no_answer")
    taken_back(client, task)
    assert ONLY_MINE in taken_back(client, task)
    assert the_task("call_patient").attempts == 1
    press(client, task, "no_answer")
    with transaction():
        tasks.end(the_task("call_patient"), noon + timedelta(minutes=1), "over")
    assert ONLY_MINE in taken_back(client, task)
    assert the_task("call_patient").closed_as == "over"


def test_on_a_phone_one_press_leads_from_the_open_list_to_the_others(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    a_call(scene.patient, noon)
    page = client.get("/work?list=calls").text
    fold = page[page.index("fold") : page.index("</details>", page.index("fold"))]
    assert ">Call list <span" in fold.split("</summary>")[0]
    assert "list=unbooked" in fold
    assert "aria-current" in fold


def test_a_line_of_today_says_today_and_an_older_one_its_day(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    line = a_call(scene.patient, noon)
    assert "Since today" in labelled(client)
    with transaction():
        db.session.get_one(StaffTask, line.id).due_on = days(-2)
    assert "Since Sun 29 Nov" in labelled(client)


def labelled(client: FlaskClient) -> str:
    """The call list with the label that each cell has on a phone."""
    said = re.sub(r'<td data-label="([^"]*)">|<[^>]*>', r" \1 ", client.get("/work?list=calls").text)
    return " ".join(said.split())


def test_a_list_on_paper_has_whom_to_call_what_to_say_and_a_box(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    a_call(scene.patient, noon)
    sheet = client.get("/work/sheet?list=calls")
    assert "Ayşe Yılmaz +90 532 111 44 12" in words(sheet)
    assert "The patient asks to be called" in words(sheet)
    assert sheet.text.count('class="box"') == 1
    for name in ("unbooked", "unconfirmed", "holds", "other"):
        assert client.get(f"/work/sheet?list={name}").status_code == 200
    assert client.get("/work/sheet?list=nonsense").status_code == 404
