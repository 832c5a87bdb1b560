"""One visit: what it is, cancelling it."""

from __future__ import annotations

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from app import history
from app.errors import Refused
from app.i18n import _
from app.messages import changes
from app.permissions import Permission, needs
from app.schedule import actions
from app.schedule.addresses import day_of
from app.schedule.blueprint import bp
from app.schedule.forms import CancelForm, asked_by_words
from app.schedule.here import here, visit_alone, visit_or_404
from app.schedule.toasts import say, told_toast
from app.schedule.visit.card import card_of
from app.schedule.visit.meanwhile import stale
from models.appointment import COMING
from models.base import transaction


@bp.get("/visits/<int:appointment_id>")
@needs(Permission.SEE_DAY)
def visit(appointment_id: int) -> ResponseReturnValue:
    """The visit with its phases, its history and its mails."""
    found, at = visit_or_404(appointment_id), here()
    history.viewed(found)
    return render_template("schedule/visit.html", card=card_of(found, at), visit=found, asked_by=asked_by_words(found.asked_by))


@bp.route("/visits/<int:appointment_id>/cancel", methods=["GET", "POST"])
@needs(Permission.BOOK)
def cancel(appointment_id: int) -> ResponseReturnValue:
    """A visit will not take place: who said so, and why."""
    at, found = here(), visit_or_404(appointment_id)
    form = CancelForm(data={"seen": found.version, "by": "patient"})
    if form.validate_on_submit():
        try:
            with transaction():
                found = visit_alone(appointment_id)
                if form.seen.data != str(found.version):
                    raise stale(found, _("cancelled"))
                told = changes.open_set(found.patient_id, at.now, plan_id=found.plan_id, by_patient=form.by.data == "patient")
                actions.cancel(found, at.now, by_patient=form.by.data == "patient", why=form.why.data, change_set=told)
                toast, back = told_toast(_("Cancelled"), found, told), day_of(found)
            say(toast)
            return redirect(back, 303)
        except Refused as no:
            form.form_errors = [no.words]
    history.viewed(found)
    page = render_template("schedule/cancel.html", form=form, visit=found, coming=found.state in COMING)
    return page, 422 if form.is_submitted() else 200
