"""A time that is looked at for a visit before it is moved: every claim of it, what the rules say, and what works instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from app.errors import Refused
from app.i18n import _
from app.planning.bands import Band
from app.planning.claim_by_claim import claim_by_claim
from app.planning.instead import NEAR, instead
from app.planning.obstacles import Refusal
from app.planning.placement import why_nowhere
from app.planning.repairs import free_times
from app.planning.slots import check
from app.planning.visit import Slot
from app.schedule import booking, limits, rows
from app.schedule.evaluation import Beginning
from app.schedule.free import offers, resources
from app.schedule.free.claim_words import ClaimLine, lines_of
from app.schedule.free.offers import Offer, Offers, asked_of
from app.schedule.free.working_days import time_of
from app.schedule.knock_on import Open
from app.schedule.limits import Override
from app.schedule.move import moving
from app.schedule.move.rest import wishes_for
from app.series import other_acts
from app.series.reading import label
from app.today import today_of
from models.appointment import Appointment, VisitKind

SHOWN = 5


@dataclass(frozen=True)
class NewPlace:
    """The time and what it means. `slot` None: it cannot be had, `instead` can. `leave`: whoever looks may allow what `rules` say."""

    wanted: Slot
    slot: Slot | None
    claims: list[ClaimLine]
    rules: list[str]
    leave: bool
    instead: list[Offer]
    falls: Offer
    begins: str

    @property
    def start(self) -> time:
        return time_of(self.wanted.start_minute)

    @property
    def value(self) -> str:
        """As a form names it."""
        return offers.value_of(self.slot or self.wanted)

    @property
    def may_go(self) -> bool:
        """The visit can be moved there by whoever looks."""
        return self.slot is not None and (self.leave or not self.rules)


def new_place(visit: Appointment, opens: Sequence[Open], wanted: Slot, now: datetime, physician_id: int | None = None) -> NewPlace:
    """The time that is wanted, looked at from every side. `physician_id`: of a physician who looks. Nothing is written."""
    today = today_of(now)
    kind, rules, leave = _said_by_rules(visit, wanted, now, physician_id)
    early = _too_early(opens, wanted.day)
    courses = rows.courses_in(visit)
    near = timedelta(days=NEAR)
    diary = resources.diary(resources.place_of(courses, visit.location_id), wanted.day - near, wanted.day + near, moving=[visit.id])
    plain = diary.request(kind, courses, visit.patient, now=now)
    there = wanted.day, wanted.start_minute, wanted.performer_id, wanted.room_id
    found = check(plain, *there)
    slot = None if isinstance(found, Refusal) else found
    asked = replace(asked_of(visit, opens), kind=kind)
    if asked.lies_there(wanted) and wanted.performer_id == visit.performer_id and wanted.room_id in (None, visit.room_id):
        rules, leave = [_("This is the time it has now.")], False
    window = offers.window_of(asked, today)
    careful = offers.on_open_days(plain, asked)
    ways = [] if slot and not rules and not early else instead(careful, wanted, window.contains)
    ways = [one for one in ways if not asked.lies_there(one)][:SHOWN]
    described = offers.described([slot or wanted, *ways], asked)
    words = Beginning(kind, False).words if kind is not visit.kind else ""
    return NewPlace(wanted, slot, lines_of(claim_by_claim(plain, *there)), [*rules, *early], leave, described[1:], described[0], words)


def wanted_of(visit: Appointment, slot: Slot) -> Slot:
    """The time with the practitioner the visit has, where nobody else is named: a series stays in one pair of hands."""
    if slot.performer_id is not None:
        return slot
    return resources.wanted(slot.day, slot.start_minute, visit.performer_id, slot.room_id)


def _said_by_rules(visit: Appointment, wanted: Slot, now: datetime, physician_id: int | None) -> tuple[VisitKind, list[str], bool]:
    """How the visit would begin then, or what forbids it; and whether the physician who looks may allow it."""
    try:
        kind, said = _begins(visit, wanted, now, None), []
    except Refused as no:
        kind, said = visit.kind, [no.words]
    try:
        allowed = physician_id is not None and bool(_begins(visit, wanted, now, Override(physician_id, "–")))
    except Refused:  # what no physician may allow: two treatments that are never done on one day
        allowed = False
    return kind, said, allowed


def _begins(visit: Appointment, wanted: Slot, now: datetime, override: Override | None) -> VisitKind:
    as_booked, others = moving.as_wanted(visit, wanted, override), other_acts.of_patient(visit.patient_id, except_visit=visit.id)
    stands = limits.stands_of(as_booked.sessions, limits.readings_of(as_booked.sessions, today_of(now)))
    return booking.begins(as_booked, stands, others, except_visit=visit.id).kind


def _too_early(opens: Sequence[Open], day: date) -> list[str]:
    said = []
    for one in opens:
        due = one.due
        if due and due.earliest and due.band(day) is Band.TOO_EARLY:
            said.append(limits.early_words(label(due), day, due.earliest))
    return said


def best_times(visit: Appointment, opens: Sequence[Open], now: datetime) -> Offers:
    """The best time of each of the best days, in the order of days: inside the window, else as soon as possible after it."""
    today, courses = today_of(now), rows.courses_in(visit)
    asked = asked_of(visit, opens)
    window = offers.window_of(asked, today)
    last = (window.latest or window.recommended) + offers.FAR
    diary = resources.diary(resources.place_of(courses, visit.location_id), today, last, moving=[visit.id])
    request = offers.on_open_days(diary.request(visit.kind, courses, visit.patient, wishes_for(visit), now), asked)
    found = [slot for slot in islice(free_times(request, window), SHOWN + 1) if not asked.lies_there(slot)]
    if len(found) < offers.FEW and window.latest is not None:
        found += islice(free_times(request, window.behind(today)), SHOWN - len(found))
    found = sorted(found[:SHOWN], key=lambda slot: (slot.day, slot.start_minute))
    return Offers(offers.described(found, asked), [] if found else offers.why_words(request, why_nowhere(request, window)))
