"""What a person sets for themselves alone: how dense lists are, and the keys."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import keys
from app.front_door.guard import safe_next
from app.history import who
from app.i18n import _
from app.permissions import needs
from app.staff import actions, queries
from app.staff.blueprint import bp
from app.staff.forms import KeysForm
from models import clock
from models.base import transaction


@bp.post("/account/density")
@needs()
def density() -> ResponseReturnValue:
    """Lines close together, or with room; the page stays."""
    with transaction():
        actions.prefer(queries.person_or_404(who() or 0), clock.now(), dense=request.form.get("dense") == "1")
    return redirect(safe_next(request.form.get("next")) or url_for("staff.home"), 303)


@bp.route("/account/keys", methods=["GET", "POST"])
@needs()
def own_keys() -> ResponseReturnValue:
    """The keys: on or off, and the letter of each."""
    staff = queries.person_or_404(who() or 0)
    form = KeysForm(data={"on": staff.shortcuts, **{KeysForm.name_of(key): staff.own_keys.get(key, key) for key in keys.ALL}})
    if not form.validate_on_submit():
        return render_template("staff/keys.html", form=form), 422 if form.is_submitted() else 200
    with transaction():
        actions.prefer(staff, clock.now(), shortcuts=bool(form.on.data), own_keys=form.own())
    flash(_("Saved."), "done")
    return redirect(url_for("staff.account"), 303)
