"""The clinic's own words in its mails: what is understood, what is refused, what is sent, and what is never lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Refused
from app.messages import compose
from app.messages.compose import Mail
from app.messages.wording import actions, blocks, faults, queries
from app.messages.wording.packed import MOST, pack, unpack
from app.messages.wording.page import letters
from app.messages.wording.reading import LONGEST, CannotBeSaid, NotUnderstood, read, say
from models.base import db, transaction
from models.mail_words import MailWords
from models.protocol import VersionState
from tests import builders as b
from tests.conftest import NOON
from tests.mails.reading import without_handles
from tests.mails.stories import Story, a_story, with_public_url

EVERY = [(letter, language) for letter in letters() for language in sorted(blocks.languages_of(letter))]


def approved(letter: str, language: str, **words: str) -> MailWords:
    """Words that are sent, past every check: as an older product, or a hand at the database, may have left them."""
    with transaction():
        row = MailWords(letter=letter, language=language, n=1, words=words, state=VersionState.APPROVED, made_at=NOON, approved_at=NOON)
        db.session.add(row)
    return row


def composed(story: Story, name: str) -> Mail:
    message, now = story.told[name]
    with transaction():
        return compose.compose(message, now)


def what_is_wrong(text: str, block: str = "opening", letter: str = "reminder", language: str = "en") -> list[tuple[str, int]]:
    return [(fault.what, fault.line) for fault in faults.in_words(letter, language, {block: text})]


@pytest.mark.parametrize(("letter", "language"), EVERY)
def test_the_shipped_words_pass_every_check_of_words_that_staff_write(letter: str, language: str) -> None:
    words = {block.name: block.shipped for block in blocks.of_letter(letter, language) if block.shipped}
    assert faults.in_words(letter, language, words) == []


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("full", [False, True])
def test_a_letter_whose_shipped_words_were_typed_in_is_the_same_letter(app: Flask, noon: datetime, language: str, full: bool) -> None:
    with_public_url()
    story = a_story(language, full=full)
    before = {name: composed(story, name) for name in story.told}
    for letter in letters():
        approved(letter, language, **{block.name: block.shipped for block in blocks.of_letter(letter, language)})
    for name, mail in before.items():
        now = composed(story, name)
        assert (now.subject, without_handles(now.text)) == (mail.subject, without_handles(mail.text)), name


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("full", [False, True])
def test_every_letter_can_be_looked_at_for_a_made_up_patient(app: Flask, noon: datetime, language: str, full: bool) -> None:
    b.a_clinic()
    for letter in letters():
        mail = compose.preview(letter, language, {}, NOON, full=full)
        assert mail.subject
        assert "{" not in mail.text
        assert all(isinstance(value, str) for value in compose.sample_values(letter, language, NOON).values())


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_or_refused_and_runs_nothing(typed: str) -> None:
    try:
        said = say(typed, {"day": "Monday"}.__getitem__)
    except CannotBeSaid:
        return
    assert isinstance(said, str)


@pytest.mark.parametrize(
    ("typed", "what", "line"),
    [
        ("Hello\n{% for x in name %}{{ x }}{% endfor %}", "only_if", 2),
        ("{% set a = name %}", "only_if", 1),
        ("{% include 'layout.html' %}", "only_if", 1),
        ("{{ name.__class__ }}", "only_names", 1),
        ("{{ name|upper }}", "only_names", 1),
        ("{{ cycler() }}", "only_names", 1),
        ("{{ 'a' * 999999999 }}", "only_names", 1),
        ("{% if name == 'x' %}a{% endif %}", "only_names", 1),
        ("a\nb {{ name", "not_closed", 2),
        ("{% if full %}never closed", "not_closed", 1),
        ("{{ " + "(" * 900 + "name" + ")" * 900 + " }}", "too_deep", 1),
        ("a" * (LONGEST + 1), "too_long", 1),
    ],
)
def test_what_is_no_variable_and_no_condition_is_refused_with_its_line(typed: str, what: str, line: int) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read(typed)
    assert (refused.value.what, refused.value.line) == (what, line)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("Your visit is on {{ day }}.", []),
        ("Please come.\n{{ hour }}", [("unknown", 2)]),
        ("{% if maybe %}Yes{% endif %}", [("unknown", 1)]),
        ("{{ full }}", [("asks", 1)]),
        ("With {{ performer }}", [("may_be_empty", 1)]),
        ("{% if performer %}With {{ performer }}{% endif %}", []),
        ("{% if not performer %}{{ performer }}{% endif %}", [("may_be_empty", 1)]),
        ("On {{ day }}s", [("suffix", 1)]),
        ("{{ name }}'e", [("suffix", 1)]),
        ("Good news:\nguaranteed results", [("promise", 2)]),
        ("Size özel indirim", [("promise", 1)]),
        ("See https://ege.example", [("address", 1)]),
        ("Your botox visit", [("procedure", 1)]),
        ("{% if full %}Your botox visit{% endif %}", []),
        ("{% if full %}Fine{% else %}Your botox visit{% endif %}", [("procedure", 1)]),
        ("Stop your aspirin.", [("medicine", 1)]),
        ("Please stop\nyour aspirin.", [("medicine", 1)]),
        ("Your bo{% if name %}tox{% endif %} visit", [("procedure", 1)]),
        ("Your bo{% if full %}x{% else %}tox{% endif %} visit", [("procedure", 1)]),
        ("{% if full %}Your bo{% endif %}{% if full %}tox visit{% endif %}", []),
        ("Great dis{% if name %}count{% endif %}s", [("promise", 1)]),
        ("{{ name }}{##}'den", [("not_closed", 1), ("suffix", 1)]),
        ("{{ name }}{% if full %}'den{% endif %}", [("suffix", 1)]),
        ("{% if full %}{{ name }}{% endif %}den", [("suffix", 1)]),
        ("{% if full %}{{ day }}{% else %}the day{% endif %}", []),
        ("Stop taking isotretinoin", [("medicine", 1)]),
        ("Stop ta{% if name %}king it{% endif %}.", [("medicine", 1)]),
        ("İzotretinoin almayı bırakın.", [("medicine", 1)]),
        ("See evil.com/login", [("address", 1)]),
        ("Write to a@b", [("address", 1)]),
        ("See evil.{% if full %}com{% endif %}", [("address", 1)]),
        ("See evil. {%- if full -%} com{% endif %}", [("address", 1)]),
        ("ht{% if full %}tps://evil{% else %}tps://evil{% endif %}", [("address", 1)]),
        ("See evil\u3002com", [("address", 1)]),
        ("See evil\uff0ecom", [("address", 1)]),
        ("See evil\u2024com", [("address", 1)]),
        ("See evil\u2060.\u200ccom", [("address", 1)]),
        ("See evil.online", [("address", 1)]),
        ("See evil.example/login", [("address", 1)]),
        ("Guar\u200canteed results", [("promise", 1)]),
        ("\uff27uaranteed results", [("promise", 1)]),
        ("Your bo\u2060tox visit", [("procedure", 1)]),
        ("Stop taking ib\u200duprofen", [("medicine", 1)]),
        ("Your bo{##}tox visit", [("not_closed", 1), ("procedure", 1)]),
        ("a\u202eb", [("unseen", 1)]),
        ("a\u00adb", [("unseen", 1)]),
        ("  ", [("empty", 1)]),
    ],
)
def test_each_fault_of_the_words_is_named_with_its_line(typed: str, wrong: list[tuple[str, int]]) -> None:
    assert what_is_wrong(typed) == wrong


def test_a_subject_is_one_line_and_never_names_a_treatment() -> None:
    assert what_is_wrong("{% if full %}Botox{% endif %} {{ day }}", "subject") == [("procedure", 1)]
    assert what_is_wrong("Your visit\nBcc: x@example.org", "subject") == [("one_line", 1), ("address", 2)]


def test_every_fault_has_its_sentence_in_words() -> None:
    for typed in ("{{ hour }}", "{{ full }}", "{{ performer }}", "{{ day }}s", "miracle", "", "{{", "{% for a in b %}{% endfor %}"):
        for fault in faults.in_words("reminder", "en", {"opening": typed}):
            assert faults.said(fault).startswith("Line 1: ")


def test_what_may_be_empty_is_fine_where_the_letter_itself_asks_for_it() -> None:
    assert what_is_wrong("From: {{ best_first }}", "next_visit", "cancelled") == []
    assert what_is_wrong("From: {{ best_first }}", "opening", "cancelled") == [("may_be_empty", 1)]


def test_own_words_stand_in_text_html_and_subject_and_nothing_typed_is_read_as_html(app: Flask, noon: datetime) -> None:
    with_public_url()
    story = a_story()
    approved("reminder", "en", subject="See you on {{ day }}", added="Bring a friend.",
             opening="Hello <b>you</b>.\n\nPark behind the house.")  # fmt: skip
    mail = composed(story, "reminder_1")
    assert mail.subject == "See you on Thursday 3 December"
    assert "Hello <b>you</b>.\n\nPark behind the house.\n" in mail.text
    assert "Hello &lt;b&gt;you&lt;/b&gt;.<br>\n<br>\nPark behind the house." in mail.html
    assert "Bring a friend." in mail.text
    assert "Bring a friend." in mail.html
    assert "You have an appointment with us." not in mail.text + mail.html


@pytest.mark.parametrize("language", ["en", "tr"])
def test_no_words_take_away_dates_numbers_buttons_or_warning_signs(app: Flask, noon: datetime, language: str) -> None:
    """Whatever every block says: each line that stood outside the blocks still stands."""
    with_public_url()
    story = a_story(language)
    before = {name: composed(story, name) for name in story.told}
    for letter in letters():
        approved(letter, language, **{block.name: "x" for block in blocks.of_letter(letter, language)})
    for name, mail in before.items():
        now = composed(story, name)
        for kept in ("+90 216", "112", "https://", "- "):
            lines = [line for line in without_handles(mail.text).splitlines() if kept in line]
            assert set(lines) <= set(without_handles(now.text).splitlines()), (name, kept)
        assert now.html.count('href="tel:') == mail.html.count('href="tel:'), name
        assert now.html.count("<li>") == mail.html.count("<li>"), name


def test_a_draft_is_not_sent_until_it_is_approved_and_what_ended_gives_way(app: Flask, noon: datetime) -> None:
    with_public_url()
    story = a_story()
    shipped = composed(story, "reminder_1").text
    with transaction():
        draft = actions.write("reminder", "en", {"opening": "Welcome back."}, NOON)
    assert "Welcome back." not in composed(story, "reminder_1").text
    with transaction():
        actions.approve(draft, NOON)
    assert "Welcome back." in composed(story, "reminder_1").text
    with transaction():
        second = actions.write("reminder", "en", {"opening": "Welcome again."}, NOON + timedelta(days=1))
        actions.approve(second, NOON + timedelta(days=1))
    assert "Welcome again." in composed(story, "reminder_1").text
    with transaction():
        actions.end(second, NOON + timedelta(days=2))
    assert without_handles(composed(story, "reminder_1").text) == without_handles(shipped)
    assert [(row.n, row.state) for row in queries.versions("reminder", "en")] == [(2, "retired"), (1, "retired")]


def test_a_discreet_mail_leads_to_own_words_that_only_full_mails_have(app: Flask, noon: datetime) -> None:
    with_public_url()
    story = a_story("en", verified=True)
    leads = "Read the full text of this e-mail: https://"
    assert leads not in composed(story, "paused").text
    approved("paused", "en", opening="{% if full %}Your exosome course rests.{% else %}Your appointments rest.{% endif %}")
    text = composed(story, "paused").text
    assert ("exosome" in text, leads in text) == (False, True)


def test_words_of_one_language_leave_the_other_alone(app: Flask, noon: datetime) -> None:
    story = a_story("tr")
    approved("reminder", "en", opening="Only in English.")
    assert "Only in English." not in composed(story, "reminder_1").text


def test_an_approved_version_never_changes(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    with transaction():
        first = actions.write("reminder", "en", {"opening": "One."}, NOON)
        actions.approve(first, NOON)
    with transaction():
        second = actions.write("reminder", "en", {"opening": "Two."}, NOON)
    assert (first.words, second.n) == ({"opening": "One."}, 2)
    with pytest.raises(Refused), transaction():
        actions.approve(first, NOON)


def test_words_with_a_fault_are_not_kept_and_a_draft_that_has_one_by_now_is_not_approved(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    with pytest.raises(Refused), transaction():
        actions.write("reminder", "en", {"opening": "A miracle!"}, NOON)
    with transaction():
        db.session.add(MailWords(letter="reminder", language="en", n=1, words={"opening": "{{ gone }}"}, made_at=NOON))
    with pytest.raises(Refused), transaction():
        actions.approve(queries.versions("reminder", "en")[0], NOON)


LOOP = "{% for a in b %}{{ a }}{% endfor %}"


@pytest.mark.parametrize("bad", [LOOP, "{{ nobody }}", "{{ day.__class__ }}", "{{ day", "a" * (LONGEST + 1)])
def test_approved_words_that_cannot_be_said_send_nothing_instead_of_what_was_shipped(app: Flask, noon: datetime, bad: str) -> None:
    with_public_url()
    story = a_story()
    approved("reminder", "en", opening=bad)
    with pytest.raises(CannotBeSaid, match="opening"):
        composed(story, "reminder_1")
    assert composed(story, "precare").text


def test_words_travel_in_an_address_and_nothing_else_does() -> None:
    words = {"opening": "Günaydın {{ name }}", "subject": "—"}
    assert unpack(pack(words)) == words
    for bad in ("", "x", "!!!", pack({"a": "b"})[:-4], pack({"opening": "a" * (MOST + 10)})):
        with pytest.raises(ValueError, match=r"."):
            unpack(bad)
