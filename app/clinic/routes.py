"""The settings: one page for each thing that is set, each saved alone."""

from __future__ import annotations

from typing import TypeVar

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import phones, sessions
from app.clinic import (
    actions,
    closure_pages,
    first_step_pages,
    first_steps,
    hour_pages,
    on_call,
    on_call_pages,
    place_pages,
    places,
    queries,
    thing_pages,
)  # fmt: skip
from app.clinic.blueprint import bp
from app.clinic.forms import IdentityForm, MailingForm, RulesForm
from app.errors import Refused
from app.hours import written
from app.i18n import _
from app.permissions import Permission, needs
from models import clock
from models.base import transaction
from models.clinic import Chair, Clinic, Device, Location, Room

__all__ = ["bp", "closure_pages", "first_step_pages", "hour_pages", "on_call_pages", "place_pages", "thing_pages"]
ClinicForm = TypeVar("ClinicForm", IdentityForm, MailingForm, RulesForm)


@bp.get("")
@needs(Permission.MANAGE_CLINIC)
def settings() -> ResponseReturnValue:
    clinic, place = queries.the_clinic(), places.asked()
    today = clock.day_of(clock.now(), clinic.zone)
    return render_template(
        "clinic/settings.html", clinic=clinic, places=[one.name for one in queries.locations() if one.active], shown=phones.shown,
        open_today=written(queries.opening_of(place, today)),
        closures=queries.closures(place, today), steps=first_steps.for_me(sessions.person()), on_call=on_call.at(clock.now()),
        numbers={kind.__name__: _in_use(kind, place) for kind in (Room, Chair, Device)},
    )  # fmt: skip


def _in_use(kind: type[Room] | type[Chair] | type[Device], place: Location) -> int:
    return sum(thing.active for thing in queries.things(kind, place))


@bp.route("/clinic", methods=["GET", "POST"])
@needs(Permission.MANAGE_CLINIC)
def identity() -> ResponseReturnValue:
    clinic = queries.the_clinic()
    form = IdentityForm(obj=clinic, data={"seen": clinic.version, "address": queries.location().address})
    return _settle(form, "clinic/identity.html")


@bp.route("/mail", methods=["GET", "POST"])
@needs(Permission.MANAGE_CLINIC)
def mailing() -> ResponseReturnValue:
    clinic = queries.the_clinic()
    values = {
        "seen": clinic.version, "sending_from": f"{clinic.sending_from:%H:%M}", "sending_until": f"{clinic.sending_until:%H:%M}",
        "reminders": ", ".join(str(day) for day in clinic.reminder_days), "recall_max": clinic.recall_max,
        "grace_minutes": clinic.grace_minutes,
    }  # fmt: skip
    return _settle(MailingForm(data=values), "clinic/mailing.html")


@bp.route("/rules", methods=["GET", "POST"])
@needs(Permission.MANAGE_CLINIC)
def rules() -> ResponseReturnValue:
    clinic = queries.the_clinic()
    return _settle(RulesForm(obj=clinic, data={"seen": clinic.version}), "clinic/rules.html")


def _settle(form: ClinicForm, template: str) -> ResponseReturnValue:
    """Show a page of the clinic's own row, or take over what was typed on it."""
    if not form.is_submitted():
        return render_template(template, form=form)
    if form.validate():
        try:
            with transaction():
                clinic = queries.the_clinic()
                form.check_seen(
                    clinic, theirs=lambda: _says(clinic), yours=_("what you typed on this page"), keep_url=url_for("clinic.settings")
                )
                actions.change(clinic, form.chosen(), clock.now())
        except Refused as no:
            form.form_errors = [no.words]
        else:
            flash(_("Saved."), "done")
            return redirect(url_for("clinic.settings"), 303)
    return render_template(template, form=form), 422


def _says(clinic: Clinic) -> str:
    return _("%(name)s, %(phone)s, mails from %(start)s to %(end)s", name=clinic.name, phone=clinic.phone,
             start=f"{clinic.sending_from:%H:%M}", end=f"{clinic.sending_until:%H:%M}")  # fmt: skip
