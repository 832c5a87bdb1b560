"""The plan page asks "what if": later sessions now and then, and nothing of it is kept."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from models.base import db
from models.treatment import Course
from tests.builders import a_receptionist, sign_in
from tests.schedule.pages import words


def ask(client: FlaskClient, course: Course, **asked: str) -> str:
    return words(client.get(f"/course/{course.id}/what-if", query_string=asked))


def test_the_plan_page_leads_there(client: FlaskClient, course: Course) -> None:
    assert f"/course/{course.id}/what-if" in client.get(f"/plan/{course.plan_id}").text


def test_a_session_on_another_day_shows_the_later_ones_now_and_then(client: FlaskClient, course: Course) -> None:
    page = ask(client, course, what="done_on", session="2", day="29.12")
    assert "2 Tue 22 Dec booked 32 days ● ideal Fri 11 Dec – Mon 4 Jan 2027 Tue 29 Dec 39 days ▲ late" in page
    assert "3 Thu 21 Jan 2027 30 days" in page
    assert "Thu 28 Jan 2027 30 days" in page


def test_a_booked_session_that_is_missed_or_cancelled_is_still_to_come_and_its_day_given_up(client: FlaskClient, course: Course) -> None:
    page = ask(client, course, what="not_done", missed="2")
    assert "These booked days would be given up: Tue 22 Dec" in page
    assert "falls away" not in page
    assert "2 Tue 22 Dec booked 32 days ● ideal Fri 11 Dec – Mon 4 Jan 2027 Sun 20 Dec 30 days" in page


def test_only_a_booked_session_can_be_missed(client: FlaskClient, course: Course) -> None:
    page = client.get(f"/course/{course.id}/what-if?what=not_done&missed=3")
    assert page.status_code == 422
    assert "A booked session missed or cancelled" in page.text


def test_a_session_left_out_falls_away(client: FlaskClient, course: Course) -> None:
    page = ask(client, course, what="left_out", without="3")
    assert "falls away" in page


def test_a_pause_names_the_booked_days_it_would_take(client: FlaskClient, course: Course) -> None:
    page = ask(client, course, what="held", first="20.12", last="31.12")
    assert "These booked days would be given up: Tue 22 Dec" in page
    assert "Fri 1 Jan 2027" in page


def test_a_pause_without_an_end_leaves_no_days(client: FlaskClient, course: Course) -> None:
    assert "no day while the pause stands" in ask(client, course, what="held", first="1.12.2026")


def test_one_more_session_is_added_behind_the_last(client: FlaskClient, course: Course) -> None:
    assert "is added" in ask(client, course, what="one_more")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"what": "done_on", "session": "2", "day": "1.11.2026"}, "Enter today or a later day"),
        ({"what": "done_on", "session": "2", "day": "soon"}, "Enter a day that exists"),
        ({"what": "held", "first": ""}, "Enter the day on which the pause begins"),
        ({"what": "held", "first": "20.12", "last": "19.12"}, "A pause ends on its first day or later."),
        ({"what": "left_out", "without": "1"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_asked_is_said(client: FlaskClient, course: Course, asked: dict[str, str], said: str) -> None:
    answer = client.get(f"/course/{course.id}/what-if", query_string=asked)
    assert answer.status_code == 422
    assert said in words(answer)


def test_asking_writes_nothing(client: FlaskClient, course: Course) -> None:
    tables = ("course", "course_step", "treatment_session", "hold", "appointment", "plan_change", "message", "staff_task")
    before = [db.session.execute(text(f"SELECT * FROM {table}")).all() for table in tables]  # names from this test
    for asked in ({"what": "one_more"}, {"what": "held", "first": "2.12"}, {"what": "done_on", "session": "2", "day": "+3w"}):
        ask(client, course, **asked)
    db.session.rollback()
    assert [db.session.execute(text(f"SELECT * FROM {table}")).all() for table in tables] == before  # names from this test


def test_reception_may_ask_too(client: FlaskClient, course: Course) -> None:
    sign_in(client, a_receptionist())
    assert "is added" in ask(client, course, what="one_more")


@pytest.mark.parametrize("typed", ["+10d", "1.1.2027"])
def test_ten_days_more_count_from_the_day_the_session_has_as_in_the_move_panel(client: FlaskClient, course: Course, typed: str) -> None:
    page = ask(client, course, what="done_on", session="2", day=typed)
    assert "Fri 1 Jan 2027 42 days" in page
    assert "+10 days" in page


def test_a_session_without_a_visit_counts_from_its_best_day(client: FlaskClient, course: Course) -> None:
    page = ask(client, course, what="done_on", session="3", day="+1w")
    assert "Thu 28 Jan 2027 37 days" in page
    assert "+7 days" in page


def test_the_difference_says_what_changes_and_not_only_that_it_does(client: FlaskClient, course: Course) -> None:
    assert "−2 days" in ask(client, course, what="not_done", missed="2")
    assert "stays" in ask(client, course, what="one_more")
    for asked in ({"what": "held", "first": "1.12.2026"}, {"what": "done_on", "session": "2", "day": "+1d"}):
        assert " changes" not in ask(client, course, **asked)
