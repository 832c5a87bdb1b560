"""One message → the mail a person reads, from what is true now, in their language, as discreet as they want it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from app.library.names import LANGUAGES as LIBRARY_LANGUAGES
from app.messages import links, setting
from app.messages.letter import frame, rendering
from app.messages.letter.case import Case, Facts, FindReader, NothingToSay, open_case
from app.messages.letter.isolated import isolated
from app.messages.letter.tellers import TELLERS, Teller, folder_of
from app.messages.links import Purpose
from app.messages.wording import blocks, queries, samples, variables
from app.messages.wording.reading import CannotBeSaid
from app.patients.reach import called
from models.appointment import Appointment
from models.message import Message

__all__ = ["Mail", "NothingToSay", "compose", "to_say"]

_OF_THE_LIBRARY = frozenset({"precare", "aftercare", "check_in"})
"""Letters that carry texts of the library: what to prepare, how to care, when to call."""
TEST = "words_test"
"""A letter to oneself: its facts say which, in which language, with which words."""
AUTOMATIC = {"Auto-Submitted": "auto-generated"}


@dataclass(frozen=True)
class Mail:
    """What a person reads. `calendar`: a calendar file that goes with it; `headers`: those the kind asks for.

    `sender_name`, `reply_to`: of the place it is about; empty: the clinic's.
    """

    subject: str
    text: str
    html: str
    language: str
    calendar: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sender_name: str = ""
    reply_to: str = ""


def compose(message: Message, now: datetime) -> Mail:
    """The mail of a message as things are now. Writes its links: called inside a transaction.

    Raises NothingToSay when what it is about is gone, CannotBeSaid when the clinic's own words cannot be filled (the shipped
    ones do not go in their place), KeyError for a kind without words, Refused before the set-up.
    """
    if message.kind == TEST:
        return _test(message.facts, now)
    return _as_it_is(open_case(message, now, links.once(links.make)), folder_of(message.kind))


def rehearse(message: Message, now: datetime) -> Mail:
    """The same for somebody to look at: its links open nothing, and nothing is written. Raises as `compose` does."""
    return _as_it_is(open_case(message, now, samples.shown_link, rehearsed=True), folder_of(message.kind))


def in_full(message: Message, now: datetime, to: FindReader) -> Mail:
    """The full text of a mail that said less, for whoever `to` finds: without links, and nothing is written. Raises as `compose` does."""
    case = open_case(message, now, _no_link, rehearsed=True, to=to)
    return _as_it_is(case.unanswered().telling(full=True), folder_of(message.kind))


def can_be_tried(kind: str) -> bool:
    """There is a made-up patient whom a mail of this kind tells something."""
    return folder_of(kind) not in blocks.FIXED


def to_say(message: Message, now: datetime) -> str:
    """The words of a mail for a voice on the telephone, or to copy: discreet, without links, nothing of the letter
    around them. Nothing is written."""
    letter = folder_of(message.kind)
    case = open_case(message, now, _no_link, rehearsed=True, to=called).unanswered()
    case = _readable(case.telling(full=False), letter)
    spoken = {"spoken": True, "reply_or_call": True}
    return _part("txt", case, letter, _said(case, letter, lambda told: TELLERS[letter](told) | spoken, _own_words(case, letter)))


def preview(letter: str, language: str, words: Mapping[str, str], now: datetime, *, full: bool = False, of: Message | None = None) -> Mail:
    """A letter with these words of the clinic's, as it would go out now: about a message, or to a made-up patient.

    Nothing is written, and its links open nothing. Raises CannotBeSaid, and NothingToSay when what it is about is gone.
    """
    if of is None:
        return _written(samples.a_case(letter, language, now, full=full), letter, lambda case: samples.facts_of(letter, case), words)
    case = _readable(open_case(of, now, samples.shown_link, rehearsed=True), letter)
    return _written(case, letter, TELLERS[letter], words)


def sample_values(letter: str, language: str, now: datetime) -> dict[str, str]:
    """What each variable of a letter says of the made-up patient; empty for those that ask."""
    case = samples.a_case(letter, language, now, full=True)
    value = variables.value_of(letter, frame.of_every_mail(case, letter) | samples.facts_of(letter, case))
    return {name: "" if variable.asks else str(value(name)) for name, variable in variables.of_letter(letter).items()}


def _test(facts: Mapping[str, Any], now: datetime) -> Mail:
    """A letter that somebody of the clinic sends to themselves, to see it as it arrives."""
    mail = preview(facts["letter"], facts["language"], facts["words"], now, full=facts["full"])
    return replace(mail, subject=f"[Test] {mail.subject}", headers=MappingProxyType(AUTOMATIC))


def written_in(letter: str, language: str, *, prepares: bool = False) -> str:
    """The language a letter goes out in: the reader's own where all of it is there in it, else English. `prepares`: it also says
    what to prepare."""
    all_there = language in LIBRARY_LANGUAGES or not (prepares or letter in _OF_THE_LIBRARY)
    return language if language in blocks.languages_of(letter) and all_there else "en"


def _readable(case: Case, letter: str) -> Case:
    """The same case in English, where the letter, or what the library has to say in it, is not there in the reader's language."""
    return case.in_language(written_in(letter, case.reader.language, prepares=bool(case.message.facts.get("precare"))))


def _own_words(case: Case, letter: str) -> Mapping[str, str]:
    return {} if letter in blocks.FIXED else queries.approved_words(letter, case.reader.language)


def _as_it_is(case: Case, letter: str) -> Mail:
    """The mail of a case, in the clinic's own words where it has some."""
    case = _readable(case, letter)
    return _written(case, letter, TELLERS[letter], _own_words(case, letter))


def _written(case: Case, letter: str, tell: Teller, words: Mapping[str, str]) -> Mail:
    """`words`: the clinic's own, by block."""
    said = _said(case, letter, tell, words)
    if _says_more_in_full(case, letter, tell, words, said):
        said.facts["full_text"] = {"url": case.link(Purpose.FULL_TEXT), "words": rendering.phrase("full_text", case.reader.language)}
    subject, text, html = (_part(part, case, letter, said) for part in ("subject", "txt", "html"))
    return Mail(
        subject=subject,
        text=isolated(text) if case.reader.direction == "rtl" else text,
        html=html,
        language=case.reader.language,
        calendar=_calendar(said.rows, case) if said.rows else None,
        headers=MappingProxyType(AUTOMATIC | frame.stop_headers(said.facts["foot"]["stop_url"])),
        sender_name=case.place.sender_name,
        reply_to=case.place.reply_address,
    )


@dataclass(frozen=True)
class _Said:
    """All that a letter says to one reader. `own`: the clinic's words, filled; `rows`: the visits of its calendar file."""

    facts: Facts
    own: Mapping[str, str]
    rows: Sequence[Appointment]


def _said(case: Case, letter: str, tell: Teller, words: Mapping[str, str]) -> _Said:
    """Raises CannotBeSaid where the clinic's own words cannot be filled."""
    facts = frame.of_every_mail(case, letter) | tell(case)
    rows = facts.pop("calendar", ())
    own = blocks.said(letter, words, facts)
    return _Said(facts | {"added": own.get(blocks.ADDED, "")}, own, rows)


def _part(part: str, case: Case, letter: str, said: _Said) -> str:
    return rendering.render(letter, case.reader.language, part, said.facts, said.own)


def _says_more_in_full(case: Case, letter: str, tell: Teller, words: Mapping[str, str], said: _Said) -> bool:
    """A discreet mail whose reader may open its full text, and finds something there that it does not say."""
    if case.reader.full or not (case.patient and case.reach and case.reach.by_mail and links.public_url()):
        return False
    if not links.reads_in_full(case.patient, case.reach):
        return False
    whole = case.telling(full=True)
    try:
        more = _said(whole, letter, tell, words)
    except CannotBeSaid:
        return False
    return _part("txt", case, letter, said) != _part("txt", whole, letter, more)


def _calendar(rows: Sequence[Appointment], case: Case) -> bytes:
    from app.messages import calendar_file  # noqa: PLC0415  # with it comes icalendar, which a start does not need

    asked = case.patient.email if case.patient and setting.reads_answers() else ""
    return calendar_file.of_visits(rows, case.clinic, case.reader.language, case.phones.day.shown, case.now, attendee=asked)


def _no_link(_purpose: Purpose, _message: Message, _now: datetime, **_about: object) -> None:
    return None
