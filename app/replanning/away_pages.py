"""The first step of re-planning, for whoever is at the desk: who is away, from when to when. The absence is saved, nothing is moved."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from app.forms import FormOnce, row_id
from app.history import who
from app.i18n import _
from app.permissions import Permission, needs
from app.replanning.away_form import AwayForm
from app.replanning.blueprint import bp
from app.replanning.page import page
from app.staff import actions as staff
from app.tokens import use_once
from models import clock
from models.base import db, transaction
from models.staff import Absence

ENTERED = "entered_absences"
FEW = 8


@bp.post("/replan/away")
@needs(Permission.BOOK)
def away() -> ResponseReturnValue:
    """Somebody is away: nobody can be booked with them, and the next page proposes where their visits go."""
    now = clock.now()
    form = AwayForm(now)
    if not form.validate():
        return page(FormOnce(formdata=None), form), 422
    person, when = form.chosen()
    here = url_for("replanning.show", first=when.first_day, last=when.last_day)
    with transaction():
        use_once(form.form_token.data or "", who() or 0, now).result = here
        absence = staff.add_absence(person, when, now)
        db.session.flush()
        cookie[ENTERED] = [*cookie.get(ENTERED, []), absence.id][-FEW:]
        text = _("The absence is saved. Nobody can be booked with %(name)s in that time.", name=person.name)
        toast = {"text": text, "undo": url_for("replanning.not_away"), "fields": {"absence": absence.id}}
    flash(toast, "done")  # type: ignore[arg-type]  # Flask keeps whatever can be written into the cookie; its types know texts only
    return redirect(here, 303)


@bp.post("/replan/not-away")
@needs(Permission.BOOK)
def not_away() -> ResponseReturnValue:
    """It was entered by mistake: the absence goes, whatever was moved meanwhile stays moved.

    Only one that was entered here since the sign-in: whose absences others have settled is for whoever runs the staff's hours.
    """
    named = row_id(request.form.get("absence", "")) or 0
    mine = named in cookie.get(ENTERED, [])
    with transaction():
        absence = db.session.get(Absence, named) if mine else None
        if absence is not None:
            staff.remove_absence(absence, clock.now())
    flash(*_said(mine=mine, removed=absence is not None))
    return redirect(url_for("replanning.show"), 303)


def _said(*, mine: bool, removed: bool) -> tuple[str, str]:
    if not mine:
        whose = _(
            "Only an absence that you entered here since you signed in can be taken back here. A manager removes any other in Settings."
        )
        return whose, "error"
    return _("The absence is removed.") if removed else _("This absence was removed already."), "done"
