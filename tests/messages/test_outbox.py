"""How a message leaves: claimed once, asked again, within hours, settled by what the server said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.messages import outbox, setting, suppressions
from app.messages.transports import Envelope, Fence, MemoryTransport, Outcome, OutcomeKind, Phase
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.clinic import Clinic
from models.message import Attempt, ChannelState
from models.treatment import Course
from tests import builders as b
from tests.messages.stories import GRACE, NOW, book, cancel, claim, ist, move, rows, send, standing_at, states, take_place, tasks


@pytest.fixture
def course(app: Flask, noon: datetime) -> Course:
    b.a_clinic()
    return b.a_course(b.a_plan(b.a_patient(email_verified_at=b.EARLY), b.a_physician()), b.a_protocol())


@pytest.fixture
def visit(course: Course) -> Appointment:
    return b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0])


@pytest.fixture
def waiting(visit: Appointment) -> Appointment:
    """One mail that a patient waits for: her booking."""
    book(visit)
    return visit


def said(kind: OutcomeKind, phase: Phase = Phase.DOT, code: int | None = None, **more: Any) -> Outcome:
    return Outcome(kind, phase, "as scripted", code, **more)


def the_channel() -> ChannelState:
    return db.session.get_one(ChannelState, "mail")


def test_a_due_message_is_sent_once(waiting: Appointment) -> None:
    way = send(NOW + GRACE)
    assert len(way.taken) == 1
    assert not send(NOW + GRACE, way).taken[1:]
    message = rows("booked")[0]
    assert (message.state, message.address, message.tries) == ("sent", "ayse.yilmaz@post.example", 1)


def test_what_was_sent_is_kept_word_for_word_with_the_attempt(waiting: Appointment) -> None:
    way = send(NOW + GRACE)
    message = rows("booked")[0]
    assert message.body is not None
    assert message.body.subject
    assert message.message_id.strip("<>") in way.taken[0].data.decode()
    assert [(a.outcome, a.phase, a.code) for a in message.attempts] == [("accepted", "dot", 250)]


def test_two_processes_never_claim_one_message(waiting: Appointment) -> None:
    assert outbox.claim_next(NOW + GRACE, "first") is not None
    assert outbox.claim_next(NOW + GRACE, "second") is None


def test_the_mark_before_the_dot_holds_only_for_the_owner_of_the_lease(waiting: Appointment) -> None:
    claimed = claim(NOW + GRACE, "first")
    way = MemoryTransport()
    too_late = NOW + GRACE + outbox.LEASE + timedelta(seconds=1)
    assert outbox.deliver(claimed, way, tell_time=lambda: too_late).kind is OutcomeKind.FENCED_OFF
    assert not way.taken
    assert rows("booked")[0].fenced_at is None


def test_a_mail_on_its_way_is_called_back_when_its_visit_is_cancelled(visit: Appointment) -> None:
    book(visit, told := NOW - timedelta(days=3))
    send(told + GRACE)
    claimed = claim(ist(12, 14, 10).astimezone(UTC), "slow")  # the reminder
    cancel(visit, ist(12, 14, 10).astimezone(UTC))
    way = MemoryTransport()
    assert outbox.deliver(claimed, way, tell_time=standing_at(ist(12, 14, 10, 1).astimezone(UTC))).kind is OutcomeKind.FENCED_OFF
    assert not way.taken
    assert states("reminder_1") == [("reminder_1", "withdrawn", "visit_off")]


def test_a_booking_moved_while_its_mail_is_on_its_way_is_told_once_as_it_is_now(waiting: Appointment) -> None:
    claimed = claim(NOW + GRACE, "slow")
    move(waiting, ist(12, 18, 11), NOW + GRACE)
    outbox.deliver(claimed, MemoryTransport(), tell_time=standing_at(NOW + GRACE))
    way = send(NOW + 2 * GRACE)
    assert [(m.kind, m.state) for m in rows("booked", "moved")] == [("booked", "withdrawn"), ("booked", "sent")]
    assert len(way.taken) == 1


def test_a_mail_behind_the_fence_is_not_called_back(waiting: Appointment) -> None:
    claimed = claim(NOW + GRACE)
    assert outbox._still_ours(claimed, NOW + GRACE)
    cancel(waiting, NOW + GRACE)
    assert states("booked") == [("booked", "claimed", "")]


def test_some_are_claimed_together_but_never_two_of_one_patient(waiting: Appointment, course: Course) -> None:
    book(b.a_visit(b.a_patient("Can", phone="+905321114413", email="can@post.example"), ist(12, 18, 14).astimezone(UTC), kind="review"))
    first = outbox.claim(NOW + timedelta(hours=1), "tester")  # address checks come first
    second = outbox.claim(NOW + timedelta(hours=1), "tester")
    for batch in (first, second):
        to = [one.envelope.recipient for one in batch]
        assert len(to) == len(set(to))
    assert sum(len(batch) for batch in (first, second)) == 3


def test_what_was_claimed_and_not_tried_waits_as_if_nobody_had_touched_it(waiting: Appointment) -> None:
    before = rows("booked")[0].try_at
    outbox.put_back([claim(NOW + GRACE)])
    message = rows("booked")[0]
    assert (message.state, message.owner, message.try_at, message.tries) == ("waiting", None, before, 0)
    assert len(send(NOW + GRACE).taken) == 1


def test_a_process_that_died_before_the_dot_costs_nothing(waiting: Appointment) -> None:
    outbox.claim_next(NOW + GRACE, "dead")
    later = NOW + GRACE + outbox.LEASE + timedelta(seconds=1)
    assert (outbox.recover(later), outbox.recover(later)) == (1, 0)
    assert len(send(later).taken) == 1


def test_a_process_that_died_at_the_dot_leaves_a_doubt_that_is_sent_once_more(waiting: Appointment) -> None:
    claimed = claim(NOW + GRACE, "dead")
    assert outbox._still_ours(claimed, NOW + GRACE)
    later = NOW + GRACE + outbox.LEASE + timedelta(seconds=1)
    outbox.recover(later)
    message = rows("booked")[0]
    assert (message.state, message.try_at, message.reason) == ("waiting", later + timedelta(minutes=15), "send_again")
    assert send(later + timedelta(minutes=15)).taken[0].message_id == message.message_id


def test_an_answer_that_comes_after_the_lease_is_believed(waiting: Appointment) -> None:
    claimed = claim(NOW + GRACE, "slow")
    assert outbox._still_ours(claimed, NOW + GRACE)
    late = NOW + GRACE + outbox.LEASE + timedelta(seconds=1)
    outbox.recover(late)

    class Late(MemoryTransport):
        def deliver(self, envelope: Envelope, fence: Fence) -> Outcome:
            return said(OutcomeKind.ACCEPTED, code=250)

    outbox.deliver(claimed, Late(), tell_time=lambda: late)
    assert states("booked") == [("booked", "sent", "")]


# --- what the server says -------------------------------------------------------------------------------------------------

PASSING = said(OutcomeKind.RETRY, Phase.RCPT, 450, retry_after=timedelta(minutes=5))


def test_a_passing_refusal_waits_at_least_as_long_as_the_server_asks(waiting: Appointment) -> None:
    send(NOW + GRACE, None, PASSING)
    message = rows("booked")[0]
    assert (message.state, message.reason, message.try_at) == ("waiting", "try_again", NOW + GRACE + timedelta(minutes=5))
    assert len(send(message.try_at).taken) == 1


def test_the_waits_grow_and_are_spread_and_end_at_an_hour(waiting: Appointment) -> None:
    bounds = []

    def note(least: float, most: float) -> float:
        bounds.append((least, most))
        return most

    at = NOW + GRACE
    for _n in range(9):
        claimed = claim(at, "tester")
        outbox.deliver(claimed, MemoryTransport([said(OutcomeKind.RETRY, Phase.RCPT, 450)]), tell_time=standing_at(at), jitter=note)
        at = rows("booked")[0].try_at
    assert [most for _least, most in bounds] == [120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]
    assert {least for least, _most in bounds} == {60}


def test_a_doubt_is_sent_once_more_and_then_stays_unknown(waiting: Appointment) -> None:
    send(NOW + GRACE, None, said(OutcomeKind.AMBIGUOUS))
    again = rows("booked")[0].try_at
    assert again == NOW + GRACE + timedelta(minutes=15)
    send(again, None, said(OutcomeKind.AMBIGUOUS))
    assert states("booked") == [("booked", "unknown", "no_clear_answer")]
    assert [task.kind for task in tasks()] == ["delivery_unknown"]


def test_a_doubt_close_to_the_visit_stays_unknown_at_once(course: Course) -> None:
    soon = b.a_visit(course.plan.patient, NOW + timedelta(minutes=17), course.sessions[0])
    book(soon)
    send(NOW + GRACE, None, said(OutcomeKind.AMBIGUOUS))
    assert states("booked") == [("booked", "unknown", "no_clear_answer")]


def test_an_address_that_does_not_exist_is_written_to_no_more(waiting: Appointment) -> None:
    send(NOW + GRACE, None, said(OutcomeKind.REFUSED_ADDRESS, Phase.RCPT, 550))
    assert states("booked") == [("booked", "failed", "address_refused")]
    assert [task.kind for task in tasks()] == ["address_bounced"]
    send(ist(12, 14).astimezone(UTC))
    assert {(m.kind, m.reason) for m in rows("precare", "reminder_1")} == {("precare", "by_phone"), ("reminder_1", "by_phone")}
    assert len(tasks("call_line")) == 2


def test_after_somebody_looked_the_address_is_written_to_again(waiting: Appointment) -> None:
    send(NOW + GRACE, None, said(OutcomeKind.REFUSED_ADDRESS, Phase.RCPT, 550))
    with transaction():
        suppressions.allow_again("ayse.yilmaz@post.example")
    assert {one.recipient for one in send(ist(12, 14).astimezone(UTC)).taken} == {"ayse.yilmaz@post.example"}


def test_a_refused_message_fails_without_blaming_the_address(waiting: Appointment) -> None:
    send(NOW + GRACE, None, said(OutcomeKind.REFUSED_MESSAGE, Phase.DOT, 554))
    assert states("booked") == [("booked", "failed", "refused")]
    assert not suppressions.is_suppressed("ayse.yilmaz@post.example")


def three_bookings() -> None:
    for n, name in enumerate(("Ada", "Bora", "Cem")):
        patient = b.a_patient(name, "Ak", email_verified_at=b.EARLY)
        book(b.a_visit(patient, ist(12, 17, 10 + n).astimezone(UTC), kind="review"))


def test_three_refusals_in_a_row_on_different_addresses_are_our_own_fault(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    three_bookings()
    send(NOW + GRACE, None, *[said(OutcomeKind.REFUSED_MESSAGE, Phase.DOT, 554)] * 3)
    assert {(m.state, m.reason) for m in rows("booked")} == {("waiting", "channel_stopped")}
    assert the_channel().stopped_at is not None
    assert not tasks()


def test_an_accepted_message_in_between_is_no_row_of_refusals(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    three_bookings()
    no, yes = said(OutcomeKind.REFUSED_MESSAGE, Phase.DOT, 554), said(OutcomeKind.ACCEPTED, Phase.DOT, 250)
    send(NOW + GRACE, None, no, yes, no)
    assert sorted(m.state for m in rows("booked")) == ["failed", "failed", "sent"]
    assert the_channel().stopped_at is None


def test_a_server_that_does_not_work_for_us_stops_the_channel_and_keeps_the_row(waiting: Appointment) -> None:
    send_once(said(OutcomeKind.MISCONFIGURED, Phase.AUTH, 535))
    assert states("booked") == [("booked", "waiting", "channel_stopped")]
    assert "535" in the_channel().why


def send_once(answer: Outcome) -> None:
    outbox.deliver(claim(NOW + GRACE), MemoryTransport([answer]), tell_time=lambda: NOW + GRACE)


# --- asked once more ------------------------------------------------------------------------------------------------------


def test_what_is_no_longer_wanted_is_not_sent(waiting: Appointment) -> None:
    with transaction():
        db.session.get_one(Appointment, waiting.id).state = VisitState.CANCELLED  # and nobody planned
    assert not send(NOW + GRACE).taken
    assert states("booked") == [("booked", "withdrawn", "nothing_to_tell")]


def test_what_helps_no_more_is_missed_with_the_reason(waiting: Appointment) -> None:
    assert not send(waiting.starts_at + timedelta(minutes=1)).taken
    assert ("booked", "withdrawn", "nothing_to_tell") in states("booked")
    assert {m.state for m in rows()} <= {"withdrawn", "missed"}


def test_messages_that_help_no_more_end_while_the_channel_stands_still(waiting: Appointment) -> None:
    over = waiting.starts_at + timedelta(hours=1)
    assert outbox.end_what_is_over(over) == 4
    assert {(m.state, m.reason) for m in rows()} == {("missed", "too_late")}
    assert outbox.end_what_is_over(over) == 0


def test_the_mail_goes_to_the_address_of_today(waiting: Appointment) -> None:
    with transaction():
        waiting.patient.email = "new@post.example"
    assert [one.recipient for one in send(NOW + GRACE).taken] == ["new@post.example"]


def test_an_address_that_no_envelope_can_carry_fails_alone(waiting: Appointment) -> None:
    with transaction():
        waiting.patient.email = "two words@post.example"
    send(NOW + GRACE)
    assert states("booked") == [("booked", "failed", "address_unusable")]


@pytest.mark.parametrize("values", [{"email": ""}, {"channel": "phone"}, {"channel": "paper"}, {"stopped_classes": ["service"]}])
def test_whoever_mail_does_not_reach_is_called_at_the_same_moment(waiting: Appointment, values: dict[str, Any]) -> None:
    with transaction():
        for name, value in values.items():
            setattr(waiting.patient, name, value)
    assert not send(NOW + GRACE).taken
    assert states("booked") == [("booked", "withdrawn", "by_phone")]
    assert [(task.kind, task.facts["about"], task.for_role) for task in tasks()] == [("call_line", "booked", "reception")]


def test_care_that_is_a_day_late_is_told_by_telephone(course: Course) -> None:
    visit = b.a_visit(course.plan.patient, ist(11, 30, 9).astimezone(UTC), course.sessions[0])
    take_place(visit, ist(11, 30, 10).astimezone(UTC), NOW)
    send(ist(12, 1, 12).astimezone(UTC))
    assert states("aftercare") == [("aftercare", "missed", "called_instead")]
    assert [task.facts["about"] for task in tasks("call_line")] == ["aftercare"]


def test_before_mailing_has_started_nothing_leaves(waiting: Appointment) -> None:
    with transaction():
        db.session.get_one(Clinic, 1).mailing_started = False
    assert not send(NOW + GRACE).taken
    assert [m.state for m in rows("booked")] == ["waiting"]


def test_a_demo_clinic_refuses_every_way_out_but_the_folder(app: Flask, noon: datetime) -> None:
    clinic = b.a_clinic(demo=True)
    assert setting.refuses(clinic, MemoryTransport())
    assert not setting.refuses(clinic, MemoryTransport(keeps_mail_here=True))


def test_a_filed_mail_was_not_sent_and_somebody_calls(waiting: Appointment) -> None:
    send(NOW + GRACE, MemoryTransport(keeps_mail_here=True))
    assert states("booked") == [("booked", "filed", "filed_here")]
    assert [task.facts["why"] for task in tasks("call_line")] == ["filed_here"]


def test_in_the_demo_nobody_is_called_about_filed_mails(waiting: Appointment) -> None:
    with transaction():
        db.session.get_one(Clinic, 1).demo = True
    send(NOW + GRACE, MemoryTransport(keeps_mail_here=True))
    assert not tasks()


def test_a_moved_visit_never_gets_the_old_reminder(waiting: Appointment) -> None:
    move(waiting, ist(12, 22, 11).astimezone(UTC), NOW + timedelta(hours=1))
    send(ist(12, 14).astimezone(UTC))
    old = rows("reminder_1")[0]
    assert (old.state, old.reason) == ("withdrawn", "visit_moved")


def test_attempts_are_never_changed(waiting: Appointment) -> None:
    send(NOW + GRACE)
    with pytest.raises(Exception, match="append-only"), transaction():
        db.session.query(Attempt).update({"text": "something else"})
