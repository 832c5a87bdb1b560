"""What a page behind a link says first is what its reader needs to hear."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.messages.links import Purpose
from tests.links.conftest import Opener
from tests.mails.stories import Story


def _text(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def test_whoever_is_fine_is_not_told_to_call_now(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.CHECKIN, story.told["checkin_1"][0], argument="fine")
    before = _text(client, path)
    client.post(path)
    for page in (before, _text(client, path)):
        assert "If something is wrong, call now: <a" in page
        assert "Call now: <a" not in page


@pytest.mark.parametrize("argument", ["question", "call_me"])
def test_whoever_wants_a_call_sees_the_number_to_call_now(client: FlaskClient, story: Story, path_to: Opener, argument: str) -> None:
    path = path_to(Purpose.CHECKIN, story.told["checkin_1"][0], argument=argument)
    assert "Call now: <a" in _text(client, path)
    client.post(path)
    assert "Call now: <a" in _text(client, path)


def test_the_page_about_a_language_is_in_that_language(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.LANGUAGE, story.told["reminder_1"][0], argument="tr")
    page = _text(client, path)
    assert "Size hangi dilde yazalım?" in page
    assert "Pazartesi–Cumartesi 09:00–19:00" in page
    client.post(path)
    assert "E-postalarımız şu dilde gelir: Türkçe" in _text(client, path)
