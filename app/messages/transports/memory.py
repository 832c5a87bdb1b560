"""Mail that goes nowhere: kept in a list, for tests."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from app.messages.transports.base import Envelope, Fence, Outcome, OutcomeKind, Phase, Trouble

AFTER_THE_FENCE = {Phase.BODY, Phase.DOT}


class MemoryTransport:
    """Accepts everything, after first giving the `answers` it was told to give.

    As with a real server, an answer from before the body comes without asking the fence.
    """

    name = "memory"

    def __init__(self, answers: Iterable[Outcome] = (), *, keeps_mail_here: bool = False) -> None:
        self.keeps_mail_here = keeps_mail_here
        self.answers = deque(answers)
        self.taken: list[Envelope] = []

    def deliver(self, envelope: Envelope, fence: Fence) -> Outcome:
        """See `Transport.deliver`."""
        outcome = self.answers.popleft() if self.answers else self._good()
        if outcome.phase not in AFTER_THE_FENCE and outcome.kind is not OutcomeKind.FILED:
            return outcome
        if not fence():
            return Outcome(OutcomeKind.FENCED_OFF, Phase.DATA, Trouble.NOT_OURS)
        if outcome.kind in {OutcomeKind.ACCEPTED, OutcomeKind.FILED}:
            self.taken.append(envelope)
        return outcome

    def check(self) -> Outcome | None:
        """Always ready."""
        return None

    def close(self) -> None:
        """Nothing stays open."""

    def _good(self) -> Outcome:
        if self.keeps_mail_here:
            return Outcome(OutcomeKind.FILED, Phase.FOLDER, Trouble.KEPT)
        return Outcome(OutcomeKind.ACCEPTED, Phase.DOT, "2.0.0 Taken.", 250, "2.0.0")
