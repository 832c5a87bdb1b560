"""The week: days beside each other, cards between hours, of one practitioner, one room or everybody."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from flask.testing import FlaskClient

from app.schedule import actions
from app.schedule.week.cards import Place
from models.appointment import Appointment, Claim, VisitKind
from models.base import db, transaction
from models.clinic import Closure, Room
from models.event import Event
from models.staff import Absence
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import Counted, words
from tests.schedule.scenes import Scene, another_patient, book, book_plain, days


def card(html: str, visit_id: int) -> str:
    """A visit's entry, with the classes that say where it stands."""
    found = re.search(rf'<li class="[^"]*"><a [^>]*id="w{visit_id}".*?</li>', html, re.DOTALL)
    assert found, "no card"
    return found[0]


def test_a_visit_stands_on_its_day_between_its_hours_with_its_name_and_state(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(1), "13:50", noon)
    page = desk.get("/week")
    text = card(page.text, visit.id)
    assert 'class="h4 m10 ' in text  # 13:50 is four hours and ten twelfths after 9
    said = re.sub(r"<[^>]+>|\s+", " ", text)
    for part in ("13:50", "Ayşe Yılmaz", "PRP, scalp", "1 of 3", "Booked", "Room 1"):
        assert part in said
    assert "Mon 30 Nov – Sat 5 Dec" in words(page)
    assert "Everybody · 1 visit" in words(page)


def test_a_practitioner_sees_the_own_week_first(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    other = builders.a_physician("Dr. Ali Er")
    visit = book_plain(another_patient(), VisitKind.CONSULTATION, days(1), "10:00", noon)
    with transaction():
        db.session.get_one(Appointment, visit.id).performer_id = other.id
        db.session.query(Claim).filter(Claim.staff_id.is_not(None)).update({"staff_id": other.id})
    builders.sign_in(client, scene.physician)
    assert "Dr. Burcu Çelen · 0 visits" in words(client.get("/week"))
    assert "Everybody · 1 visit" in words(client.get("/week?of=all"))


def test_the_week_of_one_practitioner_or_room_leaves_out_the_others(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(1), "13:50", noon)
    rooms = {room.name: room.id for room in db.session.query(Room)}
    assert "1 visit" in words(desk.get(f"/week?of=p{visit.performer_id}"))
    assert "1 visit" in words(desk.get(f"/week?of=r{visit.room_id}"))
    empty = next(key for key in rooms.values() if key != visit.room_id)
    assert "0 visits" in words(desk.get(f"/week?of=r{empty}"))
    assert desk.get("/week?of=p999999&go=").status_code == 200


def test_visits_at_one_time_stand_side_by_side(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    builders.a_physician("Dr. Ali Er")
    visits = [book_plain(another_patient(f"Hasta{n}", n), VisitKind.CONSULTATION, days(1), "10:00", noon) for n in (1, 2)]
    page = desk.get("/week?of=all").text
    lanes = [re.search(r" l(\d)", card(page, visit.id))[1] for visit in visits]
    assert sorted(lanes) == ["1", "2"]
    assert "lanes-2" in page


def test_closed_and_absent_times_are_shut(scene: Scene, desk: FlaskClient) -> None:
    whole = desk.get(f"/week?of=p{scene.physician.id}").text.count('class="shut')
    with transaction():
        db.session.add(Closure(day=days(2), from_time=time(13), why="Half day"))
        db.session.add(Absence(staff_id=scene.physician.id, first_day=days(3), last_day=days(3), why="Away"))
    page = desk.get(f"/week?of=p{scene.physician.id}")
    assert page.text.count('class="shut') == whole + 2
    assert 'class="shut h4 m0 dh6 dm0 l1"' in page.text  # closed from 13 to 19
    assert "Not working" in words(page)


def test_a_week_without_hours_says_so_and_where_they_are_set(scene: Scene, client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_manager())
    with transaction():
        db.session.add(Absence(staff_id=scene.physician.id, first_day=TODAY, last_day=TODAY + timedelta(days=30), why="Away"))
    page = client.get(f"/week/{days(7)}?of=p{scene.physician.id}")
    assert "No working hours in this week for: Dr. Burcu Çelen" in words(page)
    assert 'href="/settings"' in page.text


def test_who_may_not_see_plans_reads_nothing_of_the_treatment(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    book(scene.sessions[0], days(1), "13:50", noon)
    builders.sign_in(client, builders.a_manager())
    page = words(client.get("/week"))
    assert "Ayşe Yılmaz" in page
    assert "PRP" not in page
    assert "1 of 3" not in page


def test_a_cancelled_visit_is_not_in_the_week(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(1), "13:50", noon)
    with transaction():
        actions.cancel(visit, noon, by_patient=True)
    assert "0 visits" in words(desk.get("/week"))


def test_a_typed_day_leads_to_its_week_and_nonsense_to_this_one(desk: FlaskClient) -> None:
    assert desk.get("/week?go=5.1&of=all").location.endswith("/week/2027-01-05?of=all")
    assert desk.get("/week?go=rubbish").location.endswith(f"/week/{TODAY}")
    assert desk.get("/week/rubbish").status_code == 404
    assert "Mon 4 Jan" in words(desk.get("/week/2027-01-05"))


def test_every_day_with_visits_that_is_seen_stands_in_the_trail(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    book(scene.sessions[0], days(1), "13:50", noon)
    desk.get("/week")
    seen = [event.object_id for event in db.session.query(Event).filter_by(action="day viewed")]
    assert seen == [int(f"{days(1):%Y%m%d}")]


def test_more_visits_ask_no_more_of_the_database(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    def asked() -> int:
        desk.get("/week")  # what is kept between requests is read
        with Counted() as seen:
            desk.get("/week")
        return sum(one.startswith("SELECT") for one in seen.statements)

    book(scene.sessions[0], days(1), "13:50", noon)
    one = asked()
    for n in range(4):
        book_plain(another_patient(f"Hasta{n}", n), VisitKind.CONSULTATION, days(n), f"{14 + n}:00", noon)
    assert asked() == one <= 8


def test_a_place_counts_hours_and_twelfths_from_the_first_hour() -> None:
    assert Place(0, 5).classes == "h0 m0 dh0 dm1 l1"
    assert Place(290, 375, 2).classes == "h4 m10 dh1 dm5 l2"
    assert Place(61, 62).classes == "h1 m0 dh0 dm1 l1"
