"""What may be done with a visit now: the one next step, and the others. Pure: a state, its checks, and who is asking.

Source: the table of visit states and "one primary button per row" of the screens. A check that stands in the way of the
next step takes its place with its own remedy, for whoever may apply it; others read who must act.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.i18n import _
from app.permissions import Permission
from app.schedule.day.check import Check
from models.appointment import VisitState


class Step(StrEnum):
    """A press on a visit. Those named like a state move it there."""

    ARRIVED = "arrived"
    CREAM = "cream"
    CREAM_FORM = "cream_form"
    IN_TREATMENT = "in_treatment"
    DONE = "done"
    USUAL = "usual"
    AGREED = "agreed"
    CONFIRMED = "confirmed"
    NO_SHOW = "no_show"
    NOT_TREATED = "not_treated"
    BACK = "back"
    RECORD = "record"
    CARE = "care"
    FIX = "fix"
    MOVE = "move"
    CANCEL = "cancel"
    BOOK_AGAIN = "book_again"
    BOOK_NEXT = "book_next"


@dataclass(frozen=True)
class Asker:
    """Who looks. `records`: may mark done and record lots (a clinic can let its reception do so)."""

    permissions: frozenset[Permission]
    records: bool

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


@dataclass(frozen=True)
class Situation:
    """A visit now. `today`: its day has come; `late_enough`: 15 minutes past the arrival time; `follows`: a session to book.

    `agreed`: the patient knows of the time it has. `cares`: there is care to take after it; `on_paper`: the patient reads no mail.
    `kept`: it came into this state on an earlier day, so that what was done is corrected, not taken back.
    `numbs`: cream is part of it; `numbed`: some was put on; `cream_known`, `lots_known`: which and how much needs no asking.
    `again`: what did not take place is booked again.
    """

    state: VisitState
    today: bool
    past: bool
    late_enough: bool
    has_sessions: bool
    needs_lot: bool
    follows: bool
    agreed: bool = True
    cares: bool = False
    on_paper: bool = False
    kept: bool = False
    numbs: bool = False
    numbed: bool = False
    cream_known: bool = False
    lots_known: bool = False
    again: bool = False


@dataclass(frozen=True)
class Steps:
    """The next step (None: nothing to press, `waits` says for what) and the others, in order."""

    next: Step | None = None
    fix: Check | None = None
    waits: Check | None = None
    others: tuple[Step, ...] = ()


def steps(now: Situation, checks: Sequence[Check], asker: Asker) -> Steps:
    """What whoever asks may do with a visit in this situation."""
    runs, books = asker.may(Permission.RUN_VISITS), asker.may(Permission.BOOK)
    if now.state in (VisitState.BOOKED, VisitState.CONFIRMED):
        return _coming(now, runs, books)
    if now.state is VisitState.ARRIVED:
        return _arrived(now, checks, asker, runs)
    if now.state is VisitState.IN_TREATMENT:
        others: tuple[Step, ...] = (Step.NOT_TREATED, Step.BACK) if runs else ()
        done = _done(now, asker)
        return _before(done, "done", checks, asker, (Step.RECORD, *others) if done is Step.USUAL else others)
    if now.state is VisitState.DONE:
        return _after(now, asker, runs)
    again = books and not now.again and (asker.may(Permission.SEE_PLANS) or not now.has_sessions)
    return Steps(Step.BOOK_AGAIN if again else None, others=(Step.BACK,) if runs else ())


def _coming(now: Situation, runs: bool, books: bool) -> Steps:
    open_door = now.today or now.past
    others: list[Step] = []
    if open_door:
        first = Step.ARRIVED if runs else None
        others += [Step.AGREED] if books and not now.agreed else []
        others += [Step.CONFIRMED] if books and now.state is VisitState.BOOKED and not now.past else []
        others += [Step.NO_SHOW] if runs and now.late_enough else []
    else:
        first = None if not books else Step.AGREED if not now.agreed else Step.CONFIRMED if now.state is VisitState.BOOKED else None
    others += [Step.BACK] if runs and now.state is VisitState.CONFIRMED else []
    others += [Step.MOVE, Step.CANCEL] if books else []
    return Steps(first, others=tuple(others))


def _arrived(now: Situation, checks: Sequence[Check], asker: Asker, runs: bool) -> Steps:
    clear = not any(check.blocks == "start" for check in checks)
    at_once = _done(now, asker) if clear else None
    others = ((at_once,) if at_once else ()) + ((Step.NOT_TREATED, Step.BACK) if runs else ())
    numbs = now.numbs and asker.may(Permission.RECORD_SESSIONS)
    if not now.numbs or now.numbed:
        return _before(Step.IN_TREATMENT if runs else None, "start", checks, asker, ((Step.CREAM_FORM,) if numbs else ()) + others)
    first = (Step.CREAM if now.cream_known else Step.CREAM_FORM) if numbs else None
    more = (*((Step.CREAM_FORM,) if first is Step.CREAM else ()), *((Step.IN_TREATMENT,) if runs and clear else ()), *others)
    found = _before(first, "start", checks, asker, more)
    return found if first or found.fix or found.waits else replace(found, waits=Check("cream", _("numbing cream")))


def _after(now: Situation, asker: Asker, runs: bool) -> Steps:
    """Whom no mail will tell how to care takes the sheet home; then the next session gets its time."""
    sees = asker.may(Permission.SEE_PLANS)
    care = Step.CARE if now.cares and sees else None
    book = Step.BOOK_NEXT if now.follows and sees else None
    record = Step.RECORD if asker.records and (now.has_sessions or now.needs_lot) else None
    first = care if care and now.on_paper else book
    back = Step.BACK if runs and not now.kept else None
    return Steps(first, others=tuple(step for step in (book, care, record, back) if step not in (None, first)))


def _done(now: Situation, asker: Asker) -> Step | None:
    """One press where no lot is asked for, or it is known; otherwise the page where it is recorded."""
    if not asker.records:
        return None
    if now.lots_known:
        return Step.USUAL
    return Step.RECORD if now.needs_lot else Step.DONE


def _before(step: Step | None, blocks: str, checks: Sequence[Check], asker: Asker, others: tuple[Step, ...]) -> Steps:
    """The step, or what stands in its way."""
    hindering = [check for check in checks if check.blocks == blocks and (step is not Step.USUAL or check.code != "lot")]
    if not hindering or step is Step.RECORD:
        return Steps(step, others=others)
    mendable = [check for check in hindering if asker.may(check.permission) and check.fix_url]
    if mendable and len(mendable) == len(hindering):
        return Steps(Step.FIX, fix=mendable[0], others=others)
    stuck = next(check for check in hindering if check not in mendable)
    return Steps(Step.FIX, fix=mendable[0], waits=stuck, others=others) if mendable else Steps(waits=stuck, others=others)
