"""One message → the mail a person reads, from what is true now, in their language, as discreet as they want it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from app.formats import LANGUAGES
from app.library.names import LANGUAGES as LIBRARY_LANGUAGES
from app.messages import calendar_file, links, setting
from app.messages.letter import about_changes, about_courses, about_lots, about_offers, about_people, about_visits, rendering
from app.messages.letter.case import Case, Facts, FindReader, NothingToSay, open_case
from app.messages.letter.isolated import isolated
from app.messages.links import Purpose
from app.messages.wording import blocks, queries, samples, variables
from app.messages.wording.reading import CannotBeSaid
from app.patients.reach import called
from models.appointment import Appointment
from models.message import Message

__all__ = ["Mail", "NothingToSay", "compose", "folder_of", "to_say"]

_TELLERS: Mapping[str, Callable[[Case], Facts]] = {
    "plan_summary": about_changes.plan_summary,
    "booked": about_changes.changed,
    "moved": about_changes.changed,
    "cancelled": about_changes.changed,
    "paused": about_changes.changed,
    "precare": about_visits.precare,
    "reminder": about_visits.reminder,
    "aftercare": about_visits.aftercare,
    "same_evening": about_visits.same_evening,
    "check_in": about_visits.check_in,
    "late_check": about_visits.late_check,
    "result": about_courses.result,
    "no_show": about_visits.no_show,
    "recall": about_courses.recall,
    "choose_time": about_courses.choose_time,
    "lot_recall": about_lots.lot_recall,
    "offer": about_offers.offer,
    "address_check": about_people.address_check,
    "staff_invite": about_people.staff_link,
    "staff_reset": about_people.staff_link,
    "staff_on_call": about_people.on_call,
    "staff_digest": about_people.morning,
    "correction": about_people.correction,
    "full_text": about_people.full_text,
}
_SHARED = {
    "reminder_1": "reminder", "reminder_2": "reminder", "checkin_1": "check_in", "checkin_3": "check_in", "late_check_1": "late_check",
    "late_check_2": "late_check", "recall_1": "recall", "recall_2": "recall", "recall_3": "recall",
}  # fmt: skip
_STOPS = {"recall": "recall", "result": "result", "check_in": "check_in"}
"""Mails that can be stopped by themselves, and the group they belong to (the kind's `stop_group`)."""
_ABOUT_VISITS = frozenset({"plan_summary", "booked", "moved", "precare", "reminder", "offer"})
_WITHOUT_FOOTER = frozenset({"address_check", "staff_invite", "staff_reset", "staff_on_call", "staff_digest", "correction"})
_OF_THE_LIBRARY = frozenset({"precare", "aftercare", "check_in"})
"""Letters that carry texts of the library: what to prepare, how to care, when to call."""
TEST = "words_test"
"""A letter to oneself: its facts say which, in which language, with which words."""
AUTOMATIC = {"Auto-Submitted": "auto-generated"}


@dataclass(frozen=True)
class Mail:
    """What a person reads. `calendar`: a calendar file that goes with it; `headers`: those the kind asks for."""

    subject: str
    text: str
    html: str
    language: str
    calendar: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def compose(message: Message, now: datetime) -> Mail:
    """The mail of a message as things are now. Writes its links: called inside a transaction.

    Raises NothingToSay when what it is about is gone, CannotBeSaid when the clinic's own words cannot be filled (the shipped
    ones do not go in their place), KeyError for a kind without words, Refused before the set-up.
    """
    if message.kind == TEST:
        return _test(message.facts, now)
    folder = folder_of(message.kind)
    case = _readable(open_case(message, now, links.once(links.make)), folder)
    return _composed(case, folder, _TELLERS[folder](case), _own_words(case, folder))


def rehearse(message: Message, now: datetime) -> Mail:
    """The same for somebody to look at: its links open nothing, and nothing is written. Raises as `compose` does."""
    letter = folder_of(message.kind)
    case = _readable(open_case(message, now, samples.shown_link, rehearsed=True), letter)
    return _composed(case, letter, _TELLERS[letter](case), _own_words(case, letter))


def in_full(message: Message, now: datetime, to: FindReader) -> Mail:
    """The full text of a mail that said less, for whoever `to` finds: without links, and nothing is written. Raises as `compose` does."""
    case = open_case(message, now, _no_link, rehearsed=True, to=to)
    case = replace(case, reader=replace(case.reader, full=True), phones=replace(case.phones, replies=False))
    folder = folder_of(message.kind)
    case = _readable(case, folder)
    return _composed(case, folder, _TELLERS[folder](case), _own_words(case, folder))


def can_be_tried(kind: str) -> bool:
    """There is a made-up patient whom a mail of this kind tells something."""
    return folder_of(kind) not in blocks.FIXED


def to_say(message: Message, now: datetime) -> str:
    """The words of a mail for a voice on the telephone, or to copy: discreet, without links, nothing of the letter
    around them. Nothing is written."""
    case = open_case(message, now, _no_link, rehearsed=True, to=called)
    case = replace(case, reader=replace(case.reader, full=False), phones=replace(case.phones, replies=False))
    folder = folder_of(message.kind)
    case = _readable(case, folder)
    facts = _every_mail(case, folder, "") | _TELLERS[folder](case) | {"spoken": True, "reply_or_call": True}
    own = blocks.said(folder, _own_words(case, folder), facts)
    return rendering.render(folder, case.reader.language, "txt", facts | {"added": own.get(blocks.ADDED, "")}, own)


def preview(letter: str, language: str, words: Mapping[str, str], now: datetime, *, full: bool = False, of: Message | None = None) -> Mail:
    """A letter with these words of the clinic's, as it would go out now: about a message, or to a made-up patient.

    Nothing is written, and its links open nothing. Raises CannotBeSaid, and NothingToSay when what it is about is gone.
    """
    if of is None:
        case = samples.a_case(letter, language, now, full=full)
        return _composed(case, letter, samples.facts_of(letter, case), words)
    case = _readable(open_case(of, now, samples.shown_link, rehearsed=True), letter)
    return _composed(case, letter, _TELLERS[letter](case), words)


def sample_values(letter: str, language: str, now: datetime) -> dict[str, str]:
    """What each variable of a letter says of the made-up patient; empty for those that ask."""
    case = samples.a_case(letter, language, now, full=True)
    value = variables.value_of(letter, _every_mail(case, letter, "") | samples.facts_of(letter, case))
    return {name: "" if variable.asks else str(value(name)) for name, variable in variables.of_letter(letter).items()}


def _test(facts: Mapping[str, Any], now: datetime) -> Mail:
    """A letter that somebody of the clinic sends to themselves, to see it as it arrives."""
    mail = preview(facts["letter"], facts["language"], facts["words"], now, full=facts["full"])
    return replace(mail, subject=f"[Test] {mail.subject}", headers=MappingProxyType(AUTOMATIC))


def folder_of(kind: str) -> str:
    """The folder of templates that has this kind's words."""
    return _SHARED.get(kind, kind)


def folders() -> frozenset[str]:
    """Every folder of templates that a kind can name."""
    return frozenset(_TELLERS)


def written_in(letter: str, language: str, *, prepares: bool = False) -> str:
    """The language a letter goes out in: the reader's own where all of it is there in it, else English. `prepares`: it also says
    what to prepare."""
    all_there = language in LIBRARY_LANGUAGES or not (prepares or letter in _OF_THE_LIBRARY)
    return language if language in blocks.languages_of(letter) and all_there else "en"


def _readable(case: Case, folder: str) -> Case:
    """The same case in English, where the letter, or what the library has to say in it, is not there in the reader's language."""
    return case.in_language(written_in(folder, case.reader.language, prepares=bool(case.message.facts.get("precare"))))


def _own_words(case: Case, folder: str) -> Mapping[str, str]:
    return {} if folder in blocks.FIXED else queries.approved_words(folder, case.reader.language)


def _composed(case: Case, folder: str, told: Facts, words: Mapping[str, str]) -> Mail:
    """`words`: the clinic's own, by block."""
    rows = told.pop("calendar", ())
    stop_url = _stop_url(case, folder)
    facts = _every_mail(case, folder, stop_url) | told
    own = blocks.said(folder, words, facts)
    facts["added"] = own.get(blocks.ADDED, "")
    if _says_more_in_full(case, folder, (facts, own), words):
        facts["full_text"] = {"url": case.link(Purpose.FULL_TEXT), "words": rendering.phrase("full_text", case.reader.language)}
    subject, text, html = (rendering.render(folder, case.reader.language, part, facts, own) for part in ("subject", "txt", "html"))
    return Mail(
        subject=subject,
        text=isolated(text) if case.reader.direction == "rtl" else text,
        html=html,
        language=case.reader.language,
        calendar=_calendar(rows, case) if rows else None,
        headers=MappingProxyType(AUTOMATIC | _stop_headers(stop_url)),
    )


def _says_more_in_full(case: Case, folder: str, said: tuple[Facts, Mapping[str, str]], words: Mapping[str, str]) -> bool:
    """A discreet mail whose reader may open its full text, and finds something there that it does not say."""
    mailed = case.patient and case.reach and case.reach.by_mail and links.public_url()
    if case.reader.full or not (mailed and case.patient and case.reach and links.reads_in_full(case.patient, case.reach)):
        return False
    more = said[0] | {"full": True} | _TELLERS[folder](replace(case, reader=replace(case.reader, full=True)))
    try:
        own = blocks.said(folder, words, more)
    except CannotBeSaid:
        return False
    more["added"] = own.get(blocks.ADDED, "")
    discreet, full = (rendering.render(folder, case.reader.language, "txt", *one) for one in (said, (more, own)))
    return discreet != full


def _calendar(rows: Sequence[Appointment], case: Case) -> bytes:
    asked = case.patient.email if case.patient and setting.reads_answers() else ""
    return calendar_file.of_visits(rows, case.clinic, case.reader.language, case.phones.day.shown, case.now, attendee=asked)


def _every_mail(case: Case, folder: str, stop_url: str) -> dict[str, Any]:
    """What the layout and every template may use."""
    reader, patient, reach = case.reader, case.patient, case.reach
    other = next((code for code in LANGUAGES if code != reader.language), "")
    footed = patient is not None and folder not in _WITHOUT_FOOTER
    return {
        "lang": reader.language,
        "dir": reader.direction,
        "full": reader.full,
        "clinic": {"name": case.clinic.name, "address": case.place.address},
        "name": reach.name if reach else "",
        "about": patient.name if patient and reach and reach.contact and footed else "",
        "phones": case.phones,
        "instead": rendering.phrase("instead", "en") if patient is not None and patient.language != reader.language else "",
        "spoken": False,
        "added": "",
        "full_text": None,
        "reply_or_call": not links.public_url(),
        "foot": {
            "shown": footed and case.phones.replies,
            "about_a_visit": folder in _ABOUT_VISITS,
            "language": LANGUAGES[other] if footed else "",
            "language_url": case.link(Purpose.LANGUAGE, argument=other) if footed else "",
            "fewer_url": case.link(Purpose.PREFERENCES) if footed else "",
            "stop_url": stop_url,
        },
    }


def _stop_url(case: Case, folder: str) -> str:
    """Where this kind of mail is stopped: a link, or without a public address a mail to us."""
    group = _STOPS.get(folder)
    if group is None:
        return ""
    return case.link(Purpose.STOP, argument=group) or (f"mailto:{case.reply_to}?subject=stop%20{group}" if case.reply_to else "")


def _stop_headers(stop_url: str) -> dict[str, str]:
    """List-Unsubscribe, and for links the one-click POST of RFC 8058."""
    if not stop_url:
        return {}
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if stop_url.startswith("https://") else {}
    return {"List-Unsubscribe": f"<{stop_url}>"} | one_click


def _no_link(_purpose: Purpose, _message: Message, _now: datetime, **_about: object) -> None:
    return None
