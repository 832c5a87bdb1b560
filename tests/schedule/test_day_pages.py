"""The page from which a day is run: who comes, what is next, what stands in the way; each role sees its part."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from flask.testing import FlaskClient

from app.schedule import actions, flow
from models.appointment import Appointment, VisitKind
from models.base import db, transaction
from models.clinic import Closure
from models.patient import Finding, PatientReport
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import Counted, primary, row, words
from tests.schedule.scenes import Scene, another_patient, at, book, book_plain, days, told


def test_a_visit_stands_in_a_table_named_after_its_practitioner(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    page = desk.get("/day")
    assert page.status_code == 200
    assert "<caption>Dr. Burcu Çelen" in page.text
    text = row(page, visit)
    assert text.startswith("13:50 14:30")
    assert "Ayşe Yılmaz 38" in text
    assert "PRP, scalp 1 of 3" in text
    assert "clear" in text
    assert primary(page, visit) == ["Arrived"]


def test_the_day_can_be_read_by_room_and_by_time(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    book(scene.sessions[0], TODAY, "13:50", noon)
    assert "<caption>Room 1" in desk.get("/day?by=room").text
    assert "<caption>All visits by time" in desk.get("/day?by=time").text
    assert desk.get("/day?by=nonsense&show=nothing").status_code == 200


def test_an_empty_day_says_when_the_next_visits_are(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    book(scene.sessions[0], days(3), "13:50", noon)
    assert "No visits on Tue 1 Dec. Next: Fri 4 Dec, 1 visit." in words(desk.get("/day"))


def test_a_closed_day_says_so(scene: Scene, desk: FlaskClient) -> None:
    with transaction():
        db.session.add(Closure(day=days(1), why="Feast"))
    assert "The clinic is closed on this day." in words(desk.get(f"/day/{days(1)}"))


def test_a_day_can_be_typed_as_people_write_it(scene: Scene, desk: FlaskClient) -> None:
    assert desk.get("/day?go=3.12").location.endswith("/day/2026-12-03")
    assert desk.get("/day?go=%2B4w").location.endswith("/day/2026-12-29")
    assert desk.get("/day?go=rubbish").location.endswith("/day/2026-12-01")


def test_a_day_that_does_not_exist_is_no_page(scene: Scene, desk: FlaskClient) -> None:
    assert desk.get("/day/2026-02-30").status_code == 404
    assert desk.get("/day/yesterday").status_code == 404


def test_a_filter_shows_only_its_rows_and_counts_them(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    early = book(scene.sessions[0], TODAY, "12:05", noon)
    late = book_plain(another_patient(), VisitKind.CONSULTATION, TODAY, "16:00", noon)
    page = desk.get("/day?show=unconfirmed")
    assert "Not confirmed 2" in words(page)
    assert row(page, early)
    assert row(page, late)
    assert "No visit of this day is like that." in words(desk.get("/day?show=done"))


def test_a_patient_past_the_arrival_time_is_late(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:00", noon - timedelta(hours=1))
    assert "late 0 min" in row(desk.get("/day"), visit)
    assert row(desk.get("/day?show=late"), visit)


def test_reception_reads_what_to_do_and_never_why(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    _reports_fever(scene, noon)
    text = row(desk.get("/day"), visit)
    assert "Health answer: the physician decides" in text
    assert "fever" not in desk.get("/day").text


def test_the_physician_reads_the_words_and_can_decide(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    _reports_fever(scene, noon)
    builders.sign_in(client, scene.physician)
    text = row(client.get("/day"), visit)
    assert "Patient reports: a little fever" in text
    assert "Decide" in text


def test_a_finding_counts_as_an_alert(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    with transaction():
        db.session.add(Finding(patient_id=scene.patient.id, rule="infection_area", since=TODAY, added_at=noon))
    assert row(desk.get("/day?show=alerts"), visit)


def test_the_manager_sees_that_somebody_comes_but_not_for_what(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    builders.sign_in(client, builders.a_manager())
    page = client.get("/day")
    assert "Ayşe Yılmaz" in row(page, visit)
    assert "PRP" not in page.text
    assert primary(page, visit) == []


def test_free_times_lead_to_a_new_visit(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    book(scene.sessions[0], days(1), "13:50", noon)
    page = desk.get(f"/day/{days(1)}")
    assert f"/visits/new?day={days(1)}&amp;time=09:00&amp;performer={scene.physician.id}" in page.text
    assert "Also free on this day Ece Nur" in words(page)


def test_a_day_that_is_over_offers_no_time(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    assert "/visits/new?day=2026-11-30" not in desk.get("/day/2026-11-30").text


def test_who_did_not_come_stands_apart_and_can_be_booked_again(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:00", noon - timedelta(hours=1))
    with transaction():
        flow.no_show(db.session.merge(visit), at(TODAY, "12:20"))
    page = desk.get("/day")
    assert "Not coming" in words(page)
    assert primary(page, visit) == ["Book again"]


def test_the_sheet_names_nobody_in_full(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    book(scene.sessions[0], TODAY, "13:50", noon)
    page = desk.get(f"/day/{TODAY}/sheet")
    assert "Ayşe Y." in words(page)
    assert "Yılmaz" not in page.text
    assert "1 of 3" in words(page)


def test_only_the_clinical_copy_names_in_full_and_only_for_whoever_treats(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    book(scene.sessions[0], TODAY, "13:50", noon)
    assert "Yılmaz" not in desk.get(f"/day/{TODAY}/sheet?copy=clinical").text
    builders.sign_in(desk, scene.physician)
    page = words(desk.get(f"/day/{TODAY}/sheet?copy=clinical"))
    assert "Ayşe Yılmaz" in page
    assert "Alerts: P physician first" in page


def test_sixty_visits_cost_eight_questions_at_most_and_one_line_in_the_trail(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    _sixty_visits(scene, days(1))
    with Counted() as asked:
        page = desk.get(f"/day/{days(1)}")
    assert page.text.count('<tr id="v') == 60
    questions = [one for one in asked.statements if not one.startswith("INSERT INTO event")]
    assert len(asked.statements) == len(questions) + 1
    assert len(questions) <= 8, [f"{one[:50]} … {one[-70:]}" for one in questions]
    assert page.text.count("<") / 2 < 2_500  # every element opens and closes


def _sixty_visits(scene: Scene, day: date) -> None:
    """Each with another patient, plan and course; what they claim does not matter here."""
    version = scene.course.protocol_version
    for n in range(60):
        patient = another_patient(f"Patient {n}", n, scene.physician)
        course = builders.a_course(builders.a_plan(patient, scene.physician), version)
        builders.a_visit(patient, at(day, f"{9 + n // 6:02d}:{n % 6 * 10:02d}"), course.sessions[0], minutes=5)


def test_a_no_show_can_be_booked_again_and_then_says_for_when(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "09:10", noon - timedelta(hours=4))
    with transaction():
        flow.no_show(visit, noon)
    page = desk.get("/day")
    assert "Not coming: No-shows 1 visit" in words(page)
    offer = desk.get(f"/session/{scene.sessions[0].id}/suggested?at=day")
    assert "Book again: " in words(offer)
    booked = book(scene.sessions[0], days(3), "10:20", noon)
    text = row(desk.get("/day"), visit)
    assert "booked again: Fri 4 Dec" in text
    assert "Book again" not in text
    assert desk.get(f"/session/{scene.sessions[0].id}/suggested?at=day").status_code == 204
    assert "booked again" not in row(desk.get(f"/day/{booked.local_day}"), booked)


def test_no_shows_and_cancelled_stand_apart(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    lost, gone = book(scene.sessions[0], TODAY, "09:10", noon - timedelta(hours=4)), _plain(noon)
    with transaction():
        flow.no_show(lost, noon)
        actions.cancel(gone, noon, by_patient=True, why="", change_set=told(gone.patient, noon))
    text = words(desk.get("/day"))
    assert text.index("Not coming: No-shows 1 visit") < text.index("Not coming: Cancelled 1 visit")
    assert "Book again" in row(desk.get("/day"), gone)
    book_plain(gone.patient, VisitKind.CONSULTATION, days(1), "16:00", noon)
    assert "booked again: Wed 2 Dec" in row(desk.get("/day"), gone)


def test_who_waits_and_who_has_the_patient_is_told(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    with transaction():
        flow.arrive(visit, noon - timedelta(minutes=13))
    assert "waiting 13 min" in row(desk.get("/day"), visit)
    with transaction():
        flow.start(visit, noon)
    assert "with Dr. Burcu Çelen" in row(desk.get("/day"), visit)


def test_the_hours_of_a_practitioner_are_drawn_and_read_once(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    book(scene.sessions[0], TODAY, "13:50", noon)
    page = desk.get("/day").text
    assert page.count('<svg class="hours" aria-hidden="true">') == 2, "who has visits, and who is free"
    assert page.count('class="taken"') >= 1
    assert len(re.findall(r'<a href="[^"]+" tabindex="-1"><rect class="free"', page)) == page.count("– book here")


def _plain(noon: datetime) -> Appointment:
    return book_plain(another_patient(), VisitKind.CONSULTATION, TODAY, "16:00", noon)


def _reports_fever(scene: Scene, now: datetime) -> None:
    with transaction():
        db.session.add(PatientReport(patient_id=scene.patient.id, words="a little fever", at=now))
