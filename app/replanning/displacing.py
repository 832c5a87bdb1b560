"""Visits that cannot stay → the planner's question: where each may go while everything that stays keeps its windows and gaps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.planning.bands import Band
from app.planning.displaced import Apart, Displaced
from app.planning.obstacles import Code, Obstacle
from app.planning.resources import Days
from app.planning.visit import Wishes
from app.planning.windows import Window
from app.schedule import rows
from app.schedule.free import offers, resources
from app.schedule.free.closed_days import ClosedDays, closed_to, told
from app.schedule.free.offers import Asked
from app.schedule.free.resources import Diary
from app.schedule.knock_on import opens_in
from app.series import other_acts
from app.series.facts import holds_on
from app.series.wishes import wishes_of
from app.today import today_of
from models.appointment import Appointment
from models.clinic import Location
from models.treatment import Course

BROKEN = (Band.TOO_EARLY, Band.OVERDUE)


@dataclass(frozen=True)
class Moving:
    """A visit with its sessions in their courses. `window`: the days it may lie on, the nearest to `visit.local_day` first."""

    visit: Appointment
    asked: Asked
    window: Window

    @property
    def courses(self) -> Sequence[Course]:
        return self.asked.courses


@dataclass(frozen=True)
class Displacement:
    """Everything the planner is asked at once."""

    moving: tuple[Moving, ...]
    displaced: tuple[Displaced, ...]
    apart: tuple[Apart, ...]

    def told(self, visit_id: int, reasons: Iterable[Obstacle]) -> tuple[Obstacle, ...]:
        """Why a visit has no place, with a hold, another treatment or a session that stays named as that."""
        busy = next(one.request.patient_busy for one in self.displaced if one.id == visit_id)
        return told(busy, reasons)


def displacement(place: Location, visits: Sequence[Appointment], now: datetime) -> Displacement:
    """The question for these visits together: none of them holds anything, everything else stays."""
    today = today_of(now)
    ids = {visit.id for visit in visits}
    moving: list[Moving] = []
    apart: list[Apart] = []
    for visit in sorted(visits, key=lambda one: (one.starts_at, one.id)):
        one, pairs = _with_window(offers.asked_of(visit, opens_in(visit, today)), visit, moving, today)
        moving.append(one)
        apart += pairs
    last = max((one.window.latest or one.visit.local_day + offers.FAR for one in moving), default=today)
    diary = resources.diary(place, today, last + timedelta(days=1), moving=ids)
    return Displacement(tuple(moving), tuple(_displaced(one, ids, diary, now) for one in moving), tuple(apart))


def _with_window(asked: Asked, visit: Appointment, before: Sequence[Moving], today: date) -> tuple[Moving, list[Apart]]:
    """Its window; where a session before it moves too, the window follows that one, at the gap the series asks for."""
    window = offers.window_of(asked, today)
    pairs = []
    for other in before:
        if other.visit.patient_id != visit.patient_id:
            continue
        found = _gap(other, asked) or _acts_apart(other, asked)
        if found is None:
            continue
        least, most = found
        pairs.append(Apart(other.visit.id, visit.id, least, most))
        earliest = max(today, other.window.earliest + timedelta(days=least))
        latest = other.window.latest + timedelta(days=most) if other.window.latest and most is not None else window.latest
        window = _between(window, min(window.earliest, earliest), latest)
    return Moving(visit, asked, window), pairs


def _between(window: Window, earliest: date, latest: date | None) -> Window:
    """The window with other ends; the recommended day stays inside."""
    latest = None if latest is None else max(latest, earliest)
    recommended = max(earliest, min(window.recommended, latest or window.recommended))
    return window._replace(earliest=earliest, recommended=recommended, latest=latest)


def _gap(other: Moving, asked: Asked) -> tuple[int, int | None] | None:
    """The least and most days from a visit with the session before, where both are of one course."""
    for one in asked.opens:
        mine = [open_ for open_ in other.asked.opens if open_.course.id == one.course.id and open_.place < one.place]
        due = one.due
        if mine and due is not None and due.earliest is not None:
            at = other.visit.local_day
            most = (due.latest - at).days if due.latest and due.latest >= due.earliest else None
            return max(0, (due.earliest - at).days), most
    return None


def _acts_apart(other: Moving, asked: Asked) -> tuple[int, int | None] | None:
    """The days two treatments of different courses keep, in the order they stand in now."""
    days = max((other_acts.least_days(a, b) for a in other.courses for b in asked.courses if a.id != b.id), default=0)
    return (days, None) if days else None


def _displaced(one: Moving, ids: Collection[int], diary: Diary, now: datetime) -> Displaced:
    visit, plan = one.visit, one.visit.plan
    request = diary.request(visit.kind, one.courses, visit.patient, wishes_of(plan) if plan else Wishes(), now)
    others = [act for act in other_acts.of_patient(visit.patient_id) if act.appointment_id not in ids]
    busy: Days = request.patient_busy
    for course in one.courses if one.asked.opens else ():
        busy = closed_to(busy, course, others)
    request = replace(request, patient_busy=ClosedDays(busy, _closed(one, set(ids) - {visit.id})))
    return Displaced(visit.id, visit.patient_id, request, one.window, visit.local_day, rows.start_minute(visit), visit.performer_id)


def _closed(one: Moving, leaving: Collection[int]) -> Callable[[date], Code | None]:
    """Why the visit may not lie on a day: the plan is on hold then, or a later session, which stays, would fall outside its window."""
    held = [days for course in one.courses for days in holds_on(course)]
    stays = [replace(each, visits={key: v for key, v in each.visits.items() if v.id not in leaving}) for each in one.asked.opens]

    def why(day: date) -> Code | None:
        if any(days.cover(day) for days in held):
            return Code.ON_HOLD
        later = (row for each in stays for row in each.later(day))
        breaks = any(row.then.band in BROKEN and row.then.band != row.now.band for row in later)
        return Code.BREAKS_LATER if breaks else None

    return why
