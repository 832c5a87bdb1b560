"""A first step is left for later, or taken up again; where it is done is another page's matter."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.clinic import first_steps, queries
from app.clinic.blueprint import bp
from app.clinic.readiness import Need
from app.front_door.guard import safe_next
from app.permissions import Permission, needs
from models import clock
from models.base import transaction


@bp.post("/first-steps/<need>/later", defaults={"later": True})
@bp.post("/first-steps/<need>/now", defaults={"later": False})
@needs(Permission.MANAGE_CLINIC)
def leave_step(need: str, later: bool) -> ResponseReturnValue:
    if need not in list(Need):
        abort(404)
    with transaction():
        first_steps.leave(queries.the_clinic(), Need(need), clock.now(), later=later)
    return redirect(safe_next(request.form.get("next")) or url_for("clinic.settings"), 303)
