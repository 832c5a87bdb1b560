"""A language is added to the mails as data: a folder of Arabic texts beside the shipped ones, and nothing of the code changes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import formats
from app.messages.compose import Mail, compose, in_full, preview
from app.messages.letter.isolated import isolated
from app.messages.wording import actions, blocks, faults
from app.patients.reach import reach_of
from models.base import db, transaction
from models.message import Message
from tests import builders as b
from tests.conftest import NOON
from tests.mails.languages import arabic_beside, read_anew
from tests.mails.reading import seen, words
from tests.mails.stories import Story, a_story, with_public_url


@pytest.fixture
def arabic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with arabic_beside(tmp_path, monkeypatch) as folder:
        yield folder


def composed(story: Story, name: str) -> Mail:
    message, now = story.told[name]
    with transaction():
        return compose(message, now)


def test_a_mail_in_arabic_runs_from_right_to_left_with_its_own_days_and_both_parts_alike(arabic: Path, app: Flask, noon: datetime) -> None:
    with_public_url()
    story = a_story("ar")
    mail = composed(story, "booked")
    assert mail.language == "ar"
    assert '<html lang="ar" dir="rtl"' in mail.html
    assert mail.subject == "تم حجز موعدك: الخميس 3 ديسمبر، الساعة 13:50"
    assert "تم حجز موعدك." in mail.text
    assert words(seen(mail.html)) == words(mail.text)
    assert "our language yet" not in mail.text
    assert mail.calendar is not None
    assert "موعد: " in mail.calendar.decode()


def test_numbers_keep_their_order_in_the_arabic_text_and_links_stay_as_they_are(arabic: Path, app: Flask, noon: datetime) -> None:
    with_public_url()
    mail = composed(a_story("ar"), "booked")
    assert "الهاتف: \u2068+90 212 000 00 00\u2069 (" in mail.text
    assert "الساعة: \u206813:50\u2069" in mail.text
    links = [line for line in mail.text.splitlines() if "https://" in line]
    assert links
    assert not any("\u2068" in line.partition("https://")[2] for line in links)
    assert all('dir="ltr"' in link for link in re.findall(r'<a[^>]*"tel:[^>]*>', mail.html))
    assert "\u2068" not in mail.html


@pytest.mark.parametrize("language", ["en", "tr"])
def test_the_text_of_other_languages_has_no_such_marks(app: Flask, noon: datetime, language: str) -> None:
    assert "\u2068" not in composed(a_story(language), "booked").text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("من +90 212 000 00 00 إلى", ["+90 212 000 00 00"]), ("09:00–19:00", ["09:00", "19:00"]), ("بتاريخ 2026-12-03.", ["2026-12-03"]),
        ("3.12.2026, 13:50", ["3.12.2026", "13:50"]), ("3 ديسمبر 2026", []), ("https://ege.example/l/a-12:50/3", []),
        ("ege.10.20@post.example", []), ("0212 000 00 00", ["0212 000 00 00"]), ("112", []),
    ],
)  # fmt: skip
def test_what_is_kept_in_its_order(written: str, kept: list[str]) -> None:
    text = isolated(written)
    assert re.findall("\u2068(.*?)\u2069", text) == kept
    assert re.sub("[\u2068\u2069]", "", text) == written


def test_a_letter_without_arabic_goes_out_in_english_and_says_so_in_both_parts(arabic: Path, app: Flask, noon: datetime) -> None:
    with_public_url()
    story = a_story("ar")
    for name in ("reminder_1", "aftercare", "cancelled"):
        mail = composed(story, name)
        assert mail.language == "en"
        assert '<html lang="en" dir="ltr"' in mail.html
        assert "because we do not have it in your language yet" in mail.text
        assert "because we do not have it in your language yet" in mail.html
        assert words(seen(mail.html)) == words(mail.text)


def test_what_nobody_can_reply_to_says_so_in_english_too(arabic: Path, app: Flask, noon: datetime) -> None:
    with_public_url()
    message, now = a_story("ar").told["reminder_1"]
    page = in_full(message, now, reach_of)
    assert page.language == "en"
    assert "You receive this because" not in page.text


def test_what_the_library_says_is_never_half_in_another_language(arabic: Path, app: Flask, noon: datetime) -> None:
    """Arabic words around English warning signs help nobody: where the library has no Arabic, the letter is English as a whole."""
    for part in ("subject", "txt", "html"):
        shutil.copy(arabic / "aftercare" / f"en.{part}", arabic / "aftercare" / f"ar.{part}")
    read_anew()
    story = a_story("ar")
    assert composed(story, "aftercare").language == "en"


def test_a_patient_can_have_the_language_and_staff_can_write_its_words_anew(
    arabic: Path, app: Flask, client: FlaskClient, noon: datetime
) -> None:
    b.a_clinic()
    b.sign_in(client, b.a_physician())
    assert 'value="ar"' in client.get("/patients/new").get_data(as_text=True)
    page = client.get("/templates/booked/ar").get_data(as_text=True)
    assert 'dir="rtl"' in page
    assert "العربية" in client.get("/templates").get_data(as_text=True)
    shipped = {block.name: block.shipped for block in blocks.of_letter("booked", "ar")}
    assert actions.own_of("booked", "ar", shipped) == {}
    assert faults.in_words("booked", "ar", {name: text for name, text in shipped.items() if text}) == []
    mail = preview("booked", "ar", {"opening": "أهلًا وسهلًا {{ name }}"}, NOON)
    assert "أهلًا وسهلًا" in mail.text


def test_a_letter_that_is_not_there_in_the_language_is_previewed_and_tried_in_english(
    arabic: Path, app: Flask, client: FlaskClient, noon: datetime
) -> None:
    story = a_story("ar")
    b.sign_in(client, b.a_nurse("Ece Can"))
    assert client.get(f"/messages/preview?patient={story.patient.id}&kind=reminder_1").status_code == 200
    tried = client.post("/messages/preview/test", data={"patient": story.patient.id, "kind": "reminder_1"})
    assert tried.status_code == 303
    with transaction():
        planned = db.session.query(Message).filter_by(kind="words_test").one()
        assert compose(planned, NOON).language == "en"


def test_without_the_folder_a_patient_of_that_language_gets_english_and_is_told(app: Flask, noon: datetime) -> None:
    with_public_url()
    mail = composed(a_story("ar"), "booked")
    assert mail.language == "en"
    assert "because we do not have it in your language yet" in mail.text


@pytest.mark.parametrize(("code", "name"), [("en", "English"), ("tr", "Türkçe"), ("de", "Deutsch"), ("ru", "Русский"), ("ar", "العربية")])
def test_a_language_has_its_own_name(code: str, name: str) -> None:
    assert formats.language_name(code) == name


def test_the_page_behind_a_link_says_which_way_its_language_runs(app: Flask, client: FlaskClient, noon: datetime) -> None:
    assert (formats.direction("ar"), formats.direction("de"), formats.direction("tr")) == ("rtl", "ltr", "ltr")
    b.a_clinic()
    b.a_physician()
    assert '<html lang="en" dir="ltr">' in client.get("/sign-in").get_data(as_text=True)
