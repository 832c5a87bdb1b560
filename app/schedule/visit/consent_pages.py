"""Consent to a procedure: the form to read, sign, print and scan; the signed one; and its withdrawal."""

from __future__ import annotations

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import history
from app.errors import Refused
from app.files import store, taking
from app.formats import LANGUAGES
from app.i18n import _
from app.names import area_name, staff_names
from app.patients.reach import is_minor
from app.permissions import Permission, needs
from app.schedule import consents, rows
from app.schedule.addresses import day_of
from app.schedule.blueprint import bp
from app.schedule.here import Here, here, visit_or_404
from app.schedule.visit.consent_form import ConsentForm, ScanForm
from app.schedule.visit.consent_text import consent_text
from app.tokens import use_once
from models.appointment import Appointment
from models.base import db, transaction
from models.file import FileKind, StoredFile
from models.patient import Consent, ConsentKind
from models.staff import Role, StaffMember
from models.treatment import Course


@bp.route("/visits/<int:appointment_id>/consent/<int:course_id>", methods=["GET", "POST"])
@needs(Permission.RUN_VISITS)
@taking.takes_a_file
def consent(appointment_id: int, course_id: int) -> ResponseReturnValue:
    """The form of a course, on the way to its treatment."""
    visit = visit_or_404(appointment_id)
    if course_id not in {one.id for one in rows.courses_in(visit)}:
        abort(404)
    return _signing(course_id, visit, day_of(visit))


@bp.route("/courses/<int:course_id>/consent", methods=["GET", "POST"])
@needs(Permission.RUN_VISITS)
@taking.takes_a_file
def course_consent(course_id: int) -> ResponseReturnValue:
    """The form of a course, from its plan."""
    return _signing(course_id, None, url_for("plans.show", plan_id=_course_or_404(course_id).plan_id))


@bp.get("/courses/<int:course_id>/consent/form")
@needs(Permission.RUN_VISITS)
def consent_sheet(course_id: int) -> ResponseReturnValue:
    """The form on paper, to be signed by hand."""
    course = _course_or_404(course_id)
    history.viewed(course)
    text = consent_text(course, _language(course))
    return render_template("schedule/consent_sheet.html", course=course, patient=course.plan.patient, text=text, given=None, people={},
                           back=url_for("schedule.course_consent", course_id=course_id))  # fmt: skip


@bp.get("/consents/<int:consent_id>")
@needs(Permission.RUN_VISITS)
def consent_given(consent_id: int) -> ResponseReturnValue:
    """A consent that was given: who, how, to what; its end."""
    return _given_page(_consent_or_404(consent_id), ScanForm())


@bp.post("/consents/<int:consent_id>/withdraw")
@needs(Permission.RUN_VISITS)
def withdraw_procedure_consent(consent_id: int) -> ResponseReturnValue:
    """One press: as easy as giving it."""
    with transaction():
        consents.withdraw(_consent_or_404(consent_id), here().now)
    flash(_("The consent is withdrawn. Nothing of this course starts without a new one."), "done")
    return redirect(url_for("schedule.consent_given", consent_id=consent_id), 303)


@bp.post("/consents/<int:consent_id>/scan")
@needs(Permission.RUN_VISITS)
@taking.takes_a_file
def add_scan(consent_id: int) -> ResponseReturnValue:
    """The scan of a form that was signed before."""
    form = ScanForm()
    try:
        ready = form.chosen()
        with transaction():
            consents.attach(_consent_or_404(consent_id), ready, here().now)
    except Refused as no:
        form.scan.errors = [no.words]
        return _given_page(_consent_or_404(consent_id), form), 422
    flash(_("The signed form is kept."), "done")
    return redirect(url_for("schedule.consent_given", consent_id=consent_id), 303)


@bp.get("/consents/<int:consent_id>/scan")
@needs(Permission.SEE_CLINICAL)
def signed_form(consent_id: int) -> ResponseReturnValue:
    """The signed form itself: a picture, or a PDF to be saved."""
    given = _consent_or_404(consent_id)
    row = db.session.get(StoredFile, given.file_id) if given.file_id else None
    data = store.read(row) if row else None
    if row is None or data is None:
        abort(404)
    history.viewed(given)
    answer: Response = make_response(data)
    picture = row.kind is FileKind.PICTURE
    answer.headers.update({"Content-Type": "image/jpeg" if picture else "application/pdf", "Cache-Control": "private, no-store",
                           "Content-Disposition": "inline" if picture else f'attachment; filename="consent-{given.id}.pdf"',
                           "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"})  # fmt: skip
    return answer


def _signing(course_id: int, visit: Appointment | None, back: str) -> ResponseReturnValue:
    at, course = here(), _course_or_404(course_id)
    form = _prepared(course, visit, at)
    if form.validate_on_submit():
        try:
            done = _sign(course_id, form, back, at)
        except Refused as no:
            form.refuse(no.words)
        else:
            flash(_("Consent written down."), "done")
            return redirect((visit and request.form.get("next") and url_for("treatments.record", appointment_id=visit.id)) or done, 303)
        course = _course_or_404(course_id)
    history.viewed(course)
    page = render_template("schedule/consent.html", form=form, course=course, patient=course.plan.patient, back=back, accepted=taking.SCANS,
                           text=consent_text(course, _language(course)), languages=LANGUAGES,
                           minor=is_minor(course.plan.patient, at.today))  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _prepared(course: Course, visit: Appointment | None, at: Here) -> ConsentForm:
    form, staff = ConsentForm(), db.session.scalars(select(StaffMember).where(StaffMember.active).order_by(StaffMember.name))
    physicians = [(str(one.id), one.name) for one in staff if one.has_role(Role.PHYSICIAN)]
    performer = str(visit.performer_id) if visit else ""
    likely = performer if performer in dict(physicians) else str(course.plan.physician_id)
    form.offer(course.plan.patient, physicians, likely, minor=is_minor(course.plan.patient, at.today))
    return form


def _sign(course_id: int, form: ConsentForm, back: str, at: Here) -> str:
    signed, language = form.signed(), _language(_course_or_404(course_id))
    with transaction():
        once = use_once(form.form_token.data or "", at.person.id, at.now)
        once.result = back
        consents.sign(_course_or_404(course_id), int(form.informed_by.data), at.now, language=language, signed=signed)
    return back


def _given_page(given: Consent, form: ScanForm) -> str:
    course = _course_or_404(given.course_id or 0)
    history.viewed(given)
    row = db.session.get(StoredFile, given.file_id) if given.file_id else None
    return render_template(
        "schedule/consent_given.html", given=given, course=course, patient=given.patient, form=form, people=staff_names(), file=row,
        fits=consents.fits(course, given.text_version, given.area), text=consent_text(course, _known(given.language)),
        area=area_name(given.area or course.area), languages=LANGUAGES, accepted=taking.SCANS,
        version=given.text_version.removeprefix("v"),
    )  # fmt: skip


def _language(course: Course) -> str:
    """The language of the form: the one asked for in the address, else the patient's."""
    return _known(request.args.get("language") or course.plan.patient.language)


def _known(language: str) -> str:
    return language if language in LANGUAGES else "en"


def _course_or_404(course_id: int) -> Course:
    return db.session.get(Course, course_id) or abort(404)


def _consent_or_404(consent_id: int) -> Consent:
    given = db.session.get(Consent, consent_id)
    return given if given and given.kind is ConsentKind.PROCEDURE and given.course_id else abort(404)
