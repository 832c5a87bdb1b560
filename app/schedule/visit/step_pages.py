"""What is pressed on a visit: one step on, one step back, confirmed. Works as a plain post and as a swap of the row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused, Stale
from app.formats import clock_time, local_time, short_day
from app.front_door.guard import safe_next
from app.i18n import _, language
from app.permissions import Permission, needs
from app.schedule import actions, agreement, flow, undo
from app.schedule.blueprint import bp
from app.schedule.day.next_steps import Step
from app.schedule.day.pages import rows_drawn, tabs_of
from app.schedule.day.view import By, Show, counts_of, rows_on
from app.schedule.here import here, visit_alone, visit_or_404
from app.schedule.reasons import NOT_TREATED
from app.schedule.toasts import say
from app.schedule.words import state_words
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import ChangeSet
from models.staff import StaffMember

Act = Callable[[Appointment, datetime], None]
RUNS: dict[Step, Callable[..., None]] = {
    Step.ARRIVED: flow.arrive, Step.IN_TREATMENT: flow.start, Step.DONE: flow.done, Step.NO_SHOW: flow.no_show,
    Step.NOT_TREATED: flow.not_treated,
}  # fmt: skip


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
    return _press(appointment_id, None, flow.step_back)


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
    """Do one thing to a visit whose page is not stale. Pressed twice it is done once."""
    visit_or_404(appointment_id)
    now = clock.now()
    try:
        with transaction():
            visit = visit_alone(appointment_id)
            if not _done_just_now(visit, target):
                if str(visit.version) != request.form.get("seen", ""):
                    raise stale(visit, state_words(target) if target else _("one step back"))
                act(visit, now)
            words = _said(visit, target, now)
            fields = {"seen": visit.version, "back": request.form.get("back", "")}
    except Refused as no:
        return _answer(appointment_id, error=no.words)
    undo_url = url_for("schedule.undo", appointment_id=appointment_id) if target else None
    return _answer(appointment_id, toast={"text": words, "undo": undo_url, "fields": fields})


def stale(visit: Appointment, yours: str) -> Stale:
    """The visit is no longer as the page showed it: what is true, who made it so, and what was asked."""
    last = visit.statuses[-1]
    who = db.session.get(StaffMember, last.by_id) if last.by_id else None
    words = {"name": visit.patient.name, "day": short_day(visit.local_day, language()), "time": clock_time(visit.local_time),
             "state": state_words(visit.state), "since": local_time(last.at, visit.zone)}  # fmt: skip
    theirs = _("%(name)s, %(day)s %(time)s: %(state)s, since %(since)s", **words)
    return Stale(theirs=theirs, yours=yours, version=visit.version, keep_url=_back(visit), changed_by=who.name if who else "")


def _done_just_now(visit: Appointment, target: VisitState | None) -> bool:
    """A second press of the same button: the first one did it."""
    return target is not None and visit.state is target and str(visit.version - 1) == request.form.get("seen")


def _said(visit: Appointment, target: VisitState | None, now: datetime) -> str:
    words = {"name": visit.patient.name, "state": state_words(visit.state), "time": local_time(now, visit.zone)}
    return _("%(name)s: %(state)s, %(time)s", **words) if target else _("%(name)s: back to %(state)s", **words)


def _answer(appointment_id: int, *, toast: dict[str, object] | None = None, error: str = "") -> ResponseReturnValue:
    """The row alone for the script, else back to where the button stood."""
    visit = visit_or_404(appointment_id)
    if request.headers.get("HX-Request") and request.form.get("row"):
        return _fragment(visit, toast or {"text": error}, "error" if error else "done")
    say(error or toast or "", "error" if error else "done")
    return redirect(_back(visit), 303)


def _fragment(visit: Appointment, toast: dict[str, object], category: str) -> ResponseReturnValue:
    at = here()
    rows = rows_on(visit.local_day, at.asker, at.zone, at.now, at.today)
    row = next((one for one in rows if one.id == visit.id), None) or abort(404)
    by = next((one for one in By if one.value == request.form.get("by")), By.PRACTITIONER)
    tabs = tabs_of(visit.local_day, counts_of(rows), by, Show.ALL)
    html = rows_drawn([row], by)[row]
    page = render_template("schedule/row.html", row=row, html=html, toast_message=toast, category=category, tabs=tabs)
    return page, 422 if category == "error" else 200


def _back(visit: Appointment) -> str:
    """The page where the button stood, at the visit's row."""
    back = safe_next(request.form.get("back")) or url_for("schedule.day", day=visit.local_day)
    return back if "#" in back else f"{back}#v{visit.id}"
