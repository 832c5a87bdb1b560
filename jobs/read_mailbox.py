"""Read what came back by mail: bounces, calendar answers, what people wrote."""

from __future__ import annotations

from datetime import datetime
from time import monotonic

from app.clinic.queries import clinic_or_none
from app.inbound import setting
from app.inbound.intake import take_in
from app.inbound.mailboxes import MailboxError

RUN_FOR = 60.0
"""Seconds; the other jobs must have their turn."""


def run(now: datetime) -> str:
    """Deal with every mail that came in since the last time. A mailbox that cannot be read says so and is tried again."""
    box, until = setting.mailbox(), monotonic() + RUN_FOR
    if box is None or clinic_or_none() is None:
        return "no mailbox" if box is None else "no clinic yet"
    try:
        done = take_in(box, now, may_go_on=lambda: monotonic() < until)
    except MailboxError as trouble:
        return f"not read: {trouble}"
    return ", ".join(f"{n} {what}" for what, n in sorted(done.items())) or "nothing new"
