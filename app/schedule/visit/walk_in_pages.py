"""Somebody who is here without a visit: name, telephone, reason, and they stand in the day as arrived."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused
from app.front_door import where
from app.i18n import _
from app.names import visit_name
from app.patients import actions as patient_actions
from app.patients import queries as patient_queries
from app.patients.details import Details, as_name, split_name
from app.patients.rows import Row
from app.permissions import Permission, needs
from app.schedule import actions
from app.schedule.addresses import day_of
from app.schedule.blueprint import bp
from app.schedule.forms import WalkInForm
from app.schedule.here import Here, here
from app.schedule.toasts import say
from app.tokens import use_once
from models.appointment import VisitKind
from models.base import transaction
from models.patient import Channel, Patient

KINDS = (VisitKind.CONSULTATION, VisitKind.COMPLICATION_CHECK, VisitKind.REVIEW, VisitKind.OTHER)
NEW = "new"


@bp.route("/walk-in", methods=["GET", "POST"])
@needs(Permission.EDIT_PATIENTS)
def walk_in() -> ResponseReturnValue:
    """One form; a name that is known asks which person it is."""
    at = here()
    form = WalkInForm(country=at.clinic.country)
    form.kind.choices = [(kind.value, visit_name(kind)) for kind in KINDS]
    namesakes: list[Row] = []
    if form.validate_on_submit():
        namesakes = _namesakes(form, at)
        if not namesakes or form.same.data in {NEW, *(str(row.id) for row in namesakes)}:
            try:
                return _arrived(form, at)
            except Refused as no:
                form.form_errors = [no.words]
    return _page(form, namesakes), 422 if form.is_submitted() else 200


def _arrived(form: WalkInForm, at: Here) -> ResponseReturnValue:
    with transaction():
        once = use_once(form.form_token.data or "", at.person.id, at.now)
        note = (form.reason.data or "").strip()
        came = actions.walk_in(_patient(form, at), VisitKind(form.kind.data), at.now, note=note, place_id=at.place_id)
        visit = came.visit
        once.result = day_of(visit)
        text = _("%(name)s is here. %(where)s", name=visit.patient.name, where=came.words)
        toast = {"text": text, "undo": url_for("schedule.undo", appointment_id=visit.id), "fields": {"seen": visit.version}}
    say(toast)
    return redirect(once.result, 303)


def _patient(form: WalkInForm, at: Here) -> Patient:
    """The person who was chosen, or a new one; the rest is asked later."""
    if (form.same.data or NEW) != NEW:
        return patient_queries.patient_or_404(int(form.same.data))
    turkish = at.clinic.language == "tr"
    first, last = split_name(as_name(form.name.data or "", turkish))
    new = Details(
        first_name=first[:80], last_name=last[:80], phone=form.number, phone_typed=form.phone.data or "", language=at.clinic.language,
        channel=Channel.PHONE if form.number else Channel.PAPER,
    )  # fmt: skip
    return patient_actions.create(new, at.now)


def _namesakes(form: WalkInForm, at: Here) -> list[Row]:
    first, last = split_name(form.name.data or "")
    return patient_queries.same_people(first, last, form.number, at.now)


def _page(form: WalkInForm, namesakes: Sequence[Row]) -> str:
    if namesakes:
        form.same.errors = [_("Choose one.")] if form.same.data else []
    places = where.tabs(here().place_id, lambda one: url_for("schedule.walk_in", place=one))
    return render_template("schedule/walk_in.html", form=form, namesakes=namesakes, places=places)
