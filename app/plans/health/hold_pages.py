"""Pausing a plan, and going on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused
from app.history import viewed
from app.i18n import _
from app.permissions import Permission, needs
from app.plans import queries
from app.plans.blueprint import bp
from app.plans.form_page import unfinished
from app.plans.health import held_visits, holds, taking_back
from app.plans.health.afterwards import paused_toast, placed_anew, taken_back_words
from app.plans.health.finding_pages import end_finding
from app.plans.health.hold_forms import SHOW, HoldForm, ResumeFindingForm, ResumeForm
from app.plans.words import course_name, hold_words
from app.schedule.toasts import say
from app.today import today_of, typed_day
from models import clock
from models.base import db, locked, transaction
from models.patient import Finding
from models.treatment import Course, Hold, PlanState


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
        return unfinished("plans/hold.html", form, plan=plan, patient=plan.patient, back=here, scopes=scopes)
    with transaction():
        form.check_seen(plan, theirs=_("the plan as it is now"), yours=_("to pause it"), keep_url=here)
        made = holds.hold(plan, form.chosen(), now, course=db.session.get(Course, int(form.scope.data)) if form.scope.data else None)
        text = _("The plan is on hold. What is cancelled is told to the patient in one message.")
        say(paused_toast(text, url_for("plans.hold_back", hold_id=made.id), plan.patient, now))
    return redirect(here, 303)


@bp.post("/holds/<int:hold_id>/undo")
@needs(Permission.HOLD_PLANS)
def hold_back(hold_id: int) -> ResponseReturnValue:
    """Whoever has just paused a plan takes it back with all it did."""
    plan_id = queries.plan_or_404(queries.hold_or_404(hold_id).plan_id).id
    try:
        with transaction():
            again = taking_back.hold_back(locked(Hold, hold_id) or abort(404), clock.now())
            flash(taken_back_words(_("The plan is not on hold any more."), again), "done")
    except Refused as no:
        flash(no.words, "error")
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


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
        return unfinished("plans/resume.html", form, patient=plan.patient, words=hold_words(held, today_of(now), clinical=True), back=here)
    with transaction():
        form.check_seen(plan, theirs=_("the plan as it is now"), yours=_("to go on"), keep_url=here)
        _end(held, form, now)
    if standing := holds.open_holds(plan):
        waits = held.rule is not None and any(one.rule == held.rule for one in standing)
        another = _("This pause is over; another one stands.")
        flash(_("It is over. Some days must still pass after it: until when stands here.") if waits else another, "done")
        return redirect(here, 303)
    flash(_("The plan goes on. Its dates are worked out anew."), "done")
    return redirect(placed_anew(plan) or here, 303)


def _resume_form(held: Hold, values: dict[str, Any]) -> ResumeForm | ResumeFindingForm:
    if not held.finding_id:
        return ResumeForm(data=values)
    form = ResumeFindingForm(data=values)
    form.began = db.session.get_one(Finding, held.finding_id).since
    return form


def _end(held: Hold, form: ResumeForm | ResumeFindingForm, now: datetime) -> None:
    if isinstance(form, ResumeFindingForm):
        end_finding(db.session.get_one(Finding, held.finding_id), form, now)
    else:
        holds.release(held, now, (form.why.data or "").strip())
