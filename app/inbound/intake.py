"""Reading the mailbox: one mail at a time, each in a transaction of its own, each once whatever happens in between."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice

import structlog
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError

from app.inbound import following
from app.inbound.mailboxes import Letter, Mailbox, MailboxError, Place
from app.inbound.outcomes import Outcome
from app.inbound.reading import Post, read
from models.base import db, transaction
from models.inbound import IncomingMail, MailboxState

AT_ONE_GO = 300
"""Mails; what is more comes with the next run."""
FIRST_LOOK = timedelta(days=7)
log = structlog.get_logger("inbound")


def take_in(box: Mailbox, now: datetime, *, may_go_on: Callable[[], bool] = lambda: True) -> Counter[Outcome]:
    """Deal with what came in since the last time. Raises MailboxError once it is written down that the mailbox cannot be read."""
    done: Counter[Outcome] = Counter()
    try:
        with closing(_letters(box, now)) as letters:
            for letter in islice(letters, AT_ONE_GO):
                outcome = _take(box, letter, now)
                done.update([outcome] if outcome is not None else [])
                if not may_go_on():
                    break
    except MailboxError as trouble:
        with transaction():
            _failed(_state(box), str(trouble), now)
        raise
    with transaction():
        _read(_state(box), now)
    return done


def known(data: bytes) -> str:
    """What is kept of a mail to know it again."""
    return hashlib.sha256(data).hexdigest()


def _letters(box: Mailbox, now: datetime) -> Generator[Letter, None, None]:
    """The database is not held open while the mail server is talked to."""
    state = db.session.get(MailboxState, box.name[:200])
    place = Place(state.validity, state.last) if state else Place()
    db.session.rollback()
    return box.letters(place, (now - FIRST_LOOK).date())


def _take(box: Mailbox, letter: Letter, now: datetime) -> Outcome | None:
    """One mail; None when it was taken in before. A fault of ours with one mail never stops the others, and a person looks.

    Raises OperationalError or InterfaceError where the database is at fault: the mail comes again with the next run.
    """
    post = read(letter.data)  # before anything is held: whoever makes a mail slow to read slows nobody else
    try:
        with transaction():
            outcome = _once(box, letter, post, following.follow, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        log.exception("mail_not_taken_in", error=type(fault).__name__)
        with transaction():
            outcome = _once(box, letter, post, following.give_up, now)
    letter.done()
    return outcome


def _once(
    box: Mailbox, letter: Letter, post: Post, follow: Callable[[IncomingMail, Post, datetime], Outcome], now: datetime
) -> Outcome | None:
    """Keep that it came, do what it calls for, and remember how far the mailbox was read."""
    mark, state = known(letter.data), _state(box)
    state.validity, state.last = letter.place.validity, letter.place.last
    if db.session.scalar(select(IncomingMail.id).where(IncomingMail.mark == mark)) is not None:
        return None
    row = IncomingMail(mark=mark, came_at=now, what=post.what, facts={})
    db.session.add(row)
    db.session.flush()
    row.outcome = outcome = follow(row, post, now)
    return outcome


def _state(box: Mailbox) -> MailboxState:
    name = box.name[:200]
    state = db.session.get(MailboxState, name)
    if state is None:
        state = MailboxState(name=name, validity=0, last=0, failures=0, trouble="")
        db.session.add(state)
    return state


def _read(state: MailboxState, now: datetime) -> None:
    state.read_at, state.failing_since, state.failures, state.trouble = now, None, 0, ""


def _failed(state: MailboxState, trouble: str, now: datetime) -> None:
    state.failing_since, state.failures, state.trouble = state.failing_since or now, state.failures + 1, trouble[:500]
