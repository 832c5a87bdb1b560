"""Opening hours: a week of open times, each valid from a day to a day."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.clinic import actions, places, queries
from app.clinic.blueprint import bp
from app.hours import written
from app.i18n import _
from app.permissions import Permission, needs
from app.week_form import WeekForm, as_typed, key_of, read_key, validity_words
from models import clock
from models.appointment import Appointment
from models.base import transaction


@bp.get("/hours")
@needs(Permission.MANAGE_CLINIC)
def hours() -> ResponseReturnValue:
    calendar, clinic = queries.calendar(places.asked()), queries.the_clinic()
    weeks = [
        {"key": key_of(v), "when": validity_words(v), "days": [written(spans) for spans in calendar.week(v).values()]}
        for v in calendar.validities
    ]
    return render_template("clinic/hours.html", weeks=weeks, days=WeekForm().weekdays, clinic=clinic)


@bp.route("/hours/new", methods=["GET", "POST"], defaults={"key": ""})
@bp.route("/hours/<key>", methods=["GET", "POST"])
@needs(Permission.MANAGE_CLINIC)
def week(key: str) -> ResponseReturnValue:
    clinic, place = queries.the_clinic(), places.asked()
    calendar, replaced = queries.calendar(place), read_key(key)
    form = WeekForm(data={"seen": clinic.version} | as_typed(calendar, replaced))
    hit: list[Appointment] = []
    if not form.is_submitted():
        return render_template("clinic/week.html", form=form, key=key, hit=hit)
    if form.validate() and _something_is_open(form):
        meant = (calendar.without_week(replaced) if replaced else calendar).with_week(form.chosen(), form.validity)
        hit = queries.visits_hit(place, calendar, meant, clock.now())
        if not hit or request.form.get("sure") == str(len(hit)):
            with transaction():
                clinic = queries.the_clinic()
                form.check_seen(
                    clinic, theirs=_("the settings as they are now"), yours=_("the hours you typed"), keep_url=url_for("clinic.hours")
                )
                actions.set_week(clinic, places.asked(), replaced, form.chosen(), form.validity, clock.now())
            flash(_("Opening hours saved."), "done")
            return redirect(url_for("replanning.show") if hit else url_for("clinic.hours"), 303)
    return render_template("clinic/week.html", form=form, key=key, hit=hit), 422


@bp.post("/hours/<key>/remove")
@needs(Permission.MANAGE_CLINIC)
def remove_week(key: str) -> ResponseReturnValue:
    validity, place = read_key(key), places.asked()
    calendar = queries.calendar(place)
    if validity is None or validity not in calendar.validities:
        return redirect(url_for("clinic.hours"), 303)
    hit = queries.visits_hit(place, calendar, calendar.without_week(validity), clock.now())
    if hit and request.form.get("sure") != str(len(hit)):
        return render_template("clinic/week_removed.html", key=key, when=validity_words(validity), hit=hit), 422
    with transaction():
        actions.remove_week(queries.the_clinic(), places.asked(), validity, clock.now())
    flash(_("These opening hours no longer hold."), "done")
    return redirect(url_for("replanning.show") if hit else url_for("clinic.hours"), 303)


def _something_is_open(form: WeekForm) -> bool:
    if any(form.chosen().values()):
        return True
    form.form_errors = [_("Enter open times for at least one day. To close for some days, add a closure instead.")]
    return False
