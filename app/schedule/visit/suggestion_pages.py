"""The best free time of a session as one button: fetched by each row of a list when somebody comes to look at it."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app.front_door.guard import safe_next
from app.permissions import Permission, needs
from app.schedule.blueprint import bp
from app.schedule.forms import BookForm
from app.schedule.free import offers
from app.schedule.here import here
from app.schedule.limits import FREE
from app.schedule.visit.session_pages import asked_for, card_for
from models.base import db
from models.treatment import TreatmentSession


@bp.get("/session/<int:session_id>/suggested")
@needs(Permission.SEE_PLANS)
def suggested(session_id: int) -> ResponseReturnValue:
    """A form that books the best time; empty where there is none, or nothing to book any more."""
    at, session = here(), db.session.get(TreatmentSession, session_id) or abort(404)
    if session.state not in FREE or not at.asker.may(Permission.BOOK):
        return ""
    _begins, asked = asked_for([card_for(session, at)], at)
    best = offers.best(asked, at.today, at.now)
    back = safe_next(request.args.get("back"))
    return render_template("schedule/suggested.html", session=session, best=best, form=BookForm(), back=back) if best else ""
