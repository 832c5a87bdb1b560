"""Correcting the record of a visit: first everything it would change, then the correction, which can be taken back for a while."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import history
from app.errors import Refused
from app.formats import clock_time
from app.i18n import _
from app.permissions import Permission, needs
from app.schedule.here import Here, here, visit_alone, visit_or_404
from app.schedule.toasts import Toast, say, until
from app.today import typed_day
from app.treatments import mending, would
from app.treatments.blueprint import bp
from app.treatments.forms import SAVE
from app.treatments.mend_form import NOBODY, MendForm
from app.treatments.other_patient import candidates
from app.treatments.would import Would
from models import clock
from models.appointment import Appointment, AppointmentSession, Outcome, VisitState
from models.base import db, transaction
from models.correction import RecordCorrection


@bp.route("/visits/<int:appointment_id>/correct", methods=["GET", "POST"])
@needs(Permission.RECORD_SESSIONS)
def mend(appointment_id: int) -> ResponseReturnValue:
    """What was wrong; what mending it changes; and the press that mends it."""
    at, visit = here(), visit_or_404(appointment_id)
    history.viewed(visit)
    if visit.state is not VisitState.DONE:
        flash(_("Only the record of a visit that is done can be corrected."), "error")
        return redirect(url_for("schedule.visit", appointment_id=visit.id), 303)
    form, shown = _form(visit), None
    if form.validate_on_submit():
        try:
            if form.wants_to_save(request.form.get("do")):
                return _save(appointment_id, form, at)
            shown = would.would(appointment_id, form.chosen(visit.zone), at.now)
        except Refused as no:
            form.form_errors = [no.words]
    return _page(visit_or_404(appointment_id), form, shown), 422 if form.errors else 200


@bp.get("/session/<int:session_id>/correct")
@needs(Permission.RECORD_SESSIONS)
def mend_session(session_id: int) -> ResponseReturnValue:
    """To the visit in which a session was done."""
    query = select(AppointmentSession.appointment_id)
    visit_id = db.session.scalar(query.where(AppointmentSession.session_id == session_id, AppointmentSession.outcome == Outcome.DONE))
    return redirect(url_for("treatments.mend", appointment_id=visit_id or abort(404)), 303)


@bp.post("/record-corrections/<int:correction_id>/undo")
@needs(Permission.RECORD_SESSIONS)
def mend_back(correction_id: int) -> ResponseReturnValue:
    """Whoever has just corrected a record takes it back."""
    found = db.session.get(RecordCorrection, correction_id) or abort(404)
    visit_id = found.appointment_id
    try:
        with transaction():
            mending.take_back(db.session.get_one(RecordCorrection, correction_id), clock.now())
        flash(_("The record is as it was before."), "done")
    except Refused as no:
        flash(no.words, "error")
    return redirect(url_for("treatments.record", appointment_id=visit_id), 303)


def _form(visit: Appointment) -> MendForm:
    ends = [link.session.performed_end for link in mending.done_links(visit) if link.session.performed_end]
    ended = clock.local(max(ends, default=visit.ends_at), visit.zone)
    form = MendForm(data={"seen": visit.version, "ended_on": typed_day(ended.date()), "ended_at": clock_time(ended), "whose": NOBODY})
    others = [(str(one.id), f"{one.patient.name}, {clock_time(one.local_time)}") for one in candidates(visit)]
    by_hand = _("None of these: I write it down there by hand") if others else _("I write it down there by hand")
    form.whose.choices = [*others, (NOBODY, by_hand)]
    return form


def _save(appointment_id: int, form: MendForm, at: Here) -> ResponseReturnValue:
    with transaction():
        visit = visit_alone(appointment_id)
        here_again = url_for("treatments.mend", appointment_id=appointment_id)
        form.check_seen(visit, theirs=_("the record as it is now"), yours=_("your correction"), keep_url=here_again)
        made = mending.mend(visit, form.chosen(visit.zone), at.now)
        toast = _toast(made, visit, at)
    say(toast)
    return redirect(url_for("treatments.record", appointment_id=appointment_id), 303)


def _toast(made: RecordCorrection, visit: Appointment, at: Here) -> Toast:
    words = _("Corrected. What stood there before is kept, struck through.")
    if not mending.may_be_taken_back(made, at.now):
        return {"text": words}
    back = url_for("treatments.mend_back", correction_id=made.id)
    return {"text": words + " " + _("It becomes final"), "undo": back, **until(made.at + mending.UNDO_FOR, visit.zone)}


def _page(visit: Appointment, form: MendForm, shown: Would | None) -> str:
    return render_template("treatments/mend.html", visit=visit, form=form, shown=shown, save=SAVE, timed=bool(mending.done_links(visit)))
