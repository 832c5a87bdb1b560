"""What goes over the wire is the message, whole, and nothing but the message."""

from __future__ import annotations

import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from app.messages.transports import EnvelopeError, OutcomeKind, transport_from_url
from tests.mail_server import say
from tests.messages.letters import MESSAGE, PATIENT, FenceWatch, an_envelope, with_crlf


@pytest.mark.parametrize(
    ("data", "arrives"),
    [
        (b"A: b\r\n\r\n.\r\n..\r\n.x\r\n", b"A: b\r\n\r\n.\r\n..\r\n.x\r\n"),
        (b"A: b\n\nno end of line", b"A: b\r\n\r\nno end of line\r\n"),
        (b"A: b\n\nsmuggle\n.\r\nMAIL FROM:<x@y>\r.\rend\n", b"A: b\r\n\r\nsmuggle\r\n.\r\nMAIL FROM:<x@y>\r\n.\r\nend\r\n"),
        (b".A: b\n\n", b".A: b\r\n\r\n"),
    ],
)
def test_dots_and_line_ends_cannot_end_a_message_early(going_through, data, arrives):
    server, transport = going_through()
    transport.deliver(an_envelope(data=data), FenceWatch())
    assert [letter.data for letter in server.accepted()] == [arrives]


def test_eight_bit_mail_is_announced_with_its_size(going_through):
    server, transport = going_through()
    transport.deliver(an_envelope(data="Subject: x\r\n\r\nGüneş\r\n".encode()), FenceWatch())
    assert server.accepted()[0].mail == "MAIL FROM:<desk@clinic.test> SIZE=23 BODY=8BITMIME"


def test_an_old_server_gets_the_same_letters_in_seven_bits(going_through):
    server, transport = going_through({"ehlo": say("500 What?")})
    data = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGüneşten korunun\n"
    assert transport.deliver(an_envelope(data=data.encode()), FenceWatch()).kind is OutcomeKind.ACCEPTED
    [letter] = server.accepted()
    assert letter.data.isascii()
    assert "Güneşten korunun" in message_from_bytes(letter.data, policy=policy.default).get_content()


def test_an_address_outside_ascii_needs_a_server_that_can(going_through):
    server, transport = going_through(offers=["8BITMIME", "SMTPUTF8"])
    outcome = transport.deliver(an_envelope(recipient="çiğdem@örnek.example"), FenceWatch())
    assert outcome.kind is OutcomeKind.ACCEPTED
    [letter] = server.accepted()
    assert letter.rcpt == "RCPT TO:<çiğdem@xn--rnek-4qa.example>"
    assert letter.mail.endswith("SMTPUTF8")


def test_an_address_outside_ascii_is_refused_in_words_where_the_server_cannot(going_through):
    server, transport = going_through()
    outcome = transport.deliver(an_envelope(recipient="çiğdem@example.test"), fence := FenceWatch())
    assert (outcome.kind, outcome.code, fence.asked) == (OutcomeKind.REFUSED_MESSAGE, None, 0)
    assert outcome.text == "not_ascii"
    assert server.accepted() == []


def test_a_domain_outside_ascii_goes_to_any_server(going_through):
    server, transport = going_through()
    transport.deliver(an_envelope(recipient="ada@örnek.example"), FenceWatch())
    assert server.accepted()[0].rcpt == "RCPT TO:<ada@xn--rnek-4qa.example>"


def test_a_domain_that_cannot_be_is_refused_in_words(going_through):
    _, transport = going_through()
    outcome = transport.deliver(an_envelope(recipient="ada@-ö.example"), FenceWatch())
    assert (outcome.kind, outcome.code) == (OutcomeKind.REFUSED_MESSAGE, None)


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.test\r\nRCPT TO:<eve@evil.test>",
        "ada@example.test\n",
        "ada@ex ample.test",
        "<ada@example.test>",
        "ada",
        "@example.test",
        "",
    ],
)
@pytest.mark.parametrize("field", ["sender", "recipient"])
def test_an_envelope_address_cannot_carry_a_second_command(field, address):
    with pytest.raises(EnvelopeError, match=field) as error:
        an_envelope(**{field: address})
    assert not address or address not in str(error.value)


def test_a_real_mail_server_takes_the_mail_in(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    class Inbox(Sink):
        got: list[bytes] = []

        async def handle_DATA(self, server, session, envelope):  # noqa: N802  # the name aiosmtpd asks for
            self.got.append(envelope.content)
            return "250 2.0.0 Kept"

    controller = Controller(Inbox(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        transport = transport_from_url(f"smtp://127.0.0.1:{port}", tmp_path, PATIENT)
        outcomes = [transport.deliver(an_envelope(), FenceWatch()) for _ in range(2)]
        transport.close()
    finally:
        controller.stop()
    assert [(outcome.kind, outcome.text) for outcome in outcomes] == [(OutcomeKind.ACCEPTED, "2.0.0 Kept")] * 2
    assert Inbox.got == [with_crlf(MESSAGE)] * 2
