"""Sixteen who guess a year of birth at one moment."""

from __future__ import annotations

import threading

from flask import Flask

from app.messages import compose
from models import clock
from models.base import db, transaction
from models.message import MailLink, Message
from tests.conftest import NOON
from tests.links.test_full_text_again import path_in

GUESSERS = 16
YEAR = 1988


def at_one_moment(app: Flask, message_pk: int) -> list[str]:
    """One link, one of the years right; returns what each saw."""
    with transaction():
        path = path_in(compose.compose(db.session.get_one(Message, message_pk), NOON).text)
    ready, seen = threading.Barrier(GUESSERS), list[str]()

    def guess(year: int) -> None:
        with clock.set_to(NOON):
            client = app.test_client()
            ready.wait()
            seen.append(client.post(path, data={"year": str(year)}).get_data(as_text=True))

    people = [threading.Thread(target=guess, args=(YEAR - n,)) for n in range(GUESSERS)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    db.session.rollback()
    return seen


def counted() -> list[int]:
    """The wrong years that every link remembers, where it remembers any."""
    return [link.wrong_answers for link in db.session.query(MailLink).filter(MailLink.wrong_answers > 0)]
