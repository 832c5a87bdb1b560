"""A whole series at once: a slot proposed for every open session of a plan, and booked all or none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from app.errors import Refused
from app.i18n import _
from app.messages import changes
from app.planning.visit import Slot, Wishes
from app.schedule import booking, guards, rows
from app.schedule.free import resources
from app.schedule.limits import Override
from app.schedule.placing.asking import Asking
from app.schedule.placing.proposals import Key, Proposal
from app.schedule.placing.proposing import proposals
from app.schedule.wanted import Wanted
from app.series.reading import Reading
from app.series.wishes import wishes_of
from models.appointment import Appointment, VisitKind
from models.base import db
from models.treatment import TreatmentPlan, TreatmentSession


class SessionRefused(Refused):
    """One session of a series cannot be booked as chosen; nothing was booked."""

    def __init__(self, session_id: int, words: str) -> None:
        super().__init__(words)
        self.session_id = session_id


def propose(
    plan: TreatmentPlan, now: datetime, *, wishes: Wishes | None = None, decided: Mapping[Key, Slot | None] | None = None,
    readings: Mapping[int, Reading] | None = None,
) -> list[Proposal]:  # fmt: skip
    """A slot for every open session of every running course, in order of day; those without one stand at the end.

    All courses are placed at once: see `app.planning.series`. The plan need not be stored: its rows are told apart by
    their ids, whatever these are. `decided`: sessions that somebody has given a time, inside their window or not, or left for
    later (`LATER`); the others are placed around them. A time that is not free any more is no slot, and says why. `readings`: of
    its courses, by their ids, as far as they are known already.
    """
    asking = Asking(plan, now, wishes or wishes_of(plan), decided or {}, readings or {})
    return sorted(proposals(asking), key=lambda one: (one.slot.day, one.slot.start_minute) if one.slot else (date.max, 0))


def book_all(
    plan: TreatmentPlan, chosen: Sequence[tuple[int, Slot]], now: datetime, *, asked_by: str = "patient",
    override: Override | None = None, overridden: Collection[int] | None = None, known: Mapping[int, Reading] | None = None,
) -> list[Appointment]:  # fmt: skip
    """Book these sessions of a plan, all or none, told to the patient in one message. `chosen`: session id and slot.

    Sessions with one and the same slot become one visit. `override` concerns the sessions `overridden`, or all where none are
    named. `known`: readings that are true now, by their courses' ids. Every slot is worked out again before it is written.
    Raises SessionRefused for the first session that cannot be booked; the transaction must then end.
    """
    if not chosen:
        raise Refused(_("Choose at least one session."))
    guards.alone(resources.place_of(plan.courses).id)
    wanted = []
    for bare, ids in _visits(chosen):
        sessions = [_session_of(plan, session_id) for session_id in ids]
        allowed = override if overridden is None or not set(ids).isdisjoint(overridden) else None
        wanted.append(Wanted(plan.patient, VisitKind.TREATMENT, bare, sessions, plan, asked_by=asked_by, override=allowed))
    booked = booking.write_together(wanted, now, known=known, blame=_naming_its_session)
    told = changes.open_set(plan.patient_id, now, plan_id=plan.id)
    for visit in booked.visits:
        changes.note(told, visit, old_start=None, new_start=visit.starts_at, by_clinic=asked_by == "clinic")
    rows.settle(plan.patient_id, now, booked.readings)
    return booked.visits


@contextmanager
def _naming_its_session(wanted: Wanted) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise SessionRefused(wanted.sessions[0].id, refused.words) from refused


def _visits(chosen: Sequence[tuple[int, Slot]]) -> list[tuple[Slot, list[int]]]:
    """The times to be booked in order, each with the sessions that share it."""
    together: dict[Slot, list[int]] = {}
    for session_id, slot in chosen:
        bare = resources.wanted(slot.day, slot.start_minute, slot.performer_id, slot.room_id)
        together.setdefault(bare, []).append(session_id)
    return sorted(together.items(), key=lambda pair: (pair[0].day, pair[0].start_minute))


def _session_of(plan: TreatmentPlan, session_id: int) -> TreatmentSession:
    session = db.session.get(TreatmentSession, session_id)
    if session is None or session.course.plan_id != plan.id:
        raise SessionRefused(session_id, _("This session is not part of the plan any more."))
    return session
