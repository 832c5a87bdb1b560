"""Every rule that says when a mail is due, on every day of 2025 to 2030 on which the clocks of twelve zones change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.messages import rules, sending_hours
from app.messages.kinds import KINDS
from app.messages.patient_facts import PatientFacts, Visit, facts_of
from models import clock
from models.appointment import Appointment, Outcome, VisitState
from models.base import db, transaction
from models.clinic import OpeningHours
from models.message import Urgency
from models.patient import Consent, ConsentKind
from models.treatment import SessionState
from tests import builders as a

ZONES = (
    "Europe/Berlin", "Europe/London", "America/New_York", "America/St_Johns", "America/Santiago", "America/Havana", "Africa/Cairo",
    "Africa/Casablanca", "Asia/Beirut", "Asia/Jerusalem", "Australia/Lord_Howe", "Pacific/Chatham",
)  # fmt: skip
"""Changes at one, two and three in the morning, on either side of midnight, by half an hour, at a quarter to, four times a year."""
IN_HOURS = {"aftercare", "same_evening", "no_show"}
"""Counted from what happened, whatever the clocks do meanwhile."""
NO_MOMENT_OF_THEIR_OWN = {"address_check", "recall_3", "lot_recall"}
"""At once; as the two invitations before it, where a clinic sends three."""
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
TEN = time(10)


@cache
def edges(zone: str) -> tuple[datetime, ...]:
    """The first minute after every change of the clocks, found by looking at every hour and then every minute."""
    there = ZoneInfo(zone)
    hours = (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(24 * 365 * 6))
    changing = (hour for hour in hours if _offset(hour, there) != _offset(hour + timedelta(hours=1), there))
    return tuple(next(at for at in _minutes(hour, 61) if _offset(at, there) != _offset(hour, there)) for hour in changing)


def _offset(moment: datetime, there: ZoneInfo) -> timedelta | None:
    return moment.astimezone(there).utcoffset()


@dataclass
class Story:
    """One patient, read once: a course with everything that can be asked, a coming visit, one that took place. Nothing is written."""

    facts: PatientFacts

    @property
    def zone(self) -> str:
        return self.facts.days.clinic_zone

    @property
    def past(self) -> Visit:
        return self.facts.visits[0]

    def due(self, now: datetime) -> dict[str, set[datetime]]:
        self.facts, found = replace(self.facts, now=now), dict[str, set[datetime]]()
        for one in rules.all_wanted(self.facts).values():
            if one.due_at is not None:
                found.setdefault(one.kind, set()).add(one.due_at)
        return found

    def visit(self, day: date) -> None:
        _at(self.facts.visits[1].row, clock.at(day, time(14), self.zone), self.zone)

    def took_place(self, end: datetime) -> None:
        _at(self.past.row, end - timedelta(hours=1), self.zone)
        session = self.past.row.sessions[0].session
        session.performed_on, session.performed_at, session.performed_end = clock.day_of(end, self.zone), end, end
        self.facts = replace(self.facts, visits=(replace(self.past, marked_at=end), self.facts.visits[1]))

    def ended_as(self, state: VisitState) -> None:
        self.past.row.state = state

    def maintenance(self, day: date) -> None:
        self.facts.courses[0].due_on = day


def _at(visit: Appointment, start: datetime, zone: str) -> None:
    there = clock.local(start, zone)
    visit.local_day, visit.local_time, visit.zone = there.date(), there.time(), zone
    visit.starts_at = visit.hands_on_at = start
    visit.ends_at = start + timedelta(hours=1)
    visit.claims[0].starts_at, visit.claims[0].ends_at = visit.starts_at, visit.ends_at


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["everybody there", "a patient abroad"])
def story(request: pytest.FixtureRequest, app: Flask, zone: str) -> Iterator[Story]:
    """Open on every day, so that no working day moves what is asked. Either all live by the zone's clocks, or the patient alone."""
    abroad = request.param == "a patient abroad"
    a.a_clinic(zone="Europe/Istanbul" if abroad else zone)
    patient = a.a_patient(zone=zone if abroad else None)
    plan = a.a_plan(patient, a.a_physician())
    face, scalp = (a.a_course(plan, a.a_protocol(key), LONG_AGO.date()) for key in ("exosome_face_injected", "prp_scalp"))
    with transaction():
        db.session.add(OpeningHours(location_id=a.the_location().id, weekday=6, opens=time(9), closes=time(19)))
        db.session.add(Consent(patient_id=patient.id, kind=ConsentKind.RECALL, given_at=LONG_AGO))
    past = a.a_visit(patient, LONG_AGO, face.sessions[0], made_at=LONG_AGO)
    a.a_visit(patient, LONG_AGO + timedelta(days=9), scalp.sessions[0], made_at=LONG_AGO)
    with transaction():
        past.state, past.sessions[0].outcome = VisitState.DONE, Outcome.DONE
        face.sessions[0].state, face.sessions[0].performed_on = SessionState.DONE, LONG_AGO.date()
        for session in face.sessions[1:]:
            session.state = SessionState.SKIPPED
        face.due_step, face.live, face.needs_booking = "M1", True, True
    facts = facts_of(patient.id, LONG_AGO + timedelta(days=1))
    with db.session.no_autoflush:
        yield Story(facts)
    db.session.rollback()


def test_there_is_something_to_try() -> None:
    assert {zone: len(edges(zone)) for zone in ZONES if len(edges(zone)) < 12} == {}
    derived = {kind for kind, said in KINDS.items() if said.urgency is not Urgency.CHANGE and not said.triggered}
    assert derived == {*ASKED, *IN_HOURS, *NO_MOMENT_OF_THEIR_OWN}


def back(days: int) -> Callable[[Story, date], None]:
    """It took place at four in the afternoon so many days before."""

    def tell(story: Story, on: date) -> None:
        story.visit(on + timedelta(days=60))
        story.took_place(clock.at(on - timedelta(days=days), time(16), story.zone))

    return tell


ASKED: dict[str, Callable[[Story, date], None]] = {
    "reminder_1": lambda story, on: story.visit(on + timedelta(days=3)),
    "reminder_2": lambda story, on: story.visit(on + timedelta(days=1)),
    "precare": lambda story, on: story.visit(on + timedelta(days=7)),
    "checkin_1": back(1), "checkin_3": back(3), "late_check_1": back(21), "late_check_2": back(90), "result": back(14),
    "recall_1": lambda story, on: story.maintenance(on + timedelta(days=14)),
    "recall_2": lambda story, on: story.maintenance(on - timedelta(days=10)),
}  # fmt: skip


def test_what_is_asked_at_ten_is_asked_at_ten_on_its_day(story: Story, zone: str) -> None:
    there = ZoneInfo(zone)
    for edge in edges(zone):
        for kind, tell in ASKED.items():
            for on in _around(clock.day_of(edge, zone)):
                tell(story, on)
                read = [at.astimezone(there) for at in story.due(edge - timedelta(days=1))[kind]]
                assert (on, TEN) in [(at.date(), at.time()) for at in read], f"{kind} on {on} around {edge}"


def test_what_counts_in_hours_counts_them_through_a_change_of_the_clocks(story: Story, zone: str) -> None:
    for edge in edges(zone):
        for end in (edge - timedelta(minutes=10), edge, edge + timedelta(minutes=10)):
            story.ended_as(VisitState.DONE)
            story.took_place(end)
            due = story.due(end)
            assert due["aftercare"] == {end + timedelta(minutes=15)}
            assert due["same_evening"] == {min(end + timedelta(hours=5), _evening(end, story.zone))}
            story.ended_as(VisitState.NO_SHOW)
            assert story.due(end)["no_show"] == {end + timedelta(hours=2)}


def _evening(end: datetime, zone: str) -> datetime:
    """The moment at which the clocks of the clinic read half past eight on that day, found by looking at every minute."""
    there = ZoneInfo(zone)
    day = end.astimezone(there).date()
    return next(at for at in _minutes(end.replace(second=0) - timedelta(days=1), 60 * 48) if _reads(at, there) == (day, time(20, 30)))


def test_quiet_hours_end_at_nine_on_the_next_day_there_is(story: Story, zone: str) -> None:
    there = ZoneInfo(zone)
    for edge in edges(zone):
        for at in (edge - timedelta(minutes=1), edge, edge + timedelta(hours=6), edge - timedelta(hours=6)):
            opens, since = sending_hours.open_from(story.facts, at), at.astimezone(there)
            if time(9) <= since.time() < time(20):
                assert opens == at
                continue
            day = since.date() if since.time() < time(9) else since.date() + timedelta(days=1)
            assert _reads(opens, there) == (day, time(9))


def _around(day: date) -> tuple[date, ...]:
    return day - timedelta(days=1), day, day + timedelta(days=1)


def _reads(moment: datetime, there: ZoneInfo) -> tuple[date, time]:
    read = moment.astimezone(there)
    return read.date(), read.time()


def _minutes(since: datetime, number: int) -> Iterator[datetime]:
    return (since + timedelta(minutes=n) for n in range(number))
