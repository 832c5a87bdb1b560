"""A time that has become free: who would gain most, and one press that offers it to several of them."""

from __future__ import annotations

from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import history, phones, tasks
from app.forms import row_id
from app.i18n import _, _n
from app.permissions import Permission, needs
from app.schedule import guards
from app.schedule.blueprint import bp
from app.schedule.freed.candidates import Candidate, candidates, offer
from app.schedule.freed.noting import Freed, freed_by
from app.schedule.freed.unbooked import unbooked
from app.schedule.here import here
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.message import ChangeSet
from models.task import TaskKind

TICKED = 3
"""So many are ticked to begin with."""


@bp.route("/changes/<int:change_set_id>/freed", methods=["GET", "POST"])
@needs(Permission.BOOK)
def freed(change_set_id: int) -> ResponseReturnValue:
    """Who asked for an earlier time and could come then; offered to those who are ticked."""
    at, change_set = here(), db.session.get(ChangeSet, change_set_id) or abort(404)
    if request.method == "POST":
        return _offer(change_set, at.now)
    sees = at.asker.may(Permission.SEE_PLANS)
    freed_places = freed_by(change_set, at.now)
    places = [(place, candidates(place, at.now), unbooked(place, at.now) if sees else []) for place in freed_places]
    for _place, found, waiting in places:
        for thing in (*(one.visit for one in found), *(one.patient for one in waiting)):
            history.viewed(thing)
    return render_template(
        "schedule/freed.html", change_set=change_set, places=places, ticked=TICKED, sees=sees, phone=phones.shown,
        local=lambda place: clock.local(place.starts_at, place.zone),
    )  # fmt: skip


def _offer(change_set: ChangeSet, now: datetime) -> ResponseReturnValue:
    wished = {row_id(value) for value in request.form.getlist("visit")}
    with transaction():
        guards.alone(db.session.get_one(Appointment, change_set.changes[0].appointment_id).location_id)
        made = offer(_chosen(freed_by(change_set, now), wished, now), now)
        if made:
            tasks.close(TaskKind.FREED, change_set, now, "offered")
    if made:
        said = _n("Offered to %(num)s patient. The first to accept gets it.", "Offered to %(num)s patients. The first to accept gets it.",
                  made)  # fmt: skip
        flash(said, "done")
        return redirect(url_for("schedule.day"), 303)
    flash(_("Tick at least one patient who has had no offer this week."), "error")
    return redirect(url_for("schedule.freed", change_set_id=change_set.id), 303)


def _chosen(places: list[Freed], wished: set[int | None], now: datetime) -> list[Candidate]:
    """Each patient once, at the first of the places."""
    found: dict[int, Candidate] = {}
    for place in places:
        for one in candidates(place, now):
            if one.visit.id in wished:
                found.setdefault(one.visit.patient_id, one)
    return list(found.values())
