"""A patient's card, the consents on it, and the record of a death."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import names, phones, sessions, tokens
from app.errors import Refused
from app.history import viewed
from app.i18n import _, in_language
from app.patients import actions, consents, queries, words
from app.patients.blueprint import bp
from app.patients.card import card_of
from app.patients.forms import ConsentForm, DeceasedForm
from app.patients.list_pages import staff_id
from app.permissions import Permission, needs
from models import clock
from models.base import db, transaction
from models.patient import Consent, ConsentKind


@bp.get("/<int:patient_id>")
@needs(Permission.SEE_PATIENTS)
def show(patient_id: int) -> ResponseReturnValue:
    """Everything about one patient that this person may see."""
    patient, person, now = queries.patient_or_404(patient_id), sessions.person(), clock.now()
    assert person is not None
    viewed(patient)
    return render_template(
        "patients/show.html", card=card_of(patient, person, now, every_visit=request.args.get("visits") == "all"),
        patient=patient, words=words, names=names, can_unmark=actions.can_unmark(patient, now), phone_shown=phones.shown(patient.phone),
    )  # fmt: skip


@bp.route("/<int:patient_id>/consents/<kind>", methods=["GET", "POST"])
@needs(Permission.EDIT_PATIENTS)
def give_consent(patient_id: int, kind: str) -> ResponseReturnValue:
    """The text of one consent in the patient's language, and the box to tick when the patient agrees."""
    patient, form = queries.patient_or_404(patient_id), ConsentForm()
    asked = next((one for one in consents.ASKED if one.value == kind), None) or abort(404)
    card = url_for("patients.show", patient_id=patient_id)
    if form.validate_on_submit():
        with transaction():
            tokens.use_once(form.form_token.data or "", staff_id(), clock.now()).result = card
            actions.give_consent(queries.patient_or_404(patient_id), asked, clock.now())
        flash(_("The consent is on record."), "done")
        return redirect(card, 303)
    viewed(patient)
    with in_language(patient.language):
        text = consents.text(asked)
    page = render_template(
        "patients/consent.html", form=form, patient=patient, title=consents.title(asked), text=text, version=consents.TEXT_VERSION
    )
    return (page, 422) if form.is_submitted() else page


@bp.post("/<int:patient_id>/consents/<int:consent_id>/withdraw")
@needs(Permission.EDIT_PATIENTS)
def withdraw_consent(patient_id: int, consent_id: int) -> ResponseReturnValue:
    """One press: as easy as giving it."""
    with transaction():
        consent = db.session.get(Consent, consent_id)
        if consent is None or consent.patient_id != patient_id or consent.kind is ConsentKind.PROCEDURE:
            abort(404)
        actions.withdraw_consent(consent, clock.now())
    flash(_("The consent is withdrawn."), "done")
    return redirect(url_for("patients.show", patient_id=patient_id), 303)


@bp.route("/<int:patient_id>/deceased", methods=["GET", "POST"])
@needs(Permission.DECIDE, Permission.MANAGE_CLINIC)
def deceased(patient_id: int) -> ResponseReturnValue:
    """Record that the patient has died: everything that waits is withdrawn."""
    patient = queries.patient_or_404(patient_id)
    viewed(patient)
    form = DeceasedForm(data={"seen": patient.version})
    card = url_for("patients.show", patient_id=patient_id)
    if form.validate_on_submit():
        assert form.day.day is not None
        try:
            with transaction():
                patient = queries.patient_or_404(patient_id)
                form.check_seen(patient, theirs=_("The record was changed meanwhile."), yours=_("recorded as deceased"), keep_url=card)
                actions.mark_deceased(patient, form.day.day, clock.now())
        except Refused as no:
            form.form_errors = [no.words]
        else:
            flash(_("Recorded. Nothing more is sent."), "done")
            return redirect(card, 303)
    page = render_template("patients/deceased.html", form=form, patient=patient)
    return (page, 422) if form.is_submitted() else page


@bp.post("/<int:patient_id>/not-deceased")
@needs(Permission.DECIDE, Permission.MANAGE_CLINIC)
def not_deceased(patient_id: int) -> ResponseReturnValue:
    """Take the record of a death back, within a day."""
    with transaction():
        actions.unmark_deceased(queries.patient_or_404(patient_id), clock.now())
    flash(_("Taken back. Visits that were cancelled have to be booked again."), "done")
    return redirect(url_for("patients.show", patient_id=patient_id), 303)
