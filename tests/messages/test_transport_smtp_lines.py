"""One line to the mail server carries many messages, and a dead one is replaced in silence."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from app.messages.transports import OutcomeKind, Timeouts
from tests.mail_server import drop, hang, say
from tests.messages.letters import PATIENT, FenceWatch, an_envelope

SHORT = 0.4


def test_many_messages_share_one_line(going_through):
    server, transport = going_through()
    kinds = {transport.deliver(an_envelope(message_id=f"<{n}@clinic.test>"), FenceWatch()).kind for n in range(5)}
    assert kinds == {OutcomeKind.ACCEPTED}
    assert (server.connections, transport.lines_opened, len(server.accepted())) == (1, 1, 5)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param({"dot": [say("250 2.0.0 Queued").then_drop()]}, id="the server hung up meanwhile"),
        pytest.param({"rset": [say("421 4.4.2 Idle too long")]}, id="RSET 421"),
        pytest.param({"rset": [hang()]}, id="RSET hangs"),
        pytest.param({"mail": [say("250 2.1.0 Ok"), say("421 4.7.0 Too many messages")]}, id="MAIL 421 on a kept line"),
        pytest.param({"mail": [say("250 2.1.0 Ok"), drop()]}, id="reset at MAIL on a kept line"),
    ],
)
@pytest.mark.parametrize("warm", [0, 5])
def test_a_stale_line_is_replaced_without_a_fault(going_through, script, warm):
    if warm and "rset" in script:
        script = {"mail": [say("250 2.1.0 Ok"), *script["rset"]]}  # nobody asks first: the next message meets what the question would have
    server, transport = going_through(script, timeouts=replace(PATIENT, courtesy=SHORT, command=1, warm=warm))
    outcomes = [transport.deliver(an_envelope(), FenceWatch()) for _ in range(2)]
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.ACCEPTED] * 2
    assert (transport.lines_opened, len(server.accepted())) == (2, 2)


def test_a_line_that_has_just_taken_a_message_is_not_asked_first_one_that_refused_it_or_lay_still_is(going_through):
    server, transport = going_through({"rcpt": [say("250 Ok"), say("250 Ok"), say("550 5.1.1 Nobody"), say("250 Ok")]})
    for _ in range(4):
        transport.deliver(an_envelope(), FenceWatch())
    assert server.commands.count("RSET") == 1  # behind the refusal alone
    (line,) = transport._idle
    line.took_at -= transport.timeouts.warm
    transport.deliver(an_envelope(), FenceWatch())
    assert server.commands.count("RSET") == 2
    assert (server.connections, len(server.accepted())) == (1, 4)


def test_threads_do_not_mix_their_conversations(going_through):
    server, transport = going_through()
    names = [f"p{n}@example.test" for n in range(20)]

    def send(some: list[str]) -> None:
        for name in some:
            transport.deliver(an_envelope(recipient=name, data=f"To: {name}\n\nHello\n".encode()), FenceWatch())

    threads = [threading.Thread(target=send, args=(names[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = {(letter.rcpt, letter.data.splitlines()[0].decode()) for letter in server.accepted()}
    assert told == {(f"RCPT TO:<{name}>", f"To: {name}") for name in names}
    assert server.connections <= 4


def test_a_check_signs_in_and_sends_nothing(going_through):
    server, transport = going_through()
    assert transport.check() is None
    assert [command.split()[0] for command in server.commands] == ["ehlo", "QUIT"]


def test_a_check_says_what_is_wrong(going_through):
    _, transport = going_through({"banner": say("554 5.7.1 Blocked")})
    assert transport.check().text == "5.7.1 Blocked"


def test_only_the_answer_to_the_dot_is_worth_ten_minutes():
    usual = Timeouts()
    assert usual.dot == 600
    assert max(usual.connect, usual.banner, usual.command, usual.data, usual.body, usual.courtesy) <= 120
    assert usual.longest() > usual.dot
