"""Closing a day: what is left, one press for all of it, Undo of the whole, open it again, and the sheet of the day."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import phones
from app.errors import Refused
from app.forms import FormOnce, iso_day, row_id
from app.front_door import where
from app.history import day_viewed
from app.i18n import _, _n
from app.permissions import Permission, needs
from app.schedule.blueprint import bp
from app.schedule.closing import actions, queries, view
from app.schedule.closing.actions import Said
from app.schedule.here import Here, here
from app.schedule.toasts import say
from app.tokens import use_once
from models.base import db, transaction
from models.closing import DayClosing

PATH = "/day/<day>/close"


@bp.get(PATH)
@needs(Permission.RUN_VISITS)
def close_day(day: str) -> ResponseReturnValue:
    """Every visit without an outcome, in groups, and who closed the day."""
    at = here()
    return _page(at, _day(day, at), FormOnce())


@bp.post(PATH)
@needs(Permission.RUN_VISITS)
def end_day(day: str) -> ResponseReturnValue:
    """The visits that are ticked get their outcome; where nothing is left, the day is closed."""
    at, form = here(), FormOnce()
    shown, place = _day(day, at), at.place_id
    url = _url(shown, place)
    try:
        said = _said(at, shown)
        with transaction():
            use_once(form.form_token.data or "", at.person.id, at.now).result = url
            press = actions.end(place, shown, said, at.now)
            left = len(queries.left(place, shown, queries.kept_on(place, shown)))
            toast = {"text": _words(press, left), "undo": url_for("schedule.undo_closing", press_id=press.id), "fields": {}}
    except Refused as no:
        return _page(at, shown, FormOnce(formdata=None), no.words)
    say(toast)
    return redirect(url, 303)


@bp.get(f"{PATH}/sheet")
@needs(Permission.RUN_VISITS)
def closing_sheet(day: str) -> ResponseReturnValue:
    """The day as it ended, on paper: no name in full."""
    at = here()
    shown = _day(day, at)
    day_viewed(shown)
    return render_template("schedule/closing_sheet.html", view=view.close_view(at, shown), phone=phones.shown)


@bp.post("/day/closing/<int:press_id>/undo")
@needs(Permission.RUN_VISITS)
def undo_closing(press_id: int) -> ResponseReturnValue:
    """Everything of one press as it was."""
    at = here()
    try:
        with transaction():
            press = _press_or_404(press_id)
            url = _url(press.day, press.location_id)
            actions.take_back(press, at.now)
    except Refused as no:
        flash(no.words, "error")
    else:
        flash(_("Undone: everything is as it was before."), "done")
    return redirect(url, 303)


@bp.post("/day/closing/<int:press_id>/reopen")
@needs(Permission.RUN_VISITS)
def reopen_day(press_id: int) -> ResponseReturnValue:
    """The day is open again; its visits stay as they are."""
    at = here()
    with transaction():
        press = _press_or_404(press_id)
        url = _url(press.day, press.location_id)
        actions.reopen(press, at.now)
    say(_("The day is open again."))
    return redirect(url, 303)


def _said(at: Here, day: date) -> list[Said]:
    """What the form says of each visit that is ticked; only what its group may be."""
    ticked = set(request.form.getlist("visit"))
    said = []
    for part in view.close_view(at, day).parts:
        what = request.form.get(f"what-{part.key}", "")
        mine = [row for row in part.rows if str(row.id) in ticked and part.choices]
        if mine and what not in dict(part.choices):
            raise Refused(_("Choose what became of those ticked: %(group)s", group=part.title))
        said += [Said(row.id, row_id(request.form.get(f"seen-{row.id}")) or 0, what) for row in mine]
    return said


def _page(at: Here, day: date, form: FormOnce, error: str = "") -> ResponseReturnValue:
    day_viewed(day)
    shown = view.close_view(at, day)
    page = render_template(
        "schedule/close.html", view=shown, form=form, error=error, fixes=view.fixes, today=at.today, typed=request.form,
        ticked=set(request.form.getlist("visit")), phone=phones.shown,
    )  # fmt: skip
    return page, 422 if error else 200


def _words(press: DayClosing, left: int) -> str:
    n = len(press.moved)
    done = [_n("%(num)s visit has its outcome now.", "%(num)s visits have their outcome now.", n)] if n else []
    if press.closes:
        return " ".join([*done, _("The day is closed.")])
    return " ".join([*done, _n("%(num)s visit is left.", "%(num)s visits are left.", left)])


def _url(day: date, place_id: int) -> str:
    return url_for("schedule.close_day", day=day, place=where.in_address(place_id))


def _press_or_404(press_id: int) -> DayClosing:
    return db.session.get(DayClosing, press_id) or abort(404)


def _day(text: str, at: Here) -> date:
    """A day that has come; what lies ahead is not closed."""
    try:
        day = iso_day(text)
    except ValueError:
        abort(404)
    return day if day <= at.today else abort(404)
