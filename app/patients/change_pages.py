"""A new patient, and changes to one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import phones, sessions, tokens
from app.history import viewed
from app.i18n import _, _n
from app.patients import actions, details, queries, terms, typed
from app.patients.blueprint import bp
from app.patients.forms import ChangePatientForm, NewPatientForm, PatientForm
from app.patients.list_pages import staff_id
from app.patients.rows import Row
from app.permissions import Permission, needs
from app.today import today_of
from models import clock
from models.base import transaction
from models.patient import Channel, Patient


class MaybeTheSame(Exception):
    """Somebody of this name or telephone is already here. Nothing was written."""

    def __init__(self, rows: list[Row]) -> None:
        super().__init__(len(rows))
        self.rows = rows


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.EDIT_PATIENTS)
def create() -> ResponseReturnValue:
    """A new patient; whoever may be the same person is shown first."""
    clinic, now = queries.the_clinic(), clock.now()
    form = NewPatientForm(country=clinic.country, data=guessed(typed.found(request.args.get("s", ""), staff_id())))
    ask_only_what_may_be_known(form)
    if not form.is_submitted():
        return render_template("patients/new.html", form=form, same=[])
    if not form.validate():
        return render_template("patients/new.html", form=form, same=[]), 422
    chosen = form.chosen(clinic.zone)
    try:
        with transaction():
            used = tokens.use_once(form.form_token.data or "", staff_id(), now)
            refuse_the_same(chosen, now, sure=form.another.data)
            patient = actions.create(chosen, now)
            used.result = url_for("patients.show", patient_id=patient.id)
    except MaybeTheSame as people:
        return render_template("patients/new.html", form=form, same=people.rows, same_words=same_words(people.rows)), 422
    added = _("%(name)s is now a patient of the clinic.", name=chosen.first_name)
    flash(" ".join([added, *told_how(chosen)]), "done")
    return redirect(url_for("patients.show", patient_id=patient.id), 303)


@bp.route("/<int:patient_id>/edit", methods=["GET", "POST"])
@needs(Permission.EDIT_PATIENTS)
def edit(patient_id: int) -> ResponseReturnValue:
    """Change identity or contact."""
    clinic, patient = queries.the_clinic(), queries.patient_or_404(patient_id)
    viewed(patient)
    form = ChangePatientForm(country=clinic.country, data=as_typed(patient))
    ask_only_what_may_be_known(form)
    if not form.is_submitted():
        return render_template("patients/edit.html", form=form, patient=patient)
    if not form.validate():
        return render_template("patients/edit.html", form=form, patient=patient), 422
    card, chosen = url_for("patients.show", patient_id=patient_id), form.chosen(clinic.zone)
    with transaction():
        patient = queries.patient_or_404(patient_id)
        chosen = keep_unasked(chosen, patient, form)
        form.check_seen(patient, theirs=lambda: in_words(details.of(patient)), yours=in_words(chosen), keep_url=card)
        changed = actions.update(patient, chosen, clock.now())
    flash(_("Saved.") if changed else _("Nothing was changed."), "done")
    return redirect(card, 303)


def told_how(chosen: details.Details) -> list[str]:
    """How somebody without an e-mail address hears from the clinic."""
    if chosen.email:
        return []
    return [_("Without an e-mail address, we telephone.") if chosen.phone else _("Without e-mail and telephone, all is given on paper.")]


def refuse_the_same(chosen: details.Details, now: datetime, *, sure: bool) -> None:
    """Raise MaybeTheSame unless nobody fits, or somebody has looked and is sure."""
    same = [] if sure else queries.same_people(chosen.first_name, chosen.last_name, chosen.phone, now)
    if same:
        raise MaybeTheSame(same)


def keep_unasked(chosen: details.Details, patient: Patient, form: PatientForm) -> details.Details:
    """What this page did not ask stays; a telephone that is the same number stays as it was first written."""
    if "never_ask_pregnancy" not in form:
        chosen = replace(chosen, never_ask_pregnancy=patient.never_ask_pregnancy)
    return replace(chosen, phone_typed=patient.phone_typed) if chosen.phone == patient.phone else chosen


def guessed(text: str) -> dict[str, Any]:
    """The fields that a search which found nobody already filled in."""
    clinic = queries.the_clinic()
    values: dict[str, Any] = {"language": clinic.language}
    asked = terms.read(text, today_of(clock.now()))
    if asked.born:
        values["birth_date"] = asked.born.strftime("%-d.%-m.%Y")
    name = details.as_name(terms.typed_name(text), turkish=clinic.language == "tr")
    values["first_name"], values["last_name"] = details.split_name(name)
    if asked.digits:
        values |= {"phone": asked.digits[0], "channel": Channel.PHONE.value}
    return values


def as_typed(patient: Patient) -> dict[str, Any]:
    """A patient's details as they stand in the fields. The telephone is shown whole, so that it reads the same everywhere."""
    values = {name: getattr(patient, name) for name in details.NAMES}
    values["birth_date"] = patient.birth_date.strftime("%-d.%-m.%Y") if patient.birth_date else ""
    values["phone"] = phones.shown(patient.phone)
    return values | {"sex": str(patient.sex), "channel": str(patient.channel), "zone": patient.zone or "", "seen": patient.version}


def ask_only_what_may_be_known(form: PatientForm) -> None:
    """What belongs to the record is asked by those who may see it."""
    who = sessions.person()
    if who is None or not who.may(Permission.SEE_CLINICAL):
        del form.never_ask_pregnancy


def same_words(same: list[Row]) -> str:
    """What the page asks about people who may be the same."""
    return _n("This may be somebody you already have. Is it this patient?", "%(num)s patients could be the same person. Is it one of them?",
              len(same))  # fmt: skip


def in_words(said: details.Details) -> str:
    """Somebody's contact on one line, for comparing two versions."""
    parts = (f"{said.first_name} {said.last_name}".strip(), phones.shown(said.phone), said.email)
    return ", ".join(part for part in parts if part)
