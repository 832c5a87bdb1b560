"""The day page is kept while nothing changes: it costs little, and what it shows is always what a page drawn anew would show."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from app.front_door.page_context import frame, menu_counts
from app.permissions import allowed
from app.schedule.day.next_steps import Asker
from app.schedule.day.view import By, Show, day_view
from app.sessions import Person
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.changes import UNCOUNTED
from models.clinic import Clinic, Closure, Room
from models.patient import Consent, Evaluation, Finding, Patient, PatientReport
from models.protocol import ProtocolVersion
from models.staff import Absence, Role, StaffMember, WorkingHours
from models.treatment import Course, Hold, TreatmentPlan
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import Counted, fresh, press, row
from tests.schedule.scenes import Scene, a_scene, another_patient, at, book, days

STEPS = 60


@pytest.fixture
def scene(app: Flask, noon: datetime) -> Scene:
    return a_scene()


@pytest.fixture
def doctor(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, scene.physician)
    return client


def drawn_anew(app: Flask, client: FlaskClient, address: str) -> TestResponse:
    """The page where nothing was kept."""
    app.extensions.pop("seans.unchanged", None)
    app.extensions.pop("seans.made", None)
    return client.get(address)


def kept_part(page: TestResponse) -> str:
    """The bar with its menus and the day; what is a request's own stands outside: its token, what it was told."""
    bar, day = page.text.split('<header class="top">')[1].split("<main", 1)
    return bar.split("</header>")[0] + day.split('<input type="hidden" name="csrf')[0]


def many_visits(scene: Scene, n: int, first: int = 0) -> list[Appointment]:
    """Each with another patient, plan and course."""
    version, made = scene.course.protocol_version, []
    for place in range(first, first + n):
        patient = another_patient(f"Hasta {place}", place, scene.physician)
        course = builders.a_course(builders.a_plan(patient, scene.physician), version)
        moment = at(TODAY, f"{9 + place // 6:02d}:{place % 6 * 10:02d}")
        made.append(builders.a_visit(patient, moment, course.sessions[0], minutes=5, performer=scene.physician))
    return made


def test_a_day_that_nobody_changed_costs_two_questions(scene: Scene, doctor: FlaskClient) -> None:
    many_visits(scene, 5)
    doctor.get("/day")
    with Counted() as asked:
        page = doctor.get("/day")
    assert page.text.count('<tr id="v') == 5
    questions = [one for one in asked.statements if not one.startswith("INSERT INTO event")]
    assert len(asked.statements) == len(questions) + 1, "that it was seen is written down as ever"
    assert len(questions) == 2, questions  # who asks, and whether the jobs run


def test_ten_visits_cost_as_many_questions_as_sixty(app: Flask, scene: Scene, doctor: FlaskClient) -> None:
    numbers = []
    for more, first in ((10, 0), (50, 10)):
        many_visits(scene, more, first)
        doctor.get("/day")  # the protocols' contents are read once in a process
        app.extensions.pop("seans.made")
        app.extensions.pop("seans.unchanged")
        with Counted() as asked:
            page = doctor.get("/day")
        numbers.append((page.text.count('<tr id="v'), len(asked.statements)))
    assert numbers == [(10, numbers[0][1]), (60, numbers[0][1])]
    assert numbers[0][1] <= 10, "one of them what came in since the day was closed, one that it was seen"


def test_after_a_press_only_that_row_is_drawn_anew(app: Flask, scene: Scene, doctor: FlaskClient) -> None:
    visits = many_visits(scene, 10)
    doctor.get("/day")
    before = set(app.extensions["seans.made"])
    press(doctor, visits[3], "arrived")
    assert "Arrived" in row(doctor.get("/day"), visits[3])
    assert len(set(app.extensions["seans.made"]) - before) == 2, "the row and how it is drawn"


def test_the_minutes_of_who_is_late_go_on(scene: Scene, doctor: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:00", noon - timedelta(hours=1))
    assert "late 0 min" in row(doctor.get("/day"), visit)
    with clock.set_to(noon + timedelta(minutes=7, seconds=30)):
        assert "late 7 min" in row(doctor.get("/day"), visit)


def test_nobody_is_shown_what_was_kept_for_another_role_or_language(scene: Scene, app: Flask, noon: datetime) -> None:
    book(scene.sessions[0], TODAY, "13:50", noon)
    people = [scene.physician, builders.a_receptionist(), builders.a_manager(), builders.a_nurse("Can Er", language="tr")]
    for _ in range(2):
        for person in people:
            client = app.test_client()
            builders.sign_in(client, person)
            page = client.get("/day").text
            assert ("PRP" in page) == (Role.MANAGER not in [Role(role) for role in person.roles])
            assert ("İşleme alındı" in page or "Geldi" in page) == (person.language == "tr")


def test_nothing_that_is_kept_is_made_from_a_table_whose_changes_are_not_counted(scene: Scene, app: Flask, noon: datetime) -> None:
    many_visits(scene, 3)
    who = Person(scene.physician.id, "Dr.", ("physician", "reception", "manager"), "en", "x", noon)
    with app.test_request_context(), Counted() as asked:
        for day in (TODAY, days(300)):
            asker, place_id = Asker(allowed(who.roles), True), builders.the_location().id
            day_view(day, place_id, TODAY, By.PRACTITIONER, Show.ALL, asker, "Europe/Istanbul", noon)
        menu_counts(who, TODAY)
        frame()
    read = {table for statement in asked.statements for table in re.findall(r'(?:FROM|JOIN) "?(\w+)', statement)}
    assert {"appointment", "staff_task", "message", "finding"} <= read
    assert read & UNCOUNTED == {"change_count"}


def test_after_any_change_the_page_is_what_one_drawn_anew_would_be(app: Flask, scene: Scene, doctor: FlaskClient, noon: datetime) -> None:
    """Sixty random changes, by the product's own buttons and by whatever else writes to the tables that a day shows."""
    visits = [book(scene.sessions[0], TODAY, "13:50", noon), *many_visits(scene, 3)]
    builders.a_visit(scene.patient, at(TODAY, "17:00"), kind="touch_up", course_id=scene.course.id, plan_id=scene.plan.id)
    dice, desk = random.Random(11), app.test_client()  # the same walk in every run
    builders.sign_in(desk, builders.a_receptionist())
    for step in range(STEPS):
        change = dice.choice(CHANGES)
        with clock.set_to(noon + timedelta(seconds=step * 20)):
            change(doctor, dice.choice(visits).id, dice)
            for who, address in ((doctor, "/day"), (desk, "/day?by=room"), (doctor, f"/day/{days(1)}")):
                shown = kept_part(who.get(address))
                anew = kept_part(drawn_anew(app, who, address))
                assert set(shown.splitlines()) - set(anew.splitlines()) == set(), (step, change.__name__, address)
                assert shown == anew


Change = Callable[[FlaskClient, int, random.Random], object]


def a_press(client: FlaskClient, visit_id: int, dice: random.Random) -> None:
    visit = db.session.get_one(Appointment, visit_id)
    press(client, fresh(visit), dice.choice(["arrived", "in_treatment", "done", "no_show"]))


def a_step_back(client: FlaskClient, visit_id: int, dice: random.Random) -> None:
    visit = fresh(db.session.get_one(Appointment, visit_id))
    client.post(f"/visits/{visit.id}/undo", data={"seen": visit.version})


def a_confirmation(client: FlaskClient, visit_id: int, dice: random.Random) -> None:
    visit = fresh(db.session.get_one(Appointment, visit_id))
    client.post(f"/visits/{visit.id}/confirm", data={"seen": visit.version})


def _changed(kind: type, **values: object) -> Change:
    def change(client: FlaskClient, visit_id: int, dice: random.Random) -> None:
        with transaction():
            chosen = {name: dice.choice(value) if isinstance(value, list) else value for name, value in values.items()}
            db.session.execute(update(kind).values(**chosen))

    change.__name__ = f"{kind.__name__} {', '.join(values)}"
    return change


def _added(make: Callable[[Appointment, random.Random], object]) -> Change:
    def change(client: FlaskClient, visit_id: int, dice: random.Random) -> None:
        with transaction():
            db.session.add(make(db.session.get_one(Appointment, visit_id), dice))

    return change


CHANGES: list[Change] = [
    a_press, a_press, a_press, a_step_back, a_confirmation,
    _changed(Patient, first_name=["Ayşe", "Elif"]), _changed(Patient, birth_date=[TODAY - timedelta(days=9_000), None]),
    _changed(Patient, never_ask_pregnancy=[True, False]), _changed(StaffMember, name=["Dr. A", "Dr. B"]),
    _changed(Room, name=["Room X", "Room Y"]), _changed(Clinic, reception_records_done=[True, False]),
    _changed(Appointment, note=["", "knee"]), _changed(Appointment, tentative=[True, False]), _changed(Course, area=["scalp", "face"]),
    _changed(Course, needs_booking=[True, False]), _changed(TreatmentPlan, state=["active", "draft"]),
    _changed(ProtocolVersion, version=[7, 8]), _changed(Evaluation, valid_until=[TODAY, TODAY + timedelta(days=90)]),
    _changed(Consent, withdrawn_at=[None, clock.at(TODAY, datetime.min.time(), "UTC")]),
    _changed(WorkingHours, ends=[datetime(2026, 1, 1, 17).time(), datetime(2026, 1, 1, 18).time()]),
    _added(lambda visit, dice: Finding(patient_id=visit.patient_id, rule="infection_area", since=TODAY, added_at=visit.starts_at)),
    _added(lambda visit, dice: PatientReport(patient_id=visit.patient_id, words=f"fever {dice.random()}", at=visit.starts_at)),
    _added(lambda visit, dice: Hold(plan=visit.sessions[0].session.course.plan, from_day=TODAY, made_at=visit.starts_at, reason="away")),
    _added(lambda visit, dice: Absence(staff_id=visit.performer_id, first_day=days(1), last_day=days(1))),
    _added(lambda visit, dice: Closure(day=days(1), why="Feast")),
]  # fmt: skip
