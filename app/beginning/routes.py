"""What comes after the first account: the simple clinic, or everything step by step."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import history
from app.beginning import simple
from app.beginning.blueprint import bp
from app.beginning.forms import SimpleClinicForm
from app.clinic import queries
from app.i18n import _
from app.permissions import Permission, needs
from models import clock
from models.base import db, transaction
from models.staff import StaffMember

__all__ = ["bp"]
IN_MOST_CLINICS = ["microneedling_pen", "centrifuge"]


@bp.route("", methods=["GET", "POST"])
@needs(Permission.MANAGE_CLINIC)
def choose() -> ResponseReturnValue:
    """Offered while nobody has entered hours or rooms."""
    clinic, place = queries.the_clinic(), queries.location()
    if not simple.is_empty(place):
        return redirect(url_for("clinic.settings"), 303)
    me = db.session.get_one(StaffMember, history.who())
    form = SimpleClinicForm(
        country=clinic.country,
        data={
            "phone": clinic.phone, "phone_out_of_hours": clinic.phone_out_of_hours, "reply_address": clinic.reply_address or me.email,
            "workdays": "9:00–18:00", "saturday": "9:00–14:00", "rooms": _("Room 1, Room 2"), "devices": IN_MOST_CLINICS,
        },
    )  # fmt: skip
    if not form.validate_on_submit():
        return render_template("beginning/choose.html", form=form), 422 if form.is_submitted() else 200
    with transaction():
        simple.make(form.chosen(), clock.now())
    flash(_("The clinic has hours, rooms and devices."), "done")
    return redirect(url_for("schedule.day"), 303)
