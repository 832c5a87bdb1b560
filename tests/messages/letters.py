"""Envelopes and fences for the tests of how mail leaves."""

from __future__ import annotations

from app.messages.transports import Envelope, MailEnvelope, Timeouts

PATIENT = Timeouts(connect=5, banner=5, command=5, data=5, body=5, dot=5, courtesy=5)

MESSAGE = b"""From: Clinic <desk@clinic.test>
To: Ada <ada@example.test>
Message-ID: <m1@clinic.test>
Date: Mon, 13 Apr 2026 11:15:30 +0300
Subject: Your appointment

Monday at ten.
.
..two dots
The end.
"""


def an_envelope(**changes) -> Envelope:
    parts = {"sender": "desk@clinic.test", "recipient": "ada@example.test", "message_id": "<m1@clinic.test>", "data": MESSAGE}
    return MailEnvelope(**{**parts, **changes})


def with_crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


class FenceWatch:
    """A fence that remembers being asked."""

    def __init__(self, *, holds: bool = True) -> None:
        self.holds = holds
        self.asked = 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.holds
