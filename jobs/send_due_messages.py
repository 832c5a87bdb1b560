"""Send every message whose time has come."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from datetime import datetime
from time import monotonic

from app.clinic.queries import clinic_or_none
from app.messages import channel, outbox, setting, staff_mails
from app.messages.carriers import CARRIERS, Carrier
from app.messages.transports import OutcomeKind
from jobs.owner import owner
from models import clock
from models.base import transaction

RUN_FOR = 60.0
"""Seconds; the other jobs must have their turn."""


def run(now: datetime) -> str:
    """Free what others left, plan mails to colleagues, and send until nothing is due, the channel stops, or time is up."""
    freed, over = outbox.recover(now), outbox.end_what_is_over(now)
    with transaction():
        staff_mails.plan(now)
    sent, stopped = Counter(outcome.value for outcome in _sent(now)), _standstill(now)
    counts = [f"{n} {kind}" for kind, n in sorted(sent.items())] or ["0 sent"]
    said = [*counts, *([f"{freed} freed"] if freed else []), *([f"{over} missed"] if over else []), *([stopped] if stopped else [])]
    return ", ".join(said)


def _sent(now: datetime) -> Iterator[OutcomeKind]:
    """Deliver one message after the other; what came of each. What was claimed and is not tried waits again."""
    until = monotonic() + RUN_FOR
    while monotonic() < until and _may_go_on(_time(now)):
        claimed = deque(outbox.claim(_time(now), owner()))
        if not claimed:
            return
        try:
            while claimed and not channel.is_still(_time(now), claimed[0].carrier.name):
                one = claimed.popleft()
                yield outbox.deliver(one, one.carrier.way(), tell_time=lambda: _time(now)).kind
        finally:
            outbox.put_back(claimed)


def _may_go_on(now: datetime) -> bool:
    """One carrier at least may try: each is asked, since one that stands still is looked at again. What waits for it waits on."""
    return True in {_may_carry(one, now) for one in CARRIERS.values()}


def _may_carry(carrier: Carrier, now: datetime) -> bool:
    clinic, way = clinic_or_none(), carrier.way()
    if clinic is None or setting.refuses(clinic, way) or not channel.may_send(way, now, carrier.name):
        return False
    if way.keeps_mail_here:
        return True
    with transaction():
        return channel.room_left(now)


def _time(now: datetime) -> datetime:
    """The time while the run goes on; a clock that is put back meanwhile changes nothing."""
    return max(now, clock.now())


def _standstill(now: datetime) -> str:
    """Why nothing goes, if nothing does."""
    clinic, way = clinic_or_none(), setting.transport()
    if clinic is not None and setting.refuses(clinic, way):
        return "a demo clinic mails nobody"
    return "the channel stands still" if channel.is_still(now) else ""
