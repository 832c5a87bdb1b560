"""What must be clear before treatment starts, and who reads what of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.errors import Refused
from app.schedule import flow
from app.schedule.day import preflight, preflight_facts
from app.schedule.day.check import Check
from models.appointment import Appointment, VisitKind, VisitState
from models.base import db, transaction
from models.patient import Consent, Evaluation, Finding, PatientReport, Suitability
from models.product import Lot
from models.treatment import Hold, PlanState, Review, ReviewResult
from tests import builders
from tests.builders import EARLY
from tests.schedule.pages import Counted
from tests.schedule.scenes import Scene, a_scene, another_patient, at, book, book_plain, consent, days


def a_visit(protocol: str = "prp_scalp", **more: Any) -> tuple[Scene, Appointment]:
    scene = a_scene(protocol, **more)
    return scene, book(scene.sessions[0], days(2), "10:00", at(days(0), "12:00"))


def checks(visit: Appointment, clinical: bool = True) -> list[Check]:
    return preflight.checks(visit, clinical)


def said(visit: Appointment, clinical: bool = True) -> list[tuple[str, str, str | None]]:
    return [(check.code, check.words, check.blocks) for check in checks(visit, clinical)]


def there_is(row: type[Any], **values: Any) -> None:
    with transaction():
        db.session.add(row(**values))


def test_an_evaluated_patient_with_consent_is_clear(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit()
    assert checks(visit) == []


def test_a_missing_consent_blocks_the_start_until_it_is_signed(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit(consented=False)
    assert said(visit) == [("consent", "Consent missing", "start")]
    consent(scene.course, scene.physician)
    assert checks(visit) == []


def test_a_consent_that_was_withdrawn_is_missing(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit()
    with transaction():
        db.session.query(Consent).one().withdrawn_at = noon
    assert said(visit) == [("consent", "Consent missing", "start")]


def test_without_a_signature_the_physician_comes_first(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit(evaluated=False)
    assert said(visit, clinical=False) == [("evaluation", "Physician first", "start")]
    assert said(visit) == [("evaluation", "Evaluation to be signed", "start")]


def test_the_newest_evaluation_decides(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit()
    builders.an_evaluation(scene.patient, scene.physician, days(1), suitability=Suitability.NOT_NOW)
    assert [check.code for check in checks(visit)] == ["evaluation"]


def test_of_two_evaluations_of_one_day_the_later_one_decides(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit(evaluated=False)
    for suitability in (Suitability.SUITABLE, Suitability.NOT_NOW):
        builders.an_evaluation(scene.patient, scene.physician, days(0), suitability=suitability)
    assert [check.code for check in checks(visit)] == ["evaluation"]


def test_an_evaluation_that_was_not_signed_is_none(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit()
    with transaction():
        db.session.query(Evaluation).one().signed_at = None
    assert [check.code for check in checks(visit)] == ["evaluation"]


def test_reception_never_reads_why(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit()
    there_is(Finding, patient_id=scene.patient.id, rule="pregnant", since=days(0), added_at=EARLY)
    assert said(visit, clinical=False) == [("finding", "Health answer: the physician decides", "start")]
    (check,) = checks(visit)
    assert check.words.startswith("Pregnancy")


def test_a_finding_that_was_cleared_stands_in_nobodys_way(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit()
    there_is(Finding, patient_id=scene.patient.id, rule="pregnant", since=days(-300), added_at=EARLY, cleared_at=EARLY)
    assert checks(visit) == []


def test_what_only_warns_is_for_clinical_eyes(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit()
    there_is(Finding, patient_id=scene.patient.id, rule="nsaid", since=days(0), added_at=EARLY)
    assert said(visit, clinical=False) == []
    assert said(visit) == [("finding", "Note: Anti-inflammatory painkiller", None)]


def test_an_allergy_is_told_to_everybody_who_is_near(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit()
    there_is(Finding, patient_id=scene.patient.id, rule="allergy_product", product="exosome", since=days(0), added_at=EARLY)
    assert said(visit, clinical=False) == [("allergy", "Allergy: tell the nurse", None)]
    assert said(visit) == [("allergy", "Allergy: exosome, since Tue 1 Dec 2026", None)]


def test_an_allergy_to_what_is_used_blocks(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit()
    there_is(Finding, patient_id=scene.patient.id, rule="allergy_product", product="prp_kit", since=days(0), added_at=EARLY)
    assert said(visit, clinical=False) == [("allergy", "Allergy: tell the nurse", "start")]


def test_what_a_patient_reports_waits_for_the_physician(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit()
    there_is(PatientReport, patient_id=scene.patient.id, words="I take a new pill", at=EARLY)
    assert said(visit, clinical=False) == [("report", "Health answer: the physician decides", "start")]
    assert said(visit) == [("report", "Patient reports: I take a new pill", "start")]


def test_a_report_under_a_rule_the_protocol_does_not_ask_about_is_no_matter(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit()
    there_is(PatientReport, patient_id=scene.patient.id, words="epilepsy", rule="photo_epilepsy", at=EARLY)
    assert checks(visit) == []


def test_a_hold_says_paused_and_to_clinical_eyes_why(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit()
    there_is(Hold, plan_id=scene.plan.id, from_day=days(0), until_day=days(20), reason="moves house", made_at=EARLY)
    assert said(visit, clinical=False) == [("paused", "Paused", "start")]
    assert said(visit) == [("paused", "Paused: moves house, until Mon 21 Dec 2026", "start")]


def test_a_hold_that_ends_before_the_visit_is_over(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit()
    there_is(Hold, plan_id=scene.plan.id, from_day=days(0), until_day=days(1), made_at=EARLY)
    assert checks(visit) == []


def test_a_draft_waits_for_its_start(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit()
    with transaction():
        scene.plan.state = PlanState.DRAFT
    assert said(visit) == [("plan", "The plan is not started", "start")]


def test_a_review_that_is_due_waits_for_the_physicians_look(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    for n, session in enumerate(scene.sessions[:3]):
        builders.done(session, days(-90 + 30 * n))
    consent(scene.course, scene.physician)
    visit = book(scene.sessions[3], days(95), "10:00", noon)
    assert said(visit) == [("review", "Review due after session 3", "start")]
    there_is(Review, course_id=scene.course.id, after_step=3, done_on=days(0), result=ReviewResult.CONTINUE)
    assert checks(visit) == []


def test_a_patch_test_comes_two_days_before_the_first_light(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit("laser_hair_face")
    assert said(visit) == [("patch_test", "Patch test missing", "start")]
    test = builders.a_visit(
        scene.patient, at(days(1), "10:00"), kind=VisitKind.PATCH_TEST, state=VisitState.DONE, course_id=scene.course.id
    )
    assert [check.code for check in checks(visit)] == ["patch_test"]
    with transaction():
        test.starts_at = visit.starts_at - timedelta(hours=48)
    assert checks(visit) == []


def test_a_lot_is_asked_for_once_the_patient_is_here_and_blocks_only_done(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(0), "12:00", noon)
    with transaction():
        flow.arrive(visit, noon)
    assert said(visit) == [("lot", "Lot missing", "done")]
    with transaction():
        flow.start(visit, noon)
    with pytest.raises(Refused, match="Lot missing"), transaction():
        flow.done(visit, noon)
    builders.a_lot_use(scene.sessions[0], builders.a_lot())
    with transaction():
        flow.done(visit, noon)
    assert visit.state is VisitState.DONE


def test_who_treats_hears_that_no_lot_of_the_day_is_set(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(0), "12:00", noon)
    lot = builders.a_lot()
    with transaction():
        flow.arrive(visit, noon)
    assert said(visit) == [("lot", "Lot missing", "done"), ("lot_of_the_day", "No lot of the day", None)]
    assert said(visit, clinical=False) == [("lot", "Lot missing", "done")]
    with transaction():
        db.session.get_one(Lot, lot.id).default_on = days(0)
    assert said(visit) == [("lot", "Lot missing", "done")]


@pytest.mark.parametrize(("changes", "words"), [({"expires_on": days(-1)}, "Lot expired"), ({"frozen_at": EARLY}, "Lot recalled")])
def test_an_expired_or_recalled_lot_blocks(app: Flask, noon: datetime, changes: dict[str, Any], words: str) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(0), "12:00", noon)
    with transaction():
        flow.arrive(visit, noon)
    builders.a_lot_use(scene.sessions[0], builders.a_lot(**changes))
    assert said(visit) == [("lot", words, "done")]


def test_start_waits_and_says_what_for(app: Flask, noon: datetime) -> None:
    scene = a_scene(consented=False)
    visit = book(scene.sessions[0], days(0), "12:00", noon)
    with transaction():
        flow.arrive(visit, noon)
    with pytest.raises(Refused, match="Consent missing"), transaction():
        flow.start(visit, noon)
    with pytest.raises(Refused, match="Consent missing"), transaction():
        flow.done(visit, noon)
    assert visit.state is VisitState.ARRIVED


def test_a_consultation_has_nothing_to_clear(app: Flask, noon: datetime) -> None:
    scene = a_scene(evaluated=False)
    there_is(Finding, patient_id=scene.patient.id, rule="pregnant", since=days(0), added_at=EARLY)
    visit = book_plain(scene.patient, VisitKind.CONSULTATION, days(2), "10:00", noon)
    assert checks(visit) == []


def test_an_unknown_birth_date_is_said_where_a_lowest_age_is_set(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit()
    with transaction():
        scene.patient.birth_date = None
        scene.course.protocol_version.content = {**scene.course.protocol_version.content, "min_age": 18}
        scene.course.protocol_version.version += 1
    assert said(visit, clinical=False) == [("age", "Birth date missing", None)]
    with transaction():
        scene.patient.birth_date = days(-17 * 365)
    assert said(visit) == [("finding", "Too young for this protocol", "start")]


def test_a_fix_leads_only_to_pages_that_exist(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit(consented=False)
    (check,) = checks(visit)
    assert Check("x", "x", endpoint="no.such_page").fix_url is None
    with app.test_request_context():
        assert (check.fix_url is None) == (check.endpoint not in app.view_functions)


def test_the_checks_of_many_visits_are_one_query(app: Flask, noon: datetime) -> None:
    scene, first = a_visit(consented=False)
    for n in range(3):
        other = another_patient(f"Hasta{n}", n, scene.physician)
        course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
        book(course.sessions[0], days(7 + n), "10:00", noon)
    loaded = db.session.query(Appointment).all()
    owners = [preflight_facts.owners_of(visit) for visit in loaded]  # and what the checks read of the visits themselves
    assert [preflight.checks(visit, True) for visit in loaded]
    assert len(loaded) == 4
    assert first in loaded
    with Counted() as asked:
        facts = preflight_facts.read(owners)
        found = {visit.id: preflight.checks_from(facts, visit, True) for visit in loaded}
    assert len([statement for statement in asked.statements if statement.startswith("SELECT")]) == 1
    assert all([check.code for check in found[visit.id]] == ["consent"] for visit in loaded)
