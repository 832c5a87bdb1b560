"""A clinic that patients can reach, and links as mails carry them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from app.messages import links
from app.messages.links import Purpose
from models.base import db, transaction
from models.message import Message
from tests.mails.stories import Story, a_story, with_public_url
from tests.schedule.scenes import Scene, a_scene

Opener = Callable[..., str]


@pytest.fixture
def story(app: Flask, noon: datetime) -> Story:
    with_public_url()
    return a_story("en")


@pytest.fixture
def scene(app: Flask, noon: datetime) -> Scene:
    """A patient with a plan to book from, who reads English."""
    with_public_url()
    made = a_scene()
    with transaction():
        db.session.merge(made.patient).language = "en"
    return made


@pytest.fixture
def path_to(noon: datetime) -> Opener:
    """The path of a new link for a message."""

    def made(purpose: Purpose, message: Message, **about: object) -> str:
        with transaction():
            url = links.make(purpose, message, noon, **about)  # type: ignore[arg-type]  # the test names what the purpose needs
        assert url is not None
        return url.removeprefix(links.public_url())

    return made
