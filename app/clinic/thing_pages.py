"""Rooms, chairs and devices."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.clinic import actions, places, queries
from app.clinic.blueprint import bp
from app.clinic.forms import DeviceForm, RoomForm, ThingForm
from app.history import who
from app.i18n import _, language
from app.library.loader import shipped
from app.permissions import Permission, needs
from app.tokens import use_once
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.clinic import Chair, Device, Location, Room

Thing = Room | Chair | Device
KINDS: dict[str, tuple[type[Room] | type[Chair] | type[Device], type[ThingForm]]] = {
    "room": (Room, RoomForm),
    "chair": (Chair, ThingForm),
    "device": (Device, DeviceForm),
}


@bp.get("/rooms")
@needs(Permission.MANAGE_CLINIC)
def rooms() -> ResponseReturnValue:
    place = places.asked()
    return render_template(
        "clinic/rooms.html", rooms=queries.things(Room, place), chairs=queries.things(Chair, place), devices=queries.things(Device, place),
        name_of=lambda table, key: shipped().name_of(table, key).in_(language()),
    )  # fmt: skip


@bp.route("/rooms/new/<kind>", methods=["GET", "POST"])
@needs(Permission.MANAGE_CLINIC)
def new_thing(kind: str) -> ResponseReturnValue:
    _model, form_of = KINDS.get(kind) or abort(404)
    form = form_of()
    if form.validate_on_submit():
        with transaction():
            once = use_once(form.form_token.data or "", who() or 0, clock.now())
            once.result = url_for("clinic.rooms")
            actions.add_thing(_made(kind, form, places.asked()), clock.now())
        flash(_("Saved."), "done")
        return redirect(url_for("clinic.rooms"), 303)
    return render_template("clinic/thing.html", form=form, kind=kind, thing=None, hit=[]), 422 if form.errors else 200


@bp.route("/rooms/<kind>/<int:thing_id>", methods=["GET", "POST"])
@needs(Permission.MANAGE_CLINIC)
def thing(kind: str, thing_id: int) -> ResponseReturnValue:
    model, form_of = KINDS.get(kind) or abort(404)
    found: Thing = db.session.get(model, thing_id) or abort(404)
    form = form_of(
        data={"name": found.name, "active": found.active, "uses": getattr(found, "kinds", []), "kind": getattr(found, "kind", "")}
    )
    hit: list[Appointment] = []
    if not form.is_submitted():
        return render_template("clinic/thing.html", form=form, kind=kind, thing=found, hit=hit)
    if form.validate():
        hit = [] if form.active.data else queries.visits_claiming(found, clock.now())
        if not hit or request.form.get("sure") == str(len(hit)):
            with transaction():
                found = db.session.get(model, thing_id) or abort(404)
                actions.change_thing(found, form.name.data or "", form.kinds(), bool(form.active.data), clock.now())
            flash(_("Saved."), "done")
            return redirect(url_for("replanning.show") if hit else url_for("clinic.rooms"), 303)
    return render_template("clinic/thing.html", form=form, kind=kind, thing=found, hit=hit), 422


def _made(kind: str, form: ThingForm, place: Location) -> Thing:
    name, active = form.name.data or "", bool(form.active.data)
    if kind == "room":
        return Room(location_id=place.id, name=name, active=active, kinds=form.kinds())
    if kind == "device":
        return Device(location_id=place.id, name=name, active=active, kind=form.kinds()[0])
    return Chair(location_id=place.id, name=name, active=active)
