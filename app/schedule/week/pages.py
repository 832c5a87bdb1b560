"""The week: days beside each other, hours downwards; on a phone a list for each day."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.forms import iso_day, read_day
from app.history import day_viewed
from app.permissions import Permission, needs
from app.schedule.blueprint import bp
from app.schedule.here import here
from app.schedule.week.frame import monday_of, read_whose
from app.schedule.week.view import week_of


@bp.get("/week")
@bp.get("/week/<day>")
@needs(Permission.SEE_DAY)
def week(day: str = "") -> ResponseReturnValue:
    """The week of a day; without one, this week. `of`: whose it is. `go`: a day as people type it."""
    at, of = here(), request.args.get("of", "")
    if request.args.get("go"):
        try:
            typed = read_day(request.args["go"], at.today)
        except ValueError:
            typed = at.today
        return redirect(url_for("schedule.week", day=typed, of=of or None), 303)
    try:
        monday = monday_of(iso_day(day) if day else at.today)
    except ValueError:
        abort(404)
    found = week_of(monday, read_whose(of, at.person), at.asker, at.zone)
    for column in found.columns:
        if column.cards:
            day_viewed(column.day)
    before, after = monday - timedelta(days=7), monday + timedelta(days=7)
    return render_template("schedule/week.html", week=found, today=at.today, this_week=monday_of(at.today), before=before, after=after)
