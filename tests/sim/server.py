"""A mail server that remembers what it accepted and fails on purpose; the process that talks to it may die at any moment."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.messages.transports import Envelope, Fence, Outcome, OutcomeKind, Phase

if TYPE_CHECKING:
    from tests.sim.world import World

TAKEN = Outcome(OutcomeKind.ACCEPTED, Phase.DOT, "2.0.0 Taken.", 250, "2.0.0")
SILENT = Outcome(OutcomeKind.AMBIGUOUS, Phase.DOT, "The connection ended after the final dot.")
NO_LONGER_OURS = Outcome(OutcomeKind.FENCED_OFF, Phase.DATA, "No longer ours to send.")
NOBODY_THERE = Outcome(OutcomeKind.RETRY, Phase.CONNECT, "Nobody answers.")
NO_SUCH_MAILBOX = Outcome(OutcomeKind.REFUSED_ADDRESS, Phase.RCPT, "5.1.1 No such user.", 550, "5.1.1")
BEFORE_THE_DOT = (
    Outcome(OutcomeKind.RETRY, Phase.MAIL, "4.3.2 Not now.", 451, "4.3.2"),
    Outcome(OutcomeKind.RETRY, Phase.RCPT, "4.7.1 Come back later.", 450, "4.7.1", timedelta(minutes=5)),
    Outcome(OutcomeKind.RETRY, Phase.RCPT, "4.3.2 Closing.", 421, "4.3.2"),
    Outcome(OutcomeKind.MISCONFIGURED, Phase.AUTH, "5.7.8 Wrong password.", 535, "5.7.8"),
)
AT_THE_DOT = (
    Outcome(OutcomeKind.RETRY, Phase.DOT, "4.3.0 Try again.", 451, "4.3.0"),
    Outcome(OutcomeKind.REFUSED_MESSAGE, Phase.DOT, "5.7.1 Looks like spam.", 554, "5.7.1"),
)
TROUBLES = (
    "before", "died", "slept", "at", "died at the dot", "mail lost", "reply lost", "died after", "slept after", "somebody acts",
    "somebody acts first", "somebody acts, then not now",
)  # fmt: skip
SAME_AGAIN = 0.5
"""What went wrong with a mail goes wrong again as often."""


class Died(BaseException):
    """The process is gone at this very point; what was committed stays."""


@dataclass(frozen=True)
class Taken:
    """A message the server has: when it took it, and what it was."""

    at: datetime
    envelope: Envelope


@dataclass
class MailServer:
    """See `Transport`. Whether a message is all right is asked right when it is accepted, before anybody answers."""

    dice: random.Random
    world: World
    trouble: float
    down_until: datetime | None = None
    dead: set[str] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    moods: dict[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    name: str = "simulated"
    keeps_mail_here: bool = False

    def deliver(self, envelope: Envelope, fence: Fence) -> Outcome:
        """One message; now and then something goes wrong, before the dot, at it, or after it."""
        if self.is_down():
            return NOBODY_THERE
        if envelope.recipient in self.dead:
            self.refused[envelope.recipient] += 1
            return self._noted("no such mailbox", NO_SUCH_MAILBOX)
        how = self._trouble(envelope)
        if how in ("somebody acts first", "somebody acts, then not now"):
            self.world.meanwhile(envelope.recipient, long=False)
        if how in ("before", "somebody acts, then not now"):
            return self._noted(how, self.dice.choice(BEFORE_THE_DOT))
        if how == "died":
            raise Died
        if how == "slept":
            self.world.meanwhile(envelope.recipient, long=True)
        if not fence():
            return self._noted("fenced off", NO_LONGER_OURS)
        if how == "at":
            return self._noted(how, self.dice.choice(AT_THE_DOT))
        return self._at_the_dot(envelope, how)

    def _trouble(self, envelope: Envelope) -> str:
        """What goes wrong with this mail, if anything does; often the same as the last time."""
        again, wrong, how = self.dice.random(), self.dice.random(), self.dice.choice(TROUBLES)
        before = self.moods.get(envelope.message_id, "")
        found = before if before and again < SAME_AGAIN else how if wrong < self.trouble else ""
        self.moods[envelope.message_id] = found
        return found

    def _at_the_dot(self, envelope: Envelope, how: str) -> Outcome:
        if how == "died at the dot":
            raise Died
        if how == "mail lost":
            return self._noted(how, SILENT)
        one = Taken(self.world.now, envelope)
        self.taken.append(one)
        self.world.unread.append(one)
        self.world.on_taken(self.world, one)
        if how == "died after":
            raise Died
        if how in ("slept after", "somebody acts"):
            self.world.meanwhile(envelope.recipient, long=how == "slept after")
        return self._noted(how, SILENT if how == "reply lost" else TAKEN)

    def is_down(self) -> bool:
        return self.down_until is not None and self.world.now < self.down_until

    def check(self) -> Outcome | None:
        """A wrong setting was mended by the time anybody asks again."""
        return NOBODY_THERE if self.is_down() else None

    def close(self) -> None:
        """Nothing stays open."""

    def _noted(self, how: str, outcome: Outcome) -> Outcome:
        self.seen[how or "all right"] += 1
        return outcome
