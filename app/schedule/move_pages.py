"""Another time for a visit, and what becomes of the later ones: looked at first, then moved together."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import history
from app.errors import Refused
from app.formats import clock_time, short_day
from app.i18n import _, language
from app.messages import changes
from app.permissions import Permission, needs
from app.planning.visit import Slot
from app.schedule import actions, offers, resources, rest, rows
from app.schedule.actions import Move
from app.schedule.blueprint import bp
from app.schedule.forms import MoveForm
from app.schedule.here import Here, here, visit_alone, visit_or_404
from app.schedule.knock_on import Open, opened
from app.schedule.looking import asked_day
from app.schedule.offers import Asked, read_value, value_of
from app.schedule.session_pages import override_of
from app.schedule.step_pages import stale
from app.schedule.toasts import say, told_toast
from app.schedule.working_days import time_of
from models.appointment import COMING, Appointment
from models.base import transaction
from models.message import ChangeSet

LOOK = "look"


@bp.route("/visits/<int:appointment_id>/move", methods=["GET", "POST"])
@needs(Permission.BOOK)
def move(appointment_id: int) -> ResponseReturnValue:
    """Another time for a visit, chosen with what it means for the later sessions in view."""
    at, found = here(), visit_or_404(appointment_id)
    if found.state not in COMING:
        flash(_("Only a visit that has not begun can be moved."), "error")
        return redirect(url_for("schedule.visit", appointment_id=appointment_id), 303)
    form = MoveForm(data={"seen": found.version, "exact_day": request.args.get("day", ""), "asked_by": "patient"})
    looked, place, ways = None, None, []
    try:
        if form.validate_on_submit():
            if request.form.get("do") != LOOK:
                return _move(appointment_id, form, at)
            looked = form.chosen().slot
            place = _free(found, looked, at)
        elif not form.is_submitted():
            looked = place = _dropped(found, form, at)
        ways = rest.ways(found, _opens(found, at), looked, at.now) if looked else []
    except Refused as no:
        form.form_errors = [no.words]
    return _page(visit_or_404(appointment_id), form, at, looked, place, ways), 422 if form.errors and form.is_submitted() else 200


def _dropped(found: Appointment, form: MoveForm, at: Here) -> Slot | None:
    """The time that stands in the address, as when a card of the week was dropped on it: looked at, nothing is moved.

    Raises Refused with every reason where the visit cannot be then.
    """
    wanted = read_value(f"{request.args.get('day', '')} {request.args.get('minute', '')} {request.args.get('performer', '0')} 0")
    if wanted is None:
        return None
    slot = _free(found, wanted, at)
    form.slot.data = value_of(slot)
    return slot


def _free(found: Appointment, wanted: Slot, at: Here) -> Slot:
    """The time that is looked at, with who and what it takes. Raises Refused with every reason where the visit cannot be then."""
    return resources.slot_at(
        found.kind, rows.courses_in(found), found.patient, wanted.day, wanted.start_minute, performer_id=wanted.performer_id,
        room_id=wanted.room_id, except_visit=found.id, now=at.now,
    )  # fmt: skip


def _move(appointment_id: int, form: MoveForm, at: Here) -> ResponseReturnValue:
    chosen = form.chosen()
    with transaction():
        found = visit_alone(appointment_id)
        if form.seen.data != str(found.version):
            raise stale(found, _moved_words(chosen.slot))
        told = changes.open_set(found.patient_id, at.now, plan_id=found.plan_id, by_patient=False)
        moves = [Move(found, chosen.slot, told), *_with_it(found, form, told, at)]
        if chosen.slot.day > found.local_day:  # the last first: no visit is put where the one before it still lies
            moves.reverse()
        actions.move_together(moves, at.now, asked_by=chosen.asked_by, override=override_of(chosen, at))
        toast = told_toast(_("Moved"), found, told)
    say(toast)
    return redirect(url_for("schedule.visit", appointment_id=appointment_id), 303)


def _with_it(found: Appointment, form: MoveForm, told: ChangeSet, at: Here) -> list[Move]:
    """The later visits that move with it, as they were shown for just this time."""
    if form.rest.data == rest.KEEP:
        return []
    if form.looked.data != value_of(form.chosen().slot):
        raise Refused(_("Another time was chosen meanwhile. Look at the later sessions again."))
    moves = []
    for visit, seen, slot in rest.read_values(request.form.getlist(str(form.rest.data)), rest.followers_of(_opens(found, at))):
        if seen != str(visit.version):
            raise stale(visit, _moved_words(slot))
        moves.append(Move(visit, slot, told))
    return moves


def _moved_words(slot: Slot) -> str:
    return _("moved to %(day)s %(time)s", day=short_day(slot.day, language()), time=clock_time(time_of(slot.start_minute)))


def _opens(found: Appointment, at: Here) -> list[Open]:
    """Its sessions in their courses, for whoever may see them."""
    if not at.asker.may(Permission.SEE_PLANS):
        return []
    return [one for link in rows.planned(found) if (one := opened(link.session, at.today))]


def _page(found: Appointment, form: MoveForm, at: Here, looked: Slot | None, place: Slot | None, ways: list[rest.Rest]) -> str:
    history.viewed(found)
    opens = _opens(found, at)
    asked = Asked(found.patient, found.kind, rows.courses_in(found), opens, found.id, wished=found.local_day,
                  lies_at=(found.local_day, rows.start_minute(found)))  # fmt: skip
    day = asked_day(at.today)
    to = offers.described([place], asked)[0] if place else None
    that_day = offers.on_day(asked, day, at.now, looked) if day else None
    return render_template(
        "schedule/move.html", form=form, visit=found, opens=opens, now_falls=[one.falls(found.local_day) for one in opens], day=day, to=to,
        best=None if day else offers.suggested(asked, at.today, at.now), that_day=that_day,
        may_allow=at.asker.may(Permission.DECIDE), today=at.today, ways=ways, slot=looked if ways else None,
        looked=value_of(looked) if looked and ways else "", follow=bool(rest.followers_of(opens)),
    )  # fmt: skip
