"""On call, for clinical eyes: look for whoever rings, see all that matters on one screen, write the call down."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, TextAreaField

from app import history, phones, tasks
from app.clinic import on_call as duties
from app.errors import Refused
from app.forms import OPTIONAL, REQUIRED, FormOnce, at_most
from app.i18n import _, _l
from app.names import area_name
from app.patients import choosing
from app.patients import queries as patients
from app.permissions import Permission, needs
from app.tokens import use_once
from app.work import call_card
from app.work.blueprint import bp
from models import clock
from models.base import db, transaction
from models.call import CallRecord
from models.patient import Patient


class CallForm(FormOnce):
    """What was said, what was advised, and what follows."""

    said = TextAreaField(_l("What was said"), [REQUIRED, at_most(2000)])
    advice = TextAreaField(_l("Advice given"), [OPTIONAL, at_most(2000)])
    answered = BooleanField(_l("This answers the patient's request for a call"))
    complication = BooleanField(_l("Open a complication next"))


@bp.post("/on-call/find")
@needs(Permission.SEE_CLINICAL)
def find_caller() -> ResponseReturnValue:
    """Look for whoever rings; one found is opened at once."""
    try:
        chosen = choosing.look(request.form.get("q", ""), history.who() or 0, clock.now())
    except Refused as no:
        flash(no.words, "error")
        chosen = {}
    if "patient" in chosen:
        return redirect(url_for("work.caller", patient_id=chosen["patient"]), 303)
    return redirect(url_for("work.on_call", s=chosen.get("s")), 303)


@bp.route("/on-call/patients/<int:patient_id>", methods=["GET", "POST"])
@needs(Permission.SEE_CLINICAL)
def caller(patient_id: int) -> ResponseReturnValue:
    """One screen about whoever rings, and the call written down."""
    patient, now = patients.patient_or_404(patient_id), clock.now()
    history.viewed(patient)
    form = CallForm(data={"answered": True})
    if form.validate_on_submit():
        with transaction():
            once = use_once(form.form_token.data or "", history.who() or 0, now)
            _write_down(patients.patient_or_404(patient_id), form)
            once.result = url_for("work.caller", patient_id=patient_id)
        flash(_("The call is written down."), "done")
        follows = url_for("complications.create", patient_id=patient_id)
        return redirect(follows if form.complication.data else once.result, 303)
    card = call_card.card_of(patient, now)
    page = render_template("work/caller.html", card=card, patient=patient, form=form, phone=phones.shown, area_name=area_name,
                           duty=duties.at(now))  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _write_down(patient: Patient, form: CallForm) -> None:
    now, asked = clock.now(), call_card.open_request(patient.id)
    answers = asked if form.answered.data else None
    said, advice = (form.said.data or "").strip(), (form.advice.data or "").strip()
    made = CallRecord(patient_id=patient.id, at=now, by_id=history.who(), task_id=answers.id if answers else None, said=said, advice=advice)
    db.session.add(made)
    if answers is not None:
        answers.attempts, answers.last_tried_at = answers.attempts + 1, now
        tasks.end(answers, now, tasks.REACHED)
    history.record("call written down", made, now)
