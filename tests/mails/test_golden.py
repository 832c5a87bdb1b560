"""Every kind of mail in both languages, word for word. `pytest tests/mails --write-goldens` writes them anew, to be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.messages.compose import Mail, compose
from models.base import db, transaction
from models.treatment import TreatmentPlan
from tests.mails.reading import seen, without_handles, words
from tests.mails.stories import Story, a_story, with_public_url

GOLDENS = Path(__file__).parent / "goldens"
LARGEST_HTML = 20_000
TOLD_IN_FULL = ("reminder_1", "booked", "plan_summary", "moved", "moved_many", "cancelled", "aftercare", "recall_1", "precare",
                "lot_recall")  # fmt: skip
LEFT_OUT = {*TOLD_IN_FULL, "reminder_2", "aftercare_evening", "recall_2"}


def composed(story: Story, name: str) -> Mail:
    message, now = story.told[name]
    with transaction():
        return compose(message, now)


def as_text(mail: Mail) -> str:
    """A golden file: the subject, the headers of its kind, the text."""
    head = [f"Subject: {mail.subject}", *(f"{name}: {value}" for name, value in mail.headers.items())]
    calendar = ["Calendar: yes"] if mail.calendar else []
    return without_handles("\n".join([*head, *calendar]) + "\n\n" + mail.text)


def compare(name: str, mail: Mail, request: pytest.FixtureRequest) -> None:
    """The mail is the golden file, word for word."""
    golden, now = GOLDENS / f"{name}.txt", as_text(mail)
    if request.config.getoption("--write-goldens"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(now, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == now


@pytest.mark.parametrize("language", ["en", "tr"])
def test_every_kind_says_what_was_read_and_approved(app: Flask, noon: object, language: str, request: pytest.FixtureRequest) -> None:
    with_public_url()
    story = a_story(language)
    for name in story.told:
        compare(f"{name}.{language}", composed(story, name), request)


@pytest.mark.parametrize("language", ["en", "tr"])
def test_full_mails_name_the_treatment(app: Flask, noon: object, language: str, request: pytest.FixtureRequest) -> None:
    with_public_url()
    story = a_story(language, full=True)
    for name in TOLD_IN_FULL:
        compare(f"{name}.{language}.full", composed(story, name), request)


@pytest.mark.parametrize("language", ["en", "tr"])
def test_discreet_mails_lead_to_what_they_leave_out(app: Flask, noon: object, language: str, request: pytest.FixtureRequest) -> None:
    with_public_url()
    story = a_story(language, verified=True)
    for name in story.told:
        mail = composed(story, name)
        leads = {"en": "Read the full text of this e-mail: https", "tr": "Bu e-postanın tam metnini okuyun: https"}[language]
        assert (leads in mail.text) == (name in LEFT_OUT), name
        assert words(seen(mail.html)) == words(mail.text), name
        assert len(mail.html.encode()) <= LARGEST_HTML
    for name in ("reminder_1", "aftercare", "lot_recall"):
        compare(f"{name}.{language}.full_text", composed(story, name), request)


@pytest.mark.parametrize("language", ["en", "tr"])
def test_without_a_public_address_mails_carry_no_links(app: Flask, noon: object, language: str, request: pytest.FixtureRequest) -> None:
    story = a_story(language)
    for name in story.told:
        mail = composed(story, name)
        assert "://" not in mail.text
        assert 'href="http' not in mail.html
    for name in ("reminder_1", "checkin_1", "recall_1", "address_check", "staff_invite"):
        compare(f"{name}.{language}.no_links", composed(story, name), request)


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("public", ["https://ege.example", ""])
def test_both_parts_say_the_same(app: Flask, noon: object, language: str, full: bool, public: str) -> None:
    with_public_url(public)
    story = a_story(language, full=full)
    for name in story.told:
        mail = composed(story, name)
        assert words(seen(mail.html)) == words(mail.text), name


@pytest.mark.parametrize("language", ["en", "tr"])
def test_every_mail_is_small_and_fetches_nothing(app: Flask, noon: object, language: str) -> None:
    with_public_url()
    story = a_story(language, full=True)
    for name in story.told:
        html = composed(story, name).html
        assert len(html.encode()) <= LARGEST_HTML
        assert f'<html lang="{language}" dir="ltr"' in html
        assert not any(part in html for part in ("<img", "<script", "<link", "@import", "url("))


@pytest.mark.parametrize("language", ["en", "tr"])
def test_no_variable_is_left_unfilled(app: Flask, noon: object, language: str) -> None:
    with_public_url()
    story = a_story(language, full=True)
    for name in story.told:
        mail = composed(story, name)
        for part in (mail.subject, mail.text, seen(mail.html)):
            assert not any(mark in part for mark in ("{", "}", "None", "Undefined", "%(")), name


@pytest.mark.parametrize(
    ("note", "full", "there"),
    [("Bring earlier photos.", False, True), ("PRP needs blood: eat first.", False, False), ("PRP needs blood: eat first.", True, True)],
)
def test_the_physicians_note_goes_out_with_the_dates_unless_it_tells_too_much(
    app: Flask, noon: object, note: str, full: bool, there: bool
) -> None:
    with_public_url()
    story = a_story(full=full)
    with transaction():
        db.session.query(TreatmentPlan).filter_by(patient_id=story.patient.id).one().note_to_patient = note
    mail = composed(story, "plan_summary")
    assert [f"From your doctor:\n{note}" in mail.text, note in mail.html] == [there, there]
