"""What only a physician lets happen in a visit, with a reason: a session too early, a product given another way than authorised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from app import history
from app.errors import Refused
from app.forms import REQUIRED, FormOfVersion, at_most, one_line
from app.i18n import _, _l, language
from app.permissions import Permission, needs
from app.schedule import early, rows, unauthorised
from app.schedule.blueprint import bp
from app.schedule.here import Here, here, visit_alone, visit_or_404
from app.schedule.limits import Override
from app.schedule.visit.meanwhile import stale
from app.series.contents import content
from models.appointment import Appointment
from models.base import transaction


class LeaveForm(FormOfVersion):
    """Why it may be done all the same."""

    why = StringField(_l("Why you allow it"), [REQUIRED, at_most(300), one_line])


@bp.route("/visits/<int:appointment_id>/early", methods=["GET", "POST"])
@needs(Permission.DECIDE)
def allow_early(appointment_id: int) -> ResponseReturnValue:
    """A physician reads how much too early it is, and lets it stand or moves it."""
    return _leave(appointment_id, "schedule/early.html", _early, early.allow)


@bp.route("/visits/<int:appointment_id>/route", methods=["GET", "POST"])
@needs(Permission.DECIDE)
def allow_route(appointment_id: int) -> ResponseReturnValue:
    """A physician reads what the protocol gives another way than it is authorised for, and lets this course have it so."""
    return _leave(appointment_id, "schedule/route.html", _unauthorised, unauthorised.allow_in_visit)


def _leave(
    appointment_id: int, template: str, shown: Callable[[Appointment, Here], dict[str, Any]], allow: Callable[..., None]
) -> ResponseReturnValue:
    at, visit = here(), visit_or_404(appointment_id)
    form = LeaveForm(data={"seen": visit.version})
    if form.validate_on_submit():
        try:
            return _allowed(appointment_id, form, at, allow)
        except Refused as no:
            form.form_errors = [no.words]
    visit = visit_or_404(appointment_id)
    history.viewed(visit)
    return render_template(template, visit=visit, form=form, **shown(visit, at)), 422 if form.is_submitted() else 200


def _allowed(appointment_id: int, form: LeaveForm, at: Here, allow: Callable[..., None]) -> ResponseReturnValue:
    with transaction():
        visit = visit_alone(appointment_id)
        if form.seen.data != str(visit.version):
            raise stale(visit, _("allowed"))
        allow(visit, Override(at.person.id, form.why.data or ""), at.now)
        day = visit.local_day
    flash(_("Allowed. Whoever treats reads your reason."), "done")
    return redirect(url_for("schedule.day", day=day, _anchor=f"v{appointment_id}"), 303)


def _early(visit: Appointment, at: Here) -> dict[str, Any]:
    lines = [(content(line.session.course).names.in_(language()), line) for line in early.early_of(visit, at.now) if line.session]
    return {"lines": lines, "today": at.today}


def _unauthorised(visit: Appointment, _at: Here) -> dict[str, Any]:
    found = [(content(course), product) for course in rows.courses_using(visit) for product in unauthorised.to_allow(course)]
    return {"found": [(said.names.in_(language()), product, unauthorised.route_name(said.delivery or ""), unauthorised.known_words(product))
                      for said, product in found]}  # fmt: skip
