"""Numbing cream: one press where all is known, else a page; off again, and taken back line by line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import history
from app.errors import Refused
from app.formats import local_time
from app.i18n import _
from app.names import area_name, staff_names
from app.permissions import Permission, needs
from app.schedule.blueprint import bp
from app.schedule.here import Here, here, visit_alone, visit_or_404
from app.schedule.numbing import actions
from app.schedule.numbing.form import CreamForm, prepared
from app.schedule.numbing.limits import allowed, warnings
from app.schedule.toasts import say
from app.schedule.visit.meanwhile import stale
from app.schedule.visit.step_pages import Act, Press, press
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.numbing import CreamUse


@bp.post("/visits/<int:appointment_id>/cream-on")
@needs(Permission.RECORD_SESSIONS)
def cream_on(appointment_id: int) -> ResponseReturnValue:
    """One press: the lot of the day, its usual amount, on every area that is numbed, now."""
    return _press(appointment_id, _usual, _("cream on"), lambda visit: bool(actions.on_now(visit)))


@bp.post("/visits/<int:appointment_id>/cream-off")
@needs(Permission.RECORD_SESSIONS)
def cream_off(appointment_id: int) -> ResponseReturnValue:
    """The cream comes off, and treatment has not begun yet."""
    return _press(appointment_id, actions.off_alone, _("cream off"), lambda visit: not actions.on_now(visit), undo=False)


@bp.route("/visits/<int:appointment_id>/cream", methods=["GET", "POST"])
@needs(Permission.RECORD_SESSIONS)
def cream(appointment_id: int) -> ResponseReturnValue:
    """What is on, and cream on one more area."""
    at, visit = here(), visit_or_404(appointment_id)
    form = prepared(CreamForm(data={"seen": visit.version}), visit, at.now)
    if form.validate_on_submit():
        try:
            with transaction():
                visit = visit_alone(appointment_id)
                if form.seen.data != str(visit.version):
                    raise stale(visit, _("cream on"))
                actions.put_on(visit, [form.chosen(visit)], at.now)
                said, fields = _said(visit, _("cream on"), at.now), {"seen": visit.version}
            say({"text": said, "undo": url_for("schedule.undo", appointment_id=appointment_id), "fields": fields})
            return redirect(url_for("schedule.cream", appointment_id=appointment_id), 303)
        except Refused as no:
            form.form_errors = [no.words]
    return _page(visit_or_404(appointment_id), form, at), 422 if form.is_submitted() else 200


@bp.post("/cream/<int:use_id>/take-back")
@needs(Permission.RECORD_SESSIONS)
def cream_back(use_id: int) -> ResponseReturnValue:
    """One line was written down by mistake; it stays, struck through."""
    use, at = db.session.get(CreamUse, use_id) or abort(404), here()
    appointment_id = use.appointment_id
    with transaction():
        visit = visit_alone(appointment_id)
        use = db.session.get_one(CreamUse, use_id)
        if use.voided_at is None:
            actions.take_back(visit, [use], at.now)
    flash(_("Taken back. The line stays, struck through."), "done")
    return redirect(url_for("schedule.cream", appointment_id=appointment_id), 303)


def _usual(visit: Appointment, now: datetime) -> None:
    layers = actions.usual(visit, now)
    if not layers:
        raise Refused(_("Which cream, or how much of it, is not known: write it down under Cream…"))
    actions.put_on(visit, layers, now)


def _press(appointment_id: int, act: Act, what: str, there: Callable[[Appointment], bool], *, undo: bool = True) -> ResponseReturnValue:
    return press(appointment_id, Press(act, what, there, lambda visit, now: _said(visit, what, now), undo))


def _said(visit: Appointment, what: str, now: datetime) -> str:
    """What happened, with what is on and more than the leaflet allows."""
    on = actions.on_now(visit)
    parts = [f"{area_name(use.area)} {use.amount} {use.unit}, {use.lot.number}" for use in on]
    time = local_time(now, visit.zone)
    return " · ".join([f"{visit.patient.name}: {what}, {time}", *parts, *warnings(on)])


def _page(visit: Appointment, form: CreamForm, at: Here) -> str:
    history.viewed(visit)
    uses = actions.uses_of(visit, voided=True)
    standing = [use for use in uses if use.voided_at is None]
    products = {use.lot.product_id: use.lot.product for use in standing}.values()
    return render_template(
        "schedule/cream.html", visit=visit, form=form, uses=uses, warnings=warnings(standing), area_name=area_name, staff=staff_names(),
        limits=[f"{product.name}: {allowed(product)}" for product in products], on=any(use.off_at is None for use in standing),
        open=visit.state in (VisitState.ARRIVED, VisitState.IN_TREATMENT), started=visit.state is not VisitState.ARRIVED,
    )  # fmt: skip
