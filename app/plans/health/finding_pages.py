"""Findings: recorded, ended, or taken back because they were entered by mistake."""

from __future__ import annotations

from datetime import datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import tokens
from app.errors import Refused
from app.history import viewed, who
from app.i18n import _
from app.names import rule_name
from app.patients import queries as patients
from app.permissions import Permission, needs
from app.plans import queries
from app.plans.blueprint import bp
from app.plans.form_page import unfinished
from app.plans.health import findings, taking_back
from app.plans.health.afterwards import paused_toast, placed_anew, taken_back_words
from app.plans.health.hold_forms import ENDED, SHOW, FindingEndForm, FindingForm, HowItEnds
from app.plans.health.would import would
from app.schedule.toasts import say
from app.today import today_of, typed_day
from models import clock
from models.base import locked, transaction
from models.patient import Finding


@bp.route("/patients/<int:patient_id>/finding/new", methods=["GET", "POST"])
@needs(Permission.ADD_FINDINGS)
def finding_new(patient_id: int) -> ResponseReturnValue:
    """Record a finding, after seeing what it holds and cancels: it holds what it touches at once."""
    patient, now = patients.patient_or_404(patient_id), clock.now()
    viewed(patient)
    form = FindingForm(data={"since": typed_day(today_of(now))})
    here = url_for("patients.show", patient_id=patient_id)
    sound = form.validate_on_submit()
    if not sound or request.form.get("do") == SHOW:
        shown = would(patient_id, form.chosen(), now) if sound else None
        return unfinished("plans/finding.html", form, patient=patients.patient_or_404(patient_id), back=here, would=shown)
    with transaction():
        tokens.use_once(form.form_token.data or "", who() or 0, now).result = here
        finding = findings.add(patient, form.chosen(), now)
        held = findings.holds_of(finding)
        text = _("The finding is recorded, and what it touches is on hold.") if held else _("The finding is recorded.")
        say(paused_toast(text, url_for("plans.finding_back", finding_id=finding.id), patient, now))
    return redirect(here, 303)


@bp.post("/findings/<int:finding_id>/undo")
@needs(Permission.ADD_FINDINGS)
def finding_back(finding_id: int) -> ResponseReturnValue:
    """The finding was entered by mistake: whoever has just recorded it takes it back with all it did."""
    patient_id = patients.patient_or_404(queries.finding_or_404(finding_id).patient_id).id
    try:
        with transaction():
            again = taking_back.finding_back(locked(Finding, finding_id) or abort(404), clock.now())
            flash(taken_back_words(_("The finding is taken back."), again), "done")
    except Refused as no:
        flash(no.words, "error")
    return redirect(url_for("patients.show", patient_id=patient_id), 303)


@bp.route("/findings/<int:finding_id>/end", methods=["GET", "POST"])
@needs(Permission.DECIDE)
def finding_end(finding_id: int) -> ResponseReturnValue:
    """A finding is over, or stands in the way no longer."""
    finding, now = queries.finding_or_404(finding_id), clock.now()
    patient = patients.patient_or_404(finding.patient_id)
    viewed(patient)
    here = url_for("patients.show", patient_id=patient.id)
    form = FindingEndForm(data={"ended": typed_day(today_of(now))})
    form.began = finding.since
    if not form.validate_on_submit():
        return unfinished("plans/resume.html", form, patient=patient, words=rule_name(finding.rule), back=here)
    with transaction():
        held = [one.plan for one in findings.holds_of(finding)]
        end_finding(finding, form, now)
    flash(_("Recorded. What it held goes on, unless something else stands in the way."), "done")
    return redirect(next(filter(None, map(placed_anew, held)), here), 303)


def end_finding(finding: Finding, form: HowItEnds, now: datetime) -> None:
    """It is over since a day, or a physician lets treatment go on. Raises Refused where it was cleared meanwhile."""
    if finding.cleared_at is not None:
        raise Refused(_("This finding has been cleared already."))
    if form.how.data == ENDED and form.ended.day:
        findings.record_end(finding, form.ended.day, now)
    else:
        findings.clear(finding, now, why=(form.why.data or "").strip())
