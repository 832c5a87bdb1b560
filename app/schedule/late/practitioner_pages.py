"""Running late: the rest of a practitioner's day as it will be. A page to look at; nothing is changed and nobody is mailed."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import IntegerField

from app import history
from app.forms import OPTIONAL, Form, whole_number
from app.i18n import _l
from app.patients.words import channel_words, contact_role, phone_shown
from app.permissions import Permission, needs
from app.schedule.blueprint import bp
from app.schedule.here import here
from app.schedule.late.practitioner import running_late
from models.base import db
from models.staff import StaffMember

LONGEST = 300


class MinutesForm(Form):
    """What somebody in the room says; empty: what was pressed says it."""

    minutes = IntegerField(_l("Minutes behind"), [OPTIONAL, *whole_number(0, LONGEST)])

    def __init__(self, typed: Any) -> None:
        super().__init__(formdata=typed, meta={"csrf": False})


@bp.get("/day/running-late/<int:staff_id>")
@needs(Permission.BOOK)
def running_late_page(staff_id: int) -> ResponseReturnValue:
    """Who waits for a practitioner today, until when, and whom to telephone first."""
    who, at, form = db.session.get(StaffMember, staff_id) or abort(404), here(), MinutesForm(request.args)
    told = form.minutes.data if form.validate() else None
    view = running_late(who, at.place_id, at.clinic, at.now, told)
    if not form.errors:
        form.minutes.raw_data, form.minutes.data = None, view.minutes
    history.list_viewed("day", "running late")
    page = render_template(
        "schedule/running_late.html", view=view, form=form, at=at, channel=channel_words, contact_role=contact_role, phone=phone_shown,
    )  # fmt: skip
    return page, 422 if form.errors else 200
