"""What one press on the page that closes a day does, and how it is taken back. What happened is never guessed: a person says it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app import history, tasks
from app.errors import Refused
from app.i18n import _
from app.messages import call_lines
from app.schedule import flow, guards
from app.schedule.closing import queries
from app.schedule.reasons import NOT_TREATED
from models.appointment import OPEN, Appointment
from models.base import db
from models.closing import DayClosing
from models.task import StaffTask, TaskKind

KEEP, NO_SHOW, DONE = "keep", "no_show", "done"
"""What may be said of a visit, beside the reasons for which somebody was not treated."""


@dataclass(frozen=True)
class Said:
    """What somebody says became of a visit. `seen`: its version on their page."""

    visit_id: int
    seen: int
    what: str


def end(place_id: int, day: date, said: Sequence[Said], now: datetime) -> DayClosing:
    """Give these visits their outcome, all or none; where nothing is left then, the day is closed.

    Raises Refused, with the name of the patient, where one of them cannot have its outcome.
    """
    visits = _visits([one.visit_id for one in said], day)
    press = DayClosing(location_id=place_id, day=day, at=now, by_id=history.who(), moved=[], kept=[], asked=[])
    for one in said:
        _say(press, visits[one.visit_id], one, now)
    db.session.flush()
    press.moved = [[one.visit_id, visits[one.visit_id].version] for one in said if one.what != KEEP]
    press.closes = not queries.left(place_id, day, [*queries.kept_on(place_id, day), *press.kept])
    if not said and not press.closes:
        raise Refused(_("Tick the visits that have their outcome, or keep them as they are."))
    history.record("day closed" if press.closes else "outcomes of a day", press, now, fields=["state"])
    return press


def keep(visit: Appointment, now: datetime) -> StaffTask | None:
    """It stays without an outcome, and somebody must find out: a line on the worklist. None where one stands there already."""
    return call_lines.ask(TaskKind.NO_OUTCOME, visit, now, patient_id=visit.patient_id)


def take_back(press: DayClosing, now: datetime) -> None:
    """Every visit of a press as it was, all or none; if it closed the day, that is open again."""
    if press.over_at is not None or queries.newest(press.location_id, press.day) is not press:
        raise Refused(_("There is nothing to undo."))
    visits = _visits([*(pk for pk, _version in press.moved), *press.asked], press.day)
    for pk, version in reversed(press.moved):
        if visits[pk].version != version:
            raise Refused(_("%(name)s was changed meanwhile, so it cannot be undone.", name=visits[pk].patient.name))
        flow.step_back(visits[pk], now)
    for pk in press.asked:
        tasks.close(TaskKind.NO_OUTCOME, visits[pk], now, "undone")
    _over(press, now, "day closed: undone")


def reopen(press: DayClosing, now: datetime) -> None:
    """The day is open again; what became of its visits stays."""
    if press.over_at is None:
        _over(press, now, "day opened again")


def _over(press: DayClosing, now: datetime, as_: str) -> None:
    press.over_at, press.over_by_id = now, history.who()
    history.record(as_, press, now)


def _visits(ids: Sequence[int], day: date) -> dict[int, Appointment]:
    """The visits as they are now, inside the transaction to whose end nobody else changes visits of their place."""
    found = db.session.scalars(select(Appointment).where(Appointment.id.in_(ids), Appointment.local_day == day)).all()
    guards.alone_with(found)
    if {visit.id for visit in found} != set(ids):
        raise Refused(_("A visit was moved to another day meanwhile. Please look again."))
    return {visit.id: visit for visit in found}


def _say(press: DayClosing, visit: Appointment, said: Said, now: datetime) -> None:
    name = visit.patient.name
    if visit.version != said.seen or visit.state not in OPEN:
        raise Refused(_("%(name)s was changed meanwhile. Please look again.", name=name))
    if said.what == KEEP:
        press.kept = [*press.kept, visit.id]
        press.asked = [*press.asked, visit.id] if keep(visit, now) is not None else press.asked
        return
    try:
        _act(said.what)(visit, now)
    except Refused as no:
        raise Refused(f"{name}: {no.words}") from no


def _act(what: str) -> Callable[[Appointment, datetime], None]:
    if what in NOT_TREATED:
        return lambda visit, now: flow.not_treated(visit, now, what)
    return {NO_SHOW: flow.no_show, DONE: flow.done}[what]
