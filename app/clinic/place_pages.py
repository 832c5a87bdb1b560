"""The clinic's places: a new one, another name or address, in use or closed."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.clinic import place_actions, queries
from app.clinic.blueprint import bp
from app.clinic.forms import LocationForm
from app.clinic.place_actions import StillVisited
from app.clinic.places import place_or_404
from app.errors import Refused
from app.history import who
from app.i18n import _
from app.permissions import Permission, needs
from app.tokens import use_once
from models import clock
from models.base import transaction


@bp.get("/locations")
@needs(Permission.MANAGE_CLINIC)
def locations() -> ResponseReturnValue:
    places, visits = queries.locations(), queries.numbers_coming(clock.now())
    return render_template("clinic/locations.html", places=places, visits=visits)


@bp.route("/locations/new", methods=["GET", "POST"])
@needs(Permission.MANAGE_CLINIC)
def new_location() -> ResponseReturnValue:
    form = LocationForm(country=queries.the_clinic().country)
    if form.validate_on_submit():
        try:
            with transaction():
                use_once(form.form_token.data or "", who() or 0, clock.now()).result = url_for("clinic.locations")
                made = place_actions.add(form.chosen(), clock.now())
        except Refused as no:
            form.form_errors = [no.words]
        else:
            flash(_("Saved. Now enter its opening hours and its rooms."), "done")
            return redirect(url_for("clinic.hours", place=made.id), 303)
    return render_template("clinic/location.html", form=form, place=None, hit=0), 422 if form.is_submitted() else 200


@bp.route("/locations/<int:place_id>", methods=["GET", "POST"])
@needs(Permission.MANAGE_CLINIC)
def location(place_id: int) -> ResponseReturnValue:
    place, hit = place_or_404(place_id), 0
    form = LocationForm(obj=place, country=queries.the_clinic().country)
    if form.validate_on_submit():
        try:
            with transaction():
                place_actions.change(place_or_404(place_id), form.chosen(), clock.now())
        except StillVisited as no:
            hit = no.visits
        except Refused as no:
            form.form_errors = [no.words]
        else:
            flash(_("Saved."), "done")
            return redirect(url_for("clinic.locations"), 303)
    return render_template("clinic/location.html", form=form, place=place, hit=hit), 422 if form.is_submitted() else 200
