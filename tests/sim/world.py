"""One simulated clinic: its clock, its machine that works or does not, and how an act of somebody is done in it."""

from __future__ import annotations

import hashlib
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flask import Flask, current_app
from sqlalchemy import func, or_, select

from app import history
from app.errors import Refused
from app.history import Actor
from app.messages import doubt, outbox
from jobs import close_the_day, end_holds, forget_old_records, plan_messages, propose_maintenance, send_due_messages, watch_windows
from jobs import owner as owners
from models import clock
from models.base import db, transaction
from models.message import Message, MessageState
from models.staff import Role
from tests.sim import house
from tests.sim.server import Died, MailServer, Taken

BEGIN = date(2026, 3, 2)
NIGHTLY = (close_the_day.run, end_holds.run)
NOW_AND_THEN = (propose_maintenance.run, plan_messages.run, forget_old_records.run)
"""Long ones; nothing depends on the night in which they run."""
LONGER_THAN_A_LEASE = outbox.LEASE + timedelta(minutes=1)
USUAL = 0.06
"""Of a hundred mails so many meet with trouble; other faults are as frequent in proportion."""
Act = Callable[["World"], None]


@dataclass
class World:
    """One clinic. Everything that is chosen is chosen by `dice`, so that one seed tells one story.

    `now` is what the clinic's clock says. `on_taken` is asked of every mail when the server accepts it;
    `trouble` says how much goes wrong; `beside` is what somebody does while another process waits for an answer,
    `on_its_way` the address that this answer is about.
    """

    app: Flask
    seed: int
    zone: str
    on_taken: Callable[[World, Taken], None]
    beside: Act
    patients_a_year: int = 30
    faults: bool = True
    trouble: float = USUAL
    old_patients: int = 6
    now: datetime = field(init=False)
    did: Counter[str] = field(default_factory=Counter)
    unread: list[Taken] = field(default_factory=list)
    off_until: datetime | None = None
    event: str = ""
    on_its_way: str = ""

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        doubt.CHANCE = random.Random(self.seed + 1)
        self.now = clock.at(BEGIN, time(8), self.zone)
        self.server = MailServer(random.Random(self.seed + 2), self, self.trouble if self.faults else 0)
        self._clocks: list[ExitStack] = []
        current_app.extensions["transport"] = self.server
        with self.at_work():
            house.build(self.zone, self.now, self.old_patients)
        self._people = {role: house.staff_of(role) for role in Role}

    @property
    def today(self) -> date:
        return clock.day_of(self.now, self.zone)

    @contextmanager
    def at_work(self, staff_id: int | None = None, role: Role | None = None) -> Iterator[None]:
        """The product's clock stands at this moment, and this person acts."""
        token = history.acting.set(Actor("staff", staff_id, role.value if role else "") if staff_id else history.NOBODY)
        with ExitStack() as clocks:
            clocks.enter_context(clock.set_to(self.now))
            self._clocks.append(clocks)
            try:
                yield
            finally:
                self._clocks.pop()
                history.acting.reset(token)

    def time_passes(self, how_long: timedelta) -> None:
        """While somebody is at work."""
        self.now += how_long
        self._clocks[-1].enter_context(clock.set_to(self.now))

    def do(self, name: str, act: Act) -> None:
        """One act of a person, all or nothing; what the clinic's rules forbid did not happen."""
        self.event = name
        try:
            with self.at_work(self.staff(Role.PHYSICIAN), Role.PHYSICIAN), transaction():
                act(self)
            self.did[name] += 1
        except Refused:
            self.did[f"{name} refused"] += 1

    def staff(self, role: Role) -> int:
        return self.dice.choice(self._people[role])

    def tick(self) -> None:
        """The machine works what is due, unless it is off or dies on the way."""
        if self.is_off() or not self._something_due():
            return
        self.run(send_due_messages.run)
        if self.dice.random() < 0.2:
            self.run(watch_windows.run)

    def every_night(self) -> None:
        """The jobs of the night, if the machine is on."""
        if not self.is_off():
            for job in (*NIGHTLY, *(job for job in NOW_AND_THEN if self.dice.random() < 0.1)):
                self.run(job)

    def is_off(self) -> bool:
        return self.off_until is not None and self.now < self.off_until

    def run(self, job: Callable[[datetime], str]) -> None:
        """One job, which may die on the way; then another process begins."""
        self.event = job.__module__
        try:
            with self.at_work():
                job(self.now)
        except Died:
            db.session.rollback()
            db.session.remove()
            self._another_process()
            self.did["died"] += 1

    def meanwhile(self, address: str, *, long: bool) -> None:
        """Between two words about a mail to an address. `long`: this process sleeps past its lease, another goes on; else a person acts."""
        if len(self._clocks) > 1:
            return
        if long:
            self.time_passes(LONGER_THAN_A_LEASE)
        mine = self._another_process()
        with self.app.app_context():
            if long:
                self.run(send_due_messages.run)
            else:
                self.on_its_way = address
                self.do("beside", self.beside)
                self.on_its_way = ""
        owners._names[os.getpid()] = mine

    def _another_process(self) -> str:
        before, self.did["processes"] = owners.owner(), self.did["processes"] + 1
        owners._names[os.getpid()] = f"process-{self.did['processes']}"
        return before

    def _something_due(self) -> bool:
        due = (Message.state == MessageState.WAITING) & or_(Message.try_at <= self.now, Message.useful_until <= self.now)
        stuck = (Message.state == MessageState.CLAIMED) & (Message.lease_until < self.now)
        found = db.session.scalar(select(Message.id).where(due | stuck).limit(1)) is not None
        db.session.rollback()
        return found

    def digest(self) -> str:
        """What the patients got in its order, and how everything stands: the same seed gives the same."""
        told = hashlib.sha256()
        for one in self.server.taken:
            told.update(f"{one.at:%Y-%m-%dT%H:%M} {one.envelope.recipient} {len(one.envelope.data)}\n".encode())
        ends = select(Message.kind, Message.state, Message.reason, func.count()).group_by(Message.kind, Message.state, Message.reason)
        told.update(repr(sorted((kind, state.value, why, n) for kind, state, why, n in db.session.execute(ends))).encode())
        told.update(repr(sorted(self.did.items())).encode())
        return told.hexdigest()
