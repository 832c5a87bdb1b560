"""A patient who came late: what the row says, what a press does, and that one Undo puts everything back."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.schedule import flow
from models import clock
from models.appointment import Appointment, Claim, VisitState
from models.base import db, transaction
from models.clinic import Room
from models.lateness import LateDecision, LateWay
from models.message import Message, MessageState
from models.staff import StaffMember
from tests import builders
from tests.builders import TODAY
from tests.schedule import pages
from tests.schedule.scenes import Scene, a_scene, another_patient, at, book, claims_of, days

DESK, DOCTOR = "Deniz Ak", "Dr. Burcu Çelen"


@pytest.fixture
def numbed(app: object, noon: datetime) -> Scene:
    """A protocol with cream; reception can sign in."""
    scene = a_scene("microneedling_face")
    builders.a_receptionist()
    return scene


@pytest.fixture
def late(numbed: Scene) -> Appointment:
    """Booked for 12:30, came at 12:47."""
    visit = book(numbed.sessions[0], TODAY, "12:30", at(TODAY, "12:00"), performer=numbed.physician, room_id=room("Room 1").id)
    with transaction():
        flow.arrive(visit, at(TODAY, "12:47"))
    return visit


def room(name: str) -> Room:
    return db.session.query(Room).filter_by(name=name).one()


def taken(scene: Scene, begin: str, minutes: int = 60, **what: object) -> Appointment:
    """Somebody else is booked then, with the physician unless it is said otherwise."""
    other = another_patient("Mehmet", 7)
    return builders.a_visit(other, at(TODAY, begin), minutes=minutes, kind="consultation", **{"performer": scene.physician} | what)


def ask(client: FlaskClient, visit: Appointment, who: str = DESK, moment: str = "12:48", where: str = "?at=day") -> TestResponse:
    with clock.set_to(at(TODAY, moment)):
        builders.sign_in(client, db.session.query(StaffMember).filter_by(name=who).one())
        return client.get(f"/visits/{visit.id}/late{where}")


def press(client: FlaskClient, visit: Appointment, way: str, who: str = DESK, moment: str = "12:49", **more: object) -> TestResponse:
    with clock.set_to(at(TODAY, moment)):
        builders.sign_in(client, db.session.query(StaffMember).filter_by(name=who).one())
        return client.post(f"/visits/{visit.id}/late/{way}", data={"seen": pages.fresh(visit).version}, query_string=more)


def undo(client: FlaskClient, visit: Appointment, moment: str = "12:50") -> Appointment:
    with clock.set_to(at(TODAY, moment)):
        client.post(f"/visits/{visit.id}/undo", data={"seen": pages.fresh(visit).version})
    return pages.fresh(visit)


def standing() -> list[LateWay]:
    return [one.way for one in db.session.query(LateDecision).filter(LateDecision.undone_at.is_(None))]


def lies(visit: Appointment) -> tuple[object, ...]:
    found = pages.fresh(visit)
    return found.state, found.local_day, found.local_time, found.hands_on_at, found.room_id, claims_of(found)


def test_the_row_of_a_late_patient_says_so_and_asks_what_now(client: FlaskClient, late: Appointment, numbed: Scene) -> None:
    builders.sign_in(client, numbed.nurse)
    found = client.get("/day")
    assert "came 17 min late" in pages.row(found, late)
    assert f'hx-get="/visits/{late.id}/late?at=day"' in found.text


def test_ten_minutes_are_not_late(client: FlaskClient, numbed: Scene) -> None:
    visit = book(numbed.sessions[0], TODAY, "12:30", at(TODAY, "12:00"))
    with transaction():
        flow.arrive(visit, at(TODAY, "12:40"))
    assert "min late" not in pages.row(_day(client, numbed), visit)
    assert ask(client, visit).status_code == 204


def test_where_everything_still_fits_it_says_until_when(client: FlaskClient, late: Appointment) -> None:
    said = pages.words(ask(client, late))
    assert "All of it still fits, until 14:08" in said
    assert "As planned" in said
    assert "Without cream" not in said


def test_where_it_does_not_fit_it_says_why_who_would_wait_and_what_else(client: FlaskClient, late: Appointment, numbed: Scene) -> None:
    taken(numbed, "13:40")
    said = pages.words(ask(client, late))
    assert "It does not fit any more" in said
    assert "If it goes on, Mehmet Kaya waits" in said
    assert "Without cream it would fit: a physician decides." in said
    assert "Without cream – Ayşe Yılmaz until" in pages.words(ask(client, late, DOCTOR))


def test_as_planned_leaves_the_plan_of_the_day_as_it_is(client: FlaskClient, late: Appointment, numbed: Scene) -> None:
    before = lies(late)
    press(client, late, "as_planned")
    assert lies(late) == before
    assert standing() == [LateWay.AS_PLANNED]
    assert "came 17 min late · as planned" in pages.row(_day(client, numbed), late)
    undo(client, late)
    assert (lies(late), standing()) == (before, [])


def test_another_room_is_claimed_from_now_on_and_undo_claims_the_first_again(client: FlaskClient, late: Appointment, numbed: Scene) -> None:
    claim_room(taken(numbed, "13:40", performer=None), "Room 1")
    before = lies(late)
    assert "Room 2 – Ayşe Yılmaz until" in pages.words(ask(client, late))
    press(client, late, "other_room", room=room("Room 2").id)
    found = pages.fresh(late)
    assert (found.room_id, found.local_time, found.state) == (room("Room 2").id, late.local_time, VisitState.ARRIVED)
    assert min(claim.starts_at for claim in found.claims) == at(TODAY, "12:49"), "claims begin when it really begins"
    undo(client, late)
    assert (lies(late), standing()) == (before, [])


def test_without_cream_is_a_physicians_and_the_row_asks_for_none_any_more(client: FlaskClient, late: Appointment, numbed: Scene) -> None:
    builders.a_lot("numbing_cream", "C-1")
    taken(numbed, "13:40")
    assert press(client, late, "without-cream").status_code == 403
    before = lies(late)
    press(client, late, "without-cream", DOCTOR, room=room("Room 1").id)
    assert standing() == [LateWay.WITHOUT_CREAM]
    assert "numbing" not in {claim.phase for claim in pages.fresh(late).claims}
    assert pages.primary(_day(client, numbed), late) == ["Start"]
    undo(client, late)
    assert (lies(late), standing()) == (before, [])


def test_not_treated_after_another_room_comes_back_to_that_room(client: FlaskClient, late: Appointment, numbed: Scene) -> None:
    claim_room(taken(numbed, "13:40", performer=None), "Room 1")
    press(client, late, "other_room", room=room("Room 2").id)
    before = lies(late)
    with transaction():
        flow.not_treated(pages.fresh(late), at(TODAY, "12:50"), "refused")
    assert not pages.fresh(late).claims
    undo(client, late, "12:51")
    assert (lies(late), standing()) == (before, [LateWay.OTHER_ROOM])


def test_later_today_the_patient_waits_here_and_no_mail_goes(client: FlaskClient, late: Appointment, numbed: Scene) -> None:
    before = lies(late)
    press(client, late, "later_today", slot=f"{TODAY} {15 * 60} 0 0")
    assert "Ayşe Yılmaz: arrived, later today: Tue 1 Dec 15:00" in pages.words(_day(client, numbed))
    found = pages.fresh(late)
    assert (found.state, f"{found.local_time:%H:%M}", standing()) == (VisitState.ARRIVED, "15:00", [LateWay.LATER_TODAY])
    assert not db.session.query(Message).filter_by(kind="moved", state=MessageState.WAITING).count()
    assert ask(client, late).status_code == 204, "nobody is late for the new time"
    undo(client, late)
    assert (lies(late), standing()) == (before, [])


def test_on_another_day_it_ends_untreated_and_the_session_is_booked_again(client: FlaskClient, late: Appointment, numbed: Scene) -> None:
    before, session = lies(late), numbed.sessions[0]
    press(client, late, "another_day", slot=f"{days(2)} {10 * 60} 0 0")
    found = pages.fresh(late)
    assert (found.state, found.statuses[-1].why) == (VisitState.NOT_TREATED, "late")
    again = db.session.query(Appointment).filter(Appointment.id != late.id).one()
    assert (again.local_day, [link.session_id for link in again.sessions]) == (days(2), [session.id])
    undo(client, late)
    assert (lies(late), standing()) == (before, [])
    assert pages.fresh(again).state is VisitState.CANCELLED


@pytest.mark.parametrize(
    ("way", "slot"), [("later_today", "2026-12-03 600 0 0"), ("another_day", "2026-12-01 900 0 0"), ("later_today", "soon")]
)
def test_a_time_that_is_none_of_those_is_refused_and_changes_nothing(client: FlaskClient, late: Appointment, way: str, slot: str) -> None:
    before = lies(late)
    press(client, late, way, slot=slot)
    assert (lies(late), standing()) == (before, [])


def test_a_room_that_was_taken_meanwhile_is_refused_in_words(client: FlaskClient, late: Appointment, numbed: Scene) -> None:
    claim_room(taken(numbed, "13:00", performer=None), "Room 2")
    before = lies(late)
    press(client, late, "other_room", room=room("Room 2").id)
    assert "Room 2" in pages.words(_day(client, numbed))
    assert (lies(late), standing()) == (before, [])


def test_once_decided_or_begun_there_is_nothing_to_decide(client: FlaskClient, late: Appointment) -> None:
    press(client, late, "as_planned")
    press(client, late, "later_today", slot=f"{TODAY} {15 * 60} 0 0")
    assert standing() == [LateWay.AS_PLANNED]
    assert ask(client, late, where="").status_code == 303


@pytest.mark.parametrize("way", ["as_planned", "without-cream", "other_room?room=1"])
def test_of_a_visit_of_yesterday_nothing_is_decided(client: FlaskClient, late: Appointment, way: str) -> None:
    with clock.set_to(at(days(1), "10:00")):
        builders.sign_in(client, db.session.query(StaffMember).filter_by(name=DOCTOR).one())
        client.post(f"/visits/{late.id}/late/{way}", data={"seen": pages.fresh(late).version})
    assert standing() == []


def test_a_second_press_of_the_same_button_does_it_once(client: FlaskClient, late: Appointment) -> None:
    seen = late.version
    press(client, late, "as_planned")
    with clock.set_to(at(TODAY, "12:49")):
        client.post(f"/visits/{late.id}/late/as_planned", data={"seen": seen})
    assert standing() == [LateWay.AS_PLANNED]


def test_the_arrival_is_taken_back_after_the_decision(client: FlaskClient, late: Appointment) -> None:
    press(client, late, "as_planned")
    assert undo(client, late).state is VisitState.ARRIVED
    assert undo(client, late).state is VisitState.BOOKED


def test_the_page_has_the_same_without_a_script(client: FlaskClient, late: Appointment) -> None:
    answer = ask(client, late, where="")
    said = pages.words(answer)
    assert "Planned at 12:30, came 17 min late" in said
    assert "All of it still fits" in said
    assert f"/visits/{late.id}/late/as_planned" in answer.text


def claim_room(visit: Appointment, name: str) -> None:
    with transaction():
        there = db.session.get_one(Appointment, visit.id)
        there.claims.append(Claim(phase="procedure", room_id=room(name).id, starts_at=there.starts_at, ends_at=there.ends_at))


def _day(client: FlaskClient, scene: Scene) -> TestResponse:
    with clock.set_to(at(TODAY, "12:51")):
        builders.sign_in(client, scene.nurse)
        return client.get("/day")
