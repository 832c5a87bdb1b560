"""Consent to a procedure: the patient has signed; one press says which physician informed."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import history
from app.errors import Refused
from app.i18n import _, language
from app.permissions import Permission, needs
from app.schedule import consents, rows
from app.schedule.blueprint import bp
from app.schedule.forms import ConsentForm
from app.schedule.here import here, visit_or_404
from app.series.contents import content
from app.tokens import use_once
from models.base import db, transaction
from models.staff import Role, StaffMember
from models.treatment import Course


@bp.route("/visits/<int:appointment_id>/consent/<int:course_id>", methods=["GET", "POST"])
@needs(Permission.RUN_VISITS)
def consent(appointment_id: int, course_id: int) -> ResponseReturnValue:
    """Write down that the consent form of a course is signed."""
    at, visit = here(), visit_or_404(appointment_id)
    course = next((one for one in rows.courses_in(visit) if one.id == course_id), None) or abort(404)
    physicians = [one for one in db.session.scalars(select(StaffMember).where(StaffMember.active)) if one.has_role(Role.PHYSICIAN)]
    form = ConsentForm()
    form.informed_by.choices = [(str(one.id), one.name) for one in physicians]
    if not form.is_submitted():
        likely = visit.performer_id if visit.performer_id in {one.id for one in physicians} else course.plan.physician_id
        form.informed_by.data = str(likely)
    if form.validate_on_submit():
        try:
            with transaction():
                once = use_once(form.form_token.data or "", at.person.id, at.now)
                once.result = url_for("schedule.day", day=visit_or_404(appointment_id).local_day, _anchor=f"v{appointment_id}")
                consents.sign(db.session.get_one(Course, course_id), int(form.informed_by.data), at.now)
        except Refused as no:
            form.form_errors = [no.words]
        else:
            flash(_("Consent written down."), "done")
            return redirect((request.form.get("next") and url_for("treatments.record", appointment_id=appointment_id)) or once.result, 303)
    history.viewed(visit)
    named = content(course).names.in_(language())
    page = render_template("schedule/consent.html", form=form, visit=visit, course=course, named=named, version=course.protocol_version.n)
    return page, 422 if form.is_submitted() else 200
