"""The plan builder: choose a protocol, set this patient's numbers, see every window, make the plan."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import sessions, tokens
from app.clinic import queries as clinic
from app.errors import Refused
from app.history import viewed, who
from app.i18n import _
from app.patients import queries as patients
from app.permissions import Permission, needs
from app.plans import building, creation, evaluations, findings, life, queries, reports
from app.plans.blueprint import bp
from app.plans.plan_form import PlanForm
from app.plans.preview import Preview, preview
from app.plans.typed import Typed
from app.plans.words import day_words
from app.today import today_of
from models import clock
from models.base import transaction
from models.patient import Patient
from models.staff import Role

DRAFT, START = "draft", "start"


@bp.route("/patients/<int:patient_id>/plan/new", methods=["GET", "POST"])
@needs(Permission.EDIT_PLANS)
def create(patient_id: int) -> ResponseReturnValue:
    """A new plan. Every button but the last two only shows the form again with what follows from it."""
    patient, now = patients.patient_or_404(patient_id), clock.now()
    viewed(patient)
    versions, today, button = building.usable(), today_of(now), request.form.get("do", "preview")
    fields = _fields(versions, now)
    if fields is None:
        return render_template(
            "plans/choose.html", patient=patient, versions=versions.values(), combinations=building.combinations(versions)
        )
    building.pressed(fields, versions, button, today)
    form = _form(fields, versions)
    shown: list[Preview] = []
    if _is_well(form):
        try:
            shown = preview(patient, form.chosen(who() or 0, clinic.location()), now)
            if button in (DRAFT, START):
                return _make(patient, form, now, begin=button == START)
        except Refused as no:
            form.form_errors = [no.words]
    elif button not in (DRAFT, START, "preview"):
        form.form_errors = []
    return _page(patient, form, shown, now), 422 if form.errors and form.is_submitted() else 200


def _fields(versions: building.Versions, now: datetime) -> Typed | None:
    """What stands in the form: as it was sent, or as it begins; None where nothing was chosen yet."""
    fields: Typed | None
    if request.method == "POST":
        return Typed(request.form.items(multi=True))
    if chosen := versions.get(request.args.get("with", "")):
        fields = building.begun_with(chosen, today_of(now))
    else:
        fields = building.begun_with_combination(request.args.get("together", ""), versions, today_of(now))
    if fields is not None:
        fields["form_token"] = tokens.new_handle()
    return fields


def _form(fields: Typed, versions: building.Versions) -> PlanForm:
    # A page that is only opened carries no CSRF token in its fields; the check on every post stands before the view.
    form = PlanForm(formdata=fields, meta=None if request.method == "POST" else {"csrf": False})
    form.set_up(versions, queries.people_to_choose())
    return form


def _is_well(form: PlanForm) -> bool:
    """Whether every field is well, there is a course, and every protocol may still be used."""
    well = form.validate()
    if not len(form.courses):
        form.form_errors = [_("Choose at least one protocol.")]
    elif not all(entry.form.is_set_up for entry in form.courses):
        form.form_errors = [_("One of the protocols may no longer be used. Remove it, or begin anew.")]
    return well and not form.form_errors


def _make(patient: Patient, form: PlanForm, now: datetime, *, begin: bool) -> ResponseReturnValue:
    with transaction():
        used = tokens.use_once(form.form_token.data or "", who() or 0, now)
        _check_physician()
        new = form.chosen(who() or 0, clinic.location())
        plan = creation.create(patient, new, now)
        if begin:
            check_evaluated(patient, now)
            life.begin(plan, now)
        used.result = url_for("plans.show", plan_id=plan.id)
    flash(_("The plan is made."), "done")
    return redirect(url_for("plans.show", plan_id=plan.id), 303)


def _check_physician() -> None:
    person = sessions.person()
    if person is None or Role.PHYSICIAN.value not in person.roles:
        raise Refused(_("Only a physician makes a plan."))


def check_evaluated(patient: Patient, now: datetime) -> None:
    """Raises Refused where no evaluation is valid today."""
    if evaluations.valid_on(patient, today_of(now)) is None:
        raise Refused(
            _("No evaluation is valid today. Evaluate the patient first, or keep the plan as a draft and book it with the evaluation.")
        )


def _page(patient: Patient, form: PlanForm, shown: list[Preview], now: datetime) -> str:
    today = today_of(now)
    return render_template(
        "plans/builder.html", patient=patient, form=form, shown=shown, evaluation=evaluations.valid_on(patient, today),
        standing=findings.standing(patient), undecided=reports.undecided(patient), day=lambda one: day_words(one, today),
    )  # fmt: skip
