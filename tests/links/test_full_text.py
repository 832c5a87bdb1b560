"""The full text of a discreet mail: from the mail to the year of birth to the text; whoever guesses comes nowhere."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.library.loader import shipped
from app.library.texts import procedure_in
from app.links.full_text import year_of
from app.links.wrong_years import WRONG_YEARS
from app.messages import compose
from app.messages.links import Purpose
from models import clock
from models.base import db, transaction
from models.contact import Contact, ContactRole
from models.event import Event
from models.message import MailLink, Message
from models.patient import Detail, Patient
from tests import builders as b
from tests.conftest import NOON
from tests.links import guesses
from tests.links.conftest import Opener
from tests.mails.stories import Story

RIGHT = {"year": "1988"}
TREATMENT = "Exosome"


@pytest.fixture
def story(story: Story) -> Story:
    """Both patients have answered from their addresses."""
    with transaction():
        for patient in db.session.query(Patient):
            patient.email_verified_at = NOON
    return story


def _path(mail: str) -> str:
    found = re.search(r"full text of this e-mail: https://ege\.example(/l/\S+)", mail)
    assert found is not None
    return found[1]


def _mail(message: Message) -> str:
    with transaction():
        return compose.compose(message, NOON).text


def _patient(story: Story) -> Patient:
    db.session.expire_all()
    return db.session.get_one(Patient, story.patient.id)


def _said(client: FlaskClient, path: str, year: str) -> str:
    return client.post(path, data={"year": year}, follow_redirects=True).get_data(as_text=True)


def test_from_a_discreet_mail_over_the_year_to_its_full_text(client: FlaskClient, story: Story) -> None:
    mail = _mail(story.told["booked"][0])
    assert TREATMENT not in mail
    path = _path(mail)
    asked = client.get(path).get_data(as_text=True)
    assert "Your year of birth" in asked
    assert not any(word in asked for word in (TREATMENT, "Ayşe", "Yılmaz", "Thursday", "session"))
    answer = client.post(path, data=RIGHT)
    text = answer.get_data(as_text=True)
    assert (answer.status_code, "Session:" in text, TREATMENT in text, "Thursday 3 December 2026" in text) == (200, True, True, True)
    assert "/l/" not in text
    assert len(answer.data) <= 15_000
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'; form-action 'none'")
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert TREATMENT in _said(client, path, "1988"), "within its time it opens again"
    assert [event.action for event in db.session.query(Event).filter_by(action="full text read")] == ["full text read"] * 2


@pytest.mark.parametrize("year", ["1988", " 19 88 ", "١٩٨٨", "\u200f۱۹۸۸\u200f", "1 9 8 8"])
def test_a_year_is_read_in_the_digits_of_any_script(client: FlaskClient, story: Story, year: str) -> None:
    assert TREATMENT in _said(client, _path(_mail(story.told["booked"][0])), year)


@pytest.mark.parametrize("typed", ["", " ", "88", "19888", "abcd", "1988-", "²²²²", "<b>1</b>", "19.8", "9" * 5000, "' OR 1=1"])
def test_what_is_no_year_is_said_and_not_counted(client: FlaskClient, story: Story, typed: str) -> None:
    path = _path(_mail(story.told["booked"][0]))
    answer = client.post(path, data={"year": typed})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Write the year with four digits" in page or "Please fill this in." in page
    assert "<b>1</b>" not in page
    assert [link.wrong_answers for link in db.session.query(MailLink).filter_by(purpose="full_text") if link.wrong_answers] == []
    assert year_of(typed) is None


def test_after_five_wrong_years_the_link_is_closed_for_good(client: FlaskClient, story: Story) -> None:
    path = _path(_mail(story.told["booked"][0]))
    for n, left in enumerate(("4 more tries.", "3 more tries.", "2 more tries.", "1 more try.")):
        page = _said(client, path, f"19{n}0")
        assert ("This is not the year we know." in page, left in page, TREATMENT in page) == (True, True, False)
    assert "This link is no longer valid." in _said(client, path, "1950")
    for _ in range(2):
        page = _said(client, path, "1988")
        assert "This link is no longer valid." in page
        assert not any(word in page for word in (TREATMENT, "Ayşe", "Thursday"))
    assert client.get(path).status_code == 410
    assert db.session.query(Event).filter_by(action="full text closed").count() == 1


def test_of_many_links_of_a_patient_ten_wrong_years_close_all(client: FlaskClient, story: Story) -> None:
    paths = [_path(_mail(story.told[kind][0])) for kind in ("booked", "plan_summary", "moved")]
    for path in paths:
        for n in range(3):
            said = _said(client, path, f"19{n}0")
    assert "1 more try." in said
    _said(client, paths[0], "1930")
    assert client.get(paths[2]).status_code == 410
    assert TREATMENT not in _said(client, paths[2], "1988")
    with clock.set_to(NOON + timedelta(days=31)):
        with transaction():
            later = compose.compose(story.told["moved"][0], NOON + timedelta(days=31)).text
        assert TREATMENT in _said(client, _path(later), "1988")


def test_it_opens_for_seventy_two_hours(client: FlaskClient, story: Story) -> None:
    path = _path(_mail(story.told["booked"][0]))
    with clock.set_to(NOON + timedelta(hours=71, minutes=59)):
        assert client.get(path).status_code == 200
    with clock.set_to(NOON + timedelta(hours=72)):
        answer = client.get(path)
        assert answer.status_code == 410
        assert "Ayşe" not in answer.get_data(as_text=True)
        assert TREATMENT not in _said(client, path, "1988")


def test_of_many_guesses_at_one_moment_five_are_looked_at(app: Flask, story: Story) -> None:
    """Whether the right one was among the first is chance; whoever comes after the fifth wrong one sees nothing."""
    seen = guesses.at_one_moment(app, story.told["booked"][0].id)
    assert guesses.counted() == [WRONG_YEARS]
    assert sum("This is not the year we know." in page for page in seen) == WRONG_YEARS - 1
    assert sum(TREATMENT in page for page in seen) <= 1


LINKLESS = ({"email_verified_at": None}, {"birth_date": None}, {"detail": Detail.FULL})


@pytest.mark.parametrize("values", LINKLESS)
def test_no_link_without_a_proven_address_or_a_year_and_none_in_a_full_mail(story: Story, values: dict[str, object]) -> None:
    with transaction():
        for name, value in values.items():
            setattr(_patient(story), name, value)
    assert "full text" not in _mail(story.told["booked"][0])


def test_what_leaves_nothing_out_leads_nowhere(story: Story) -> None:
    assert "full text" not in _mail(story.told["paused"][0])


OVER = (
    {"deceased_on": date(2026, 11, 30)}, {"erased_at": NOON}, {"email": "new@post.example"}, {"email_verified_at": None},
    {"birth_date": None}, {"merged_into_id": 2},
)  # fmt: skip


@pytest.mark.parametrize("values", OVER)
def test_it_is_over_with_the_patient_the_address_or_its_proof(client: FlaskClient, story: Story, values: dict[str, object]) -> None:
    path = _path(_mail(story.told["booked"][0]))
    with transaction():
        for name, value in values.items():
            setattr(_patient(story), name, value)
    assert client.get(path).status_code == 410
    page = _said(client, path, "1988")
    assert not any(word in page for word in (TREATMENT, "Ayşe", "Thursday"))


@pytest.mark.parametrize("clinical", [True, False])
def test_whoever_reads_for_a_child_tells_the_childs_year(client: FlaskClient, story: Story, clinical: bool) -> None:
    with transaction():
        child = _patient(story)
        child.birth_date = date(2012, 5, 6)
        about = {"email": "mehmet@post.example", "gets_mails": True, "created_at": b.EARLY, "email_verified_at": NOON, "language": "en"}
        child.contacts.append(Contact(role=ContactRole.GUARDIAN, name="Mehmet", hears_clinical=clinical, **about))
    mail = _mail(story.told["booked"][0])
    assert ("full text" in mail) == clinical
    if clinical:
        path = _path(mail)
        assert "The patient&#39;s year of birth" in client.get(path).get_data(as_text=True)
        assert TREATMENT not in _said(client, path, "1988")
        assert TREATMENT in _said(client, path, "2012")


def test_a_visit_that_was_cancelled_since_is_not_told_as_if_it_stood(client: FlaskClient, story: Story) -> None:
    message = story.told["reminder_1"][0]
    path = _path(_mail(message))
    with transaction():  # the reminder names a revision that is not the visit's: it was moved
        db.session.get_one(Message, message.id).cycle = "99"
    page = _said(client, path, "1988")
    assert "Something has changed since this e-mail." in page
    assert "Your appointment: Thursday 3 December 2026, please come at 13:50" in page
    assert TREATMENT not in page


def test_the_page_of_the_year_and_the_text_name_no_procedure_before_it(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.FULL_TEXT, story.told["booked"][0])
    for page in (client.get(path).get_data(as_text=True), _said(client, path, "1901")):
        assert procedure_in(page, "en", shipped()) is None
        assert "<script" not in page
