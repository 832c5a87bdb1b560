"""Visits that cannot stay: where each could go, applied at once."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused
from app.forms import FormOnce
from app.history import who
from app.i18n import _, _n
from app.permissions import Permission, needs
from app.replanning import actions, away_pages, week_pages
from app.replanning.actions import Choice
from app.replanning.blueprint import bp
from app.replanning.page import WORKLIST, asked_place, in_address, page
from app.replanning.unfit import unfit
from app.schedule import guards
from app.schedule.free.offers import read_value
from app.schedule.toasts import say
from app.tokens import use_once
from models import clock
from models.base import transaction


@bp.get("/replan")
@needs(Permission.BOOK)
def show() -> ResponseReturnValue:
    """Every visit that cannot stay, with where it could go."""
    return page(FormOnce())


@bp.post("/replan")
@needs(Permission.BOOK)
def apply() -> ResponseReturnValue:
    """Put the chosen ones where they were chosen to go, all or none."""
    form, now = FormOnce(), clock.now()
    if not form.validate():
        return page(form), 422
    here = url_for("replanning.show", **in_address())
    try:
        with transaction():
            use_once(form.form_token.data or "", who() or 0, now).result = here
            chosen = _chosen()
            batch = actions.apply(chosen, now)
    except Refused as no:
        form.form_errors = [no.words]
        return page(form), 422
    say({
        "text": " ".join([*_done(chosen), _("The mails go out")]),
        "until": (now + actions.GRACE).isoformat(), "undo": url_for("replanning.take_back"), "fields": {"batch": batch},
    })  # fmt: skip
    return redirect(here, 303)


@bp.post("/replan/undo")
@needs(Permission.BOOK)
def take_back() -> ResponseReturnValue:
    """Everything of one re-planning as it was."""
    try:
        with transaction():
            actions.take_back(request.form.get("batch", "")[:64], clock.now())
        flash(_("Everything is as it was."), "done")
    except Refused as no:
        flash(no.words, "error")
    return redirect(url_for("replanning.show"), 303)


def _done(chosen: list[Choice]) -> list[str]:
    """How many have a new time, and how many have none."""
    given_up = sum(one.slot is None for one in chosen)
    moved = len(chosen) - given_up
    words = [_n("%(num)s visit is re-planned.", "%(num)s visits are re-planned.", moved)] if moved else []
    return [*words, _n("%(num)s goes to the worklist.", "%(num)s go to the worklist.", given_up)] if given_up else words


def _chosen() -> list[Choice]:
    """The visits as they were chosen. Raises Refused where one was changed since the page was made."""
    place, now = asked_place(), clock.now()
    guards.alone(place.id)
    chosen = []
    for visit in (one.visit for one in unfit(place, now)):
        value = request.form.get(f"to{visit.id}", "")
        slot = read_value(value)
        if slot is None and value != WORKLIST:
            continue
        if request.form.get(f"seen{visit.id}") != str(visit.version):
            raise Refused(_("The visit of %(name)s was changed meanwhile. Look at it again.", name=visit.patient.name))
        chosen.append(Choice(visit, slot))
    return chosen


__all__ = ["away_pages", "bp", "week_pages"]
