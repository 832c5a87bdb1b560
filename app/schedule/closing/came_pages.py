"""What came in since the day was closed: the list behind each count, and that somebody has read it."""

from __future__ import annotations

from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import phones
from app.history import viewed
from app.i18n import _
from app.patients.reach import called
from app.permissions import Permission, needs
from app.schedule.blueprint import bp
from app.schedule.closing import came
from app.schedule.closing.came import Came
from app.schedule.here import here
from app.schedule.toasts import say
from models.base import transaction


@bp.get("/came/<what>")
@needs(Permission.RUN_VISITS)
def came_in(what: str) -> ResponseReturnValue:
    """The list behind a count."""
    at = here()
    wanted = next((one for one in Came if one.value == what), None) or abort(404)
    lines = came.lines(wanted, at.person.id)
    for patient in {line.patient for line in lines if line.patient is not None}:
        viewed(patient)
    return render_template(
        "schedule/came.html", lines=lines, what=wanted, title=wanted.words(len(lines)), news=came.strip(at.person, at.today),
        called=lambda patient: called(patient, at.today), phone=phones.shown,
    )  # fmt: skip


@bp.post("/came/read")
@needs(Permission.RUN_VISITS)
def came_read() -> ResponseReturnValue:
    """The strip goes, for whoever pressed; `undo`: it comes back."""
    at = here()
    with transaction():
        if "undo" in request.form:
            came.unread(at.person.id, _moment(request.form["undo"]))
            return redirect(url_for("schedule.day"), 303)
        before = came.read(at.person.id, at.now)
    fields = {"undo": before.isoformat() if before else ""}
    say({"text": _("Read: what comes in from now on is shown here."), "undo": url_for("schedule.came_read"), "fields": fields})
    return redirect(url_for("schedule.day"), 303)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
