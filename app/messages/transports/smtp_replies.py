"""What a mail server's answer means for the message: pure rules over reply codes.

Codes: RFC 5321 §4.2; enhanced codes: RFC 3463.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from app.messages.transports.base import Outcome, OutcomeKind, Phase, worth_keeping

GREYLIST_WAIT = timedelta(minutes=5)
GREYLIST_CODES = {450, 451}
CLOSING = 421
"""Whatever was asked, the server is about to hang up (RFC 5321 §3.8)."""

GOOD = {
    Phase.BANNER: {220},
    Phase.HELLO: {250},
    Phase.STARTTLS: {220},
    Phase.AUTH: {235},
    Phase.RESET: {250},
    Phase.MAIL: {250},
    Phase.RCPT: {250, 251},
    Phase.DATA: {354},
}

STATUS = re.compile(r"(?<![\w.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\w)")
ABOUT_THE_MAILBOX = {550, 551, 553}
ABOUT_THE_SENDER = {"5.1.7", "5.1.8"}
"""The only 5.1.x codes that speak of our own address, not of the recipient's."""
NEEDS_UTF8 = "5.6.7"
"""The server will not take letters outside ASCII (RFC 6531): a fault of one address."""


class Over(Exception):
    """The conversation about this message has ended; `outcome` says how."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.text)
        self.outcome = outcome


@dataclass(frozen=True)
class Reply:
    """One answer of the server; `code` is None when it was no SMTP answer at all."""

    code: int | None
    text: str

    @property
    def enhanced(self) -> str | None:
        """The status like 5.1.1, wherever in the text the server put it."""
        for found in STATUS.finditer(self.text):
            # Deeper in the text only the code's own class counts: "4.96.1" is a version.
            if found.start() == 0 or found.group().startswith(str(self.code)[0]):
                return found.group()
        return None


def insist(phase: Phase, reply: Reply, good: set[int] | None = None) -> None:
    """Go on after a good answer; raise `Over` with the verdict after any other."""
    if reply.code not in (good or GOOD[phase]):
        raise Over(verdict(phase, reply))


def verdict(phase: Phase, reply: Reply) -> Outcome:
    """The outcome of an answer that ends the conversation, including the one to the dot."""
    kind = _kind(phase, reply)
    greylisted = kind is OutcomeKind.RETRY and reply.code in GREYLIST_CODES
    return Outcome(
        kind=kind,
        phase=phase,
        text=worth_keeping(reply.text),
        code=reply.code,
        enhanced=reply.enhanced,
        retry_after=GREYLIST_WAIT if greylisted else None,
    )


def _kind(phase: Phase, reply: Reply) -> OutcomeKind:
    answer = (reply.code or 0) // 100
    if phase is Phase.DOT:
        return _kind_at_the_dot(answer)
    if phase is Phase.STARTTLS and answer != 4:
        return OutcomeKind.MISCONFIGURED
    if answer != 5:
        return OutcomeKind.RETRY
    if phase is Phase.RCPT and _blames_the_mailbox(reply):
        return OutcomeKind.REFUSED_ADDRESS
    if phase in {Phase.RCPT, Phase.DATA, Phase.BODY} or reply.enhanced == NEEDS_UTF8:
        return OutcomeKind.REFUSED_MESSAGE
    return OutcomeKind.MISCONFIGURED


def _kind_at_the_dot(answer: int) -> OutcomeKind:
    kinds = {
        2: OutcomeKind.ACCEPTED,
        4: OutcomeKind.RETRY,
        5: OutcomeKind.REFUSED_MESSAGE,
    }
    return kinds.get(answer, OutcomeKind.AMBIGUOUS)


def _blames_the_mailbox(reply: Reply) -> bool:
    status = reply.enhanced
    if reply.code not in ABOUT_THE_MAILBOX or status in ABOUT_THE_SENDER:
        return False
    return status is None or status == "5.2.1" or status.startswith("5.1.")


def lost(phase: Phase, words: str) -> Outcome:
    """The line went silent or broke: safe to repeat unless the dot was already out."""
    kind = OutcomeKind.AMBIGUOUS if phase is Phase.DOT else OutcomeKind.RETRY
    return Outcome(kind, phase, worth_keeping(words))


def misconfigured(phase: Phase, words: str) -> Outcome:
    """The server cannot be used with these settings."""
    return Outcome(OutcomeKind.MISCONFIGURED, phase, worth_keeping(words))


def refused(words: str) -> Outcome:
    """This server cannot carry this one message."""
    return Outcome(OutcomeKind.REFUSED_MESSAGE, Phase.MAIL, worth_keeping(words))
