"""Free times as people choose among them: when, with whom, where, how far from the session before, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from app.forms import iso_day, row_id
from app.names import names_of
from app.planning.bands import Band
from app.planning.obstacles import Code, Obstacle
from app.planning.placement import FURTHEST, nearest, why_nowhere
from app.planning.slots import free_slots, why_none
from app.planning.visit import Request, Slot
from app.planning.windows import Window, where_they_meet
from app.schedule import rows
from app.schedule.free import resources
from app.schedule.free.closed_days import ClosedDays, closed_to, told
from app.schedule.free.phases import carries_sessions
from app.schedule.free.working_days import time_of
from app.schedule.knock_on import STAYS, Later, Open
from app.schedule.words import obstacle_words
from app.series import other_acts
from models.appointment import Appointment, VisitKind
from models.clinic import Room
from models.patient import Patient
from models.staff import StaffMember
from models.treatment import Course

SUGGESTED = 8
FEW = 4
APART = 30  # minutes between two offers of a whole day's list
FAR = timedelta(days=FURTHEST)


@dataclass(frozen=True)
class Offer:
    """One free time. `value` names it in a form; `later` are the sessions booked after it."""

    value: str
    day: date
    start: time
    hands_on: time
    performer: str
    performer_id: int | None
    room: str
    gap_days: int | None
    band: Band | None
    later: tuple[Later, ...]


@dataclass(frozen=True)
class Asked:
    """The visit for which a time is looked for. `opens`: its sessions in their courses. `leave`: whoever looks may allow a time of
    a day that was asked for, too early as it is. `place_id`: where, if not where its plan is."""

    patient: Patient
    kind: VisitKind
    courses: Sequence[Course]
    opens: Sequence[Open] = ()
    except_visit: int | None = None
    performer_id: int | None = None
    room_id: int | None = None
    wished: date | None = None
    lies_at: tuple[date, int] | None = None
    leave: bool = False
    place_id: int | None = None

    def refused_on(self, day: date) -> Code | None:
        """Why booking refuses the day; a booked visit that moves may take others with it, and is asked about by itself."""
        reasons = (one.refused_on(day) for one in self.opens) if self.except_visit is None else ()
        return next((reason for reason in reasons if reason), None)

    @property
    def treated(self) -> Sequence[Course]:
        """The courses of which something is done to the tissue in it."""
        return self.courses if carries_sessions(self.kind) or self.kind is VisitKind.TOUCH_UP else ()

    def lies_there(self, slot: Slot) -> bool:
        """The visit has this time already."""
        return self.lies_at == (slot.day, slot.start_minute)


def asked_of(visit: Appointment, opens: Sequence[Open]) -> Asked:
    """Another time for a booked visit, its own left out."""
    lies_at = visit.local_day, rows.start_minute(visit)
    return Asked(
        visit.patient, visit.kind, rows.courses_in(visit), opens, visit.id, wished=visit.local_day, lies_at=lies_at,
        place_id=visit.location_id,
    )  # fmt: skip


@dataclass(frozen=True)
class Offers:
    """What can be chosen; where there is nothing, why."""

    offers: list[Offer]
    why_none: list[str]


def window_of(asked: Asked, today: date) -> Window:
    """The days in which to look: where the windows of all sessions meet; overdue ones as soon as possible."""
    dues = [due for one in asked.opens if (due := one.due) and due.earliest and due.recommended]
    if not dues:
        wished = max(today, asked.wished or today)
        return Window(today, wished, wished + FAR, 0, ())
    return where_they_meet(dues, today)


def suggested(asked: Asked, today: date, now: datetime, n: int = SUGGESTED) -> Offers:
    """The best free times inside the window, in the order of their days."""
    window = window_of(asked, today)
    last = window.latest or window.recommended + FAR
    request = _request(asked, min(window.earliest, today), last + FAR, now)
    found = [slot for slot in nearest(request, window, n + 1) if not asked.lies_there(slot)][:n]
    if len(found) < FEW and window.latest is not None:  # the window is full or nearly over: then as soon as possible after it
        found += nearest(request, window.behind(today), FEW + 1 - len(found))
    found.sort(key=lambda slot: (slot.day, slot.start_minute))
    return Offers(described(found, asked), [] if found else why_words(request, why_nowhere(request, window)))


def best(asked: Asked, today: date, now: datetime) -> Offer | None:
    """The one time to propose first: the nearest to the best day; where the window is full, as soon as possible after it."""
    window = window_of(asked, today)
    request = _request(asked, min(window.earliest, today), (window.latest or window.recommended) + FAR, now)
    found = nearest(request, window, 1) or nearest(request, window.behind(today), 1)
    return described(found, asked)[0] if found else None


def on_day(asked: Asked, day: date, now: datetime, looked: Slot | None = None) -> Offers:
    """The free times of one day, half an hour apart, after the window too; the one that is looked at is among them."""
    request = _request(asked, day, day, now, too=asked.leave)
    found = thinned([slot for slot in free_slots(request, day) if not asked.lies_there(slot)], APART)
    if looked is not None and looked.day == day and looked.claims:
        others = [slot for slot in found if slot.start_minute != looked.start_minute]
        found = sorted([*others, looked], key=lambda slot: slot.start_minute)
    return Offers(described(found, asked), [] if found else why_words(request, why_none(request, day)))


def read_value(text: str) -> Slot | None:
    """The time that a form's value names, without claims; None when it is none."""
    parts = text.split()
    try:
        day, minute = iso_day(parts[0]), int(parts[1])
        performer_id, room_id = row_id(parts[2]), row_id(parts[3])
    except (ValueError, IndexError):
        return None
    return resources.wanted(day, minute, performer_id, room_id) if 0 <= minute < 24 * 60 else None


def value_of(slot: Slot) -> str:
    """How a form names a free time."""
    return f"{slot.day.isoformat()} {slot.start_minute} {slot.performer_id or 0} {slot.room_id or 0}"


def _request(asked: Asked, first: date, last: date, now: datetime, *, too: bool = False) -> Request:
    """Beside the patient's other visits, and not on days that are closed to it, nor (unless they are wanted `too`) that booking refuses."""
    request = resources.request_for(
        asked.kind, asked.courses, asked.patient, first_day=first, last_day=last, performer_id=asked.performer_id, room_id=asked.room_id,
        except_visit=asked.except_visit, now=now, place_id=asked.place_id,
    )  # fmt: skip
    if not too:
        request = replace(request, patient_busy=ClosedDays(request.patient_busy, asked.refused_on))
    return on_open_days(request, asked)


def on_open_days(request: Request, asked: Asked) -> Request:
    """The same, and not on days on which a treatment is on hold, or another one of the patient stands too near."""
    others = other_acts.of_patient(asked.patient.id, except_visit=asked.except_visit)
    for course in asked.treated:
        request = replace(request, patient_busy=closed_to(request.patient_busy, course, others))
    return request


def why_words(request: Request, reasons: Iterable[Obstacle]) -> list[str]:
    """Why there is no time, one sentence a reason; what closed a day is named."""
    return obstacle_words(told(request.patient_busy, reasons))


def described(slots: Iterable[Slot], asked: Asked, moved: Mapping[int, date] = STAYS) -> list[Offer]:
    """Slots as people choose among them, in the order given. `moved`: the day of each visit that moves with this one, by its id."""
    slots = list(slots)
    staff = names_of(StaffMember, {slot.performer_id for slot in slots})
    rooms = names_of(Room, {slot.room_id for slot in slots})
    return [_offer(slot, staff.get(slot.performer_id or 0, ""), rooms.get(slot.room_id or 0, ""), asked, moved) for slot in slots]


def _offer(slot: Slot, performer: str, room: str, asked: Asked, moved: Mapping[int, date]) -> Offer:
    falls = [one.falls(slot.day, moved) for one in asked.opens]
    later = tuple(row for one in asked.opens for row in one.later(slot.day, moved))
    return Offer(
        value_of(slot), slot.day, time_of(slot.start_minute), time_of(slot.hands_on_minute), performer, slot.performer_id, room,
        falls[0].gap_days if falls else None, falls[0].band if falls else None, later,
    )  # fmt: skip


def thinned(slots: Iterable[Slot], minutes: int) -> list[Slot]:
    """Of a day's times those that begin at least so many minutes apart."""
    kept: list[Slot] = []
    for slot in slots:
        if not kept or slot.start_minute - kept[-1].start_minute >= minutes:
            kept.append(slot)
    return kept
