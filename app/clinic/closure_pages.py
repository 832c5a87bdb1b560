"""Days on which the clinic is closed, and the import of Türkiye's public holidays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.clinic import actions, places, queries
from app.clinic.blueprint import bp
from app.clinic.forms import ClosureForm, YearsForm
from app.clinic.public_holidays import PublicHoliday, holidays_of
from app.history import who
from app.hours import Closing
from app.i18n import _, _n, language
from app.permissions import Permission, needs
from app.today import today_of, typed_day
from app.tokens import use_once
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.clinic import Closure, Location

LONGEST_REASON = 120


@bp.route("/closures", methods=["GET", "POST"])
@needs(Permission.MANAGE_CLINIC)
def closures() -> ResponseReturnValue:
    form = ClosureForm()
    hit: list[Appointment] = []
    if not form.is_submitted():
        return _closures_page(form, hit)
    if form.validate():
        hit = _hit(places.asked(), [Closing(day, form.from_time.time) for day in form.days()])
        if not hit or request.form.get("sure") == str(len(hit)):
            with transaction():
                once = use_once(form.form_token.data or "", who() or 0, clock.now())
                once.result = url_for("replanning.show") if hit else url_for("clinic.closures")
                actions.close(places.asked(), form.days(), form.from_time.time, form.why.data or "", clock.now())
            flash(_("Closure saved."), "done")
            return redirect(url_for("replanning.show") if hit else url_for("clinic.closures"), 303)
    return _closures_page(form, hit), 422


@bp.route("/closures/<int:closure_id>", methods=["GET", "POST"])
@needs(Permission.MANAGE_CLINIC)
def closure(closure_id: int) -> ResponseReturnValue:
    found = closure_or_404(closure_id)
    at = f"{found.from_time:%H:%M}" if found.from_time else ""
    form = ClosureForm(data={"day": typed_day(found.day), "from_time": at, "why": found.why})
    hit: list[Appointment] = []
    if not form.is_submitted():
        return render_template("clinic/closure.html", form=form, closure=found, hit=hit)
    if form.validate():
        [day, *_more] = form.days()
        hit = _hit(_where(found), [Closing(day, form.from_time.time)])
        if not hit or request.form.get("sure") == str(len(hit)):
            with transaction():
                actions.change_closure(closure_or_404(closure_id), day, form.from_time.time, form.why.data or "", clock.now())
            flash(_("Closure saved."), "done")
            return redirect(url_for("replanning.show") if hit else url_for("clinic.closures"), 303)
    return render_template("clinic/closure.html", form=form, closure=found, hit=hit), 422


@bp.post("/closures/<int:closure_id>/remove")
@needs(Permission.MANAGE_CLINIC)
def reopen(closure_id: int) -> ResponseReturnValue:
    with transaction():
        actions.reopen(closure_or_404(closure_id), clock.now())
    flash(_("This day is open again."), "done")
    return redirect(url_for("clinic.closures"), 303)


@bp.get("/holidays")
@needs(Permission.MANAGE_CLINIC)
def holidays() -> ResponseReturnValue:
    year = today_of(clock.now()).year
    form = YearsForm(request.args or None, data={"first": year, "last": year + 1}, meta={"csrf": False})
    if not form.validate():
        return render_template("clinic/holidays.html", form=form, rows=[], hit=[]), 422 if request.args else 200
    rows = _preview(form.first.data or year, form.last.data or year)
    return render_template("clinic/holidays.html", form=form, rows=rows, hit=[])


@bp.post("/holidays")
@needs(Permission.MANAGE_CLINIC)
def import_holidays() -> ResponseReturnValue:
    form = YearsForm()
    if not form.validate():
        return render_template("clinic/holidays.html", form=form, rows=[], hit=[]), 422
    first, last, place = form.first.data or 0, form.last.data or 0, places.asked()
    chosen = _chosen(first, last)
    hit = _hit(place, [Closing(h.day, h.from_time) for h in chosen])
    if hit and request.form.get("sure") != str(len(hit)):
        rows = _preview(first, last, {h.day: h.name for h in chosen})
        return render_template("clinic/holidays.html", form=form, rows=rows, hit=hit), 422
    with transaction():
        added = actions.import_holidays(place, chosen, clock.now())
    flash(_n("%(num)s day added.", "%(num)s days added.", added), "done")
    return redirect(url_for("replanning.show") if hit else url_for("clinic.closures"), 303)


def _chosen(first: int, last: int) -> list[PublicHoliday]:
    """The ticked days, each with the reason that was typed."""
    wanted, reasons = set(request.form.getlist("day")), request.form
    return [
        PublicHoliday(h.day, h.from_time, " ".join(reasons.get(f"why-{h.day}", h.name).split())[:LONGEST_REASON])
        for h in holidays_of(range(first, last + 1), language())
        if h.day.isoformat() in wanted
    ]


def closure_or_404(closure_id: int) -> Closure:
    """The closure, or the page that says there is none."""
    return db.session.get(Closure, closure_id) or abort(404)


def _closures_page(form: ClosureForm, hit: list[Appointment]) -> str:
    today = today_of(clock.now())
    since = None if request.args.get("past") else today
    return render_template("clinic/closures.html", form=form, closures=queries.closures(places.asked(), since), hit=hit, past=not since)


def _where(closure: Closure) -> Location:
    return places.place_or_404(closure.location_id) if closure.location_id else places.asked()


def _hit(place: Location, closings: list[Closing]) -> list[Appointment]:
    calendar = queries.calendar(place)
    return queries.visits_hit(place, calendar, calendar.with_closings(closings), clock.now())


def _preview(first: int, last: int, chosen: Mapping[date, str] | None = None) -> list[dict[str, object]]:
    """Every holiday ahead with what it would hit; those for which we are closed already are shown, not offered.

    `chosen`: the days that were ticked and why; None: every one is proposed.
    """
    place = places.asked()
    calendar, now = queries.calendar(place), clock.now()
    today = today_of(now)
    found = [holiday for holiday in holidays_of(range(first, last + 1), language()) if holiday.day >= today]
    shut = {h.day for h in found if calendar.is_shut(Closing(h.day, h.from_time))}
    after = calendar.with_closings(Closing(h.day, h.from_time) for h in found if h.day not in shut)
    hit = [visit.local_day for visit in queries.visits_hit(place, calendar, after, now)]
    ticked = {h.day: h.name for h in found} if chosen is None else chosen
    return [
        {"holiday": h, "closed": h.day in shut, "hit": hit.count(h.day), "on": h.day in ticked, "why": ticked.get(h.day, h.name)}
        for h in found
    ]
