"""Pausing a plan, going on, and the findings that pauses rest on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
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
from app.plans.health import findings, held_visits, holds
from app.plans.health.hold_forms import ENDED, SHOW, FindingEndForm, FindingForm, HoldForm, HowItEnds, ResumeFindingForm, ResumeForm
from app.plans.show.card import may
from app.plans.words import course_name, hold_words
from app.today import today_of, typed_day
from models import clock
from models.base import db, transaction
from models.patient import Finding
from models.treatment import Course, Hold, PlanState, TreatmentPlan


@bp.route("/plan/<int:plan_id>/hold", methods=["GET", "POST"])
@needs(Permission.HOLD_PLANS)
def hold(plan_id: int) -> ResponseReturnValue:
    """Pause a plan or one of its courses, after seeing the visits that may fall into the pause."""
    plan, now = queries.plan_or_404(plan_id), clock.now()
    viewed(plan)
    here = url_for("plans.show", plan_id=plan_id)
    if plan.state is PlanState.CLOSED:
        return redirect(here, 303)
    form = HoldForm(data={"seen": plan.version, "from_day": typed_day(today_of(now))})
    form.set_up([(str(course.id), course_name(course)) for course in plan.courses if course.ended_on is None])
    form.looking = request.form.get("do") == SHOW
    if not form.validate_on_submit() or form.looking:
        scopes = held_visits.scopes_of(plan, form.from_day.day or today_of(now), form.last_day, now)
        return render_template("plans/hold.html", form=form, plan=plan, patient=plan.patient, scopes=scopes), 422 if form.errors else 200
    with transaction():
        form.check_seen(plan, theirs=_("the plan as it is now"), yours=_("to pause it"), keep_url=here)
        holds.hold(plan, form.chosen(), now, course=db.session.get(Course, int(form.scope.data)) if form.scope.data else None)
    flash(_("The plan is on hold. What is cancelled is told to the patient in one message."), "done")
    return redirect(here, 303)


@bp.route("/holds/<int:hold_id>/resume", methods=["GET", "POST"])
@needs(Permission.RESUME_PLANS)
def resume(hold_id: int) -> ResponseReturnValue:
    """End a pause. One that rests on a report is ended by deciding the report."""
    held, now = queries.hold_or_404(hold_id), clock.now()
    plan = queries.plan_or_404(held.plan_id)
    viewed(plan)
    here = url_for("plans.show", plan_id=plan.id)
    if held.released_at is not None:
        return redirect(here, 303)
    if held.report_id is not None:
        return redirect(url_for("plans.decide", report_id=held.report_id), 303)
    values = {"seen": plan.version, "ended": typed_day(today_of(now))}
    form = _resume_form(held, values)
    if not form.validate_on_submit():
        words = hold_words(held, today_of(now), clinical=True)
        return render_template("plans/resume.html", form=form, patient=plan.patient, words=words, back=here), 422 if form.errors else 200
    with transaction():
        form.check_seen(plan, theirs=_("the plan as it is now"), yours=_("to go on"), keep_url=here)
        _end(held, form, now)
    if holds.open_holds(plan):
        flash(_("This pause is over; another one stands."), "done")
        return redirect(here, 303)
    flash(_("The plan goes on. Its dates are worked out anew."), "done")
    return redirect(_placed_anew(plan) or here, 303)


def _placed_anew(plan: TreatmentPlan) -> str | None:
    """The page that proposes a time for every session that lost its own, where there is one."""
    waiting = any(course.needs_booking for course in plan.courses) and may(Permission.BOOK)
    return url_for("plans.book", plan_id=plan.id) if waiting and plan.state is PlanState.ACTIVE else None


def _resume_form(held: Hold, values: dict[str, Any]) -> ResumeForm | ResumeFindingForm:
    if not held.finding_id:
        return ResumeForm(data=values)
    form = ResumeFindingForm(data=values)
    form.began = db.session.get_one(Finding, held.finding_id).since
    return form


def _end(held: Hold, form: ResumeForm | ResumeFindingForm, now: datetime) -> None:
    if isinstance(form, ResumeFindingForm):
        _end_finding(db.session.get_one(Finding, held.finding_id), form, now)
    else:
        holds.release(held, now, (form.why.data or "").strip())


def _end_finding(finding: Finding, form: HowItEnds, now: datetime) -> None:
    if finding.cleared_at is not None:
        raise Refused(_("This finding has been cleared already."))
    if form.how.data == ENDED and form.ended.day:
        findings.record_end(finding, form.ended.day, now)
    else:
        findings.clear(finding, now, why=(form.why.data or "").strip())


@bp.route("/patients/<int:patient_id>/finding/new", methods=["GET", "POST"])
@needs(Permission.ADD_FINDINGS)
def finding_new(patient_id: int) -> ResponseReturnValue:
    """Record a finding: it holds what it touches at once."""
    patient, now = patients.patient_or_404(patient_id), clock.now()
    viewed(patient)
    form = FindingForm(data={"since": typed_day(today_of(now))})
    here = url_for("patients.show", patient_id=patient_id)
    if not form.validate_on_submit():
        return render_template("plans/finding.html", form=form, patient=patient, back=here), 422 if form.errors else 200
    with transaction():
        tokens.use_once(form.form_token.data or "", who() or 0, now).result = here
        finding = findings.add(patient, form.chosen(), now)
        held = len(findings.holds_of(finding))
    flash(_("The finding is recorded, and what it touches is on hold.") if held else _("The finding is recorded."), "done")
    return redirect(here, 303)


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
        words = rule_name(finding.rule)
        return render_template("plans/resume.html", form=form, patient=patient, words=words, back=here), 422 if form.errors else 200
    with transaction():
        held = [one.plan for one in findings.holds_of(finding)]
        _end_finding(finding, form, now)
    flash(_("Recorded. What it held goes on, unless something else stands in the way."), "done")
    return redirect(next(filter(None, map(_placed_anew, held)), here), 303)
