"""Today, and any other day: the list from which a day is run, and its sheet for the wall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app import cached, sessions
from app.clinic import first_steps
from app.errors import Stale
from app.forms import iso_day, read_day
from app.front_door import where
from app.history import day_viewed
from app.i18n import language
from app.permissions import Permission, needs
from app.schedule.blueprint import bp
from app.schedule.closing import came
from app.schedule.day.presenters import VisitRow
from app.schedule.day.since import Seen, print_of
from app.schedule.day.since import read as read_seen
from app.schedule.day.view import By, DayView, Group, Show, by_words, day_view, show_words
from app.schedule.here import Here, here
from models import changes

Choice = TypeVar("Choice", bound=StrEnum)


@bp.get("/day")
@bp.get("/day/<day>")
@needs(Permission.SEE_DAY)
def day(day: str = "") -> ResponseReturnValue:
    """A day of the clinic; without one, today. `go`: a day as people type it."""
    if request.args.get("go"):
        return redirect(url_for("schedule.day", day=_typed(request.args["go"]), place=request.args.get(where.IN_ADDRESS)), 303)
    at = here()
    where.remember(at.place_id)
    shown = _day(day, at)
    day_viewed(shown)
    news = came.strip(at.person, at.today) if shown == at.today else None
    steps = first_steps.for_me(at.person) if shown == at.today else None
    drawn = _list(at, shown, chosen(By, "by"), chosen(Show, "show"))
    return render_template("schedule/day.html", day=shown, news=news, steps=steps, **drawn)


@bp.get("/day/<day>/since")
@needs(Permission.SEE_DAY)
def since(day: str) -> ResponseReturnValue:
    """Asked by the page itself every few seconds: the list where it looks different from what was seen, else nothing."""
    sessions.asked_by_itself()
    at, seen = here(), read_seen(request.args.get("seen", ""))
    shown = _day(day, at)
    if seen is not None and seen.holds(changes.count(), at.now):
        return "", 204
    drawn = _list(at, shown, chosen(By, "by"), chosen(Show, "show"))
    if seen is not None and seen.mark == drawn["seen"].mark:
        return "", 204, {"Seans-Seen": str(drawn["seen"])}
    day_viewed(shown)
    return render_template("schedule/day_since.html", day=shown, **drawn)


def _list(at: Here, day: date, by: By, show: Show) -> dict[str, Any]:
    """All between the menu and the foot of the page, what was seen with it, and where to ask for what comes after."""
    count = changes.count()
    html, until, mark = _kept(at, day, by, show)
    seen = Seen(count or 0, until, mark)
    place = where.in_address(at.place_id)
    return {"list": html, "seen": seen, "since": url_for("schedule.since", day=day, place=place, by=by.value, show=show.value)}


def _kept(at: Here, day: date, by: By, show: Show) -> tuple[Markup, int, str]:
    """The same for whoever may do the same, within one minute of the clock."""
    minute = at.now.replace(second=0, microsecond=0)
    key = ("day", day, at.place_id, by, show, at.asker, language(), at.today, minute if day <= at.today else None)
    return cached.while_unchanged(key, lambda: _drawn(replace(at, now=minute), day, by, show))


def _drawn(at: Here, day: date, by: By, show: Show) -> tuple[Markup, int, str]:
    view, place = _view(at, day, by, show), where.in_address(at.place_id)
    groupings = [{"word": by_words(one), "url": url_of(day, place, one, show), "here": one is by} for one in By]
    tabs, back = tabs_of(day, place, view.counts, by, show), url_of(day, place, by, show)
    html = rows_drawn(_rows(view.groups), by) | rows_drawn(_rows(view.not_coming), By.TIME)
    places = where.tabs(at.place_id, lambda one: url_of(day, one, by, show))
    page = render_template("schedule/day_list.html", view=view, places=places, tabs=tabs, groupings=groupings, back=back, html=html)
    return Markup(page), view.until, print_of(page)  # noqa: S704  # our own template, escaped when drawn


def _rows(groups: Iterable[Group]) -> list[VisitRow]:
    return [row for group in groups for row in group.rows]


def rows_drawn(rows: Iterable[VisitRow], by: By) -> dict[VisitRow, Markup]:
    """Each row as it stands in its table; one that was drawn before is not drawn again."""

    def drawn(missing: list[VisitRow]) -> dict[VisitRow, Markup]:
        parts: Any = current_app.jinja_env.get_template("schedule/parts.html").make_module()
        return {row: _marked(parts.visit_row(row, by)) for row in missing}

    return cached.made_from({row: (row, by) for row in rows}, drawn)


def row_with_both(row: VisitRow, by: By, meanwhile: Stale) -> Markup:
    """The row as it is now, and in it what somebody asked of it as it was."""
    parts: Any = current_app.jinja_env.get_template("schedule/parts.html").make_module()
    return _marked(parts.visit_row(row, by, {"they": meanwhile, "url": request.path, "why": request.form.get(f"why-{row.id}", "")}))


def _marked(row: Markup) -> Markup:
    """A drawn row with its print, by which a page finds those that look different."""
    return Markup(str(row).replace('data-v=""', f'data-v="{print_of(row)}"', 1))  # noqa: S704  # our own template, escaped when drawn


@bp.get("/day/<day>/sheet")
@needs(Permission.SEE_DAY)
def sheet(day: str) -> ResponseReturnValue:
    """The day on paper: what hangs on a wall names nobody in full; the clinical copy does, for whoever may read it, with its legend."""
    at = here()
    shown = _day(day, at)
    day_viewed(shown)
    clinical = at.clinical and request.args.get("copy") == "clinical"
    view = _view(at, shown, chosen(By, "by"), Show.ALL)
    return render_template("schedule/sheet.html", view=view, where=where.name(at.place_id), clinical=clinical, may_read=at.clinical)


def chosen(kinds: type[Choice], name: str) -> Choice:
    """A choice that stands in the address; the first where it is none of them."""
    asked = request.args.get(name, "")
    return next((kind for kind in kinds if kind.value == asked), next(iter(kinds)))


def _view(at: Here, day: date, by: By, show: Show) -> DayView:
    return day_view(day, at.place_id, at.today, by, show, at.asker, at.zone, at.now)


def tabs_of(day: date, place: int | None, counts: dict[Show, int], by: By, show: Show) -> list[dict[str, object]]:
    """The counts of a day, each a filter."""
    return [{"word": show_words(one), "url": url_of(day, place, by, one), "n": n, "here": one is show} for one, n in counts.items()]


def url_of(day: date, place: int | None, by: By, show: Show) -> str:
    """A day with a grouping and a filter; what is the default does not stand in the address."""
    by_value, show_value = None if by is By.PRACTITIONER else by.value, None if show is Show.ALL else show.value
    return url_for("schedule.day", day=day, place=place, by=by_value, show=show_value)


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
