"""The people around a patient, and "read out and confirmed" for an address."""

from __future__ import annotations

from typing import TypeVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import phones, tokens
from app.errors import Refused
from app.history import viewed
from app.i18n import _
from app.patients import contacts, queries
from app.patients.blueprint import bp
from app.patients.forms import ChangeContactForm, NewContactForm
from app.patients.list_pages import staff_id
from app.patients.reach import is_minor
from app.permissions import Permission, needs
from app.today import today_of
from models import clock
from models.base import db, held, transaction
from models.contact import Contact, ContactRole
from models.patient import Patient

Owner = TypeVar("Owner", bound=Patient | Contact)


@bp.route("/<int:patient_id>/contacts/new", methods=["GET", "POST"])
@needs(Permission.EDIT_PATIENTS)
def add_contact(patient_id: int) -> ResponseReturnValue:
    """Somebody more beside a patient."""
    patient, now, card = queries.patient_or_404(patient_id), clock.now(), _card(patient_id)
    minor = is_minor(patient, today_of(now))
    role = ContactRole.GUARDIAN if minor else ContactRole.HELPER
    given = {"role": role.value, "language": patient.language, "gets_mails": minor, "asks_changes": minor, "hears_clinical": minor}
    form = NewContactForm(country=queries.the_clinic().country, data=given)
    if form.validate_on_submit():
        with transaction():
            tokens.use_once(form.form_token.data or "", staff_id(), now).result = card
            contacts.add(queries.patient_or_404(patient_id), form.chosen(), now)
        flash(_("Saved."), "done")
        return redirect(card, 303)
    viewed(patient)
    page = render_template("patients/contact_form.html", form=form, patient=patient, contact=None)
    return (page, 422) if form.is_submitted() else page


@bp.route("/<int:patient_id>/contacts/<int:contact_id>", methods=["GET", "POST"])
@needs(Permission.EDIT_PATIENTS)
def contact(patient_id: int, contact_id: int) -> ResponseReturnValue:
    """Change somebody beside a patient."""
    found = _contact_or_404(patient_id, contact_id)
    known = {name: getattr(found, name) for name in ("name", "email", "language", "gets_mails", "asks_changes", "hears_clinical")}
    given = known | {"role": found.role.value, "channel": found.channel.value, "phone": phones.shown(found.phone),
                     "seen": found.version}  # fmt: skip
    form = ChangeContactForm(country=queries.the_clinic().country, data=given)
    if form.validate_on_submit():
        with transaction():
            found = _contact_or_404(patient_id, contact_id)
            form.check_seen(found, theirs=_("The contact was changed meanwhile."), yours=form.name.data or "", keep_url=_card(patient_id))
            contacts.change(found, form.chosen(), clock.now())
        flash(_("Saved."), "done")
        return redirect(_card(patient_id), 303)
    viewed(found.patient)
    page = render_template("patients/contact_form.html", form=form, patient=found.patient, contact=found)
    return (page, 422) if form.is_submitted() else page


@bp.post("/<int:patient_id>/contacts/<int:contact_id>/remove")
@needs(Permission.EDIT_PATIENTS)
def remove_contact(patient_id: int, contact_id: int) -> ResponseReturnValue:
    try:
        with transaction():
            contacts.remove(_as_seen(_contact_or_404(patient_id, contact_id)), clock.now())
    except Refused as no:
        flash(no.words, "error")
    else:
        flash(_("Removed."), "done")
    return redirect(_card(patient_id), 303)


@bp.post("/<int:patient_id>/read-out")
@needs(Permission.EDIT_PATIENTS)
def read_out(patient_id: int) -> ResponseReturnValue:
    """The patient's own address was read out to them and is right."""
    return _read_out(patient_id, None)


@bp.post("/<int:patient_id>/contacts/<int:contact_id>/read-out")
@needs(Permission.EDIT_PATIENTS)
def read_out_contact(patient_id: int, contact_id: int) -> ResponseReturnValue:
    """The same of somebody beside the patient."""
    return _read_out(patient_id, contact_id)


def _read_out(patient_id: int, contact_id: int | None) -> ResponseReturnValue:
    try:
        with transaction():
            owner: Patient | Contact = _contact_or_404(patient_id, contact_id) if contact_id else queries.patient_or_404(patient_id)
            contacts.read_out(_as_seen(owner), clock.now())
    except Refused as no:
        flash(no.words, "error")
    else:
        flash(_("Noted: the address was read out and is right."), "done")
    return redirect(_card(patient_id), 303)


def _as_seen(owner: Owner) -> Owner:
    """Raises Refused unless the button stood on a page that showed them as they are: what was read out may be another address now."""
    held(owner)
    if request.form.get("seen") != str(owner.version):
        raise Refused(_("Somebody else has changed this meanwhile. Please look at it again; nothing was done."))
    return owner


def _contact_or_404(patient_id: int, contact_id: int) -> Contact:
    found = db.session.get(Contact, contact_id)
    if found is None or found.patient_id != queries.patient_or_404(patient_id).id:
        abort(404)
    return found


def _card(patient_id: int) -> str:
    return url_for("patients.show", patient_id=patient_id)
