"""Making and ending the links of calendars, and the file behind one."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import history
from app.clinic import queries as clinic_queries
from app.i18n import _, in_language
from app.messages.letter.reader import known_language
from app.permissions import Permission, by_link, needs
from app.schedule.blueprint import bp
from app.schedule.calendars import feeds
from app.schedule.calendars.feeds import Thing
from app.schedule.here import here
from app.throttle import Limit, count
from models import clock
from models.base import db, transaction
from models.clinic import Room
from models.staff import StaffMember

GUESSES = Limit("calendar guess", 30, 10)


@bp.get("/calendar/<handle>.ics")
@by_link
def calendar(handle: str) -> ResponseReturnValue:
    """What a calendar program reads again and again: the secret in the address is the key."""
    from app.schedule.calendars import file  # noqa: PLC0415  # with it comes icalendar, which a start does not need

    now, feed = clock.now(), feeds.opened(handle)
    if feed is None:
        with transaction():
            too_many = count(GUESSES, request.remote_addr or "", now)
        abort(429 if too_many else 404)
    clinic = clinic_queries.the_clinic()
    member = db.session.get(StaffMember, feed.staff_id) if feed.staff_id else None
    with in_language(known_language(member.language if member else clinic.language)):
        data = file.of_feed(feed, clinic, now)
    return Response(data, content_type="text/calendar; charset=utf-8")


@bp.route("/account/calendar", methods=["GET", "POST"])
@needs(Permission.SEE_DAY)
def my_calendar() -> ResponseReturnValue:
    """One's own visits in one's own calendar program."""
    member = db.session.get_one(StaffMember, here().person.id)
    if request.method == "POST":
        return _pressed(member, url_for("schedule.my_calendar"), "staff")
    names = clinic_queries.the_clinic().names_in_calendars
    return render_template("schedule/my_calendar.html", room="staff", feed=feeds.feed_of(member), names=names)


@bp.get("/settings/calendars")
@needs(Permission.MANAGE_CLINIC)
def room_calendars() -> ResponseReturnValue:
    """The calendar of every room, and whether names of patients stand in calendars."""
    things = [room for place in clinic_queries.locations() if place.active for room in clinic_queries.things(Room, place) if room.active]
    rooms = [(room, feeds.feed_of(room)) for room in things]
    names = clinic_queries.the_clinic().names_in_calendars
    return render_template("schedule/room_calendars.html", room="clinic", rooms=rooms, names=names)


@bp.post("/settings/calendars/<int:room_id>")
@needs(Permission.MANAGE_CLINIC)
def room_calendar(room_id: int) -> ResponseReturnValue:
    """A link for a room's calendar is made, or ended."""
    return _pressed(db.session.get(Room, room_id) or abort(404), url_for("schedule.room_calendars"), "clinic")


@bp.post("/settings/calendars/names")
@needs(Permission.MANAGE_CLINIC)
def names_in_calendars() -> ResponseReturnValue:
    """Whether the calendars outside name patients."""
    with transaction():
        clinic = clinic_queries.the_clinic()
        clinic.names_in_calendars = request.form.get("names") == "1"
        clinic.version += 1
        history.record("changed", clinic, clock.now(), fields=["names_in_calendars"])
    flash(_("Saved."), "done")
    return redirect(url_for("schedule.room_calendars"), 303)


def _pressed(thing: Thing, back: str, room: str) -> ResponseReturnValue:
    """A new link is shown once, on the answer itself: nothing else keeps it."""
    with transaction():
        if request.form.get("do") == "end":
            feeds.end(thing, clock.now())
            handle = None
        else:
            handle = feeds.make(thing, clock.now())
        name = thing.name
    if handle is None:
        flash(_("The calendar link opens nothing any more."), "done")
        return redirect(back, 303)
    return render_template("schedule/calendar_link.html", room=room, link=feeds.address(handle), name=name, back=back)
