"""What becomes of the later booked visits when one is moved: kept, shifted with it, or placed anew. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from app.errors import Refused
from app.i18n import _, language
from app.planning.bands import Band
from app.planning.beside import beside
from app.planning.following import Follower, respaced, shifted
from app.planning.resources import DAY_MINUTES
from app.planning.series import Placement
from app.planning.visit import Slot, Wishes
from app.planning.windows import Window, where_they_meet
from app.schedule import rows
from app.schedule.free import offers, resources
from app.schedule.free.closed_days import WHOLE_DAY, closed_to
from app.schedule.free.resources import Diary
from app.schedule.free.working_days import time_of
from app.schedule.knock_on import Later, Open, opens_in
from app.series import other_acts
from app.series.contents import content
from app.series.wishes import wishes_of
from app.today import today_of
from models.appointment import Appointment

KEEP, SHIFT, RESPACE = "keep", "shift", "respace"
HOUR = 60


@dataclass(frozen=True)
class Line:
    """A later session: as it lies now and as it would lie. `start` None: it has no place then, for the reasons in `why`.

    `early`: it would become too early, which only a physician may allow. `minutes`: how long its visit is.
    """

    later: Later
    now_start: time
    start: time | None
    why: list[str]
    early: bool
    course: str
    minutes: int


@dataclass(frozen=True)
class Rest:
    """One of the three ways. `values` name each visit, its version as seen and its new slot in a form."""

    key: str
    lines: list[Line]
    values: list[str]

    @property
    def possible(self) -> bool:
        return all(line.start for line in self.lines)

    @property
    def early(self) -> list[Line]:
        """The sessions that would become too early by it."""
        return [line for line in self.lines if line.early]


def followers_of(opens: Sequence[Open]) -> list[Appointment]:
    """The visits booked after a visit's sessions in their courses, in order."""
    found = {visit.id: visit for one in opens for visit in one.booked_after}
    return sorted(found.values(), key=lambda visit: (visit.starts_at, visit.id))


def ways(visit: Appointment, opens: Sequence[Open], wanted: Slot, now: datetime) -> list[Rest]:
    """The three ways for the later visits if this one went to the wanted slot. Raises Refused where it cannot go there."""
    later = followers_of(opens)
    if not later:
        return []
    asking = _Asking(visit, opens, wanted, later, now)
    by_days = (wanted.day - visit.local_day).days
    found = [asking.rest(KEEP, [None] * len(later))]
    if by_days:
        found.append(asking.rest(SHIFT, shifted(asking.followers, by_days)))
    one_chain = len(opens) == 1 and not opens[0].question.origins
    return [*found, asking.rest(RESPACE, respaced(asking.followers, asking.window_after, one_chain))]


def read_values(values: Sequence[str], later: Sequence[Appointment]) -> list[tuple[Appointment, str, Slot]]:
    """The later visits a form moves with their versions as seen. Raises Refused unless these are the visits there are now."""
    read = {}
    for value in values:
        visit_id, version, slot = [*value.split(maxsplit=2), "", "", ""][:3]
        read[visit_id] = version, offers.read_value(slot)
    chosen = [(visit, *read[str(visit.id)]) for visit in later if str(visit.id) in read]
    moves = [(visit, version, slot) for visit, version, slot in chosen if slot is not None]
    if not moves or len(moves) != len(later) or len(read) != len(later):
        raise Refused(_("The later sessions were changed meanwhile. Look at them again."))
    return moves


class _Asking:
    """The later visits as the planner sees them: free of every visit that moves, beside the slot that was chosen."""

    def __init__(self, visit: Appointment, opens: Sequence[Open], wanted: Slot, later: Sequence[Appointment], now: datetime) -> None:
        self.visit, self.opens, self.later, self.now, self.today = visit, opens, later, now, today_of(now)
        self.moving = {visit.id, *(one.id for one in later)}
        self.others = [act for act in other_acts.of_patient(visit.patient_id) if act.appointment_id not in self.moving]
        self.opens_of = {one.id: opens_in(one, self.today) for one in later}
        last = max(one.local_day for one in later) + abs(wanted.day - visit.local_day) + 3 * offers.FAR
        diary = resources.diary(resources.place_of(rows.courses_in(visit), visit.location_id), self.today, last, moving=self.moving)
        asked = diary.request(visit.kind, rows.courses_in(visit), visit.patient, now=now)
        self.slot = resources.checked(asked, wanted.day, wanted.start_minute, wanted.performer_id, wanted.room_id)
        self.diary = Diary(beside(diary.resources, [self.slot]), diary.busy, diary.zone)
        self.followers = [self._follower(one) for one in later]

    def window_after(self, index: int, days: tuple[date | None, ...]) -> Window | None:
        """The days for a later visit when this one and those before it lie on these days; None while it has no dates."""
        moved = self._moved(days)
        dues = [due for one in self.opens_of[self.later[index].id] if (due := one.due_if(moved)) and due.earliest and due.recommended]
        return where_they_meet(dues, self.today) if dues else None

    def rest(self, key: str, placed: Sequence[Placement | None]) -> Rest:
        """One way with its lines. A placement None: the visit stays where it is."""
        slots = {one.id: each.slot for one, each in zip(self.later, placed, strict=True) if each and each.slot}
        tried = zip(self.followers, self.later, placed, strict=True)
        why = {one.id: offers.why_words(by.request, each.reasons) for by, one, each in tried if each and not each.slot}
        moved = {key: slot.day for key, slot in slots.items()}
        visits = {one.id: one for one in self.later}
        lines = [
            _line(later, visits[later.visit_id], slots.get(later.visit_id), why.get(later.visit_id, []), one)
            for one in self.opens for later in one.later(self.slot.day, moved)
        ]  # fmt: skip
        values = [f"{one.id} {one.version} {offers.value_of(slots[one.id])}" for one in self.later if one.id in slots]
        return Rest(key, lines, values)

    def _follower(self, visit: Appointment) -> Follower:
        courses = rows.courses_in(visit)
        request = self.diary.request(visit.kind, courses, visit.patient, wishes_for(visit), self.now)
        busy: Mapping[date, tuple[tuple[int, int], ...]] = {**request.patient_busy, self.slot.day: WHOLE_DAY}
        for course in courses:
            busy = closed_to(busy, course, self.others)
        return Follower(replace(request, patient_busy=busy), visit.local_day, rows.start_minute(visit), visit.performer_id)

    def _moved(self, days: Sequence[date | None]) -> dict[int, date]:
        before = {one.id: day for one, day in zip(self.later, days, strict=False) if day is not None}
        return {self.visit.id: self.slot.day, **before}


def _line(later: Later, visit: Appointment, slot: Slot | None, why: list[str], one: Open) -> Line:
    stays = None if why else visit.local_time
    too_early, was = (fall.band is Band.TOO_EARLY for fall in (later.then, later.now))
    early = too_early and not why and (slot is not None or not was)  # what was allowed where it lies need not be allowed again
    start = time_of(slot.start_minute) if slot else stays
    return Line(later, visit.local_time, start, why, early, content(one.course).names.in_(language()), visit.minutes)


def wishes_for(visit: Appointment) -> Wishes:
    """What the plan says; where it says nothing, the practitioner and the hour of the visit."""
    said = wishes_of(visit.plan) if visit.plan else Wishes()
    start = rows.start_minute(visit)
    near = (max(0, start - HOUR), min(DAY_MINUTES, start + HOUR + 1))
    return replace(said, practitioner=said.practitioner or visit.performer_id, hours=said.hours or (near,))
