"""The best free time of a session as one button: fetched by each row of a list when somebody comes to look at it."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app.front_door.guard import safe_next
from app.permissions import Permission, needs
from app.planning.windows import Window
from app.schedule.blueprint import bp
from app.schedule.forms import BookForm
from app.schedule.free import offers
from app.schedule.free.offers import Offer
from app.schedule.here import here
from app.schedule.limits import FREE
from app.schedule.visit.session_pages import asked_for, card_for
from models.base import db
from models.treatment import TreatmentSession


@bp.get("/session/<int:session_id>/suggested")
@needs(Permission.SEE_PLANS)
def suggested(session_id: int) -> ResponseReturnValue:
    """A form that books the best time, `at=day` a button of the day's own form; empty where there is none, or nothing to book any more."""
    at, session = here(), db.session.get(TreatmentSession, session_id) or abort(404)
    if session.state not in FREE or not at.asker.may(Permission.BOOK):
        return _nothing()
    _begins, asked = asked_for([card_for(session, at)], at)
    best = offers.best(asked, at.today, at.now)
    if best is None:
        return _nothing()
    if request.args.get("at") == "day":
        gaps = _gaps_allowed(best, offers.window_of(asked, at.today))
        return render_template("schedule/suggested_again.html", session=session, best=best, gaps=gaps, form=BookForm())
    back = safe_next(request.args.get("back"))
    return render_template("schedule/suggested.html", session=session, best=best, form=BookForm(), back=back)


def _nothing() -> ResponseReturnValue:
    """The link to the page with all times stays on the day."""
    return ("", 204) if request.args.get("at") == "day" else ""


def _gaps_allowed(best: Offer, window: Window) -> tuple[int, int] | None:
    """The days since the session before that the window allows; None where there is none before, or no end."""
    if best.gap_days is None or window.latest is None:
        return None
    before = best.day - timedelta(days=best.gap_days)
    return (window.earliest - before).days, (window.latest - before).days
