"""Making a plan: numbers of the protocol, this patient's own, every window before anything is kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.plans.numbers import own_gap
from app.series.reading import read
from models.base import db, transaction
from models.patient import Finding, Patient
from models.protocol import ProtocolVersion, VersionState
from models.staff import StaffMember
from models.treatment import Course, PlanState, TreatmentPlan
from tests.builders import TODAY, a_nurse, a_patient, a_protocol, a_receptionist, an_evaluation, sign_in
from tests.plans.pages import form_in, post, send


def builder(patient: Patient, version: ProtocolVersion | None = None) -> str:
    return f"/patients/{patient.id}/plan/new" + (f"?with={version.id}" if version else "")


def the_plan() -> TreatmentPlan:
    return db.session.query(TreatmentPlan).one()


def test_without_an_approved_protocol_the_page_leads_to_approving_one(client: FlaskClient, patient: Patient) -> None:
    page = client.get(builder(patient))
    assert "A physician approves protocols first" in page.text
    assert 'href="/protocols"' in page.text


def test_only_approved_and_enabled_protocols_are_offered(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    a_protocol("mesotherapy_scalp", approved=False)
    a_protocol("exosome_face_injected")
    page = client.get(builder(patient)).text
    assert f"?with={prp.id}" in page
    assert page.count("?with=") == 1


def test_the_builder_opens_with_the_protocols_numbers_and_every_window(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    page = client.get(builder(patient, prp))
    fields = form_in(page)
    assert page.status_code == 200
    assert fields["courses-0-sessions"] == "3"
    assert [fields[f"courses-0-spans-0-{name}"] for name in ("least", "ideal", "most")] == ["21", "30", "45"]
    assert "Tue 1 Dec" in page.text
    assert "Thu 31 Dec" in page.text  # 30 days after 1 December
    assert "Why?" in page.text


def test_more_sessions_bring_more_rows_when_the_dates_are_shown(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    page = send(client, builder(patient, prp), do="preview", courses__0__sessions=4)
    fields = form_in(page)
    assert page.status_code == 200
    assert fields["courses-0-spans-2-ideal"] == "30"
    assert db.session.query(TreatmentPlan).count() == 0


def test_typed_lengths_move_the_windows(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    page = send(client, builder(patient, prp), do="preview", courses__0__spans__0__ideal="5w", courses__0__spans__0__most="6 hafta")
    assert "Tue 5 Jan 2027" in page.text


def test_a_plan_with_the_patients_own_numbers_is_made_and_begun(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, physician: StaffMember
) -> None:
    an_evaluation(patient, physician)
    answer = send(
        client, builder(patient, prp), do="start", courses__0__sessions=4, courses__0__spans__1__least="28",
        courses__0__agreed_sessions=4, preferred_staff=physician.id, weekdays=["3"], from_time="13", to_time="16:00",
        note_to_patient="Please eat before you come.",
    )  # fmt: skip
    plan = the_plan()
    assert answer.status_code == 303
    assert answer.location == f"/plan/{plan.id}"
    (course,) = plan.courses
    assert (plan.state, course.agreed_sessions, len(course.steps), len(course.sessions)) == (PlanState.ACTIVE, 4, 4, 4)
    assert own_gap(course.steps[2].gaps)["min"] == "28d"
    assert plan.preferences == {"weekdays": [3], "hours": [["13:00", "16:00"]]}
    assert course.live
    assert course.needs_booking
    assert course.maintenance is not None


def test_a_double_click_makes_one_plan(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    url = builder(patient, prp)
    fields = form_in(client.get(url))
    first, second = post(client, url, fields, do="draft"), post(client, url, fields, do="draft")
    assert first.location == second.location
    assert db.session.query(TreatmentPlan).count() == 1


def test_maintenance_can_be_left_out(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    send(client, builder(patient, prp), without=("courses-0-keeps",), do="draft")
    assert the_plan().courses[0].maintenance is None


def test_without_an_evaluation_a_plan_stays_a_draft(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    page = client.get(builder(patient, prp)).text
    assert "Evaluate now" in page
    refused = send(client, builder(patient, prp), do="start")
    assert refused.status_code == 422
    assert "No evaluation is valid today" in refused.text
    assert db.session.query(TreatmentPlan).count() == 0
    assert send(client, builder(patient, prp), do="draft").status_code == 303
    assert the_plan().state is PlanState.DRAFT


BAD = [
    ({"courses__0__spans__0__most": "10"}, "Enter them in order"),
    ({"courses__0__spans__0__ideal": "90"}, "Enter them in order"),
    ({"courses__0__sessions": "0"}, "Enter a whole number from 1 to 24"),
    ({"courses__0__sessions": "many"}, "Enter a whole number from 1 to 24"),
    ({"courses__0__spans__0__least": "3 moons"}, "Enter days such as 28, or 4w, 6m, 1y."),
    ({"courses__0__spans__0__least": "28x"}, "Enter days such as 28, or 4w, 6m, 1y."),
    ({"courses__0__spans__0__least": "-5"}, "Enter days such as 28, or 4w, 6m, 1y."),
    ({"courses__0__spans__0__least": ""}, "Please fill this in."),
    ({"courses__0__start": "31.2.2027"}, "Enter a day that exists"),
    ({"courses__0__start": ""}, "Please fill this in."),
    ({"courses__0__first__most": "2"}, "Enter them in order"),
    ({"courses__0__agreed_sessions": "0"}, "Enter a whole number from 1 to 99"),
    ({"first_day": "10.1.2027", "last_day": "5.1.2027"}, "The last day must not be before the first."),
    ({"from_time": "16", "to_time": "9"}, "The end must be later"),
    ({"note_to_patient": "x" * 10_000}, "at most 2000 characters"),
    ({"note_to_patient": "Guaranteed result"}, "“guaranteed” may not stand in what a patient reads"),
    ({"note_to_patient": "Size özel indirim var"}, "“indirim” may not stand in what a patient reads"),
    ({"note_to_patient": "Read www.evil.example first."}, "Web addresses cannot stand here"),
    ({"note_to_patient": "Stop your blood thinner."}, "as if a medicine should be stopped"),
    ({"courses__0__start": "1.1.2020"}, "cannot begin before today"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "words"), BAD)
def test_bad_input_is_told_beside_its_field_and_stays_typed(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, typed: dict[str, Any], words: str
) -> None:
    page = send(client, builder(patient, prp), do="draft", **typed)
    assert page.status_code == 422
    assert words in page.text
    assert "<title>Error:" in page.text
    fields = form_in(page)
    for name, value in typed.items():
        assert fields[name.replace("__", "-")] == value
    assert db.session.query(TreatmentPlan).count() == 0


def test_a_form_without_any_course_is_refused_in_words(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    page = client.post(builder(patient), data={"form_token": "x", "do": "draft"})
    assert page.status_code == 422
    assert "Choose at least one protocol." in page.text


def test_more_courses_than_a_plan_can_have_come_from_no_page(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    many = {f"courses__{n}__version_id": prp.id for n in range(5)}
    assert send(client, builder(patient, prp), do="preview", **many).status_code == 400


@pytest.mark.parametrize("sessions", ["3", "x"])
def test_rows_of_lengths_beyond_the_sessions_are_no_part_of_the_form(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, sessions: str
) -> None:
    rows = {f"courses__0__spans__{n}__least": 28 for n in range(200)} | {"courses__0__spans__77": 1}
    page = send(client, builder(patient, prp), do="preview", courses__0__sessions=sessions, **rows).text
    assert 'name="courses-0-spans-1-least"' in page
    assert 'name="courses-0-spans-23-least"' not in page


def test_a_protocol_retired_meanwhile_is_refused_in_words(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    fields = form_in(client.get(builder(patient, prp)))
    with transaction():
        db.session.get_one(ProtocolVersion, prp.id).state = VersionState.RETIRED
    page = post(client, builder(patient), fields, do="draft")
    assert page.status_code == 422
    assert "may no longer be used" in page.text


def test_an_area_outside_the_protocol_is_refused(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    assert send(client, builder(patient, prp), do="draft", courses__0__area="face").status_code == 422


def test_a_second_course_stands_beside_the_first(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    meso = a_protocol("mesotherapy_scalp")
    both = send(client, builder(patient, prp), do="combine", combine=meso.id)
    fields = form_in(both)
    assert fields["courses-1-sessions"] == "6"
    made = post(client, builder(patient), fields, do="draft", courses__1__after_step=1, courses__1__after_days=14)
    assert made.status_code == 303
    first, second = the_plan().courses
    assert (second.starts_after_course_id, second.starts_after_step, second.starts_after_days) == (first.id, 1, 14)
    assert second.due_earliest == date(2026, 12, 15)


def test_a_course_can_be_taken_out_again(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    meso = a_protocol("mesotherapy_scalp")
    both = form_in(send(client, builder(patient, prp), do="combine", combine=meso.id))
    left = form_in(post(client, builder(patient), both, do="remove-0"))
    assert [value for name, value in left.items() if name.endswith("version_id")] == [str(meso.id)]
    post(client, builder(patient), left, do="draft")
    assert [course.version_id for course in the_plan().courses] == [meso.id]


def test_the_librarys_combination_brings_both_courses_and_their_order(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    page = client.get(builder(patient))
    assert "Not approved yet: Mesotherapy, scalp" in page.text
    a_protocol("mesotherapy_scalp")
    url = builder(patient) + "?together=hair_support"
    assert url in client.get(builder(patient)).text
    assert send(client, url, do="draft").status_code == 303
    first, second = the_plan().courses
    assert (second.starts_after_course_id, second.starts_after_days, second.keep_apart_days) == (first.id, 14, 7)


def test_a_variant_brings_its_own_numbers(client: FlaskClient, patient: Patient, physician: StaffMember) -> None:
    needling = a_protocol("microneedling_face")
    page = send(client, builder(patient, needling), do="draft", courses__0__variant="acne_scar")
    fields = form_in(send(client, builder(patient, needling), do="preview", courses__0__variant="acne_scar"))
    assert page.status_code == 303
    assert (fields["courses-0-sessions"], fields["courses-0-spans-4-ideal"]) == ("6", "35")


def test_a_finding_that_forbids_is_shown_with_its_end_and_the_plan_is_made_on_hold(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, physician: StaffMember, noon: datetime
) -> None:
    an_evaluation(patient, physician)
    with transaction():
        db.session.add(Finding(patient_id=patient.id, rule="pregnant", since=TODAY, added_at=noon))
    page = client.get(builder(patient, prp)).text
    assert "On hold from the beginning" in page
    assert "Pregnancy" in page
    assert "until this is recorded: the end of the pregnancy" in page
    assert send(client, builder(patient, prp), do="start").status_code == 303
    plan = the_plan()
    assert plan.state is PlanState.ON_HOLD
    assert [held.rule for held in plan.holds] == ["pregnant"]
    assert not plan.courses[0].needs_booking


def test_an_infection_moves_the_dates_behind_its_fourteen_days(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, noon: datetime
) -> None:
    with transaction():
        db.session.add(Finding(patient_id=patient.id, rule="infection_body", since=TODAY, event_ended_on=TODAY, added_at=noon))
    page = client.get(builder(patient, prp)).text
    assert "from Tue 1 Dec to Mon 14 Dec" in page
    assert "Tue 15 Dec" in page


def test_only_a_physician_makes_plans(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    for somebody in (a_receptionist(), a_nurse()):
        sign_in(client, somebody)
        assert client.get(builder(patient, prp)).status_code == 403
        assert client.post(builder(patient), data={}).status_code == 403


def test_the_copy_is_the_patients_own(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    send(client, builder(patient, prp), do="draft", courses__0__spans__0__ideal="33")
    send(client, builder(a_patient("Can", "Er"), prp), do="draft")
    mine, other = db.session.query(Course).order_by(Course.id).all()
    assert own_gap(mine.steps[1].gaps)["ideal"] == "33d"
    assert own_gap(other.steps[1].gaps)["ideal"] == "30d"


def test_the_dates_lie_in_the_stay_as_far_as_they_can(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    """In town 10 December – 5 January: the second session (21 to 45 days later, best 30) still fits, the third does not."""
    page = send(client, builder(patient, prp), do="draft", first_day="10.12.2026", last_day="5.1.2027")
    assert page.status_code == 303
    shown = client.get(page.location).text
    first, second, third = read(the_plan().courses[0], TODAY).lines
    assert (first.due and first.due.earliest, first.due and first.due.latest) == (date(2026, 12, 10), date(2027, 1, 5))
    assert second.due is not None
    assert (second.due.earliest, second.due.recommended, second.due.latest) == (date(2026, 12, 31), date(2027, 1, 5), date(2027, 1, 5))
    assert (third.after_stay, "after the stay in town" in shown) == (True, True)
    assert "the patient is in town from then on" in shown


def test_a_series_set_to_begin_later_is_not_due_before(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    page = send(client, builder(patient, prp), do="draft", courses__0__start="31.1.2027")
    due = read(the_plan().courses[0], TODAY).next
    assert due is not None
    assert (due.earliest, due.recommended, due.latest) == (date(2027, 1, 31), date(2027, 1, 31), date(2027, 3, 2))
    assert "the day the series is set to begin" in client.get(page.location).text


def test_more_sessions_than_the_protocol_foresees_ask_for_a_reason_here_too(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion
) -> None:
    """PRP of the scalp may be extended to 4."""
    shown = send(client, builder(patient, prp), do="preview", courses__0__sessions=5)
    refused = post(client, builder(patient), form_in(shown), do="draft")
    assert refused.status_code == 422
    assert "The protocol foresees at most 4 sessions" in refused.text
    assert db.session.query(TreatmentPlan).count() == 0
    assert post(client, builder(patient), form_in(refused), do="draft", courses__0__why="dense scars").status_code == 303
    assert [(change.what, change.why) for change in the_plan().changes] == [("created", "dense scars")]


def test_a_course_behind_another_says_so_before_the_plan_is_made(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    meso = a_protocol("mesotherapy_scalp")
    both = form_in(send(client, builder(patient, prp), do="combine", combine=meso.id))
    page = post(client, builder(patient), both, do="preview", courses__1__after_step=1, courses__1__after_days=14).text
    assert "14 days after a session of the plan&#39;s other course on Tue 1 Dec 2026" in page
    assert page.count("the day the series is set to begin") == 1, "the first course alone: the second follows from the other"


def test_the_end_of_a_first_window_names_what_set_it(client: FlaskClient, patient: Patient, prp: ProtocolVersion) -> None:
    usual = client.get(builder(patient, prp)).text
    assert "Thu 31 Dec 2026, a month after the series is to begin" in usual
    stay = send(client, builder(patient, prp), do="preview", first_day="10.12.2026", last_day="5.1.2027").text
    assert "Tue 5 Jan 2027, the last day in town" in stay
