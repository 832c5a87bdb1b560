"""What is pressed on a visit: one step on, one step back, confirmed. Works as a plain post and as a swap of the row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused, Stale
from app.formats import local_time
from app.front_door import where
from app.front_door.guard import safe_next
from app.history import viewed
from app.i18n import _
from app.permissions import Permission, needs
from app.schedule import actions, agreement, flow, undo
from app.schedule.blueprint import bp
from app.schedule.day.next_steps import Step
from app.schedule.day.pages import row_with_both, rows_drawn, tabs_of
from app.schedule.day.view import By, Show, counts_of, rows_on
from app.schedule.here import here, visit_alone, visit_or_404
from app.schedule.late import deciding
from app.schedule.reasons import NOT_TREATED
from app.schedule.toasts import say
from app.schedule.visit.afterwards import after_words
from app.schedule.visit.meanwhile import back_to, stale
from app.schedule.words import state_words
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import ChangeSet

Act = Callable[[Appointment, datetime], None]
RUNS: dict[Step, Callable[..., None]] = {
    Step.ARRIVED: flow.arrive, Step.IN_TREATMENT: flow.start, Step.DONE: flow.done, Step.NO_SHOW: flow.no_show,
    Step.NOT_TREATED: flow.not_treated,
}  # fmt: skip


@dataclass(frozen=True)
class Press:
    """A button of a visit. `yours`: what it asks for; `there`: whether that is so; `said`: what is told afterwards.

    `fits`: whether it may still be pressed after somebody else was faster.
    """

    act: Act
    yours: str
    there: Callable[[Appointment], bool]
    said: Callable[[Appointment, datetime], str]
    undo: bool = True
    fits: Callable[[Appointment], bool] = lambda visit: False


@bp.post("/visits/<int:appointment_id>/step/<to>")
@needs(Permission.RUN_VISITS)
def step(appointment_id: int, to: str) -> ResponseReturnValue:
    """Arrived, in treatment, done, no-show, not treated."""
    wanted = next((one for one in RUNS if one.value == to), None) or abort(404)
    if wanted is Step.DONE and not here().asker.records:
        return _answer(appointment_id, error=_("In this clinic practitioners and physicians record what was done."))
    if wanted is not Step.NOT_TREATED:
        return _press(appointment_id, VisitState(wanted.value), RUNS[wanted])
    why = request.form.get(f"why-{appointment_id}", request.form.get("why", ""))
    if why not in NOT_TREATED:
        return _answer(appointment_id, error=_("Choose why the patient was not treated."))
    return _press(appointment_id, VisitState.NOT_TREATED, lambda visit, now: flow.not_treated(visit, now, why))


@bp.post("/visits/<int:appointment_id>/confirm")
@needs(Permission.BOOK)
def confirm(appointment_id: int) -> ResponseReturnValue:
    """The patient said on the telephone that they will come."""
    return _press(appointment_id, VisitState.CONFIRMED, actions.confirm)


@bp.post("/visits/<int:appointment_id>/agreed")
@needs(Permission.BOOK)
def agreed(appointment_id: int) -> ResponseReturnValue:
    """The patient was reached and the time that we moved the visit to suits; `undo` takes that back."""
    if request.form.get("undo"):
        return _agreed(appointment_id, agreement.take_back, _("not agreed yet"))
    return _agreed(appointment_id, agreement.agree, _("the time is agreed"), undo=url_for("schedule.agreed", appointment_id=appointment_id))


def _agreed(appointment_id: int, act: Act, said: str, undo: str | None = None) -> ResponseReturnValue:
    try:
        with transaction():
            visit = visit_or_404(appointment_id)
            act(visit, clock.now())
            fields = {"seen": visit.version, "back": request.form.get("back", ""), "undo": "1"}
    except Refused as no:
        return _answer(appointment_id, error=no.words)
    return _answer(appointment_id, toast={"text": f"{visit.patient.name}: {said}", "undo": undo, "fields": fields})


@bp.post("/visits/<int:appointment_id>/undo", endpoint="undo")
@needs(Permission.RUN_VISITS)
def step_back(appointment_id: int) -> ResponseReturnValue:
    """The last move taken back."""
    return _press(appointment_id, None, deciding.step_back)


@bp.post("/changes/<int:change_set_id>/undo")
@needs(Permission.BOOK)
def take_back(change_set_id: int) -> ResponseReturnValue:
    """What was booked, moved or cancelled in one act taken back."""
    try:
        with transaction():
            undo.take_back(db.session.get(ChangeSet, change_set_id) or abort(404), clock.now())
    except Refused as no:
        flash(no.words, "error")
    else:
        flash(_("Undone: everything is as it was before."), "done")
    return redirect(safe_next(request.form.get("back")) or url_for("schedule.day"), 303)


def _press(appointment_id: int, target: VisitState | None, act: Act) -> ResponseReturnValue:
    asked = Press(
        act, yours=state_words(target) if target else _("one step back"), there=lambda visit: visit.state is target,
        said=lambda visit, now: _said(visit, target, now), undo=target is not None, fits=lambda visit: may_follow(visit, target),
    )  # fmt: skip
    return press(appointment_id, asked)


def press(appointment_id: int, asked: Press) -> ResponseReturnValue:
    """Do one thing to a visit whose page is not stale. Pressed twice it is done once."""
    visit_or_404(appointment_id)
    now = clock.now()
    try:
        with transaction():
            visit = visit_alone(appointment_id)
            if not _done_just_now(visit, asked):
                if str(visit.version) != request.form.get("seen", ""):
                    raise stale(visit, asked.yours, fits=asked.fits(visit))
                asked.act(visit, now)
            words = asked.said(visit, now)
            fields = {"seen": visit.version, "back": request.form.get("back", "")}
    except Refused as no:
        return _answer(appointment_id, error=no.words)
    except Stale as meanwhile:
        return _both(appointment_id, meanwhile)
    undo_url = url_for("schedule.undo", appointment_id=appointment_id) if asked.undo else None
    return _answer(appointment_id, toast={"text": words, "undo": undo_url, "fields": fields})


def _done_just_now(visit: Appointment, asked: Press) -> bool:
    """A second press of the same button: the first one did it."""
    return asked.undo and asked.there(visit) and str(visit.version - 1) == request.form.get("seen")


def _said(visit: Appointment, target: VisitState | None, now: datetime) -> str:
    words = {"name": visit.patient.name, "state": state_words(visit.state), "time": local_time(now, visit.zone)}
    if target is None:
        return _("%(name)s: back to %(state)s", **words)
    said = _("%(name)s: %(state)s, %(time)s", **words)
    return f"{said}. {after_words(visit, now)}".rstrip(". ") + "." if target is VisitState.DONE else said


def may_follow(visit: Appointment, target: VisitState | None) -> bool:
    """The step can still be taken from where the visit stands now."""
    return undo.may_step_back(visit) if target is None else visit.may_move_to(target)


@bp.get("/visits/<int:appointment_id>/row")
@needs(Permission.SEE_DAY)
def row(appointment_id: int) -> ResponseReturnValue:
    """The row of the day page as it is now, for the script; without one, the day at that row."""
    visit = visit_or_404(appointment_id)
    viewed(visit)
    return _fragment(visit) if request.headers.get("HX-Request") else redirect(back_to(visit), 303)


def _both(appointment_id: int, meanwhile: Stale) -> ResponseReturnValue:
    """In the row itself for the script: what became of the visit, and what was asked. Else on a page of its own."""
    visit = visit_or_404(appointment_id)
    if not (request.headers.get("HX-Request") and request.form.get("row")):
        raise meanwhile
    return _fragment(visit, meanwhile=meanwhile)[0], 409, {"Seans-Row": "both"}


def _answer(appointment_id: int, *, toast: dict[str, object] | None = None, error: str = "") -> ResponseReturnValue:
    """The row alone for the script, else back to where the button stood."""
    visit = visit_or_404(appointment_id)
    if request.headers.get("HX-Request") and request.form.get("row"):
        return _fragment(visit, toast or {"text": error}, "error" if error else "done")
    say(error or toast or "", "error" if error else "done")
    return redirect(back_to(visit), 303)


def _fragment(
    visit: Appointment, toast: dict[str, object] | None = None, category: str = "done", meanwhile: Stale | None = None
) -> tuple[str, int]:
    at = here()
    rows = rows_on(visit.local_day, visit.location_id, at.asker, at.zone, at.now, at.today)
    found = next((one for one in rows if one.id == visit.id), None) or abort(404)
    by = next((one for one in By if one.value == request.values.get("by")), By.PRACTITIONER)
    tabs = tabs_of(visit.local_day, where.in_address(visit.location_id), counts_of(rows), by, Show.ALL)
    html = row_with_both(found, by, meanwhile) if meanwhile else rows_drawn([found], by)[found]
    page = render_template("schedule/row.html", row=found, html=html, toast_message=toast, category=category, tabs=tabs)
    return page, 422 if category == "error" else 200
