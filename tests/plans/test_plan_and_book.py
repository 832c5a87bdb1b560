"""One page: decide, see a time for every session, repair, and make and book the plan in one press, or nothing of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app.plans.builder.booking_form import read_value
from models import clock
from models.appointment import Appointment, VisitKind
from models.base import db, transaction
from models.clinic import OpeningHours
from models.message import ChangeSet
from models.patient import Finding, Patient
from models.protocol import ProtocolVersion
from models.staff import Absence, StaffMember
from models.treatment import PlanState, TreatmentPlan, TreatmentSession
from tests.builders import TODAY, a_nurse, a_patient, a_physician, a_protocol, a_visit, an_evaluation
from tests.plans.pages import form_in, post


@pytest.fixture
def meso(patient: Patient, physician: StaffMember) -> ProtocolVersion:
    a_nurse()
    an_evaluation(patient, physician)
    return a_protocol("mesotherapy_scalp")


@pytest.fixture
def url(patient: Patient, meso: ProtocolVersion) -> str:
    return f"/patients/{patient.id}/plan/new?with={meso.id}"


def press(client: FlaskClient, url: str, page: TestResponse, button: str, **typed: Any) -> TestResponse:
    return post(client, url.partition("?")[0], form_in(page), do=button, **typed)


def shown(fields: MultiDict[str, str]) -> dict[str, str]:
    return {name.removeprefix("slot-0-"): value for name, value in fields.items() if name.startswith("slot-")}


def day_of(value: str) -> Any:
    slot = read_value(value)
    assert slot is not None
    return slot.day


def repairs_of(page: TestResponse, label: str) -> list[str]:
    return [part.partition('"')[0] for part in page.text.split('value="use.')[1:] if part.startswith(f"0-{label}.")]


def counts() -> tuple[int, int]:
    return db.session.query(TreatmentPlan).count(), db.session.query(Appointment).count()


def test_six_sessions_are_planned_and_booked_in_one_press_and_told_once(client: FlaskClient, url: str) -> None:
    page = client.get(url)
    assert "Book 6 sessions" in page.text
    answer = press(client, url, page, "book")
    (plan,) = db.session.query(TreatmentPlan)
    assert (answer.status_code, answer.location, plan.state) == (303, f"/plan/{plan.id}", PlanState.ACTIVE)
    booked = {str(day) for (day,) in db.session.query(Appointment.local_day)}
    assert booked == {str(day_of(value)) for value in shown(form_in(page)).values()}
    assert db.session.query(ChangeSet).count() == 1
    assert "6 sessions are booked." in client.get(answer.location).text


def test_a_second_press_books_nothing_more(client: FlaskClient, url: str) -> None:
    page = client.get(url)
    assert press(client, url, page, "book").location == press(client, url, page, "book").location
    assert counts() == (1, 6)


def test_only_the_first_is_booked_where_asked(client: FlaskClient, url: str) -> None:
    press(client, url, client.get(url), "book-first")
    assert counts() == (1, 1)


def test_a_plan_changed_after_its_dates_were_shown_is_shown_again_and_not_booked(client: FlaskClient, url: str) -> None:
    page = press(client, url, client.get(url), "book", courses__0__sessions=5)
    assert page.status_code == 422
    assert "Look at the new dates, then book." in page.text
    assert counts() == (0, 0)
    assert press(client, url, page, "book").status_code == 303
    assert counts() == (1, 5)


def test_without_an_evaluation_the_first_visit_begins_with_it_and_the_plan_stays_a_draft(
    client: FlaskClient, meso: ProtocolVersion
) -> None:
    url = f"/patients/{a_patient('Can', 'Er').id}/plan/new?with={meso.id}"
    page = client.get(url)
    assert "begins with the evaluation" in page.text
    assert press(client, url, page, "book").status_code == 303
    visits = db.session.query(Appointment).order_by(Appointment.starts_at).all()
    assert db.session.query(TreatmentPlan).one().state is PlanState.DRAFT
    assert [visit.kind for visit in visits[:2]] == [VisitKind.EVALUATION_AND_TREATMENT, VisitKind.TREATMENT]
    assert all(visit.tentative for visit in visits)


@pytest.fixture
def all_away(client: FlaskClient, patient: Patient, meso: ProtocolVersion) -> str:
    """The address of a PRP plan, three sessions 21 to 45 days apart, when everybody is away from tomorrow until 1 February."""
    with transaction():
        for member in db.session.query(StaffMember):
            db.session.add(Absence(staff_id=member.id, first_day=TODAY + timedelta(days=1), last_day=date(2027, 2, 1)))
    return f"/patients/{patient.id}/plan/new?with={a_protocol('prp_scalp').id}"


def test_a_session_without_a_time_says_why_and_a_repair_that_works_is_one_press_away(client: FlaskClient, all_away: str) -> None:
    page = client.get(all_away)
    assert "Book 2 · 1 open" in page.text
    assert "Not working then:" in page.text
    late, later = repairs_of(page, "2")
    assert (day_of(late.split(".", 1)[1]), later) == (date(2027, 2, 2), "0-2.later")
    repaired = press(client, all_away, page, f"use.{late}")
    assert "Decided by you." in repaired.text
    slots = {label: day_of(value) for label, value in shown(form_in(repaired)).items()}
    assert slots["2"] == date(2027, 2, 2)
    assert slots["3"] >= slots["2"] + timedelta(days=21), "it does not stay where it would be too early"
    assert press(client, all_away, repaired, "book").status_code == 303
    assert counts() == (1, 3)


def test_what_was_decided_can_be_taken_back(client: FlaskClient, url: str) -> None:
    page = client.get(url)
    other = repairs_of(page, "2")[-2]
    pinned = press(client, url, page, f"use.{other}")
    back = press(client, url, pinned, "free.0-2")
    assert shown(form_in(back)) == shown(form_in(page)) != shown(form_in(pinned))


def test_the_sessions_behind_a_decided_one_stay_while_they_fit_and_can_be_spaced_anew(client: FlaskClient, url: str) -> None:
    page = client.get(url)
    other = repairs_of(page, "2")[-2]
    pinned = press(client, url, page, f"use.{other}")
    assert "Stays where it was." in pinned.text
    assert shown(form_in(pinned))["3"] == shown(form_in(page))["3"]
    anew = press(client, url, pinned, "respace")
    assert "Stays where it was." not in anew.text


def test_a_session_left_for_later_stays_open_and_is_not_booked(client: FlaskClient, url: str) -> None:
    left = press(client, url, client.get(url), "use.0-6.later")
    assert "Left for later by you." in left.text
    assert press(client, url, left, "book").status_code == 303
    assert counts() == (1, 5)
    assert db.session.query(TreatmentSession).count() == 6


def test_a_lost_race_stores_nothing_keeps_what_was_typed_and_marks_only_the_lost_row(client: FlaskClient, url: str, noon: datetime) -> None:
    page = press(client, url, client.get(url), "preview", note_to_patient="Please eat before you come.")
    before = shown(form_in(page))
    slot = read_value(before["3"])
    assert slot is not None
    start = clock.at(slot.day, time(slot.start_minute // 60, slot.start_minute % 60), "Europe/Istanbul")
    for n, member in enumerate(db.session.query(StaffMember).all()):
        a_visit(a_patient("Can", f"Er{n}"), start, performer=member, minutes=60)
    taken = counts()
    again = press(client, url, page, "book")
    fields = form_in(again)
    assert (again.status_code, counts()) == (422, taken)
    assert again.text.count('class="chosen"') == 1
    assert 'id="lost-0-3"' in again.text
    assert fields["note_to_patient"] == "Please eat before you come."
    after = shown(fields)
    assert after.pop("3") != before.pop("3")
    assert after == before
    assert press(client, url, again, "book").status_code == 303
    assert counts() == (1, taken[1] + 6)


def test_the_person_wished_for_who_is_away_is_named_and_another_day_with_them_is_offered(
    client: FlaskClient, url: str, physician: StaffMember
) -> None:
    a_physician("Dr. Ali Er")
    page = press(client, url, client.get(url), "preview", preferred_staff=physician.id)
    second = day_of(shown(form_in(page))["2"])
    with transaction():
        db.session.add(Absence(staff_id=physician.id, first_day=second - timedelta(days=4), last_day=second + timedelta(days=4)))
    page = press(client, url, page, "preview")
    assert "Not as wished" in page.text
    assert "Not working then: Dr. Burcu Çelen" in page.text
    first, *_rest = repairs_of(page, "2")
    assert abs((day_of(first.partition(".")[2]) - second).days) > 4
    assert first.split(".")[3] == str(physician.id)


def test_below_the_minimum_only_with_the_physicians_reason(client: FlaskClient, url: str, physician: StaffMember) -> None:
    page = client.get(url)
    early = day_of(shown(form_in(page))["1"]) + timedelta(days=6)
    value = f"{early}.600.{physician.id}.0"
    pinned = press(client, url, page, f"use.0-2.{value}")
    assert "Why you allow a session below its minimum" in pinned.text
    refused = press(client, url, pinned, "book")
    assert (refused.status_code, counts()) == (422, (0, 0))
    assert press(client, url, refused, "book", why_early="leaves the country").status_code == 303
    row = db.session.query(TreatmentSession).filter_by(n=2).one()
    assert row.override_why == "leaves the country"
    assert db.session.query(TreatmentSession).filter(TreatmentSession.override_why != "").count() == 1


def test_nothing_can_be_booked_on_hold_without_an_end_and_the_draft_can_be_kept(
    client: FlaskClient, url: str, patient: Patient, noon: datetime
) -> None:
    with transaction():
        db.session.add(Finding(patient_id=patient.id, rule="pregnant", since=TODAY, added_at=noon))
    page = client.get(url)
    assert "The session has no dates while the plan is on hold." in page.text
    assert 'value="book"' not in page.text
    assert press(client, url, page, "draft").status_code == 303


def test_more_sessions_than_the_stay_can_hold_are_told_with_what_would_help(
    client: FlaskClient, patient: Patient, meso: ProtocolVersion
) -> None:
    """Six sessions, 21 days apart, in 30 days."""
    url = f"/patients/{patient.id}/plan/new?with={meso.id}"
    typed = {f"courses__0__spans__{n}__{name}": 21 for n in range(5) for name in ("least", "ideal", "most")}
    page = press(client, url, client.get(url), "preview", **typed, first_day="1.12.2026", last_day="30.12.2026")
    assert "2 of 6 sessions fit into the stay." in page.text
    assert "All of them would need a stay until about: " in page.text
    assert "outside the stay" in page.text
    assert "Book 2 · 4 open" in page.text


def test_without_anybody_who_may_do_it_nothing_is_booked_and_the_skill_is_named(client: FlaskClient, url: str) -> None:
    with transaction():
        for member in db.session.query(StaffMember):
            member.skills = []
    page = client.get(url)
    assert "Nobody here has the role and skills for it:" in page.text
    assert 'value="book"' not in page.text


def test_without_opening_hours_the_page_leads_to_setting_them(client: FlaskClient, url: str) -> None:
    with transaction():
        db.session.query(OpeningHours).delete()
    page = client.get(url)
    assert "The clinic has no opening hours yet" in page.text
    assert 'value="book"' not in page.text


def test_a_window_inside_a_hold_moves_behind_it(client: FlaskClient, url: str, patient: Patient, noon: datetime) -> None:
    with transaction():
        db.session.add(Finding(patient_id=patient.id, rule="infection_body", since=TODAY, event_ended_on=TODAY, added_at=noon))
    page = client.get(url)
    assert day_of(shown(form_in(page))["1"]) >= TODAY + timedelta(days=14)


def test_a_script_gets_the_dates_alone_and_the_fields_that_the_answer_filled_in(client: FlaskClient, url: str) -> None:
    fields = form_in(client.get(url))
    fields["courses-0-gap"], fields["do"] = "21", "preview"
    answer = client.post(url.partition("?")[0], data=fields, headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div id="dates"')
    assert '<div id="spans-0" hx-swap-oob="outerHTML">' in answer.text
    assert answer.text.count('value="21"') >= 5


def test_plus_and_minus_work_as_buttons(client: FlaskClient, url: str) -> None:
    fewer = form_in(press(client, url, client.get(url), "fewer-0"))
    assert (fewer["courses-0-sessions"], "courses-0-spans-4-ideal" in fewer) == ("5", False)
    page = press(client, url, client.get(url), "preview", courses__0__gap="28")
    longer = form_in(press(client, url, page, "longer-0"))
    assert (longer["courses-0-gap"], longer["courses-0-spans-2-ideal"], longer["courses-0-spans-2-most"]) == ("35", "35", "35")


def test_a_protocol_is_found_by_a_part_of_its_name_in_either_language(client: FlaskClient, patient: Patient, meso: ProtocolVersion) -> None:
    prp = a_protocol("prp_face")
    for typed in ("sacli", "SCALP meso", "saçlı"):
        page = client.get(f"/patients/{patient.id}/plan/new?q={typed}").text
        assert f"with={meso.id}" in page
        assert f"with={prp.id}" not in page
    assert "No protocol has that name." in client.get(f"/patients/{patient.id}/plan/new?q=zzz").text


@pytest.mark.parametrize("junk", ["use.0-2.junk", "use.x-y.later", "free.zz", "use.9-9.2026-13-40.1.1.1", "respace", "fewer-x"])
def test_a_button_that_no_page_has_changes_nothing(client: FlaskClient, url: str, junk: str) -> None:
    page = client.get(url)
    assert shown(form_in(press(client, url, page, junk))) == shown(form_in(page))
