"""What is chosen while re-planning, seen in the week: each visit where it would lie, beside everything that stays."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient

from models.appointment import Appointment
from models.base import db
from models.event import Event
from tests import builders
from tests.builders import sign_in
from tests.replanning.test_replanning import away
from tests.schedule.pages import fresh, words
from tests.schedule.scenes import a_scene, book, days

Chosen = dict[str, str]


@pytest.fixture
def visit(client: FlaskClient, noon: datetime) -> Appointment:
    """The second session of three, on a day on which its physician is away."""
    scene = a_scene()
    booked = [book(session, day, "10:00", noon) for session, day in zip(scene.sessions, (days(3), days(31), days(59)), strict=True)]
    away(scene.physician, days(30), days(32))
    sign_in(client, builders.a_receptionist())
    return booked[1]


def choices(client: FlaskClient, visit: Appointment) -> list[str]:
    return re.findall(rf'name="to{visit.id}"[^>]* value="([^"]*)"', client.get("/replan").text)


def look(client: FlaskClient, chosen: Chosen, asked: str = "") -> str:
    """The address of the week to which the button leads."""
    answer = client.post(f"/replan/week{asked}", data={**chosen, "form_token": "x", "seen1": "1"})
    assert answer.status_code == 303
    return str(answer.location)


def card(html: str, key: str) -> str:
    found = re.search(rf'<li class="[^"]*"><a [^>]*id="{key}".*?</li>', html, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found[0]) if found else ""


def test_a_proposed_time_stands_in_its_week_in_words_and_leads_back_to_its_line(client: FlaskClient, visit: Appointment) -> None:
    first = choices(client, visit)[0]
    page = client.get(look(client, {f"to{visit.id}": first}))
    ghost = card(page.text, f"g{visit.id}")
    for said in ("10:00", "Ayşe Yılmaz", "2 of 3", "Proposed", f"from {days(31):%a} {days(31).day} {days(31):%b} 10:00"):
        assert said in ghost
    assert "1 proposed" in words(page)
    assert "Nothing is saved by looking." in words(page)
    back = re.search(rf'href="([^"]+)#v{visit.id}"', page.text)
    assert back
    assert f'id="v{visit.id}"' in client.get(back[1].replace("&amp;", "&")).text


def test_nothing_is_saved_by_looking(client: FlaskClient, visit: Appointment) -> None:
    before = fresh(visit).starts_at, fresh(visit).version
    client.get(look(client, {f"to{visit.id}": choices(client, visit)[0]}))
    assert (fresh(visit).starts_at, fresh(visit).version) == before


def test_where_it_lies_now_says_where_it_would_go(client: FlaskClient, visit: Appointment) -> None:
    first = choices(client, visit)[0]
    address = look(client, {f"to{visit.id}": first}).replace(first.split()[0], str(days(31)), 1)
    day = date.fromisoformat(first.split()[0])
    assert f"to {day:%a} {day.day} {day:%b} 10:00" in card(client.get(address).text, f"w{visit.id}")
    assert "to the worklist" in card(client.get(f"/replan/week/{days(31)}?to{visit.id}=work").text, f"w{visit.id}")
    assert "No new time is chosen." in words(client.get(f"/replan/week/{days(31)}?to{visit.id}=work"))


def test_what_was_chosen_comes_back_with_the_page(client: FlaskClient, visit: Appointment) -> None:
    third = choices(client, visit)[2]
    page = client.get(look(client, {f"to{visit.id}": third})).text
    back = re.search(r'<a class="button primary" href="([^"]+)"', page)
    assert back
    again = client.get(back[1].replace("&amp;", "&")).text
    assert re.search(rf'value="{third}" checked', again)
    sent = client.post(back[1].replace("&amp;", "&"), data={f"to{visit.id}": "work", f"seen{visit.id}": "99"})
    assert re.search(r'value="work" checked', sent.text)  # what was sent last counts, not the address


def test_another_week_and_another_practitioner_keep_what_is_chosen_and_nothing_else_stands_in_the_address(
    client: FlaskClient, visit: Appointment
) -> None:
    address = look(client, {f"to{visit.id}": choices(client, visit)[0]}, f"?first={days(1)}&last={days(40)}")
    assert "form_token" not in address
    assert "seen" not in address
    page = client.get(address).text
    for kept in (f'name="to{visit.id}"', 'name="first"', 'name="last"'):
        assert page.count(f'type="hidden" {kept}') == 2
    following = client.get(f"{address}&go=5.1").location
    assert "/replan/week/2027-01-05" in following
    assert f"to{visit.id}=" in following


def test_the_week_of_somebody_else_shows_no_visit_proposed_with_this_one(client: FlaskClient, visit: Appointment) -> None:
    address = look(client, {f"to{visit.id}": choices(client, visit)[0]})
    other = builders.a_physician("Dr. Ali Er")
    assert card(client.get(address).text, f"g{visit.id}")
    assert not card(client.get(address.replace(f"of=p{visit.performer_id}", f"of=p{other.id}")).text, f"g{visit.id}")


def test_only_visits_that_cannot_stay_are_shown_elsewhere(client: FlaskClient, visit: Appointment) -> None:
    stays = db.session.query(Appointment).filter(Appointment.id != visit.id).first()
    assert stays
    page = client.get(f"/replan/week/{days(5)}?to{stays.id}={days(5)} 600 0 0&to=1&to99999999999=x&of=all")
    assert page.status_code == 200
    assert not card(page.text, f"g{stays.id}")
    assert client.get("/replan/week/rubbish").status_code == 404
    assert client.get(f"/replan/week/{days(5)}?first=rubbish").status_code == 404


def test_whose_visit_is_shown_stands_in_the_trail(client: FlaskClient, visit: Appointment) -> None:
    address = look(client, {f"to{visit.id}": choices(client, visit)[0]})
    seen = db.session.query(Event).filter_by(action="viewed", object_id=visit.id)
    before = seen.count()
    client.get(address)
    assert seen.count() == before + 1
