"""What stands in the way of a visit, as sentences that say what would help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from app.formats import short_day_of_year
from app.i18n import _, language
from app.library.loader import shipped
from app.planning.acts import Clash, ClashKind
from app.planning.obstacles import Code, Obstacle
from app.planning.visit import WHOLE_VISIT
from models.appointment import VisitState
from models.base import db
from models.clinic import Chair, Device, Room
from models.staff import StaffMember

_WHO = (Code.NOT_WORKING, Code.STAFF_BUSY, Code.NOT_QUALIFIED, Code.NO_PHYSICIAN_THEN)
_TABLES: dict[Code, type[Room | Chair | Device | StaffMember]] = {
    Code.ROOM_TAKEN: Room, Code.ROOM_UNSUITABLE: Room, Code.CHAIR_TAKEN: Chair, Code.DEVICE_TAKEN: Device,
    **dict.fromkeys(_WHO, StaffMember),
}  # fmt: skip
_THINGS: dict[str, type[Room | Chair | Device]] = {"room": Room, "chair": Chair, "device": Device}
_SHOWN = 3


def state_words(state: VisitState) -> str:
    """The name of a visit's state."""
    return {
        VisitState.BOOKED: _("booked"), VisitState.CONFIRMED: _("confirmed"), VisitState.ARRIVED: _("arrived"),
        VisitState.IN_TREATMENT: _("in treatment"), VisitState.DONE: _("done"), VisitState.NOT_TREATED: _("not treated"),
        VisitState.NO_SHOW: _("no-show"), VisitState.CANCELLED: _("cancelled"),
    }[state]  # fmt: skip


def phase_words(phase: str) -> str:
    """The name of a part of a visit."""
    if phase == "evaluation":
        return _("Evaluation")
    return shipped().name_of("phases", phase).in_(language()) if phase != WHOLE_VISIT else _("Visit")


def obstacle_sentence(obstacles: Sequence[Obstacle]) -> str:
    """Every reason in one text."""
    return " ".join(obstacle_words(obstacles))


def obstacle_words(obstacles: Iterable[Obstacle]) -> list[str]:
    """One sentence a reason, with the names of the people and things in the way and the days it is about."""
    return [_sentence(one, ", ".join(_names(one)) or "–") + _on_days(one.days) for one in obstacles]


def clash_words(clash: Clash) -> str:
    """Why two treatments may not lie as they do, and from when on they may."""
    acts, here = shipped().acts, language()
    words = {
        "first": acts[clash.from_act].names.in_(here), "second": acts[clash.to_act].names.in_(here), "other": day_words(clash.other_day),
    }  # fmt: skip
    if clash.kind is ClashKind.SAME_DAY_FORBIDDEN:
        return _("%(first)s and %(second)s may never be done on one day (%(other)s).", **words)
    if clash.kind is ClashKind.ORDER:
        return _("On %(other)s, %(first)s must come before %(second)s.", **words)
    needed = {**words, "n": clash.days_required, "earliest": day_words(clash.earliest_ok_day)}
    return _("%(first)s, then %(second)s on this area: %(n)s days apart. The other one: %(other)s. Possible from: %(earliest)s.", **needed)


def day_words(day: date) -> str:
    """Thu 3 Dec 2026."""
    return short_day_of_year(day, language())


def _sentence(one: Obstacle, names: str) -> str:
    if one.code in _WHO:
        return _about_people(one.code, names)
    what = _what(one)
    return {
        Code.NO_WINDOW: _("The session has no dates while the plan is on hold."),
        Code.EMPTY_WINDOW: _("The dates of this session have passed."),
        Code.OUTSIDE_STAY: _("The patient is not in town then."), Code.PAST: _("That time has passed."),
        Code.TOO_FAR: _("Too far ahead: visits are booked up to %(day)s. It is planned when it comes nearer.", day=_last(one)),
        Code.CLOSED: _("The clinic is closed."), Code.OUTSIDE_OPENING: _("The visit would not fit inside the opening hours."),
        Code.PATIENT_BUSY: _("The patient has another visit at that time."),
        Code.ON_HOLD: _("The plan is on hold then."),
        Code.TOO_EARLY: _("The session would be too early."),
        Code.BREAKS_LATER: _("A later session, which stays, would then lie outside its days."),
        Code.TOO_NEAR: _("Another treatment of the patient lies too near."),
        Code.NOBODY_QUALIFIED: _("Nobody here has the role and skills for it: %(what)s.", what=what),
        Code.NO_SUCH_ROOM: _("There is no room for it: %(what)s.", what=what),
        Code.ROOM_UNSUITABLE: _("The room is not suited: %(what)s is needed.", what=what),
        Code.ROOM_TAKEN: _("Rooms taken: %(names)s.", names=names), Code.CHAIR_TAKEN: _("No chair is free."),
        Code.NO_SUCH_DEVICE: _("There is no such device: %(what)s.", what=what),
        Code.OUT_OF_USE: _("Out of use: %(names)s.", names=names), Code.DEVICE_TAKEN: _("Devices taken: %(names)s.", names=names),
        Code.GIVES_WAY: _("A place here would leave other sessions of the plan without one."),
        Code.NO_COMMON_TIME: _("People, rooms and devices are never all free at once."),
    }[one.code]  # fmt: skip


def _last(one: Obstacle) -> str:
    return day_words(one.last) if one.last else "–"


def _about_people(code: Code, names: str) -> str:
    return {
        Code.NOT_WORKING: _("Not working then: %(names)s.", names=names), Code.STAFF_BUSY: _("Busy then: %(names)s.", names=names),
        Code.NOT_QUALIFIED: _("The person chosen may not perform this."),
        Code.NO_PHYSICIAN_THEN: _("No physician is in the clinic then, which is needed for: %(names)s.", names=names),
    }[code]  # fmt: skip


def _what(one: Obstacle) -> str:
    kind = {Code.NO_SUCH_ROOM: "rooms", Code.ROOM_UNSUITABLE: "rooms", Code.NO_SUCH_DEVICE: "devices"}.get(one.code, "skills")
    if one.what in ("", "assistant"):
        return _("assistant") if one.what else _("physician")
    return ", ".join(shipped().name_of(kind, key).in_(language()) for key in one.what.split(","))


def _names(one: Obstacle) -> list[str]:
    table = _THINGS[one.what] if one.code is Code.OUT_OF_USE else _TABLES.get(one.code)
    if table is None or not one.ids:
        return []
    return list(db.session.scalars(select(table.name).where(table.id.in_(one.ids)).order_by(table.name)))


def _on_days(days: Sequence[date]) -> str:
    """The days in brackets: one by one, three and more in a row as first – last, and at most the first few of them."""
    shown = [words for run in _runs(days) for words in _run_words(run)]
    return f" ({', '.join(shown[:_SHOWN])}{', …' if len(shown) > _SHOWN else ''})" if shown else ""


def _runs(days: Sequence[date]) -> list[list[date]]:
    """The days in order, those that follow each other without a hole together."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _run_words(run: list[date]) -> list[str]:
    return [f"{day_words(run[0])} – {day_words(run[-1])}"] if len(run) > 2 else [day_words(day) for day in run]
