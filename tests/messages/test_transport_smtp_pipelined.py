"""A server that takes several commands in one packet gets them so, and the outcome says the truth all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.messages.transports import OutcomeKind, Phase
from tests.mail_server import hang, say
from tests.messages.letters import MESSAGE, PATIENT, FenceWatch, an_envelope, with_crlf
from tests.messages.test_transport_smtp import SHORT, WAITING

OFFERS = ("8BITMIME", "SIZE 1000000", "PIPELINING")
ONE_BY_ONE = {"RCPT answered twice", "RCPT 421"}
"""The second answer is taken for the one to DATA, and a reset may swallow the answer before it: worth another try as well, but
with another code."""


def test_many_messages_share_one_line(going_through):
    server, transport = going_through(offers=OFFERS)
    outcomes = {transport.deliver(an_envelope(), FenceWatch()).kind for _n in range(5)}
    assert (outcomes, server.connections) == ({OutcomeKind.ACCEPTED}, 1)
    assert [letter.data for letter in server.accepted()] == [with_crlf(MESSAGE)] * 5


@pytest.mark.parametrize(("script", "phase", "code"), [case for case in WAITING if case.id not in ONE_BY_ONE])
def test_a_passing_fault_is_safe_to_retry(going_through, script, phase, code):
    server, transport = going_through(script, timeouts=replace(PATIENT, banner=2, data=2), offers=OFFERS)
    outcome = transport.deliver(an_envelope(), FenceWatch())
    assert (outcome.kind, outcome.phase, outcome.code) == (OutcomeKind.RETRY, phase, code)
    assert server.accepted() == []
    assert transport.deliver(an_envelope(), FenceWatch()).kind is OutcomeKind.ACCEPTED
    assert len(server.accepted()) == 1


@pytest.mark.parametrize(
    ("script", "kind", "phase"),
    [
        ({"rcpt": [say("550 5.1.1 Nobody here")]}, OutcomeKind.REFUSED_ADDRESS, Phase.RCPT),
        ({"rcpt": [say("550 5.7.1 Policy")]}, OutcomeKind.REFUSED_MESSAGE, Phase.RCPT),
        ({"mail": [say("550 5.7.1 Not your address")]}, OutcomeKind.MISCONFIGURED, Phase.MAIL),
        ({"data": [say("554 5.5.1 No valid recipients")]}, OutcomeKind.REFUSED_MESSAGE, Phase.DATA),
    ],
)
def test_the_first_refusal_counts_and_the_line_goes_on(going_through, script, kind, phase):
    server, transport = going_through(script, offers=OFFERS)
    outcome = transport.deliver(an_envelope(), fence := FenceWatch())
    assert (outcome.kind, outcome.phase, fence.asked) == (kind, phase, 0)
    assert transport.deliver(an_envelope(), FenceWatch()).kind is OutcomeKind.ACCEPTED
    assert (server.connections, len(server.accepted())) == (1, 1)


def test_a_server_that_wants_a_body_for_nobody_gets_none_and_the_line_is_left(going_through):
    server, transport = going_through({"rcpt": [say("550 5.1.1 Nobody", "354 Go ahead all the same")]}, offers=OFFERS)
    assert transport.deliver(an_envelope(), FenceWatch()).kind is OutcomeKind.REFUSED_ADDRESS
    assert server.accepted() == []
    assert transport.deliver(an_envelope(), FenceWatch()).kind is OutcomeKind.ACCEPTED
    assert (server.connections, len(server.accepted())) == (2, 1)


def test_silence_behind_a_refusal_keeps_the_refusal(going_through):
    refused = replace(hang(), reply=b"550 5.1.1 Nobody\r\n")
    server, transport = going_through({"rcpt": [refused]}, timeouts=replace(PATIENT, courtesy=SHORT), offers=OFFERS)
    assert transport.deliver(an_envelope(), FenceWatch()).kind is OutcomeKind.REFUSED_ADDRESS
    assert transport.deliver(an_envelope(), FenceWatch()).kind is OutcomeKind.ACCEPTED
    assert server.connections == 2


def test_the_fence_is_asked_once_after_354(going_through):
    _server, transport = going_through(offers=OFFERS)
    transport.deliver(an_envelope(), fence := FenceWatch())
    assert fence.asked == 1
