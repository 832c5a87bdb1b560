"""A patient who came late: in the row of the day what fits and what else there is, the same on a page; a press decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.errors import Refused
from app.formats import local_moment
from app.forms import row_id
from app.history import viewed
from app.i18n import _, language
from app.permissions import Permission, needs
from app.planning.visit import Slot
from app.schedule.blueprint import bp
from app.schedule.free.offers import read_value
from app.schedule.here import here, visit_or_404
from app.schedule.late import deciding
from app.schedule.late.arrivals import arrival_of
from app.schedule.late.standing import late_way_words
from app.schedule.visit.meanwhile import back_to
from app.schedule.visit.step_pages import Press, press
from app.schedule.words import state_words
from models.appointment import Appointment
from models.lateness import LateWay


@bp.get("/visits/<int:appointment_id>/late")
@needs(Permission.RUN_VISITS)
def late(appointment_id: int) -> ResponseReturnValue:
    """What can be done for a late patient; `at=day` for the row of the day. Where there is nothing to decide any more, the day."""
    at, visit = here(), visit_or_404(appointment_id)
    for_row = request.args.get("at") == "day"
    found = arrival_of(visit, at) if deciding.standing(visit) is None else None
    if found is None:
        return ("", 204) if for_row else redirect(back_to(visit), 303)
    viewed(visit)
    decides = at.asker.may(Permission.DECIDE)
    return render_template("schedule/late_row.html" if for_row else "schedule/late.html", late=found, visit=visit, decides=decides)


@bp.post("/visits/<int:appointment_id>/late/<way>")
@needs(Permission.RUN_VISITS)
def late_way(appointment_id: int, way: str) -> ResponseReturnValue:
    """As planned, in another room, later today, on another day."""
    wanted = next((one for one in _DONE if one.value == way), None) or abort(404)
    return _decide(appointment_id, wanted, _DONE[wanted])


@bp.post("/visits/<int:appointment_id>/late/without-cream")
@needs(Permission.DECIDE)
def late_without_cream(appointment_id: int) -> ResponseReturnValue:
    """A physician decides that it goes on without cream."""
    return _decide(appointment_id, LateWay.WITHOUT_CREAM, lambda visit, now: deciding.without_cream(visit, _room(), now))


def _in_room(visit: Appointment, now: datetime) -> None:
    deciding.in_room(visit, _room() or abort(404), now)


_DONE: dict[LateWay, Callable[[Appointment, datetime], object]] = {
    LateWay.AS_PLANNED: deciding.as_planned, LateWay.OTHER_ROOM: _in_room,
    LateWay.LATER_TODAY: lambda visit, now: deciding.later_today(visit, _slot(), now),
    LateWay.ANOTHER_DAY: lambda visit, now: deciding.another_day(visit, _slot(), now),
}  # fmt: skip


def _room() -> int | None:
    return row_id(request.args.get("room"))


def _slot() -> Slot:
    """The time that was pressed. Raises Refused for what is none."""
    found = read_value(request.args.get("slot", ""))
    if found is None:
        raise Refused(_("Choose one of the times."))
    return found


def _decide(appointment_id: int, way: LateWay, act: Callable[[Appointment, datetime], object]) -> ResponseReturnValue:
    def do(visit: Appointment, now: datetime) -> None:
        act(visit, now)

    return press(appointment_id, Press(do, late_way_words(way), lambda visit: _is_so(visit, way), lambda visit, now: _said(visit, way)))


def _is_so(visit: Appointment, way: LateWay) -> bool:
    found = deciding.standing(visit)
    return found is not None and found.way is way


def _said(visit: Appointment, way: LateWay) -> str:
    words = _("%(name)s: %(state)s, %(way)s", name=visit.patient.name, state=state_words(visit.state), way=late_way_words(way))
    found = deciding.standing(visit)
    new = found.change_set.changes[0].new_start if found and found.change_set else None
    return f"{words}: {local_moment(new, visit.zone, language())}" if new else words
