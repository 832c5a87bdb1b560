"""The pages of complications: opened by whoever treats, followed to their end, cleared by a physician."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import history, phones
from app.clinic import queries as clinic_queries
from app.complications import actions, queries, words
from app.complications.forms import Fields, MoveForm, OpenForm, SaveForm
from app.complications.report import steps_of
from app.errors import Refused
from app.formats import clock_time, local_moment, long_day
from app.forms import row_id
from app.i18n import _, language
from app.letters import sort_key
from app.library.loader import shipped
from app.names import area_name, staff_names
from app.patients import queries as patients
from app.permissions import Permission, needs
from app.series.done import sessions_done
from app.today import today_of, typed_day, zone
from app.tokens import use_once
from models import clock
from models.base import db, transaction
from models.complication import Complication, NoticedHow, Severity
from models.patient import Patient, PatientReport

bp = Blueprint("complications", __name__)


@bp.route("/patients/<int:patient_id>/complication", methods=["GET", "POST"])
@needs(Permission.ADD_FINDINGS)
def create(patient_id: int) -> ResponseReturnValue:
    """A new complication of a patient; `session` and `report` of the address say where it comes from."""
    patient, now = patients.patient_or_404(patient_id), clock.now()
    history.viewed(patient)
    form = _offered(OpenForm(data=_first_values(patient)), patient)
    if not form.validate_on_submit():
        return _form_page(form, patient), 422 if form.is_submitted() else 200
    with transaction():
        patient = patients.patient_or_404(patient_id)
        once = use_once(form.form_token.data or "", history.who() or 0, now)
        made = actions.open_one(patient, form.chosen(zone(), _areas(patient)), now)
        once.result = url_for("complications.show", complication_id=made.id)
    flash(_("The complication is open: treatment of this area waits for the physician, questions and invitations rest."), "done")
    return redirect(once.result, 303)


@bp.route("/complications/<int:complication_id>", methods=["GET", "POST"])
@needs(Permission.SEE_CLINICAL)
def show(complication_id: int) -> ResponseReturnValue:
    """One complication, followed to its end."""
    found, here = queries.complication_or_404(complication_id), url_for("complications.show", complication_id=complication_id)
    form = _offered(SaveForm(data=_typed(found)), found.patient)
    if form.validate_on_submit():
        try:
            with transaction():
                found = queries.complication_or_404(complication_id)
                form.check_seen(found, theirs=_("the complication as it is now"), yours=_("what you wrote"), keep_url=here)
                actions.save(found, form.chosen(zone(), _areas(found.patient)), clock.now())
            flash(_("Saved."), "done")
            return redirect(here, 303)
        except Refused as no:
            form.form_errors = [no.words]
    return _page(queries.complication_or_404(complication_id), form), 422 if form.is_submitted() else 200


@bp.get("/complications/<int:complication_id>/report")
@needs(Permission.SEE_CLINICAL)
def report(complication_id: int) -> ResponseReturnValue:
    """All of it on A4, with its history: for the file, and for the authority."""
    found, staff = queries.complication_or_404(complication_id), staff_names()
    history.viewed(found.patient)
    history.viewed(found)
    return render_template(
        "complications/report.html", it=found, patient=found.patient, clinic=clinic_queries.the_clinic(), uses=queries.uses_of(found),
        visits=queries.follow_ups(found), steps=steps_of(found, staff), said=_said(found), area_name=area_name,
    )  # fmt: skip


@bp.post("/complications/<int:complication_id>/clear")
@needs(Permission.DECIDE)
def clear(complication_id: int) -> ResponseReturnValue:
    """A physician says that treatment may go on."""
    return _move(complication_id, actions.clear, _("Cleared: treatment may go on."))


@bp.post("/complications/<int:complication_id>/reopen")
@needs(Permission.DECIDE)
def reopen(complication_id: int) -> ResponseReturnValue:
    """It came back, or was cleared by mistake."""
    return _move(complication_id, actions.open_again, _("Open again."))


def _move(complication_id: int, act: Callable[[Complication, datetime], None], words: str) -> ResponseReturnValue:
    form, here = MoveForm(), url_for("complications.show", complication_id=complication_id)
    try:
        with transaction():
            found = queries.complication_or_404(complication_id)
            form.check_seen(found, theirs=_("the complication as it is now"), yours=_("to clear it"), keep_url=here)
            act(found, clock.now())
        flash(words, "done")
    except Refused as no:
        flash(no.words, "error")
    return redirect(here, 303)


def _first_values(patient: Patient) -> dict[str, Any]:
    now = clock.now()
    session_id, report_id = row_id(request.args.get("session")), row_id(request.args.get("report"))
    report = db.session.get(PatientReport, report_id) if report_id else None
    told = report.words if report and report.patient_id == patient.id else ""
    latest = next((one.id for one in sessions_done(patient.id)), "")
    return {
        "session": str(session_id or latest), "noticed_on": typed_day(today_of(now)), "noticed_at": clock_time(clock.local(now, zone())),
        "noticed_how": NoticedHow.PHONED if told else NoticedHow.SEEN, "severity": Severity.MILD, "signs_free": told,
    }  # fmt: skip


def _typed(found: Complication) -> dict[str, Any]:
    """The complication as its form shows it."""
    noticed = clock.local(found.noticed_at, zone())
    return {
        "seen": found.version, "session": str(found.session_id or ""), "area": found.area, "noticed_on": typed_day(noticed.date()),
        "noticed_at": clock_time(noticed), "noticed_how": found.noticed_how.value, "signs": found.signs, "signs_free": found.signs_free,
        "severity": found.severity.value, "done": found.done, "lot": str(found.lot_id or ""), "outcome": found.outcome,
        "reported_on": typed_day(found.reported_on) if found.reported_on else "", "reported_to": found.reported_to,
    }  # fmt: skip


def _offered(form: Any, patient: Patient) -> Any:
    sessions = [(str(one.id), queries.session_words(one)) for one in sessions_done(patient.id)]
    areas = sorted(((key, area.names.in_(language())) for key, area in shipped().areas.items()), key=lambda pair: sort_key(pair[1]))
    form.offer(sessions, areas, queries.lots_to_choose())
    return form


def _areas(patient: Patient) -> dict[int, str]:
    return {one.id: one.course.area for one in sessions_done(patient.id)}


def _form_page(form: Fields, patient: Patient) -> str:
    return render_template("complications/new.html", form=form, patient=patient)


def _page(found: Complication, form: SaveForm) -> str:
    others = queries.others_given(found)
    for patient in (found.patient, *(one.patient for one in others)):
        history.viewed(patient)
    history.viewed(found)
    return render_template(
        "complications/show.html", it=found, patient=found.patient, form=form, words=words, phone=phones.shown, staff=staff_names(),
        uses=queries.uses_of(found), others=others, visits=queries.follow_ups(found), said=_said(found), area_name=area_name,
    )  # fmt: skip


def _said(found: Complication) -> list[tuple[str, str]]:
    """What is written down of it, in words."""
    noticed = f"{local_moment(found.noticed_at, zone(), language())} · {words.how_words(found.noticed_how)}"
    reported = f"{long_day(found.reported_on, language())} · {found.reported_to}" if found.reported_on else "–"
    return [
        (_("After which session?"), queries.session_words(found.session) if found.session else "–"),
        (_("Area"), area_name(found.area) if found.area else _("every area")), (_("Seen or phoned on"), noticed),
        (_("Signs"), words.signs_of(found)), (_("How severe?"), words.severity_words(found.severity)),
        (_("What was done"), found.done or "–"),
        (_("Product and lot used for it"), f"{found.lot.product.name} · {found.lot.number}" if found.lot else "–"),
        (_("Outcome"), found.outcome or "–"), (_("Reported to the authority on"), reported),
    ]  # fmt: skip
