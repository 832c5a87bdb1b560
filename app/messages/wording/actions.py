"""What people do with the words of a mail: write a draft, approve it, go back to the shipped ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from app.errors import Refused
from app.history import record, who
from app.i18n import _
from app.messages.wording import blocks, faults, queries
from models.base import db
from models.mail_words import MailWords
from models.protocol import VersionState


def write(letter: str, language: str, typed: Mapping[str, str], now: datetime) -> MailWords:
    """Keep words as the draft of a letter; whoever writes last stands as its author. Nothing of it is sent.

    Raises Refused when the words have a fault, or are those that are sent already.
    """
    words = own_of(letter, language, typed)
    if found := faults.in_words(letter, language, words):
        raise Refused(faults.said(found[0]))
    if words == queries.approved_words(letter, language):
        raise Refused(_("These are the words that are sent already. Nothing was saved."))
    draft = queries.in_state(letter, language, VersionState.DRAFT)
    if draft is None:
        n = max((version.n for version in queries.versions(letter, language)), default=0) + 1
        draft = MailWords(letter=letter, language=language, n=n, words=words, made_by_id=who(), made_at=now)
        record("added", draft, now)
        return draft
    draft.words, draft.made_by_id, draft.made_at = words, who(), now
    draft.version += 1
    record("changed", draft, now, fields=["words"])
    return draft


def approve(draft: MailWords, now: datetime) -> None:
    """From now on these words are sent; those before them end. Raises Refused when it is no draft or has a fault by now."""
    if draft.state is not VersionState.DRAFT:
        raise Refused(_("This version is not a draft any more."))
    if found := faults.in_words(draft.letter, draft.language, draft.words):
        raise Refused(faults.said(found[0]))
    if before := queries.in_state(draft.letter, draft.language, VersionState.APPROVED):
        end(before, now)
        db.session.flush()  # the database allows one approved version: the old one leaves first
    draft.approved_by_id, draft.approved_at = who(), now
    draft.move_to(VersionState.APPROVED)
    draft.version += 1
    record("approved", draft, now)


def end(version: MailWords, now: datetime) -> None:
    """These words are not sent any more, or the draft is thrown away; what was shipped is sent again."""
    version.ended_by_id, version.ended_at = who(), now
    version.move_to(VersionState.RETIRED)
    version.version += 1
    record("retired", version, now)


def own_of(letter: str, language: str, typed: Mapping[str, str]) -> dict[str, str]:
    """Of what was typed, what differs from the shipped words."""
    found = {}
    for block in blocks.of_letter(letter, language):
        lines = unicodedata.normalize("NFC", typed.get(block.name, block.shipped)).strip().splitlines()
        words = "\n".join(line.rstrip() for line in lines)
        if words != block.shipped:
            found[block.name] = words
    return found
