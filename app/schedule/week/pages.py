"""The week: days beside each other, hours downwards; on a phone a list for each day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.forms import iso_day, read_day
from app.front_door import where
from app.history import day_viewed
from app.permissions import Permission, needs
from app.schedule.blueprint import bp
from app.schedule.here import here
from app.schedule.week.cards import Change
from app.schedule.week.frame import monday_of, read_whose
from app.schedule.week.view import week_of

NOTHING: Mapping[str, Any] = MappingProxyType({})


@bp.get("/week")
@bp.get("/week/<day>")
@needs(Permission.SEE_DAY)
def week(day: str = "") -> ResponseReturnValue:
    """The week of a day; without one, this week. `of`: whose it is. `go`: a day as people type it."""
    return week_page("schedule/week.html", "schedule.week", day)


def week_page(
    template: str, endpoint: str, day: str, changes: Sequence[Change] = (), kept: Mapping[str, Any] = NOTHING, **more: Any
) -> ResponseReturnValue:
    """A page that shows a week. `endpoint`: its own address for another day, in which `kept` stays. `changes`: what is proposed.

    `more`: what else the template needs.
    """
    at, of = here(), request.args.get("of", "")
    kept = {**kept, where.IN_ADDRESS: place} if (place := where.in_address(at.place_id)) else kept
    where.remember(at.place_id)
    if request.args.get("go"):
        try:
            typed = read_day(request.args["go"], at.today)
        except ValueError:
            typed = at.today
        return redirect(url_for(endpoint, day=typed, of=of or None, **kept), 303)
    try:
        monday = monday_of(iso_day(day) if day else at.today)
    except ValueError:
        abort(404)
    found = week_of(monday, at.place_id, read_whose(of, at.person), at.asker, at.zone, changes)
    for column in found.columns:
        if column.cards:
            day_viewed(column.day)
    before, after = monday - timedelta(days=7), monday + timedelta(days=7)
    whose = found.whose.key if found.whose.performer_id else None
    places = where.tabs(at.place_id, lambda one: url_for(endpoint, day=monday, of=whose, **{**kept, where.IN_ADDRESS: one}))
    return render_template(
        template, week=found, places=places, today=at.today, this_week=monday_of(at.today), before=before, after=after, endpoint=endpoint,
        kept=kept, **more,
    )  # fmt: skip
