"""Whatever a mail server does, the outcome says the truth about the message."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from app.messages.transports import OutcomeKind, Phase
from tests.mail_server import accept_then, drop, garbage, hang, say
from tests.messages.letters import MESSAGE, PATIENT, FenceWatch, an_envelope, with_crlf

SHORT = 0.4


@pytest.mark.parametrize(
    "script",
    [
        pytest.param({}, id="250"),
        pytest.param({"dot": say("250-2.0.0 Thank you", "250-still writing", "250 2.0.0 Queued as 1")}, id="250 in several lines"),
        pytest.param({"dot": say("250 2.0.0 Queued", pause=0.3)}, id="250 after a while"),
        pytest.param({"dot": say("250 2.0.0 Queued", drip=0.01)}, id="250 letter by letter"),
        pytest.param({"dot": say("250")}, id="250 without a word"),
        pytest.param({"dot": say("250 2.0.0 Queued").then_drop()}, id="250 then reset before QUIT"),
        pytest.param({"quit": drop()}, id="QUIT answered by a reset"),
        pytest.param({"quit": say("500 What?")}, id="QUIT refused"),
        pytest.param({"ehlo": say("502 5.5.1 Unknown")}, id="EHLO refused then HELO"),
        pytest.param({"rcpt": say("251 2.1.5 Will forward")}, id="RCPT 251"),
        pytest.param({"banner": say("220-mail.test", "220 be welcome")}, id="banner in several lines"),
    ],
)
def test_a_clear_250_is_accepted_once(going_through, script):
    server, transport = going_through(script)
    outcome = transport.deliver(an_envelope(), FenceWatch())
    transport.close()
    assert (outcome.kind, outcome.phase, outcome.code) == (OutcomeKind.ACCEPTED, Phase.DOT, 250)
    assert [letter.data for letter in server.accepted()] == [with_crlf(MESSAGE)]


WAITING = [
    pytest.param({"connect": [drop()]}, Phase.BANNER, None, id="reset on connect"),
    pytest.param({"banner": [hang()]}, Phase.BANNER, None, id="banner hangs"),
    pytest.param({"banner": [say("421 4.3.2 Not now")]}, Phase.BANNER, 421, id="banner 421"),
    pytest.param({"banner": [garbage()]}, Phase.BANNER, None, id="banner garbage"),
    pytest.param({"ehlo": [say("421 4.3.2 Closing").then_drop()]}, Phase.HELLO, 421, id="EHLO 421"),
    pytest.param({"ehlo": [drop()]}, Phase.HELLO, None, id="EHLO reset"),
    pytest.param({"mail": [say("451 4.7.1 Later")]}, Phase.MAIL, 451, id="MAIL 451"),
    pytest.param({"mail": [say("421 4.7.0 Too many")]}, Phase.MAIL, 421, id="MAIL 421"),
    pytest.param({"mail": [garbage()]}, Phase.MAIL, None, id="MAIL garbage"),
    pytest.param({"mail": [say(*["250-more"] * 300)]}, Phase.MAIL, None, id="MAIL answered without end"),
    pytest.param({"mail": [say("250 " + "x" * 20000)]}, Phase.MAIL, None, id="MAIL answered in one endless line"),
    pytest.param({"rcpt": [say("450 4.2.0 Greylisted")]}, Phase.RCPT, 450, id="RCPT 450"),
    pytest.param({"rcpt": [say("421 4.3.2 Closing").then_drop()]}, Phase.RCPT, 421, id="RCPT 421"),
    pytest.param({"rcpt": [say("250 2.1.5 Ok", "250 2.0.0 Queued already")]}, Phase.DATA, None, id="RCPT answered twice"),
    pytest.param({"data": [hang()]}, Phase.DATA, None, id="354 never comes"),
    pytest.param({"data": [say("451 4.3.0 Later")]}, Phase.DATA, 451, id="DATA 451"),
    pytest.param({"data": [say("250 2.0.0 Fine")]}, Phase.DATA, 250, id="DATA answered 250"),
    pytest.param({"data": [say("354 Go", "250 2.0.0 Queued already")]}, Phase.BODY, None, id="250 before the body"),
    pytest.param({"dot": [say("451 4.3.0 Later")]}, Phase.DOT, 451, id="dot 451"),
    pytest.param({"dot": [say("421 4.3.2 Closing").then_drop()]}, Phase.DOT, 421, id="dot 421"),
]


@pytest.mark.parametrize(("script", "phase", "code"), WAITING)
def test_a_passing_fault_before_acceptance_is_safe_to_retry(going_through, script, phase, code):
    server, transport = going_through(script, timeouts=replace(PATIENT, banner=SHORT, data=SHORT))
    outcome = transport.deliver(an_envelope(), FenceWatch())
    assert (outcome.kind, outcome.phase, outcome.code) == (OutcomeKind.RETRY, phase, code)
    assert server.accepted() == []
    assert transport.deliver(an_envelope(), FenceWatch()).kind is OutcomeKind.ACCEPTED
    assert len(server.accepted()) == 1


@pytest.mark.parametrize(
    ("step", "accepted"),
    [
        pytest.param(hang(), 0, id="hang after the dot, not accepted"),
        pytest.param(accept_then(hang()), 1, id="hang after the dot, accepted"),
        pytest.param(accept_then(drop()), 1, id="accept then drop"),
        pytest.param(drop(), 0, id="drop before accept"),
        pytest.param(garbage(), 0, id="garbage after the dot, not accepted"),
        pytest.param(accept_then(garbage()), 1, id="garbage after the dot, accepted"),
        pytest.param(accept_then(say("250-2.0.0 Queued").then_drop()), 1, id="half an answer"),
        pytest.param(accept_then(say("250-Queued", "554 Refused")), 1, id="an answer that contradicts itself"),
        pytest.param(accept_then(say("354 Go on")), 1, id="an answer to another question"),
    ],
)
def test_no_clear_answer_to_the_dot_is_ambiguous(going_through, step, accepted):
    server, transport = going_through({"dot": [step]}, timeouts=replace(PATIENT, dot=SHORT))
    outcome = transport.deliver(an_envelope(), FenceWatch())
    assert (outcome.kind, outcome.phase) == (OutcomeKind.AMBIGUOUS, Phase.DOT)
    assert len(server.accepted()) == accepted


@pytest.mark.parametrize(
    "reply",
    ["550 5.1.1 Nobody here", "550 No such user", "551 5.1.6 Moved", "553 5.1.3 Odd address", "550 5.2.1 Disabled", "550 #5.1.0 Rejected"],
)
def test_an_address_that_does_not_exist_is_to_blame(going_through, reply):
    server, transport = going_through({"rcpt": say(reply)})
    outcome = transport.deliver(an_envelope(), fence := FenceWatch())
    assert (outcome.kind, outcome.phase, outcome.code) == (OutcomeKind.REFUSED_ADDRESS, Phase.RCPT, int(reply[:3]))
    assert fence.asked == 0
    assert server.accepted() == []


@pytest.mark.parametrize(
    ("phase", "reply"),
    [
        (Phase.DOT, "552 5.3.4 Too big"),
        (Phase.DOT, "554 5.6.0 Looks like spam"),
        (Phase.DOT, "550 5.1.1 Nobody here"),
        (Phase.DOT, "550 5.7.1 Not allowed"),
        (Phase.DATA, "554 5.5.1 No valid recipients"),
        (Phase.DATA, "550 5.7.1 Not allowed"),
        (Phase.RCPT, "550 5.7.1 Not allowed"),
        (Phase.RCPT, "550 Blocked by our list (5.7.509)"),
        (Phase.RCPT, "552 5.2.2 Mailbox full"),
        (Phase.RCPT, "550 5.2.2 Mailbox full"),
        (Phase.RCPT, "554 5.1.1 Nobody here"),
        (Phase.RCPT, "550 5.1.8 Bad sender domain"),
        (Phase.RCPT, "550 4.7.1 Cannot make up my mind"),
        (Phase.MAIL, "553 5.6.7 No letters outside ASCII"),
    ],
)
def test_a_refusal_for_another_reason_blames_no_address(going_through, phase, reply):
    server, transport = going_through({phase.value: [say(reply)]})
    outcome = transport.deliver(an_envelope(), FenceWatch())
    assert (outcome.kind, outcome.phase, outcome.code) == (OutcomeKind.REFUSED_MESSAGE, phase, int(reply[:3]))
    assert outcome.text == reply[4:]
    assert transport.deliver(an_envelope(), FenceWatch()).kind is OutcomeKind.ACCEPTED
    assert (len(server.accepted()), server.connections) == (1, 1)


@pytest.mark.parametrize(
    ("script", "phase"),
    [
        pytest.param({"banner": say("554 5.7.1 Your network is blocked")}, Phase.BANNER, id="banner 554"),
        pytest.param({"ehlo": say("550 No"), "helo": say("550 5.7.1 Bad name")}, Phase.HELLO, id="HELO 550"),
        pytest.param({"mail": say("550 5.7.1 Not your address")}, Phase.MAIL, id="MAIL 550"),
        pytest.param({"mail": say("552 5.3.4 Too big for us")}, Phase.MAIL, id="SIZE 552 at MAIL"),
    ],
)
def test_a_server_that_will_not_work_for_us_is_a_configuration_fault(going_through, script, phase):
    server, transport = going_through(script)
    outcome = transport.deliver(an_envelope(), fence := FenceWatch())
    assert (outcome.kind, outcome.phase) == (OutcomeKind.MISCONFIGURED, phase)
    assert (fence.asked, server.accepted()) == (0, [])


def test_a_message_above_the_advertised_size_is_not_even_announced(going_through):
    server, transport = going_through(offers=["SIZE 100"])
    outcome = transport.deliver(an_envelope(), FenceWatch())
    assert (outcome.kind, outcome.phase, outcome.code) == (OutcomeKind.MISCONFIGURED, Phase.MAIL, None)
    assert outcome.text.startswith("too_large: ")
    assert not any(command.startswith("MAIL") for command in server.commands)


def test_a_server_that_is_not_there_is_worth_another_try(going_through):
    server, transport = going_through()
    server.__exit__(None, None, None)
    outcome = transport.deliver(an_envelope(), FenceWatch())
    assert (outcome.kind, outcome.phase) == (OutcomeKind.RETRY, Phase.CONNECT)


@pytest.mark.parametrize("reply", ["450 4.2.0 Greylisted", "451 4.7.1 Come back"])
def test_greylisting_asks_for_five_minutes(going_through, reply):
    _, transport = going_through({"rcpt": say(reply)})
    outcome = transport.deliver(an_envelope(), FenceWatch())
    assert outcome.retry_after is not None
    assert outcome.retry_after.total_seconds() >= 300


def test_a_server_that_drips_cannot_outlast_its_time(going_through):
    _, transport = going_through({"data": say("354 " + "x" * 200, drip=0.02)}, timeouts=replace(PATIENT, data=SHORT))
    outcome = transport.deliver(an_envelope(), FenceWatch())
    assert (outcome.kind, outcome.phase) == (OutcomeKind.RETRY, Phase.DATA)


def test_a_reply_is_kept_in_one_line_of_at_most_500_characters(going_through):
    _, transport = going_through({"rcpt": say("550-5.7.1 first\x07", "550 5.7.1 " + "x" * 900)})
    outcome = transport.deliver(an_envelope(), FenceWatch())
    assert outcome.text.startswith("5.7.1 first 5.7.1 xxx")
    assert (len(outcome.text), outcome.text.isprintable(), outcome.enhanced) == (500, True, "5.7.1")


# --- the fence ------------------------------------------------------------------------


def test_the_fence_is_asked_after_354_and_before_the_body(going_through):
    server, transport = going_through()
    seen: list[str] = []

    def fence() -> bool:
        seen.extend(server.commands[-1:])
        return True

    transport.deliver(an_envelope(), fence)
    assert seen == ["DATA"]


def test_a_lost_lease_sends_nothing(going_through):
    server, transport = going_through()
    outcome = transport.deliver(an_envelope(), FenceWatch(holds=False))
    assert outcome.kind is OutcomeKind.FENCED_OFF
    assert server.accepted() == []
    assert transport.deliver(an_envelope(), FenceWatch()).kind is OutcomeKind.ACCEPTED
    assert (len(server.accepted()), server.connections) == (1, 2)


def test_a_fence_that_breaks_sends_nothing_and_is_heard(going_through):
    server, transport = going_through()

    def fence() -> bool:
        raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError, match="database"):
        transport.deliver(an_envelope(), fence)
    assert server.accepted() == []
    assert transport.deliver(an_envelope(), FenceWatch()).kind is OutcomeKind.ACCEPTED


@pytest.mark.parametrize(
    ("step", "kind", "code"),
    [
        pytest.param(say("552 5.3.4 Enough"), OutcomeKind.REFUSED_MESSAGE, 552, id="552 before the dot"),
        pytest.param(say("421 4.3.2 Closing"), OutcomeKind.RETRY, 421, id="421 before the dot"),
        pytest.param(say("250 2.0.0 Queued"), OutcomeKind.RETRY, 250, id="250 before the dot"),
        pytest.param(drop(), OutcomeKind.RETRY, None, id="reset before the dot"),
    ],
)
def test_a_server_that_answers_before_the_dot_never_gets_the_dot(going_through, step, kind, code):
    server, transport = going_through({"body": [step]})

    def long_enough_for_the_answer_to_arrive() -> bool:
        return not threading.Event().wait(0.2)

    outcome = transport.deliver(an_envelope(), long_enough_for_the_answer_to_arrive)
    assert (outcome.kind, outcome.phase, outcome.code) == (kind, Phase.BODY, code)
    assert server.accepted() == []
    assert transport.deliver(an_envelope(), FenceWatch()).kind is OutcomeKind.ACCEPTED
