"""What patients do with a mail: they open its links, scanners open them first, some answer at once, some never."""

from __future__ import annotations

import email
import re
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache

from flask.testing import FlaskClient

from models import clock
from tests.sim.server import Taken
from tests.sim.world import World

LINK = re.compile(r"https://ege\.example(/l/[\w-]+(?:/stop)?)")
TAG = re.compile(r"<(?:input|button)\b[^>]*>")
NAME, VALUE = re.compile(r'\bname="([^"]*)"'), re.compile(r'\bvalue="([^"]*)"')


@lru_cache(4)
def parsed(data: bytes) -> EmailMessage:
    """The mail as an independent parser reads it. It is asked for some times in a row."""
    return email.message_from_bytes(data, policy=SMTP)  # type: ignore[return-value]  # the policy makes EmailMessages


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None, "every mail has a text part"
    return str(part.get_content())


def read(world: World, one: Taken) -> None:
    """Most mails are only read; in some one link is opened and its button pressed. A scanner may have opened all before."""
    paths = list(dict.fromkeys(LINK.findall(text_of(parsed(one.envelope.data)))))  # in their order: handles differ
    if not paths:
        return
    client = world.app.test_client()
    with clock.set_to(world.now):
        if world.dice.random() < 0.1:
            for path in paths:
                assert client.get(path).status_code in (200, 410)
        if world.dice.random() < 0.35:
            press(world, client, world.dice.choice(paths))


def press(world: World, client: FlaskClient, path: str) -> None:
    """Open the page, fill in its form by the dice, and press one of its buttons; a page without one is only read."""
    page = client.get(path)
    assert page.status_code in (200, 410), page.status_code
    choices: dict[str, list[str]] = {}
    for tag in TAG.findall(page.text):
        name, value = NAME.search(tag), VALUE.search(tag)
        if name and value:
            choices.setdefault(name[1], []).append(value[1])
    if "do" not in choices:
        return
    answer = client.post(path.removesuffix("/stop"), data={name: world.dice.choice(values) for name, values in choices.items()})
    assert answer.status_code in (303, 422), answer.status_code
    world.did["pressed"] += 1
