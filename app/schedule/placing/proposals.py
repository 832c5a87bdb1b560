"""What is proposed for one session of a plan that is being placed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from app.planning.bands import Band
from app.planning.obstacles import Code, Obstacle
from app.planning.visit import Request, Slot
from app.planning.windows import Window
from app.schedule.words import obstacle_words
from models.appointment import VisitKind
from models.treatment import TreatmentSession

Key: TypeAlias = tuple[int, str]
"""A session by its course's place in the plan, from 0, and its label; the same before and after the plan is stored."""
LATER = None
"""What is decided of a session that is left for later."""


@dataclass(frozen=True)
class Proposal:
    """One session with the slot it could have, or every reason why it has none.

    `kind`: a first session without a valid evaluation begins with it. `tentative`: the place stands only once the
    physician has signed. `after_review`: it lies behind a review that is not done yet. `band`: where the proposed day lies in
    the session's window. `place`: of its course in the plan, from 0. `request`: what was asked, to look for other times when
    the sessions before it lie as proposed; `soonest`: the first day on which it would count then, below the minimum.
    `joined_with`: the other sessions of the same visit, all with the same slot.
    """

    place: int
    session: TreatmentSession
    label: str
    kind: VisitKind
    slot: Slot | None
    window: Window | None
    reasons: tuple[Obstacle, ...]
    tentative: bool
    after_review: bool
    band: Band | None
    request: Request
    soonest: date | None
    joined_with: tuple[Key, ...] = ()

    @property
    def key(self) -> Key:
        """By what it is known in a plan that may not be stored yet."""
        return self.place, self.label

    @property
    def too_far(self) -> bool:
        """Its best day lies so far ahead that it is planned when it comes nearer."""
        return any(reason.code is Code.TOO_FAR for reason in self.reasons)

    @property
    def words(self) -> list[str]:
        """Why it has no slot, one sentence a reason."""
        return obstacle_words(self.reasons)
