"""Which words a letter has: those approved, the draft, and all there were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from models.base import db
from models.mail_words import MailWords
from models.message import Message
from models.patient import Patient
from models.protocol import VersionState

MOST_PATIENTS = 12


def approved_words(letter: str, language: str) -> Mapping[str, str]:
    """The clinic's own words that are sent; empty where the shipped ones are."""
    version = in_state(letter, language, VersionState.APPROVED)
    return version.words if version else {}


def in_state(letter: str, language: str, state: VersionState) -> MailWords | None:
    """The draft, or what is approved: of each there is one at most."""
    return db.session.scalar(_of(letter, language, state))


def versions(letter: str, language: str) -> Sequence[MailWords]:
    """Every version of a letter's words, the newest first."""
    query = select(MailWords).where(MailWords.letter == letter, MailWords.language == language)
    return db.session.scalars(query.order_by(MailWords.n.desc())).all()


def standing() -> dict[tuple[str, str, VersionState], MailWords]:
    """Every draft and every approved version, by letter, language and state."""
    query = select(MailWords).where(MailWords.state != VersionState.RETIRED)
    return {(row.letter, row.language, row.state): row for row in db.session.scalars(query)}


def messages_of(kinds: Iterable[str], language: str) -> list[Message]:
    """The latest messages of these kinds to patients who read this language, one a patient."""
    query = select(Message).join(Message.patient).where(Message.kind.in_(list(kinds)), Patient.language == language)
    query = query.options(joinedload(Message.patient)).order_by(Message.due_at.desc(), Message.id.desc()).limit(5 * MOST_PATIENTS)
    latest: dict[int | None, Message] = {}
    for message in db.session.scalars(query):
        latest.setdefault(message.patient_id, message)
    return list(latest.values())[:MOST_PATIENTS]


def _of(letter: str, language: str, state: VersionState) -> Select[MailWords]:
    return select(MailWords).where(MailWords.letter == letter, MailWords.language == language, MailWords.state == state)
