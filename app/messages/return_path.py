"""The address bounces of one mail go to, where every mail has its own (RETURN_PATH): bounces without a Message-ID are known by it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import select

from models.base import LARGEST_ID, db
from models.message import Message

TAG = 10
"""Characters of the random Message-ID in it: nobody can name a mail that he has not received."""


def of(message: Message, pattern: str) -> str:
    """The envelope's sender of a message; `pattern` has a star where its own part stands."""
    return pattern.replace("*", f"{message.id}-{_tag(message)}")


def message_of(addresses: Iterable[str], pattern: str) -> Message | None:
    """The message that one of these addresses belongs to."""
    before, star, after = pattern.lower().partition("*")
    if not star:
        return None
    shape = re.compile(re.escape(before) + rf"(\d{{1,10}})-([0-9a-z]{{{TAG}}})" + re.escape(after))
    for address in addresses:
        found = shape.fullmatch(address.lower())
        if found is not None and int(found[1]) <= LARGEST_ID:
            message = db.session.scalar(select(Message).where(Message.id == int(found[1])))
            if message is not None and _tag(message) == found[2]:
                return message
    return None


def _tag(message: Message) -> str:
    return message.message_id.strip("<>")[:TAG].lower()
