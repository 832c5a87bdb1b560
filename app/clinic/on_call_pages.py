"""Who is on call: the dates ahead, and one or several days for somebody."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import phones
from app.clinic import on_call as duties
from app.clinic import queries
from app.clinic.blueprint import bp
from app.clinic.forms import OnCallForm, each_day
from app.forms import iso_day
from app.history import who
from app.i18n import _, _n
from app.permissions import Permission, needs
from app.tokens import use_once
from models import clock
from models.base import db, transaction
from models.staff import OnCall, StaffMember


@bp.route("/on-call", methods=["GET", "POST"])
@needs(Permission.MANAGE_CLINIC)
def on_call() -> ResponseReturnValue:
    """The dates ahead that somebody is entered for; each date has one person, the one entered last."""
    clinic, now, here = queries.the_clinic(), clock.now(), url_for("clinic.on_call")
    people = duties.who_may()
    form = OnCallForm(who=[(person.id, person.name) for person in people], country=clinic.country)
    if form.validate_on_submit():
        with transaction():
            use_once(form.form_token.data or "", who() or 0, now).result = here
            entered = duties.enter(db.session.get_one(StaffMember, form.staff.data), form.days(), form.phone.data or "", now)
        flash(_n("%(num)s date saved.", "%(num)s dates saved.", entered), "done")
        return redirect(here, 303)
    today = duties.duty_of(now)
    entered_for = {duty.day: duty for duty in duties.from_day(today)}
    days = list(each_day(today, max(entered_for, default=today)))
    page = render_template("clinic/on_call.html", form=form, clinic=clinic, days=days, duties=entered_for, phone=phones.shown)
    return page, 422 if form.is_submitted() else 200


@bp.post("/on-call/<day>/remove")
@needs(Permission.MANAGE_CLINIC)
def remove_on_call(day: str) -> ResponseReturnValue:
    with transaction():
        duties.remove(_duty_or_404(day), clock.now())
    flash(_("Nobody is entered for this date any more: the clinic's number stands for it."), "done")
    return redirect(url_for("clinic.on_call"), 303)


def _duty_or_404(day: str) -> OnCall:
    try:
        return db.session.get(OnCall, iso_day(day)) or abort(404)
    except ValueError:
        abort(404)
