"""One mail that came in: what it says, whose it is, or why nothing follows from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import history, phones, sessions
from app.errors import Refused
from app.forms import row_id
from app.i18n import _
from app.inbound import actions, belonging, queries, words
from app.inbound.blueprint import bp
from app.inbound.forms import NothingToDoForm, TheirsForm
from app.names import message_name
from app.patients import choosing
from app.patients.queries import as_of_today
from app.permissions import Permission, needs
from models import clock
from models.base import db, locked, transaction
from models.inbound import IncomingMail
from models.patient import Patient


@bp.get("/<int:mail_id>")
@needs(Permission.SEE_MESSAGES)
def show(mail_id: int) -> ResponseReturnValue:
    """Everybody sees that something came; what was written is read by whoever may read mails."""
    row = _mail(mail_id)
    if row.patient is not None:
        history.viewed(row)
    return _page(row)


@bp.post("/<int:mail_id>")
@needs(Permission.DO_TASKS)
def looked_at(mail_id: int) -> ResponseReturnValue:
    return _press(mail_id, actions.looked_at, _("Seen to."))


@bp.post("/<int:mail_id>/find")
@needs(Permission.DO_TASKS)
def find(mail_id: int) -> ResponseReturnValue:
    """Look for the patient whose mail it is; one found is chosen at once."""
    chosen = choosing.look(request.form.get("q", ""), _staff_id(), clock.now())
    return redirect(url_for("inbound.show", mail_id=mail_id, _external=False, _anchor="whose", **chosen), 303)


@bp.post("/<int:mail_id>/theirs")
@needs(Permission.DO_TASKS)
def theirs(mail_id: int) -> ResponseReturnValue:
    """It is the chosen patient's."""
    row, form = _mail(mail_id), TheirsForm()
    patient = _patient(form.patient.data)
    if patient is None:
        flash(_("This patient's record is not there any more. Please choose again."), "error")
        return redirect(url_for("inbound.show", mail_id=mail_id), 303)
    _ask_about(form, row, patient)
    if queries.is_nobodys(row) and not form.validate():
        return _page(row, patient=patient, form=form), 422
    on_the_list = _("It stands on the worklist with the patient.")
    as_ever = _("Noted as every such report is: the worklist says what is left to do.")
    whose, said = patient.id, as_ever if form.address() else on_the_list
    return _press(mail_id, lambda mail, now: actions.give(mail, db.session.get_one(Patient, whose), form.address(), now), said)


@bp.post("/<int:mail_id>/nothing")
@needs(Permission.DO_TASKS)
def nothing(mail_id: int) -> ResponseReturnValue:
    """Nobody has to do anything about it."""
    row, form = _mail(mail_id), NothingToDoForm()
    if queries.is_nobodys(row) and not form.validate():
        return _page(row, nothing=form), 422
    return _press(mail_id, lambda mail, now: actions.set_aside(mail, str(form.why.data).strip(), now), _("Set aside."))


@bp.post("/<int:mail_id>/back")
@needs(Permission.DO_TASKS)
def back(mail_id: int) -> ResponseReturnValue:
    return _press(mail_id, actions.put_back, _("It belongs to nobody again."))


def _press(mail_id: int, act: Callable[[IncomingMail, datetime], None], said: str) -> ResponseReturnValue:
    """Do it, unless somebody else has done something with the mail meanwhile: then say who did what."""
    try:
        with transaction():
            row = locked(IncomingMail, mail_id) or abort(404)
            act(row, clock.now())
            toast: Any = {"text": said}
            if actions.may_be_put_back(row):
                toast["undo"] = url_for("inbound.back", mail_id=mail_id)
    except Refused as no:
        flash(no.words, "error")
    else:
        flash(toast, "done")
    return redirect(url_for("inbound.show", mail_id=mail_id), 303)


def _page(
    row: IncomingMail, *, patient: Patient | None = None, form: TheirsForm | None = None, nothing: NothingToDoForm | None = None
) -> str:
    staff = sessions.person()
    mine = staff is not None and staff.may(Permission.DO_TASKS)
    to_do = mine and queries.is_nobodys(row)
    chosen = patient or (_patient(request.args.get("patient")) if to_do else None)
    if to_do and chosen is not None:
        history.viewed(chosen)
        form = form or TheirsForm(formdata=None, data={"patient": chosen.id})
        _ask_about(form, row, chosen)
    now = clock.now()
    return render_template(
        "inbound/show.html", mail=row, words=words, message_name=message_name, to_do=to_do, chosen=chosen, form=form,
        nothing=nothing or NothingToDoForm(formdata=None), put_back=mine and actions.may_be_put_back(row),
        seen_to=mine and row.looked_at is None and not to_do and bool(row.text or row.outcome == "asked"),
        found=choosing.found(request.args.get("s", ""), _staff_id(), now) if to_do else None,
        likely=belonging.likely(row, now) if to_do and chosen is None else [],
        done_by=queries.name_of(row.looked_by_id), given_by=queries.name_of(row.facts.get("by")) if row.patient else "",
        phone_end=phones.last_digits(chosen.phone) if chosen else "",
    )  # fmt: skip


def _ask_about(form: TheirsForm, row: IncomingMail, patient: Patient) -> None:
    if "about" in form and not form.about.choices:
        form.ask_about(belonging.addresses(patient, row), row.facts.get("recipients", ()), belonging.fate(row))


def _mail(mail_id: int) -> IncomingMail:
    return db.session.get(IncomingMail, mail_id) or abort(404)


def _patient(typed: str | None) -> Patient | None:
    found = row_id(typed)
    patient = db.session.get(Patient, found) if found else None
    return as_of_today(patient) if patient is not None else None


def _staff_id() -> int:
    """Who is looking; the guard let nobody else in."""
    staff = sessions.person()
    assert staff is not None
    return staff.id
