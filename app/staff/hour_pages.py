"""Working hours of a person: weeks of times, each valid from a day to a day; every change first shows the visits it would hit."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.hours import Calendar, written
from app.i18n import _
from app.permissions import Permission, needs
from app.staff import actions, queries
from app.staff.blueprint import bp
from app.week_form import Validity, WeekForm, as_typed, key_of, read_key, validity_words
from models import clock
from models.appointment import Appointment
from models.base import transaction
from models.staff import StaffMember


@bp.get("/staff/<int:staff_id>/hours")
@needs(Permission.MANAGE_STAFF)
def hours(staff_id: int) -> ResponseReturnValue:
    staff = queries.person_or_404(staff_id)
    week_of = queries.calendar(staff)
    weeks = [
        {"key": key_of(v), "when": validity_words(v), "days": [written(spans) for spans in week_of.week(v).values()]}
        for v in week_of.validities
    ]
    return render_template("staff/hours.html", staff=staff, weeks=weeks, days=WeekForm().weekdays)


@bp.route("/staff/<int:staff_id>/hours/new", methods=["GET", "POST"], defaults={"key": ""})
@bp.route("/staff/<int:staff_id>/hours/<key>", methods=["GET", "POST"])
@needs(Permission.MANAGE_STAFF)
def week(staff_id: int, key: str) -> ResponseReturnValue:
    staff, replaced = queries.person_or_404(staff_id), read_key(key)
    form = WeekForm(data={"seen": staff.version} | as_typed(_first_shown(staff), replaced))
    hit: list[Appointment] = []
    if form.validate_on_submit() and _some_time(form):
        hit = _hit(staff, form, replaced)
        if not hit or request.form.get("sure") == str(len(hit)):
            _save(staff_id, form, replaced)
            return redirect(url_for("replanning.show") if hit else url_for("staff.hours", staff_id=staff_id), 303)
    return render_template("staff/week.html", staff=staff, form=form, key=key, hit=hit), 422 if form.is_submitted() else 200


@bp.post("/staff/<int:staff_id>/hours/<key>/remove")
@needs(Permission.MANAGE_STAFF)
def remove_week(staff_id: int, key: str) -> ResponseReturnValue:
    staff, validity = queries.person_or_404(staff_id), read_key(key)
    there, here = queries.calendar(staff), url_for("staff.hours", staff_id=staff_id)
    if validity is None or validity not in there.validities:
        return redirect(here, 303)
    hit = queries.visits_hit(staff, there, there.without_week(validity), clock.now())
    if hit and request.form.get("sure") != str(len(hit)):
        return render_template("staff/week_removed.html", staff=staff, key=key, when=validity_words(validity), hit=hit), 422
    with transaction():
        actions.remove_week(queries.person_or_404(staff_id), validity, clock.now())
    flash(_("These working hours no longer hold."), "done")
    return redirect(url_for("replanning.show") if hit else here, 303)


def _first_shown(staff: StaffMember) -> Calendar:
    """A person's own hours; for someone without any, those in which the clinic is open: most people keep them."""
    mine = queries.calendar(staff)
    return mine if mine.openings else queries.open_times()


def _hit(staff: StaffMember, form: WeekForm, replaced: Validity | None) -> list[Appointment]:
    there = queries.calendar(staff)
    meant = (there.without_week(replaced) if replaced else there).with_week(form.chosen(), form.validity)
    return queries.visits_hit(staff, there, meant, clock.now())


def _save(staff_id: int, form: WeekForm, replaced: Validity | None) -> None:
    with transaction():
        staff = queries.person_or_404(staff_id)
        here = url_for("staff.hours", staff_id=staff_id)
        form.check_seen(staff, theirs=_("the working hours as they are now"), yours=_("the hours you typed"), keep_url=here)
        actions.set_week(staff, replaced, form.chosen(), form.validity, clock.now())
    flash(_("Working hours saved."), "done")


def _some_time(form: WeekForm) -> bool:
    if any(form.chosen().values()):
        return True
    form.form_errors = [_("Enter working times for at least one day. For some days off, add an absence instead.")]
    return False
