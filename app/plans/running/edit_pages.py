"""Changing a running plan: the new windows are shown before anything is kept."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused
from app.front_door import kept
from app.history import viewed
from app.i18n import _
from app.permissions import Permission, needs
from app.plans import life, queries
from app.plans.blueprint import bp
from app.plans.form import typed
from app.plans.form.typed import Typed
from app.plans.form.wishes_form import typed_wishes
from app.plans.running import changing
from app.plans.running.changing import Wishes
from app.plans.running.edit_form import EditForm, repeating, typed_course
from app.plans.show.card import CourseCard, card_of
from app.plans.words import course_name, day_words
from app.today import today_of
from models import clock
from models.appointment import Appointment
from models.base import rehearsal, transaction
from models.treatment import Course, PlanState, TreatmentPlan

SAVE = "save"


@bp.route("/plan/<int:plan_id>/edit", methods=["GET", "POST"])
@needs(Permission.EDIT_PLANS)
def edit(plan_id: int) -> ResponseReturnValue:
    """Other numbers of sessions and gaps for this patient."""
    plan, now, here = queries.plan_or_404(plan_id), clock.now(), url_for("plans.show", plan_id=plan_id)
    viewed(plan)
    if plan.state is PlanState.CLOSED:
        return redirect(here, 303)
    form = _form(plan)
    shown: list[CourseCard] = []
    cancelled: list[Appointment] = []
    if form.is_submitted() and form.validate():
        try:
            if request.form.get("do") == SAVE:
                with transaction():
                    form.check_seen(plan, theirs=_("the plan as it is now"), yours=_("the numbers you typed"), keep_url=here)
                    apply(plan, form, now)
                flash(_("Saved. The dates are worked out anew."), "done")
                return redirect(here, 303)
            shown, gone = _rehearsed(plan_id, form, now)
            cancelled = [visit for visit in life.visits_of(queries.plan_or_404(plan_id).courses) if visit.id in gone]
        except Refused as no:
            form.form_errors = [no.words]
    plan = queries.plan_or_404(plan_id)
    names = {str(course.id): course_name(course) for course in plan.courses}
    page = render_template("plans/edit.html", form=form, plan=plan, patient=plan.patient, names=names, shown=shown, cancelled=cancelled,
                           back=here, day=lambda one: day_words(one, today_of(now)))  # fmt: skip
    return page, 422 if form.errors else 200


def _form(plan: TreatmentPlan) -> EditForm:
    if sent := request.form if request.method == "POST" else kept.typed_before():
        fields = Typed(sent.items(multi=True))
    else:
        values = {"seen": plan.version, **typed_wishes(plan), "courses": [typed_course(c) for c in _open(plan)]}
        fields = Typed(typed.flat(values))
        fields.setlist("weekdays", [str(day) for day in (plan.preferences or {}).get("weekdays", ())])
    by_id = {str(course.id): course for course in _open(plan)}
    for place in typed.courses_in(fields):
        if course := by_id.get(fields.get(f"courses-{place}-course_id", "")):
            typed.fit_spans(fields, place, repeating(course))
        else:
            typed.remove_course(fields, place)  # not of this plan, or ended meanwhile
    form = EditForm(formdata=fields, meta=None if request.method == "POST" else {"csrf": False})
    form.offer(queries.people_to_choose())
    return form


def apply(plan: TreatmentPlan, form: EditForm, now: datetime) -> None:
    """Change every course that was changed. Raises Refused in words."""
    by_id, why = {str(course.id): course for course in _open(plan)}, (form.why.data or "").strip()
    for entry in form.courses:
        if course := by_id.get(entry.form.course_id.data or ""):
            changing.change_course(course, entry.form.chosen(why), now)
    changing.change_wishes(plan, Wishes(form.preferred(), form.preferences(), form.note(), form.chosen_place() or plan.location_id), now)


def _rehearsed(plan_id: int, form: EditForm, now: datetime) -> tuple[list[CourseCard], set[int]]:
    """The plan as it would be, and the visits that would be cancelled: really done, looked at, and taken back."""
    with rehearsal(), transaction():
        plan = queries.plan_or_404(plan_id)
        before = {visit.id for visit in life.visits_of(plan.courses)}
        apply(plan, form, now)
        return card_of(plan, now).courses, before - {visit.id for visit in life.visits_of(plan.courses)}


def _open(plan: TreatmentPlan) -> list[Course]:
    return [course for course in plan.courses if course.ended_on is None]
