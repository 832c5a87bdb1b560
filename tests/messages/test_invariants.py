"""Many invented weeks of a clinic: whatever happens, the promises about messages hold."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask

from app.messages import channel, outbox, planner
from app.messages.transports import Envelope, Fence, MemoryTransport, Outcome, OutcomeKind, Phase
from models import clock
from models.appointment import COMING, Appointment, VisitKind, VisitState
from models.base import db, transaction
from models.message import Message, MessageState, Urgency
from models.patient import Patient
from tests import builders as b
from tests.messages.stories import IST, NOW, book, cancel, ist, move, rows, standing_at, take_place

ENDED_UNSENT = (MessageState.WITHDRAWN, MessageState.MISSED, MessageState.FAILED, MessageState.UNKNOWN, MessageState.FILED)
TROUBLE = [
    Outcome(OutcomeKind.RETRY, Phase.RCPT, "later", 450),
    Outcome(OutcomeKind.RETRY, Phase.CONNECT, "nobody there"),
    Outcome(OutcomeKind.AMBIGUOUS, Phase.DOT, "silence"),
    Outcome(OutcomeKind.REFUSED_MESSAGE, Phase.DOT, "no", 554),
]


class Server(MemoryTransport):
    """Takes mail, and now and then does not; remembers when it took what."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__()
        self.dice, self.now = dice, NOW
        self.took: list[tuple[datetime, Envelope]] = []

    def deliver(self, envelope: Envelope, fence: Fence) -> Outcome:
        if self.dice.random() < 0.15:
            self.answers.append(self.dice.choice(TROUBLE))
        outcome = super().deliver(envelope, fence)
        if outcome.kind is OutcomeKind.ACCEPTED:
            self.took.append((self.now, envelope))
        return outcome


class Weeks:
    """A clinic with one patient's course, living hour by hour."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        b.a_clinic()
        zone = self.dice.choice([None, "America/New_York", "Asia/Tokyo", "Europe/Berlin"])
        self.patient = b.a_patient(email_verified_at=b.EARLY, zone=zone)
        self.course = b.a_course(b.a_plan(self.patient, b.a_physician()), b.a_protocol())
        self.server, self.now, self.left = Server(self.dice), NOW, list(range(len(self.course.sessions)))

    def live(self, hours: int) -> None:
        for _n in range(hours):
            if self.dice.random() < 0.2:
                self.act()
            self.close_what_was()
            self.tick()
            self.now += timedelta(minutes=self.dice.choice([20, 60, 240]))

    def act(self) -> None:
        coming = [v for v in db.session.query(Appointment).all() if v.state in COMING and v.starts_at > self.now]
        if not coming or (len(coming) < 4 and self.dice.random() < 0.4):
            sessions = [self.course.sessions[self.left.pop(0)]] if self.left else []
            kind = VisitKind.TREATMENT if sessions else VisitKind.REVIEW
            book(b.a_visit(self.patient, self.some_time(), *sessions, made_at=self.now, kind=kind), self.now)
        elif coming:
            self.dice.choice([self.move_one, self.cancel_one, self.confirm_one])(self.dice.choice(coming))

    def some_time(self) -> datetime:
        day = clock.local(self.now, "Europe/Istanbul") + timedelta(days=self.dice.randint(1, 12))
        taken = {v.starts_at for v in db.session.query(Appointment).all()}
        start = day.replace(hour=10, minute=0, second=0, microsecond=0)
        while start.astimezone(UTC) in taken:
            start += timedelta(hours=2)
        return start.astimezone(UTC)

    def move_one(self, visit: Appointment) -> None:
        move(visit, self.some_time(), self.now)

    def cancel_one(self, visit: Appointment) -> None:
        cancel(visit, self.now)

    def confirm_one(self, visit: Appointment) -> None:
        with transaction():
            db.session.get_one(Appointment, visit.id).state = VisitState.CONFIRMED
            planner.plan_for(self.patient.id, self.now)

    def close_what_was(self) -> None:
        for visit in db.session.query(Appointment).filter(Appointment.ends_at <= self.now).all():
            if visit.state in COMING:
                take_place(visit, visit.ends_at, self.now)

    def tick(self) -> None:
        self.server.now = self.now
        outbox.recover(self.now)
        outbox.end_what_is_over(self.now)
        with transaction():
            if channel.state().stopped_at:
                channel.open_again(self.now)  # somebody looks
        while not channel.is_still(self.now) and (claimed := outbox.claim_next(self.now, "tester")) is not None:
            outbox.deliver(claimed, self.server, tell_time=lambda: self.now, jitter=self.dice.uniform)


@pytest.mark.parametrize("seed", range(8))
def test_the_promises_hold_through_invented_weeks(app: Flask, noon: datetime, seed: int) -> None:
    weeks = Weeks(seed)
    weeks.live(150)
    messages = rows()
    assert messages
    no_row_ended_without_a_reason(messages)
    nothing_is_open_past_its_end(messages, weeks.now)
    what_was_taken_is_what_is_written_down(messages, weeks.server)
    routine_mails_keep_hours_and_numbers(messages, weeks)
    every_session_has_its_rows()
    assert not planner.missing(weeks.patient.id, weeks.now).added


def no_row_ended_without_a_reason(messages: list[Message]) -> None:
    assert all(m.reason for m in messages if m.state in ENDED_UNSENT)


def nothing_is_open_past_its_end(messages: list[Message], now: datetime) -> None:
    still = [m for m in messages if m.state in (MessageState.WAITING, MessageState.CLAIMED)]
    assert all(m.useful_until is None or m.useful_until > now - timedelta(hours=26) for m in still)


def what_was_taken_is_what_is_written_down(messages: list[Message], server: Server) -> None:
    taken = Counter(envelope.message_id for _at, envelope in server.took)
    for message in messages:
        assert taken[message.message_id] == (message.state is MessageState.SENT)  # the script accepts none in doubt
    for at, envelope in server.took:
        message = next(m for m in messages if m.message_id == envelope.message_id)
        assert message.useful_until is None or at < message.useful_until
        assert envelope.recipient == db.session.get_one(Patient, message.patient_id).email


def routine_mails_keep_hours_and_numbers(messages: list[Message], weeks: Weeks) -> None:
    went = [m for m in messages if m.state is MessageState.SENT and m.urgency in (Urgency.ROUTINE, Urgency.INVITATION)]
    zone = weeks.patient.zone or "Europe/Istanbul"
    assert all(9 <= clock.local(m.settled_at, zone).hour < 20 for m in went if m.settled_at)
    assert all(n <= 3 for n in Counter(m.settled_at.astimezone(IST).date() for m in went).values())
    for kind in {m.kind for m in went}:
        times = sorted(m.settled_at for m in went if m.kind == kind and m.settled_at)
        assert all(second - first >= timedelta(hours=12) for first, second in pairwise(times))
    for m in went:
        if m.kind in ("precare", "reminder_1", "reminder_2"):
            assert m.settled_at <= m.useful_until


def every_session_has_its_rows() -> None:
    for visit in db.session.query(Appointment).filter_by(state=VisitState.DONE):
        mine = {m.kind for m in rows() if m.subject_type == "appointment" and m.subject_id == visit.id}
        assert "aftercare" in mine or not visit.sessions
        assert mine & {"reminder_1", "reminder_2"}


def test_nothing_is_sent_twice_when_the_clock_steps_back(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    patient = b.a_patient(email_verified_at=b.EARLY)
    book(b.a_visit(patient, ist(12, 17, 14).astimezone(UTC), kind="review"))
    server = MemoryTransport()
    for at in (NOW + timedelta(hours=1), NOW, NOW + timedelta(hours=1), NOW - timedelta(days=1), NOW + timedelta(hours=2)):
        outbox.recover(at)
        while (claimed := outbox.claim_next(at, "tester")) is not None:
            outbox.deliver(claimed, server, tell_time=standing_at(at))
    assert len(server.taken) == 1  # J4


def test_an_outage_ends_as_if_it_had_not_been(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    patient = b.a_patient(email_verified_at=b.EARLY)
    book(b.a_visit(patient, ist(12, 4, 14).astimezone(UTC), kind="review"))
    late = ist(12, 4, 11, 30).astimezone(UTC)  # nothing ran since Tuesday
    while (claimed := outbox.claim_next(late, "tester")) is not None:
        outbox.deliver(claimed, MemoryTransport(), tell_time=lambda: late)
    assert {(m.kind, m.state) for m in rows("booked", "reminder_2")} == {("booked", "sent"), ("reminder_2", "sent")}  # J3
