"""Somebody is away, a room is out, the clinic is closed: who is hit, where each can go, applied and taken back."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clinic import queries as clinic_queries
from app.errors import Refused
from app.messages import changes
from app.planning.obstacles import Code
from app.plans.health import reports
from app.plans.health.reports import NewReport
from app.replanning import actions
from app.replanning.actions import Choice
from app.replanning.page import WORKLIST
from app.replanning.proposals import propose
from app.replanning.unfit import unfit
from app.replanning.watch import ask_about_unfit
from app.schedule.free import resources
from app.schedule.free.offers import read_value
from models.appointment import Appointment, VisitKind, VisitState
from models.base import db, transaction
from models.clinic import Closure, Room
from models.message import ChangeSet
from models.staff import Absence, StaffMember
from models.task import StaffTask, TaskKind
from models.treatment import SessionState
from tests import builders
from tests.builders import sign_in
from tests.schedule.pages import fresh, token, words
from tests.schedule.scenes import Scene, a_scene, book, book_plain, claims_of, consent, days


def away(who: StaffMember, first: date, last: date) -> None:
    with transaction():
        db.session.add(Absence(staff_id=who.id, first_day=first, last_day=last))


def hit(now: datetime) -> list[tuple[int, set[Code]]]:
    return [(one.visit.id, {reason.code for reason in one.reasons}) for one in unfit(clinic_queries.location(), now)]


def a_booked_series(noon: datetime) -> tuple[Scene, list[Appointment]]:
    """Three sessions of a course, booked at their ideal days with the one physician there is."""
    scene = a_scene()
    return scene, [book(session, day, "10:00", noon) for session, day in zip(scene.sessions, (days(3), days(31), days(59)), strict=True)]


def test_a_visit_with_somebody_who_is_away_cannot_stay(app: Flask, noon: datetime) -> None:
    scene, visits = a_booked_series(noon)
    assert hit(noon) == []
    away(scene.physician, days(30), days(32))
    assert hit(noon) == [(visits[1].id, {Code.NOT_WORKING})]


def test_a_closed_day_and_a_room_out_of_use_hit_what_lies_there(app: Flask, noon: datetime) -> None:
    _scene, visits = a_booked_series(noon)
    with transaction():
        db.session.add(Closure(day=days(3), why="Repairs"))
    assert (visits[0].id, {Code.CLOSED}) in hit(noon)
    with transaction():
        db.session.get_one(Room, visits[2].room_id).active = False
    assert hit(noon)[-1] == (visits[2].id, {Code.OUT_OF_USE})


def test_the_proposal_keeps_windows_and_gaps_and_moves_as_little_as_can_be(app: Flask, noon: datetime) -> None:
    scene, _visits = a_booked_series(noon)
    away(scene.physician, days(30), days(32))
    place = clinic_queries.location()
    proposed = propose(place, unfit(place, noon), noon)
    (row,) = proposed.rows
    assert proposed.answer.proven
    assert row.offers[0].day in (days(29), days(33))
    assert [later.label for later in row.offers[0].later] == ["3"]
    assert len({offer.value for offer in row.offers}) == len(row.offers) == 3
    assert row.offers[0].day == row.offers[1].day != row.offers[2].day


def test_two_sessions_of_a_series_that_both_move_keep_the_gap_between_them(app: Flask, noon: datetime) -> None:
    scene, visits = a_booked_series(noon)
    away(scene.physician, days(25), days(60))
    place = clinic_queries.location()
    answer = propose(place, unfit(place, noon), noon).answer
    second, third = answer.slots[visits[1].id].day, answer.slots[visits[2].id].day
    assert second < days(25) or second > days(60)
    with transaction():
        chosen = [Choice(fresh(visit), answer.slots[visit.id]) for visit in visits[1:]]
        actions.apply(chosen, noon)
    assert [fresh(visit).local_day for visit in visits[1:]] == [second, third]
    assert hit(noon) == []


class TakenBack(Exception):
    """Ends a transaction that was only tried."""


def test_every_place_to_choose_from_can_really_be_had_beside_what_is_proposed_for_the_others(app: Flask, noon: datetime) -> None:
    scene, _visits = a_booked_series(noon)
    away(scene.physician, days(25), days(60))
    place = clinic_queries.location()
    proposed = propose(place, unfit(place, noon), noon)
    tried = [(row.visit.id, offer) for row in proposed.rows for offer in row.offers]
    assert len(tried) > len(proposed.rows)
    for visit_id, offer in tried:
        slots = {**proposed.answer.slots, visit_id: read_value(offer.value)}
        with suppress(TakenBack), transaction():
            actions.apply([Choice(fresh(row.visit), slots[row.visit.id]) for row in proposed.rows], noon)
            assert hit(noon) == []
            raise TakenBack


def test_what_follows_is_counted_from_where_the_sessions_that_move_too_would_lie(app: Flask, noon: datetime) -> None:
    scene, visits = a_booked_series(noon)
    away(scene.physician, days(25), days(60))
    place = clinic_queries.location()
    second, third = propose(place, unfit(place, noon), noon).rows
    (later,) = second.offers[0].later
    assert (later.visit_id, later.after) == (visits[2].id, third.offers[0].day)
    assert third.offers[0].gap_days == (third.offers[0].day - second.offers[0].day).days


def apply_all(noon: datetime) -> str:
    place = clinic_queries.location()
    with transaction():
        proposed = propose(place, unfit(place, noon), noon)
        chosen = [Choice(row.visit, proposed.answer.slots.get(row.visit.id)) for row in proposed.rows]
        return actions.apply(chosen, noon)


def test_what_was_applied_is_taken_back_to_the_very_place_though_the_person_is_still_away(app: Flask, noon: datetime) -> None:
    scene, visits = a_booked_series(noon)
    before = [(fresh(visit).starts_at, fresh(visit).performer_id, claims_of(fresh(visit))) for visit in visits]
    away(scene.physician, days(1), days(32))
    batch = apply_all(noon)
    assert hit(noon) == []
    assert [(fresh(visit).starts_at) for visit in visits[:2]] != [start for start, _, _ in before[:2]]
    with transaction():
        actions.take_back(batch, noon + timedelta(minutes=5))
    assert [(fresh(visit).starts_at, fresh(visit).performer_id, claims_of(fresh(visit))) for visit in visits] == before
    assert len(hit(noon)) == 2


def test_the_patient_is_told_once_after_ten_minutes_and_not_at_all_when_taken_back(app: Flask, noon: datetime) -> None:
    scene, _visits = a_booked_series(noon)
    away(scene.physician, days(1), days(32))
    later = noon + timedelta(hours=1)
    batch = apply_all(later)
    (told,) = db.session.query(ChangeSet).filter_by(batch=batch)
    assert told.patient_id == scene.patient.id
    assert told.mail_after == later + timedelta(minutes=10)
    assert len(told.changes) == 2
    with transaction():
        actions.take_back(batch, later + timedelta(minutes=5))
    assert not changes.is_told(told)
    assert told.undone_at is not None


def test_who_was_to_come_within_a_day_stands_on_the_call_list(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(1), "10:00", noon)
    away(scene.physician, days(1), days(2))
    batch = apply_all(noon)
    (task,) = db.session.query(StaffTask).filter_by(kind=TaskKind.NOT_AGREED)
    assert (task.subject_id, task.for_role, task.closed_at, task.due_on) == (visit.id, "reception", None, days(0))
    with transaction():
        actions.take_back(batch, noon)
    assert task.closed_as in ("undone", "over")
    assert fresh(visit).agreed


def test_who_finds_no_place_goes_back_to_the_worklist_and_can_be_taken_back_too(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(3), "10:00", noon)
    away(scene.physician, days(0), days(300))
    batch = apply_all(noon)
    assert fresh(visit).state is VisitState.CANCELLED
    assert scene.sessions[0].state is SessionState.PROPOSED
    assert scene.course.needs_booking
    with transaction():
        actions.take_back(batch, noon)
    assert fresh(visit).state is VisitState.BOOKED
    assert scene.sessions[0].state is SessionState.BOOKED


def test_a_visit_that_waits_for_the_physicians_decision_is_not_moved_into_the_pause_and_holds_up_nobody(app: Flask, noon: datetime) -> None:
    scene, visits = a_booked_series(noon)
    with transaction():
        reports.report(scene.patient, NewReport("fever since Monday"), noon)
    other = builders.a_patient("Mehmet", "Kaya", phone="+905321114499")
    beside = book_plain(other, VisitKind.CONSULTATION, days(3), "14:00", noon)
    away(scene.physician, days(3), days(3))
    place = clinic_queries.location()
    paused, free = propose(place, unfit(place, noon), noon).rows
    assert (paused.visit.id, paused.offers) == (visits[0].id, [])
    assert paused.nowhere[0].startswith("The plan is on hold then.")
    assert not [why for why in paused.nowhere if "another visit" in why]
    assert (free.visit.id, len(free.offers)) == (beside.id, 3)
    batch = apply_all(noon + timedelta(minutes=1))
    assert fresh(visits[0]).state is VisitState.CANCELLED
    with transaction():
        actions.take_back(batch, noon)
    assert (fresh(visits[0]).state, fresh(visits[0]).local_day) == (VisitState.BOOKED, days(3))


def test_why_a_visit_finds_no_place_names_the_session_that_stays(app: Flask, noon: datetime) -> None:
    scene, visits = a_booked_series(noon)
    away(scene.physician, days(31), days(31))
    with transaction():
        db.session.add_all(Closure(day=days(n), why="Repairs") for n in range(1, 40) if n not in (3, 31))
        db.session.add(Absence(staff_id=scene.physician.id, first_day=days(60), last_day=days(300), why=""))
    place = clinic_queries.location()
    (row,) = propose(place, unfit(place, noon), noon).rows
    assert row.visit.id == visits[1].id
    assert any(why.startswith("A later session, which stays, would then lie outside its days.") for why in row.nowhere)


def test_a_visit_may_take_the_place_that_another_one_gives_free(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    other = builders.a_patient("Mehmet", "Kaya", phone="+905321114499")
    first = book(scene.sessions[0], days(3), "10:00", noon)
    second = book_plain(other, VisitKind.CONSULTATION, days(3), "12:00", noon)
    hands_on = fresh(first).hands_on_after
    there, here = (read_value(f"{days(3)} {minute} {scene.physician.id} 0") for minute in (12 * 60 - hands_on, 10 * 60 + hands_on))
    with pytest.raises(Refused), transaction():
        actions.apply([Choice(fresh(first), there)], noon)
    with transaction():
        actions.apply([Choice(fresh(first), there), Choice(fresh(second), here)], noon)
    assert fresh(first).hands_on_at - fresh(second).hands_on_at == timedelta(hours=2) - timedelta(minutes=hands_on)


def test_who_may_not_call_patients_is_not_led_to_the_call_list(client: FlaskClient, noon: datetime) -> None:
    a_booked_series(noon)
    doors = []
    for somebody in (builders.a_receptionist(), builders.a_manager()):
        sign_in(client, somebody)
        doors.append("Open the call list" in client.get("/replan").text)
    assert doors == [True, False]


def test_the_page_shows_who_is_hit_applies_what_was_chosen_and_takes_it_back(client: FlaskClient, noon: datetime) -> None:
    scene, visits = a_booked_series(noon)
    sign_in(client, builders.a_receptionist())
    assert "Every booked visit can stay where it is." in words(client.get("/replan"))
    away(scene.physician, days(30), days(32))
    page = client.get("/replan")
    assert page.status_code == 200
    assert "Not working then: Dr. Burcu Çelen." in words(page)
    value = page.text.split(f'name="to{visits[1].id}"')[1].split('value="')[1].split('"')[0]
    fields = {"form_token": token(page), f"to{visits[1].id}": value, f"seen{visits[1].id}": fresh(visits[1]).version}
    answer = client.post("/replan", data=fields, follow_redirects=True)
    assert "1 visit is re-planned." in words(answer)
    assert fresh(visits[1]).local_day not in (days(30), days(31), days(32))
    batch = answer.text.split('name="batch" value="')[1].split('"')[0]
    assert "Everything is as it was." in words(client.post("/replan/undo", data={"batch": batch}, follow_redirects=True))
    assert fresh(visits[1]).local_day == days(31)


def test_a_visit_changed_meanwhile_stops_everything_in_words(client: FlaskClient, noon: datetime) -> None:
    scene, visits = a_booked_series(noon)
    sign_in(client, builders.a_receptionist())
    away(scene.physician, days(1), days(32))
    page = client.get("/replan")
    fields = {"form_token": token(page)}
    for visit in visits[:2]:
        fields[f"to{visit.id}"] = page.text.split(f'name="to{visit.id}"')[1].split('value="')[1].split('"')[0]
        fields[f"seen{visit.id}"] = str(fresh(visit).version)
    fields[f"seen{visits[1].id}"], fields[f"to{visits[0].id}"] = "99", WORKLIST
    answer = client.post("/replan", data=fields)
    assert answer.status_code == 422
    assert "was changed meanwhile" in words(answer)
    assert f'name="to{visits[0].id}" id="to{visits[0].id}-0" value="{WORKLIST}" checked' in answer.text  # what was chosen stays chosen
    assert fresh(visits[0]).local_day == days(3)


def test_of_several_patients_the_one_who_cannot_go_there_is_named(app: Flask, noon: datetime) -> None:
    _, visits = a_booked_series(noon)
    other = builders.a_patient("Mehmet", "Kaya", phone="+905321114499")
    second = book_plain(other, VisitKind.CONSULTATION, days(3), "12:00", noon)
    to = [Choice(visits[0], read_value(f"{days(4)} 600 0 0")), Choice(second, read_value(f"{days(5)} 180 0 0"))]
    with pytest.raises(Refused, match=r"^Mehmet Kaya: The clinic"), transaction():
        actions.apply([Choice(fresh(one.visit), one.slot) for one in to], noon)


def test_an_unknown_batch_is_nothing_to_undo(client: FlaskClient, noon: datetime) -> None:
    a_scene()
    sign_in(client, builders.a_receptionist())
    answer = client.post("/replan/undo", data={"batch": "x" * 200}, follow_redirects=True)
    assert "There is nothing to undo." in words(answer)


def test_a_visit_that_cannot_stay_is_a_task_until_it_lies_elsewhere(client: FlaskClient, noon: datetime) -> None:
    scene, visits = a_booked_series(noon)
    away(scene.physician, days(30), days(32))
    watch(noon)
    watch(noon)
    (task,) = db.session.query(StaffTask).filter_by(kind=TaskKind.CANNOT_STAY)
    assert (task.subject_id, task.closed_at) == (visits[1].id, None)
    sign_in(client, builders.a_receptionist())
    assert 'href="/replan"' in client.get("/work?list=other").text
    apply_all(noon)
    watch(noon)
    assert task.closed_as == "over"


def watch(now: datetime) -> None:
    with transaction():
        ask_about_unfit(now)


def test_the_command_says_what_an_absence_would_hit_and_changes_nothing(app: Flask, noon: datetime) -> None:
    scene, visits = a_booked_series(noon)
    away_then = ["--absent", scene.physician.name, "--from", str(days(30)), "--to", str(days(32)), "--dry"]
    runner = app.test_cli_runner()
    answer = json.loads(runner.invoke(args=["replan", *away_then, "--json"]).output)
    assert [one["visit"] for one in answer["visits"]] == [visits[1].id]
    assert answer["proven"]
    assert "1 visits, 1 with a new place" in runner.invoke(args=["replan", *away_then]).output
    assert hit(noon) == []
    assert "name one member of staff" in runner.invoke(args=["replan", "--absent", "Nobody", "--dry"]).output
    assert "Name the days" in runner.invoke(args=["replan", "--absent", scene.physician.name, "--dry"]).output


def test_two_visits_share_two_nurses_as_only_both_together_can(app: Flask, noon: datetime) -> None:
    """The first alone would take the nurse who is there all day; the second needs that one, for the other goes home early."""
    scene, other_doctor, early = a_scene(), builders.a_physician("Dr. Ali Er"), builders.a_nurse("Selin Ay")
    mehmet = builders.a_patient("Mehmet", "Kaya", phone="+905321114401")
    builders.an_evaluation(mehmet, scene.physician)
    his = builders.a_course(builders.a_plan(mehmet, scene.physician), scene.course.protocol_version)
    consent(his, scene.physician)
    visits = [book(scene.sessions[0], days(3), "10:00", noon), book(his.sessions[0], days(3), "15:00", noon)]
    with transaction():
        db.session.add(Absence(staff_id=early.id, first_day=days(4), last_day=days(4), from_time=time(11, 15), to_time=time(19)))
    wanted = [(600, scene.physician), (620, other_doctor)]
    with transaction():
        slots = [resources.wanted(days(4), start, who.id) for start, who in wanted]
        actions.apply([Choice(fresh(visit), slot) for visit, slot in zip(visits, slots, strict=True)], noon)
    helpers = [
        {claim.staff_id for claim in fresh(visit).claims if claim.staff_id} - {who.id}
        for visit, (_, who) in zip(visits, wanted, strict=True)
    ]
    assert helpers[1] == {scene.nurse.id}
    assert early.id in helpers[0]
