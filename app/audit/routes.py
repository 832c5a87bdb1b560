"""Who did or saw what: for auditors everything, for a physician what concerns a patient of theirs. Every look is an act of its own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import history, sessions, spreadsheets
from app.audit import page, queries
from app.audit.asked import TrailForm, in_address
from app.errors import Refused
from app.forms import row_id
from app.i18n import _
from app.patients import queries as patients
from app.permissions import Permission, needs
from app.sessions import Person
from app.today import today_of, zone
from models import clock
from models.patient import Patient

bp = Blueprint("audit", __name__, url_prefix="/audit")


@bp.get("")
@needs(Permission.SEE_AUDIT)
def index() -> ResponseReturnValue:
    """The trail, latest first."""
    return _shown(TrailForm(request.args))


@bp.post("")
@needs(Permission.SEE_AUDIT)
def ask() -> ResponseReturnValue:
    """From what was typed to the page whose address holds days, numbers and keys only."""
    return _asked(TrailForm(request.form))


@bp.get("/file/csv")
@needs(Permission.SEE_AUDIT)
def file() -> ResponseReturnValue:
    """What was asked for as a file."""
    form = TrailForm(request.args)
    if not form.validate():
        return _page(form, None), 422
    asked = form.asked()
    found = queries.every(asked, spreadsheets.MOST + 1)
    if len(found) > spreadsheets.MOST:
        raise Refused(_("That is more than a spreadsheet can hold. Choose a shorter period."))
    history.trail_viewed(asked.names, asked.patient_id, action="exported")
    answer = make_response(spreadsheets.as_csv(page.sheet(page.lines(found, _me()), zone())))
    answer.mimetype = "text/csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-{today_of(clock.now())}.csv"'
    return answer


@bp.get("/patients/<int:patient_id>")
@needs(Permission.SEE_OWN_AUDIT)
def of_patient(patient_id: int) -> ResponseReturnValue:
    """What concerns a patient of whoever asks."""
    return _shown(TrailForm(request.args), _own_patient(patient_id))


@bp.post("/patients/<int:patient_id>")
@needs(Permission.SEE_OWN_AUDIT)
def ask_of_patient(patient_id: int) -> ResponseReturnValue:
    return _asked(TrailForm(request.form), _own_patient(patient_id))


def _shown(form: TrailForm, patient: Patient | None = None) -> ResponseReturnValue:
    _only_of(form, patient)
    if not form.validate():
        return _page(form, patient), 422
    asked, after = form.asked(), row_id(request.args.get("after"))
    found = queries.page(asked, after)
    history.trail_viewed(asked.names, asked.patient_id)
    here = dict(in_address(asked))
    return _page(form, patient, shown=page.lines(found.rows, _me()), here=here, after=after, further=found.after)


def _asked(form: TrailForm, patient: Patient | None = None) -> ResponseReturnValue:
    _only_of(form, patient)
    if not form.validate():
        return _page(form, patient), 422
    return redirect(_address(patient, **in_address(form.asked())), 303)


def _page(form: TrailForm, patient: Patient | None, **more: Any) -> str:
    return render_template("audit/index.html", form=form, patient=patient, address=lambda **args: _address(patient, **args), **more)


def _address(patient: Patient | None, /, **args: Any) -> str:
    if patient is None:
        return url_for("audit.index", **args)
    return url_for("audit.of_patient", patient_id=patient.id, **{name: value for name, value in args.items() if name != "patient"})


def _only_of(form: TrailForm, patient: Patient | None) -> None:
    """The page of a patient asks for no other."""
    if patient is not None:
        form.patient.data = str(patient.id)


def _own_patient(patient_id: int) -> Patient:
    patient = patients.patient_or_404(patient_id)
    if not patients.is_own_patient(_me().id, patient):
        g.denied = True
        abort(403)
    return patient


def _me() -> Person:
    person = sessions.person()
    assert person is not None  # the lock on the page saw to it
    return person
