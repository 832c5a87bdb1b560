"""Opening hours: a week of open times, each valid from a day to a day."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.clinic import actions, queries
from app.clinic.blueprint import bp
from app.clinic.forms import WEEKDAYS, WeekForm
from app.clinic.hours import Calendar, written
from app.formats import long_day
from app.i18n import _, language
from app.permissions import Permission, needs
from models import clock
from models.appointment import Appointment
from models.base import transaction

Validity = tuple[date | None, date | None]


@bp.get("/hours")
@needs(Permission.MANAGE_CLINIC)
def hours() -> ResponseReturnValue:
    calendar, clinic = queries.calendar(queries.location()), queries.the_clinic()
    weeks = [
        {"key": key_of(v), "when": validity_words(v), "days": [written(spans) for spans in calendar.week(v).values()]}
        for v in calendar.validities
    ]
    return render_template("clinic/hours.html", weeks=weeks, days=WeekForm().weekdays, clinic=clinic)


@bp.route("/hours/new", methods=["GET", "POST"], defaults={"key": ""})
@bp.route("/hours/<key>", methods=["GET", "POST"])
@needs(Permission.MANAGE_CLINIC)
def week(key: str) -> ResponseReturnValue:
    clinic, place = queries.the_clinic(), queries.location()
    calendar, replaced = queries.calendar(place), read_key(key)
    form = WeekForm(data={"seen": clinic.version} | _typed(calendar, replaced))
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
                actions.set_week(clinic, queries.location(), replaced, form.chosen(), form.validity, clock.now())
            flash(_("Opening hours saved."), "done")
            return redirect(url_for("clinic.hours"), 303)
    return render_template("clinic/week.html", form=form, key=key, hit=hit), 422


@bp.post("/hours/<key>/remove")
@needs(Permission.MANAGE_CLINIC)
def remove_week(key: str) -> ResponseReturnValue:
    validity, place = read_key(key), queries.location()
    calendar = queries.calendar(place)
    if validity is None or validity not in calendar.validities:
        return redirect(url_for("clinic.hours"), 303)
    hit = queries.visits_hit(place, calendar, calendar.without_week(validity), clock.now())
    if hit and request.form.get("sure") != str(len(hit)):
        return render_template("clinic/week_removed.html", key=key, when=validity_words(validity), hit=hit), 422
    with transaction():
        actions.remove_week(queries.the_clinic(), queries.location(), validity, clock.now())
    flash(_("These opening hours no longer hold."), "done")
    return redirect(url_for("clinic.hours"), 303)


def key_of(validity: Validity) -> str:
    """A validity as it stands in an address: 2026-07-01_2026-08-31, always."""
    return "_".join(day.isoformat() if day else "" for day in validity) if any(validity) else "always"


def read_key(key: str) -> Validity | None:
    """The validity that an address names; None for a new one or one that cannot be read."""
    if key == "always":
        return None, None
    try:
        start, end = (date.fromisoformat(part) if part else None for part in key.split("_"))
    except ValueError:
        return None
    return start, end


def validity_words(validity: Validity) -> str:
    """When hours hold: "From Wednesday 1 July 2026 until …"."""
    start, end = (long_day(day, language()) if day else "" for day in validity)
    if start and end:
        return _("From %(start)s until %(end)s", start=start, end=end)
    if start:
        return _("From %(start)s", start=start)
    return _("Until %(end)s", end=end) if end else _("All year")


def _typed(calendar: Calendar, validity: Validity | None) -> dict[str, str]:
    """What the form shows first: the hours that are changed, or for new ones those that hold today."""
    source = validity if validity else (calendar.validities or [(None, None)])[-1]
    spans = {name: written(calendar.week(source)[n]) for n, name in enumerate(WEEKDAYS)}
    days = {name: day.isoformat() for name, day in zip(("valid_from", "valid_to"), validity or (None, None), strict=True) if day}
    return spans | days


def _something_is_open(form: WeekForm) -> bool:
    if any(form.chosen().values()):
        return True
    form.form_errors = [_("Enter open times for at least one day. To close for some days, add a closure instead.")]
    return False
