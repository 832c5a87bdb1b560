"""Answers of calendar programs (RFC 5546 METHOD:REPLY, RFC 6047)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from app.inbound.reading.mime import LONGEST_TEXT, leaves, words
from app.inbound.reading.values import Answer, CalendarAnswer

_TYPES = frozenset({"text/calendar", "application/ics"})
_FOLD = re.compile(r"\n[ \t]")
_ANSWERS = {"ACCEPTED": Answer.ACCEPTED, "DECLINED": Answer.DECLINED}
_BESIDE = re.compile(r";X-RESPONSE-COMMENT=\"?([^\";]+)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([nN\\,;])")
_SAID_BY_A_PROGRAM = re.compile(
    r"[^.!?\n]{1,120}(has (tentatively )?(accepted|declined)|kabul etti|reddetti)"
    r"( (this|your|the)( event)? invitation)?( to [^.\n]{1,200})?\.?"
)
_LARGEST = 10**6


def answer_in(mail: Message) -> CalendarAnswer | None:
    """The first answer that the mail carries."""
    for part in leaves(mail):
        if part.get_content_type() in _TYPES:
            found = _answer(words(part))
            if found is not None:
                return found
    return None


def written(answer: CalendarAnswer, text: str, *, automatic: bool) -> str:
    """What a person wrote with an answer: inside it, or in the mail around it.

    Programs say there in one line what the answer is; those that write the whole mail by themselves go on after it.
    """
    of_a_program = _SAID_BY_A_PROGRAM.fullmatch(text.partition("\n")[0] if automatic else text)
    around = "" if of_a_program else text
    return "\n\n".join(part for part in ("" if answer.words in around else answer.words, around) if part)


def _answer(text: str) -> CalendarAnswer | None:
    """Read line by line, not as a calendar: what programs send is often none that a strict reader takes."""
    fields = list(_fields(_FOLD.sub("", text)))
    named = {name: value for name, _marks, value in reversed(fields)}
    if named.get("METHOD", "").upper() != "REPLY" or not named.get("UID"):
        return None
    who = next(((marks, value) for name, marks, value in fields if name == "ATTENDEE"), None)
    beside = _BESIDE.search(who[0]) if who else None
    comments = [value for name, _marks, value in fields if name == "COMMENT"] or ([beside[1]] if beside else [])
    said = re.search(r";PARTSTAT=\"?([A-Z-]+)", who[0].upper()) if who else None
    return CalendarAnswer(
        uid=named["UID"][:200],
        sequence=_number(named.get("SEQUENCE", "")),
        answer=_ANSWERS.get(said[1], Answer.OTHER) if said else Answer.OTHER,
        words="\n".join(_plain(comment) for comment in comments)[:LONGEST_TEXT],
    )


def _plain(text: str) -> str:
    """A text value as it was typed (RFC 5545 3.3.11)."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text).strip()


def _fields(text: str) -> Iterator[tuple[str, str, str]]:
    """Name, parameters and value of the calendar's own lines and those of its first event; zones and alarms are passed over."""
    within: list[str] = []
    for line in text.split("\n")[:2000]:
        name, marks, value = _split(line.strip())
        if name == "BEGIN":
            within.append(value.upper())
        elif name == "END":
            if within and within.pop() == "VEVENT":
                return
        elif within[-1:] in (["VEVENT"], ["VCALENDAR"]):
            yield name, marks, value


def _split(line: str) -> tuple[str, str, str]:
    """NAME;A="x:y":value; a colon inside quotes does not end the parameters."""
    quoted = False
    for place, letter in enumerate(line[:1000]):
        quoted ^= letter == '"'
        if letter == ":" and not quoted:
            name, sign, marks = line[:place].partition(";")
            return name.upper(), sign + marks, line[place + 1 :].strip()
    return "", "", ""


def _number(text: str) -> int:
    return min(int(text), _LARGEST) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0
