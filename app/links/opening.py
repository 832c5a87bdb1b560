"""Finding the link of an address, and stopping whoever guesses handles or presses too often."""

from __future__ import annotations

from datetime import datetime

from flask import abort, request

from app.i18n import speak
from app.links import queries
from app.links.queries import Opened
from app.messages.links import Purpose
from app.throttle import Limit, count
from models import clock
from models.base import held, locked, transaction
from models.message import MailLink

GUESSES = Limit("link guess", 30, 10)
PRESSES = Limit("link press", 20, 10)
OF_THE_RECORD = frozenset({Purpose.PREFERENCES, Purpose.STOP, Purpose.LANGUAGE, Purpose.ADDRESS, Purpose.FULL_TEXT})
"""What is pressed there is a matter of the patient's record, not of a visit: two links may be pressed about the same."""


def link_or_404(handle: str) -> MailLink:
    """The link of a handle. Handles that were never made are counted: whoever guesses is stopped."""
    link = queries.find(handle)
    if link is None:
        with transaction():
            too_many = count(GUESSES, request.remote_addr or "", clock.now())
        abort(429 if too_many else 404)
    return link


def press(link: MailLink, now: datetime) -> None:
    """Count a press on a link; of too many at once none does anything."""
    with transaction():
        too_many = count(PRESSES, str(link.id), now)
    if too_many:
        abort(429)


def alone(link: MailLink, now: datetime) -> Opened:
    """The link as it stands, inside a transaction to whose end no other press on it comes between; nor one on another link where the
    patient's record is changed, or asked about."""
    if link.purpose in OF_THE_RECORD:
        held(link.patient)
    locked(MailLink, link.id)
    return spoken(link, now)


def spoken(link: MailLink, now: datetime) -> Opened:
    """The link as it stands, its page in the patient's language, or in the one it asks about: who presses it may read no other."""
    opened = queries.opened(link, now)
    speak(opened.reader.language)
    return opened
