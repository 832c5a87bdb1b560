"""One visit: what it is, moving it, cancelling it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import history
from app.errors import Refused
from app.formats import clock_time, short_day
from app.i18n import _, language
from app.messages import changes
from app.permissions import Permission, needs
from app.planning.visit import Slot
from app.schedule import actions, offers, rows
from app.schedule.blueprint import bp
from app.schedule.forms import CancelForm, MoveForm, asked_by_words
from app.schedule.here import Here, here, visit_or_404
from app.schedule.knock_on import opened
from app.schedule.looking import asked_day
from app.schedule.offers import Asked
from app.schedule.session_pages import override_of
from app.schedule.step_pages import stale
from app.schedule.toasts import say, told_toast
from app.schedule.visit_card import card_of
from app.schedule.working_days import time_of
from models.appointment import COMING, Appointment
from models.base import transaction


@bp.get("/visits/<int:appointment_id>")
@needs(Permission.SEE_DAY)
def visit(appointment_id: int) -> ResponseReturnValue:
    """The visit with its phases, its history and its mails."""
    found, at = visit_or_404(appointment_id), here()
    history.viewed(found)
    return render_template("schedule/visit.html", card=card_of(found, at), visit=found, asked_by=asked_by_words(found.asked_by))


@bp.route("/visits/<int:appointment_id>/move", methods=["GET", "POST"])
@needs(Permission.BOOK)
def move(appointment_id: int) -> ResponseReturnValue:
    """Another time for a visit, chosen with what it means for the later sessions in view."""
    at, found = here(), visit_or_404(appointment_id)
    if found.state not in COMING:
        flash(_("Only a visit that has not begun can be moved."), "error")
        return redirect(url_for("schedule.visit", appointment_id=appointment_id), 303)
    form = MoveForm(data={"seen": found.version, "exact_day": request.args.get("day", ""), "asked_by": "patient"})
    if form.validate_on_submit():
        try:
            return _move(appointment_id, form, at)
        except Refused as no:
            form.form_errors = [no.words]
    return _move_page(visit_or_404(appointment_id), form, at), 422 if form.is_submitted() else 200


@bp.route("/visits/<int:appointment_id>/cancel", methods=["GET", "POST"])
@needs(Permission.BOOK)
def cancel(appointment_id: int) -> ResponseReturnValue:
    """A visit will not take place: who said so, and why."""
    at, found = here(), visit_or_404(appointment_id)
    form = CancelForm(data={"seen": found.version, "by": "patient"})
    if form.validate_on_submit():
        try:
            with transaction():
                found = visit_or_404(appointment_id)
                if form.seen.data != str(found.version):
                    raise stale(found, _("cancelled"))
                told = changes.open_set(found.patient_id, at.now, plan_id=found.plan_id, by_patient=form.by.data == "patient")
                actions.cancel(found, at.now, by_patient=form.by.data == "patient", why=form.why.data, change_set=told)
                toast, day = told_toast(_("Cancelled"), found, told), found.local_day
            say(toast)
            return redirect(url_for("schedule.day", day=day, _anchor=f"v{appointment_id}"), 303)
        except Refused as no:
            form.form_errors = [no.words]
    history.viewed(found)
    page = render_template("schedule/cancel.html", form=form, visit=found, coming=found.state in COMING)
    return page, 422 if form.is_submitted() else 200


def _move(appointment_id: int, form: MoveForm, at: Here) -> ResponseReturnValue:
    chosen = form.chosen()
    with transaction():
        found = visit_or_404(appointment_id)
        if form.seen.data != str(found.version):
            raise stale(found, _("moved to %(day)s %(time)s", **_slot_words(chosen.slot)))
        told = changes.open_set(found.patient_id, at.now, plan_id=found.plan_id, by_patient=False)
        actions.move(found, chosen.slot, told, at.now, asked_by=chosen.asked_by, override=override_of(chosen, at))
        toast = told_toast(_("Moved"), found, told)
    say(toast)
    return redirect(url_for("schedule.visit", appointment_id=appointment_id), 303)


def _slot_words(slot: Slot) -> dict[str, str]:
    return {"day": short_day(slot.day, language()), "time": clock_time(time_of(slot.start_minute))}


def _move_page(found: Appointment, form: MoveForm, at: Here) -> str:
    history.viewed(found)
    opens = [one for link in rows.planned(found) if (one := opened(link.session, at.today))] if at.asker.may(Permission.SEE_PLANS) else []
    asked = Asked(found.patient, found.kind, rows.courses_in(found), opens, found.id, wished=found.local_day,
                  lies_at=(found.local_day, rows.start_minute(found)))  # fmt: skip
    day = asked_day(at.today)
    return render_template(
        "schedule/move.html", form=form, visit=found, opens=opens, now_falls=[one.falls(found.local_day) for one in opens], day=day,
        best=None if day else offers.suggested(asked, at.today, at.now), that_day=offers.on_day(asked, day, at.now) if day else None,
        may_allow=at.asker.may(Permission.DECIDE), today=at.today,
    )  # fmt: skip
