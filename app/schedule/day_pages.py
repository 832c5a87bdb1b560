"""Today, and any other day: the list from which a day is run, and its sheet for the wall."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.forms import iso_day, read_day
from app.history import day_viewed
from app.permissions import Permission, needs
from app.schedule.blueprint import bp
from app.schedule.day_view import By, DayView, Show, by_words, day_view, show_words
from app.schedule.here import Here, here

Choice = TypeVar("Choice", bound=StrEnum)


@bp.get("/day")
@bp.get("/day/<day>")
@needs(Permission.SEE_DAY)
def day(day: str = "") -> ResponseReturnValue:
    """A day of the clinic; without one, today. `go`: a day as people type it."""
    if request.args.get("go"):
        return redirect(url_for("schedule.day", day=_typed(request.args["go"])), 303)
    at = here()
    view = _view(at, _day(day, at), chosen(By, "by"), chosen(Show, "show"))
    groupings = [{"word": by_words(one), "url": url_of(view.day, one, view.show), "here": one is view.by} for one in By]
    tabs = tabs_of(view.day, view.counts, view.by, view.show)
    return render_template("schedule/day.html", view=view, tabs=tabs, groupings=groupings, at=at)


@bp.get("/day/<day>/sheet")
@needs(Permission.SEE_DAY)
def sheet(day: str) -> ResponseReturnValue:
    """The day on paper: what hangs on a wall names nobody in full."""
    at = here()
    return render_template("schedule/sheet.html", view=_view(at, _day(day, at), chosen(By, "by"), Show.ALL))


def chosen(kinds: type[Choice], name: str) -> Choice:
    """A choice that stands in the address; the first where it is none of them."""
    asked = request.args.get(name, "")
    return next((kind for kind in kinds if kind.value == asked), next(iter(kinds)))


def _view(at: Here, day: date, by: By, show: Show) -> DayView:
    day_viewed(day)
    return day_view(day, at.today, by, show, at.asker, at.zone, at.now)


def tabs_of(day: date, counts: dict[Show, int], by: By, show: Show) -> list[dict[str, object]]:
    """The counts of a day, each a filter."""
    return [{"word": show_words(one), "url": url_of(day, by, one), "n": n, "here": one is show} for one, n in counts.items()]


def url_of(day: date, by: By, show: Show) -> str:
    """A day with a grouping and a filter; what is the default does not stand in the address."""
    return url_for("schedule.day", day=day, by=None if by is By.PRACTITIONER else by.value, show=None if show is Show.ALL else show.value)


def _day(text: str, at: Here) -> date:
    if not text:
        return at.today
    try:
        return iso_day(text)
    except ValueError:
        abort(404)


def _typed(text: str) -> date:
    try:
        return read_day(text, here().today)
    except ValueError:
        return here().today
