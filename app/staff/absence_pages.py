"""When somebody is away, and which booked visits that would hit."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.history import who
from app.i18n import _
from app.permissions import Permission, needs
from app.staff import actions, queries
from app.staff.blueprint import bp
from app.staff.forms import AbsenceForm
from app.today import today_of
from app.tokens import new_handle, use_once
from models import clock
from models.appointment import Appointment
from models.base import transaction
from models.staff import Absence


@bp.route("/staff/<int:staff_id>/absences", methods=["GET", "POST"])
@needs(Permission.MANAGE_STAFF)
def absences(staff_id: int) -> ResponseReturnValue:
    """The list, and a new one: first shown with the visits it would hit, then saved."""
    staff, form, now = queries.person_or_404(staff_id), AbsenceForm(), clock.now()
    hit: list[Appointment] = []
    if form.validate_on_submit():
        hit = queries.visits_during(staff, form.chosen(), now)
        if not hit or request.form.get("sure") == str(len(hit)):
            here = url_for("replanning.show") if hit else url_for("staff.absences", staff_id=staff_id)
            with transaction():
                use_once(form.form_token.data or "", who() or 0, now).result = here
                actions.add_absence(staff, form.chosen(), now)
            flash(_("The absence is saved. Nobody can be booked with %(name)s in that time.", name=staff.name), "done")
            return redirect(here, 303)
    today = today_of(now)
    rows = [(away, queries.visits_during(staff, away, now)) for away in queries.absences_from(staff, today)]
    page = render_template("staff/absences.html", staff=staff, form=form, hit=hit, rows=rows)
    return page, 422 if form.is_submitted() else 200


@bp.post("/staff/<int:staff_id>/absences/<int:absence_id>/remove")
@needs(Permission.MANAGE_STAFF)
def remove_absence(staff_id: int, absence_id: int) -> ResponseReturnValue:
    here = url_for("staff.absences", staff_id=staff_id)
    with transaction():
        away = queries.absence_or_404(staff_id, absence_id)
        again = _as_typed(away, len(queries.visits_during(away.staff, away, clock.now())))
        actions.remove_absence(away, clock.now())
    toast: Any = {"text": _("The absence is removed."), "undo": here, "fields": again}
    flash(toast, "done")
    return redirect(here, 303)


def _as_typed(away: Absence, hit: int) -> dict[str, str]:
    """The fields that add this absence again."""
    times = {name: f"{at:%H:%M}" for name, at in (("from_time", away.from_time), ("to_time", away.to_time)) if at}
    days = {"first_day": away.first_day.isoformat(), "last_day": away.last_day.isoformat()}
    return days | times | {"why": away.why, "sure": str(hit), "form_token": new_handle()}
