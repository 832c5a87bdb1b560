"""Booking: a session inside its window, a visit of any kind, two treatments in one visit; once, whatever is pressed twice."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.series import rows as series_rows
from models.appointment import Appointment, VisitKind
from models.base import db, transaction
from models.treatment import Hold, SessionState, TreatmentSession
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import offered, token, words
from tests.schedule.scenes import Scene, a_scene, another_patient, book, days


def visits() -> list[Appointment]:
    db.session.expire_all()
    return db.session.query(Appointment).order_by(Appointment.id).all()


def test_the_best_times_of_a_session_stand_ready(scene: Scene, desk: FlaskClient) -> None:
    page = desk.get(f"/session/{scene.sessions[0].id}/book")
    assert "PRP, scalp 1 of 3" in words(page)
    assert "Why this date?" in words(page)
    assert len(offered(page)) == 8
    assert page.text.count(" checked") == 2, "the first time and who asked are chosen already"


def test_booking_leads_to_the_visit_with_undo(scene: Scene, desk: FlaskClient) -> None:
    page = desk.get(f"/session/{scene.sessions[0].id}/book")
    answer = desk.post(f"/session/{scene.sessions[0].id}/book", data=_typed(page))
    [visit] = visits()
    assert (answer.status_code, answer.location) == (303, f"/visits/{visit.id}")
    assert [link.session_id for link in visit.sessions] == [scene.sessions[0].id]
    text = words(desk.get(answer.location))
    assert "Booked: Ayşe Yılmaz," in text
    assert "The mail goes out" in text


def test_a_double_click_books_once(scene: Scene, desk: FlaskClient) -> None:
    typed = _typed(desk.get(f"/session/{scene.sessions[0].id}/book"))
    first = desk.post(f"/session/{scene.sessions[0].id}/book", data=typed)
    second = desk.post(f"/session/{scene.sessions[0].id}/book", data=typed)
    assert len(visits()) == 1
    assert second.location == first.location


def test_a_session_that_is_booked_leads_to_its_visit(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "09:00", noon)
    assert desk.get(f"/session/{scene.sessions[0].id}/book").location == f"/visits/{visit.id}"


def test_a_slot_that_somebody_took_meanwhile_is_said_in_words(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    page = desk.get(f"/session/{scene.sessions[0].id}/book")
    typed = {**_typed(page), "slot": f"{days(2)} 540 {scene.physician.id} 0", "note": "needs the lift"}
    other = another_patient(physician=scene.physician)
    course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
    book(course.sessions[0], days(2), "09:00", noon, performer=scene.physician)
    answer = desk.post(f"/session/{scene.sessions[0].id}/book", data=typed)
    assert answer.status_code == 422
    assert "Busy then: Dr. Burcu Çelen." in words(answer)
    assert 'value="needs the lift"' in answer.text
    assert len(visits()) == 1


def test_below_the_minimum_only_a_physician_books_and_says_why(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    builders.done(scene.sessions[0], date(2026, 11, 30))
    _align(scene)
    builders.sign_in(client, builders.a_receptionist())
    url = f"/session/{scene.sessions[1].id}/book"
    early = {**_typed(client.get(f"{url}?day={days(1)}")), "slot": f"{days(1)} 540 0 0"}
    assert "too early" in words(client.get(f"{url}?day={days(1)}"))
    refused = client.post(url, data={**early, "why": "she travels"})
    assert refused.status_code == 422
    assert "Only a physician may allow this." in words(refused)
    builders.sign_in(client, scene.physician)
    asked = client.post(url, data={**early, "why": ""})
    assert asked.status_code == 422
    assert "open><summary>Allow what the rules do not" in asked.text, "where the reason is written stands open"
    assert client.post(url, data={**early, "why": "she travels"}).status_code == 303
    assert db.session.get_one(TreatmentSession, scene.sessions[1].id).override_why == "she travels"


def test_without_an_evaluation_the_visit_begins_with_it(app: object, client: FlaskClient, noon: datetime) -> None:
    scene = a_scene(evaluated=False)
    builders.sign_in(client, builders.a_receptionist())
    page = client.get(f"/session/{scene.sessions[0].id}/book")
    assert "the visit begins with it, and treatment follows if suitable" in words(page)
    client.post(f"/session/{scene.sessions[0].id}/book", data=_typed(page))
    assert visits()[0].kind is VisitKind.EVALUATION_AND_TREATMENT


def test_two_treatments_that_fit_are_done_in_one_visit(scene: Scene, desk: FlaskClient) -> None:
    other = builders.a_course(scene.plan, builders.a_protocol("mesotherapy_face"))
    _align(scene)
    page = desk.get(f"/session/{scene.sessions[0].id}/book")
    assert "Do both in one visit" in words(page)
    joined = desk.get(f"/session/{scene.sessions[0].id}/book?with={other.sessions[0].id}")
    typed = {**_typed(joined), "with": str(other.sessions[0].id)}
    assert desk.post(f"/session/{scene.sessions[0].id}/book", data=typed).status_code == 303
    assert {link.session_id for link in visits()[0].sessions} == {scene.sessions[0].id, other.sessions[0].id}


def test_treatments_of_one_area_that_must_lie_apart_are_not_joined(scene: Scene, desk: FlaskClient) -> None:
    builders.a_course(scene.plan, builders.a_protocol("mesotherapy_scalp"))
    _align(scene)
    assert "Do both in one visit" not in words(desk.get(f"/session/{scene.sessions[0].id}/book"))


def test_the_next_session_of_a_course_is_one_link_away(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    assert desk.get(f"/course/{scene.course.id}/book").location == f"/session/{scene.sessions[0].id}/book"
    book(scene.sessions[0], days(2), "09:00", noon)
    assert desk.get(f"/course/{scene.course.id}/book").location == f"/session/{scene.sessions[1].id}/book"


def test_a_new_visit_begins_with_the_patient_and_the_search_stays_out_of_the_address(scene: Scene, desk: FlaskClient) -> None:
    another_patient("Ayşe")
    answer = desk.post("/visits/new?day=2026-12-04&time=11:00", data={"q": "ayse"})
    assert answer.status_code == 303
    assert "ayse" not in answer.location
    assert "day=2026-12-04" in answer.location
    text = words(desk.get(answer.location))
    assert "Ayşe Kaya" in text
    assert "14/03/1988 · …4412" in text


def test_one_patient_found_is_chosen_at_once(scene: Scene, desk: FlaskClient) -> None:
    answer = desk.post("/visits/new", data={"q": "yilmaz"})
    assert answer.location == f"/visits/new?patient={scene.patient.id}"
    text = words(desk.get(answer.location))
    assert "Sessions waiting for a time PRP, scalp 1 of 3" in text
    assert "Consultation (evaluation)" in text


@pytest.mark.parametrize("kind", [kind for kind in VisitKind if kind not in (VisitKind.TREATMENT, VisitKind.EVALUATION_AND_TREATMENT)])
def test_a_visit_of_every_other_kind_is_booked(scene: Scene, desk: FlaskClient, kind: VisitKind) -> None:
    url = f"/visits/new?patient={scene.patient.id}&kind={kind.value}&course={scene.course.id}"
    page = desk.get(url)
    assert desk.post(url, data=_typed(page)).status_code == 303
    assert [(visit.kind, visit.course_id) for visit in visits()] == [(kind, scene.course.id)]


def test_a_touch_up_asks_which_treatment_it_belongs_to(scene: Scene, desk: FlaskClient) -> None:
    text = words(desk.get(f"/visits/new?patient={scene.patient.id}&kind=touch_up"))
    assert "Choose the treatment it belongs to." in text


def test_a_free_time_of_the_day_page_is_carried_along(scene: Scene, desk: FlaskClient) -> None:
    assert "For the free time on Fri 4 Dec, 11:10" in words(desk.get("/visits/new?day=2026-12-04&time=11:10"))
    assert "For Fri 4 Dec" in words(desk.get("/visits/new?day=2026-12-04"))
    page = desk.get(f"/visits/new?patient={scene.patient.id}&kind=consultation&day=2026-12-04&time=11:10")
    assert 'name="exact_time" type="text" value="11:10"' in page.text
    desk.post(page.request.url, data={"form_token": token(page), "exact_day": "2026-12-04", "exact_time": "11:10", "asked_by": "patient"})
    assert [f"{visit.local_day} {visit.local_time:%H:%M}" for visit in visits()] == ["2026-12-04 11:10"]


def test_a_course_of_somebody_else_is_no_page(scene: Scene, desk: FlaskClient) -> None:
    other = another_patient()
    assert desk.get(f"/visits/new?patient={other.id}&kind=review&course={scene.course.id}").status_code == 404
    assert desk.get("/visits/new?patient=999").status_code == 404


def test_the_manager_books_a_visit_without_seeing_plans(scene: Scene, client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_manager())
    page = client.get(f"/visits/new?patient={scene.patient.id}&kind=consultation")
    assert page.status_code == 200
    assert "PRP" not in page.text
    assert client.get(f"/session/{scene.sessions[0].id}/book").status_code == 403


def test_a_plan_on_hold_offers_no_session(scene: Scene, desk: FlaskClient) -> None:
    before = _typed(desk.get(f"/session/{scene.sessions[0].id}/book"))
    with transaction():
        db.session.add(Hold(plan_id=scene.plan.id, from_day=TODAY, made_at=builders.EARLY))
    page = desk.get(f"/session/{scene.sessions[0].id}/book")
    assert "No dates while the plan is on hold." in words(page)
    answer = desk.post(f"/session/{scene.sessions[0].id}/book", data={**before, "slot": f"{days(2)} 540 0 0"})
    assert answer.status_code == 422
    assert "on hold on that day" in words(answer)
    assert db.session.get_one(TreatmentSession, scene.sessions[0].id).state is SessionState.PROPOSED


def _typed(page: TestResponse) -> dict[str, str]:
    """What a form holds when nothing was changed on it."""
    times = offered(page)
    return {"form_token": token(page), "slot": times[0] if times else "", "asked_by": "patient"}


def _align(scene: Scene) -> None:
    with transaction():
        series_rows.align_patient(scene.patient.id, TODAY)


def test_without_a_plan_the_page_says_how_evaluation_and_treatment_become_one_visit(desk: FlaskClient) -> None:
    other = builders.a_patient("Nermin", "Ateş", phone="+905321114499")
    text = words(desk.get(f"/visits/new?patient={other.id}"))
    assert "A physician first makes the plan as a draft" in text
