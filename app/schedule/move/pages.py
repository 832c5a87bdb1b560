"""Another time for a visit, and what becomes of the later ones: looked at first, then moved together.

One panel, over the day, the week or the plan with a script, a page of its own without.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import history
from app.errors import Refused
from app.formats import clock_time, short_day
from app.forms import read_day, row_id
from app.front_door import where
from app.front_door.guard import safe_next
from app.i18n import _, language
from app.messages import changes
from app.messages.told import told_at_once
from app.patients.reach import called
from app.permissions import Permission, needs
from app.planning.visit import Slot
from app.schedule import actions, rows
from app.schedule.actions import Move
from app.schedule.blueprint import bp
from app.schedule.forms import MoveForm
from app.schedule.free import resources
from app.schedule.free.offers import value_of
from app.schedule.free.working_days import time_of
from app.schedule.freed import noting
from app.schedule.here import Here, here, visit_alone, visit_or_404
from app.schedule.move import rest
from app.schedule.move.new_place import wanted_of
from app.schedule.move.view import ghosts, opens_of, view_of
from app.schedule.toasts import Toast, say, told_toast
from app.schedule.visit.meanwhile import stale
from app.schedule.visit.read_aloud import sentence
from app.schedule.visit.session_pages import override_of
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
    form = MoveForm(data={"seen": found.version, "asked_by": "patient", "send": True}, lies_on=found.local_day)
    wanted = None
    try:
        if form.validate_on_submit():
            wanted = wanted_of(found, form.chosen().slot)
            if request.form.get("do") != LOOK and form.was_looked_at():
                return _move(appointment_id, form, at)
        elif not form.is_submitted():
            wanted = _asked_in_address(found, at)
    except Refused as no:
        form.form_errors = [no.words]
    return _panel(visit_or_404(appointment_id), form, at, wanted), 422 if form.errors and form.is_submitted() else 200


def _asked_in_address(found: Appointment, at: Here) -> Slot | None:
    """The time that stands in the address, as when a card of the week was dropped on it: looked at, nothing is moved."""
    typed, minute = request.args.get("day", ""), request.args.get("minute", "")
    try:
        day = read_day(typed, found.local_day if typed[:1] in "+-−" else at.today) if typed else None
        start = int(minute) if minute else rows.start_minute(found)
    except ValueError:
        return None
    if day is None or not 0 <= start < 24 * 60:
        return None
    return wanted_of(found, resources.wanted(day, start, row_id(request.args.get("performer")), row_id(request.args.get("room"))))


def _move(appointment_id: int, form: MoveForm, at: Here) -> ResponseReturnValue:
    chosen, back = form.chosen(), safe_next(request.form.get("back"))
    with transaction():
        found = visit_alone(appointment_id)
        if form.seen.data != str(found.version):
            raise stale(found, _moved_words(chosen.slot))
        told = changes.open_set(found.patient_id, at.now, plan_id=found.plan_id, by_patient=False)
        told.asked_by, told.asked_how = chosen.asked_by, str(form.asked_how.data)
        moves = [Move(found, chosen.slot, told), *_with_it(found, form, told, at)]
        actions.move_together(moves, at.now, asked_by=chosen.asked_by, override=override_of(chosen, at))
        noting.note(told, at.now)
        unsent = form.told_at_once and told_at_once(told, at.now)
        toast = _moved_toast(found, told, at, unsent=unsent, aloud=back is not None)
        day = found.local_day
    say(toast)
    return _onward(_where(back, appointment_id, day.isoformat()))


def _with_it(found: Appointment, form: MoveForm, told: ChangeSet, at: Here) -> list[Move]:
    """The later visits that move with it, as they were shown for just this time."""
    if form.rest.data == rest.KEEP:
        return []
    if form.looked.data != value_of(form.chosen().slot):
        raise Refused(_("Another time was chosen meanwhile. Look at the later sessions again."))
    moves = []
    for visit, seen, slot in rest.read_values(request.form.getlist(str(form.rest.data)), rest.followers_of(opens_of(found, at))):
        if seen != str(visit.version):
            raise stale(visit, _moved_words(slot))
        moves.append(Move(visit, slot, told))
    return moves


def _moved_words(slot: Slot) -> str:
    return _("moved to %(day)s %(time)s", day=short_day(slot.day, language()), time=clock_time(time_of(slot.start_minute)))


def _moved_toast(found: Appointment, told: ChangeSet, at: Here, *, unsent: bool, aloud: bool) -> Toast:
    """What happened; where the page behind does not show it, with the sentence to read aloud."""
    toast = dict(told_toast(_("Moved"), found, told, mailed=not unsent))
    if aloud:
        toast |= {"aloud": sentence(found, at.clinic, at.now), "aloud_language": called(found.patient, at.today).language}
    return toast


def _where(back: str | None, appointment_id: int, day: str) -> str:
    """The page the panel was opened from; a week shows the week the visit is in now."""
    if back is None:
        return url_for("schedule.visit", appointment_id=appointment_id)
    if not _is_week(back):
        return back
    of, place = (parse_qs(urlsplit(back).query).get(name, [None])[0] for name in ("of", where.IN_ADDRESS))
    return url_for("schedule.week", day=day, of=of, place=place, _anchor=f"w{appointment_id}")


def _is_week(back: str | None) -> bool:
    path, week = urlsplit(back or "").path, url_for("schedule.week")
    return path == week or path.startswith(week + "/")


def _onward(to: str) -> ResponseReturnValue:
    """To the next page, also out of a panel."""
    if request.headers.get("HX-Request"):
        return Response(status=200, headers={"HX-Redirect": to})
    return redirect(to, 303)


def _panel(visit: Appointment, form: MoveForm, at: Here, wanted: Slot | None) -> str:
    """The panel alone, for the page it is opened over; else a page of its own, under the tab it was opened from."""
    history.viewed(visit)
    view, back = view_of(visit, at, wanted), safe_next(request.values.get("back")) or ""
    page = "schedule/move_panel.html" if request.headers.get("HX-Request") else "schedule/move.html"
    room = "week" if _is_week(back) else "patients" if back.startswith("/plan") else ""
    return render_template(page, form=form, view=view, visit=visit, back=back, room=room, ghosts=ghosts)
