"""One plan: every session with its window and why; it begins here, and ends early here."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.history import viewed
from app.i18n import _
from app.names import rule_name
from app.patients import queries as patients
from app.patients.reach import called
from app.patients.words import suitability_words
from app.permissions import Permission, needs
from app.plans import life, queries
from app.plans.blueprint import bp
from app.plans.builder.making import check_evaluated
from app.plans.form_page import unfinished
from app.plans.health import evaluations, findings, reports
from app.plans.running.series_forms import CloseForm
from app.plans.show.card import card_of
from app.plans.words import day_words
from app.schedule.visit import read_aloud
from app.today import today_of
from models import clock
from models.base import transaction
from models.treatment import PlanState


@bp.get("/plan/<int:plan_id>")
@needs(Permission.SEE_PLANS)
def show(plan_id: int) -> ResponseReturnValue:
    """The truth of one series."""
    plan, now = queries.plan_or_404(plan_id), clock.now()
    viewed(plan)
    card, today = card_of(plan, now), today_of(now)
    dates = read_aloud.every_date(queries.coming_visits(plan, now), patients.the_clinic(), now)
    signed = [e for e in plan.patient.evaluations if e.signed_at]
    return render_template(
        "plans/show.html", card=card, plan=plan, patient=plan.patient, evaluation=evaluations.valid_on(plan.patient, today),
        last_evaluation=signed[-1] if signed else None, drafts=[e for e in plan.patient.evaluations if not e.signed_at],
        standing=findings.standing(plan.patient) if card.clinical else [], undecided=reports.undecided(plan.patient),
        day=lambda one: day_words(one, today), rule_name=rule_name, suitability_words=suitability_words, dates=dates,
        dates_in=called(plan.patient, today).language,
    )  # fmt: skip


@bp.post("/plan/<int:plan_id>/begin")
@needs(Permission.EDIT_PLANS)
def begin(plan_id: int) -> ResponseReturnValue:
    """The plan becomes active; a second press finds it so."""
    with transaction():
        plan = queries.plan_or_404(plan_id)
        if plan.state is PlanState.DRAFT:
            check_evaluated(plan.patient, clock.now())
            life.begin(plan, clock.now())
    flash(_("The plan has begun. Its sessions can be booked."), "done")
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


@bp.route("/plan/<int:plan_id>/close", methods=["GET", "POST"])
@needs(Permission.EDIT_PLANS)
def close(plan_id: int) -> ResponseReturnValue:
    """End a plan early, after seeing which visits that cancels."""
    plan = queries.plan_or_404(plan_id)
    viewed(plan)
    here = url_for("plans.show", plan_id=plan_id)
    if not plan.may_move_to(PlanState.CLOSED):
        return redirect(here, 303)
    form = CloseForm(data={"seen": plan.version})
    if not form.validate_on_submit():
        return unfinished("plans/close.html", form, plan=plan, patient=plan.patient, back=here, visits=life.visits_of(plan.courses))
    with transaction():
        form.check_seen(plan, theirs=_("the plan as it is now"), yours=_("to end the plan"), keep_url=here)
        life.close(plan, clock.now(), why=(form.why.data or "").strip())
    flash(_("The plan is closed."), "done")
    return redirect(here, 303)
