"""What a patient reports, entered by anyone; and the physician's decision on it."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app import tokens
from app.history import viewed, who
from app.i18n import _
from app.names import rule_name
from app.patients import queries as patients
from app.permissions import Permission, needs
from app.plans import queries
from app.plans.blueprint import bp
from app.plans.form_page import unfinished
from app.plans.health import reports
from app.plans.health.report_forms import DecideForm, ReportForm
from app.today import today_of, typed_day
from models import clock
from models.base import transaction
from models.patient import Decision


@bp.route("/patients/<int:patient_id>/report", methods=["GET", "POST"])
@needs(Permission.REPORT)
def report(patient_id: int) -> ResponseReturnValue:
    """Write down what the patient says; the physician decides."""
    patient, now = patients.patient_or_404(patient_id), clock.now()
    viewed(patient)
    form, here = ReportForm(), url_for("patients.show", patient_id=patient_id)
    if not form.validate_on_submit():
        return unfinished("plans/report.html", form, patient=patient, back=here)
    with transaction():
        tokens.use_once(form.form_token.data or "", who() or 0, now).result = here
        reports.report(patient, form.chosen(), now)
    flash(_("Written down. The place is kept, and the physician decides."), "done")
    return redirect(here, 303)


@bp.route("/reports/<int:report_id>/decide", methods=["GET", "POST"])
@needs(Permission.DECIDE)
def decide(report_id: int) -> ResponseReturnValue:
    """The physician decides: not confirmed, hold, or treat with a reason."""
    told, now = queries.report_or_404(report_id), clock.now()
    patient = patients.patient_or_404(told.patient_id)
    viewed(patient)
    here = url_for("patients.show", patient_id=patient.id)
    if told.decision is not None:
        flash(_("This report has been decided already."), "done")
        return redirect(here, 303)
    form = DecideForm(data={"rule": told.rule or "", "since": typed_day(today_of(now))})
    if not form.validate_on_submit():
        words = rule_name(told.rule) if told.rule else ""
        return unfinished("plans/decide.html", form, patient=patient, told=told, rule=words, back=here, fates=reports.fates_of(told, now))
    with transaction():
        new = form.finding(today_of(now))
        reports.decide(told, Decision(form.decision.data), now, why=(form.why.data or "").strip(), new=new)
    flash(_("Decided."), "done")
    return redirect(here, 303)
