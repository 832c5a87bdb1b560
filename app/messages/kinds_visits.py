"""Mails before a visit: how to prepare, and the reminders. Visits of one day share their mails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from app.library import care
from app.library.loader import shipped
from app.messages.ends import Why
from app.messages.kind import Kind, Wanted
from app.messages.kinds_sessions import joined_late_check
from app.messages.patient_facts import PatientFacts, Visit
from models.appointment import COMING, VisitState
from models.message import Message, MessageClass, Urgency

SUBJECT = "appointment"
PREPARE_AT_LEAST = 7
"""Days before the visit, whatever the points' own lead (the library's message kinds)."""
PRECARE_UNTIL = timedelta(hours=12)
REMINDER_UNTIL = timedelta(hours=2)
SHORT_GAP = 10
"""Days between two sessions of a course up to which only the second reminder goes (the library's mail rules)."""


@dataclass(frozen=True)
class Step:
    """One reminder of a day's visits. `asks`: the patient is asked to confirm."""

    kind: str
    suffix: str
    day: date
    asks: bool


@dataclass(frozen=True)
class DayOfVisits:
    """The coming visits of one day: the first of them carries the mails of all."""

    visits: tuple[Visit, ...]
    facts: PatientFacts

    @property
    def first(self) -> Visit:
        return self.visits[0]

    @property
    def told_at(self) -> datetime:
        return max(visit.told_at for visit in self.visits)

    @property
    def confirmed(self) -> bool:
        return all(visit.row.state is VisitState.CONFIRMED for visit in self.visits)

    @property
    def first_of_protocol(self) -> bool:
        return any(visit.first_of_protocol for visit in self.visits)

    @property
    def short_gap(self) -> bool:
        """Weekly and fortnightly series ask once a visit."""
        return all(visit.days_since_last is not None and visit.days_since_last <= SHORT_GAP for visit in self.visits)

    @property
    def prepares_by_itself(self) -> bool:
        """Preparation has a mail of its own: the first session of a protocol, or a list that changed; not for "fewer mails"."""
        changed = self.first_of_protocol or any(visit.list_changed for visit in self.visits)
        return self.has_preparation and changed and not self.facts.patient.fewer_mails

    @property
    def has_preparation(self) -> bool:
        return any(said.pre for visit in self.visits for said in visit.contents)

    def steps(self) -> list[Step]:
        """Every reminder in its order, late ones too; days that are left out or fall together are taken away."""
        days = sorted({int(n) for n in self.facts.clinic.reminder_days if int(n) > 0}, reverse=True)
        if not days:
            return []
        made = [] if self.short_gap else [self._asking(n, place) for place, n in enumerate(days[:-1])]
        last = self._last(days[-1])
        return [*made, *(step for step in last if not made or step.day > made[-1].day)]

    def due(self, step: Step) -> datetime:
        return self.facts.days.at(step.day)

    def _asking(self, n: int, place: int) -> Step:
        day = self.facts.days.working_at_or_before(self.first.row.local_day - timedelta(days=n))
        return Step("reminder_1", f":{place}" if place else "", day, asks=True)

    def _last(self, n: int) -> list[Step]:
        """The second reminder asks only who has not confirmed. On a closed day it asks before, and repeats without asking."""
        if self.confirmed and not self.first_of_protocol and not self.short_gap:
            return []
        asks = self.short_gap or not self.confirmed
        day = self.first.row.local_day - timedelta(days=n)
        working = self.facts.days.working_at_or_before(day)
        plain = [] if working == day else [Step("reminder_2", ":plain", day, asks=False)]
        return [Step("reminder_2", "", working, asks), *plain]


def days_of_visits(facts: PatientFacts) -> Iterable[DayOfVisits]:
    """The patient's coming visits, day by day."""
    for _day, visits in groupby(facts.coming, key=lambda visit: visit.row.local_day):
        yield DayOfVisits(tuple(visits), facts)


def _reminders(facts: PatientFacts, name: str) -> Iterable[Wanted]:
    for day in days_of_visits(facts):
        yield from (one for one in _reminders_of(day) if one.kind == name)


def _reminders_of(day: DayOfVisits) -> list[Wanted]:
    """Steps that were past when the visit was made fall away; when all of them were, the mail that told it was the reminder."""
    steps = day.steps()
    kept = [step for step in steps if day.told_at <= day.due(step) < day.first.row.starts_at - REMINDER_UNTIL]
    if not steps:
        return []
    if not kept:
        return [_row(visit, Wanted("reminder_2", SUBJECT, 0), ended=Why.BOOKED_LATE) for visit in day.visits]
    carried = [_reminder(day, step, first=step is kept[0]) for step in kept]
    return carried + [_row(visit, carried[-1], ended=Why.JOINED) for visit in day.visits[1:]]


def _reminder(day: DayOfVisits, step: Step, *, first: bool) -> Wanted:
    visit = day.first
    told: dict[str, Any] = {"visits": [one.row.id for one in day.visits], "asks": step.asks}
    if first:
        told["precare"] = day.has_preparation and not day.prepares_by_itself
        told["late_check"] = joined_late_check(day.facts, visit.row.local_day, day.due(step))
    until = visit.row.starts_at - REMINDER_UNTIL
    return Wanted(step.kind, SUBJECT, visit.row.id, visit.cycle + step.suffix, day.due(step), until, told)


def _row(visit: Visit, like: Wanted, *, ended: Why) -> Wanted:
    """A visit whose reminder is not sent has a row all the same, with the reason."""
    until = visit.row.starts_at - REMINDER_UNTIL
    return Wanted(like.kind, SUBJECT, visit.row.id, visit.cycle, like.due_at or visit.told_at, until, late_ok=True, ended=ended)


def _precare(facts: PatientFacts) -> Iterable[Wanted]:
    for day in days_of_visits(facts):
        if day.has_preparation and (day.prepares_by_itself or not _has_reminder(day)):
            yield _preparation(day)


def _has_reminder(day: DayOfVisits) -> bool:
    """Some reminder still goes, and carries the preparation as a paragraph."""
    return any(one.ended is None for one in _reminders_of(day))


def _preparation(day: DayOfVisits) -> Wanted:
    visit = day.first
    contents = [said for one in day.visits for said in one.contents]
    lead = max(care.longest_lead(contents, shipped()), PREPARE_AT_LEAST)
    due = day.facts.days.at(visit.row.local_day - timedelta(days=lead))
    grace = timedelta(minutes=day.facts.clinic.grace_minutes)
    told = {"visits": [one.row.id for one in day.visits]}
    until = visit.row.starts_at - PRECARE_UNTIL
    return Wanted("precare", SUBJECT, visit.row.id, visit.cycle, max(due, day.told_at + grace), until, told, late_ok=True)


def _why_gone(message: Message, facts: PatientFacts) -> Why:
    visit = facts.visit(message.subject_id)
    if visit is None or visit.row.state not in COMING:
        return Why.VISIT_OFF
    if visit.cycle != message.cycle.partition(":")[0]:
        return Why.VISIT_MOVED
    return Why.CONFIRMED if visit.row.state is VisitState.CONFIRMED else Why.NOT_NEEDED


def _reminder_kind(name: str) -> Kind:
    wanted = partial(_reminders, name=name)
    return Kind(name, SUBJECT, Urgency.ROUTINE, MessageClass.SERVICE, wanted, _why_gone, needs_open_plan=True, needs_coming_visit=True)


PRECARE = Kind(
    "precare", SUBJECT, Urgency.ROUTINE, MessageClass.SERVICE, _precare, _why_gone, needs_open_plan=True, needs_coming_visit=True
)
KINDS: Sequence[Kind] = (PRECARE, _reminder_kind("reminder_1"), _reminder_kind("reminder_2"))
