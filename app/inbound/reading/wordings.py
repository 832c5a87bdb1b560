"""Delivery reports that follow no standard: qmail, Exim, old Exchange, and whoever else writes them as a letter."""

from __future__ import annotations

import re
from email.message import Message

from app.inbound.reading import severity
from app.inbound.reading.mime import addresses, every_word, header
from app.inbound.reading.values import Fate, Report
from app.letters import one_line

_DAEMONS = re.compile(
    r"(mailer-?daemon|mail-?daemon|postmaster|double-bounce|mailerdaemon|mdaemon|microsoftexchange[\w-]*|no-?reply-?mailer|bounces?)@", re.I
)
_FIRST_WORDS = re.compile(
    r"^(undeliver(able|ed)|mail delivery (failed|failure|problem|status|system)|delivery (status notification|failure|has failed|report)"
    r"|returned mail|failure notice|message (not delivered|undeliverable)|unzustellbar|iletilemedi|teslim edilemedi|teslimat durumu)",
    re.I,
)
_WHERE_THE_MAIL_BEGINS = re.compile(
    r"(?im)^[> \t-]*(below (this line )?is a copy of the message|this is a copy of (the|your) message|original message (headers|follows)"
    r"|the (first|full) [^\n]{0,60}(copy|headers|lines)|-{2,} (this is a copy|original|returned)|return-path:|received: )"
)
_LINES_SHOWN = 3


def is_from_a_server(mail: Message) -> bool:
    """Sent by a mail system: by its name for itself, or from nobody (RFC 5321 4.5.5) and with the marks of a report."""
    if _DAEMONS.search(header(mail, "From")) is not None:
        return True
    nobody = any(one_line(str(value)) == "<>" for value in mail.get_all("Return-Path") or ())
    return nobody and (bool(mail.get("X-Failed-Recipients")) or _FIRST_WORDS.match(header(mail, "Subject")) is not None)


def report_in(mail: Message) -> Report:
    """What its words say. UNCLEAR when they are none that we know: somebody must look."""
    told = _the_servers_own(every_word(mail))
    recipients = tuple(addresses(header(mail, "X-Failed-Recipients")) or addresses(told))
    if severity.still_trying(header(mail, "Subject") + "\n" + told):
        return Report(Fate.DELAYED, recipients, severity.status_in(told), _telling_line(told))
    return Report(severity.fate_of("", told), recipients, severity.status_in(told), _telling_line(told))


def _the_servers_own(text: str) -> str:
    """Without the mail that came back: its words are ours."""
    begins = _WHERE_THE_MAIL_BEGINS.search(text)
    return text[: begins.start()] if begins else text


def _telling_line(told: str) -> str:
    """The line that says why, as far as one does."""
    lines = [line for line in told.split("\n") if line.strip()]
    telling = next((n for n, line in enumerate(lines) if severity.fate_of("", line) is not Fate.UNCLEAR), None)
    return one_line(" ".join(lines[:_LINES_SHOWN] if telling is None else lines[telling : telling + 1]))[:500]
