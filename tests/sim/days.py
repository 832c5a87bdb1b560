"""A day of the simulated clinic, minute by minute, and the faults that fall into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import select

from models import clock
from models.appointment import COMING, Appointment
from models.base import db
from tests.sim import acts, desk, outbox_promises, promises, readers, series_promises, visits
from tests.sim.world import USUAL, Act, World

TICKS = (541, 601, 665, 781, 961, 1190, 1231)
"""Minutes of a day at which the machine works at least: just after what is due by the hour."""
SELDOM = 0.05
"""Acts that are done less often than that on a working day are done as much more often as more goes wrong."""
Moment = tuple[int, Callable[[], None]]


def a_clinic(app: Flask, seed: int, zone: str, **of_world: Any) -> World:
    """A new clinic in an empty database, with every promise asked."""
    world = World(app, seed, zone, promises.of_a_mail, acts.changes_something, **of_world)
    world.do("reviews beside invitations", desk.books_reviews_beside_invitations)
    return world


def live(world: World, days: int) -> None:
    """So many days, one after the other; then everything that ever left is looked at."""
    for _day in range(days):
        a_day(world)
    outbox_promises.at_the_end(world)
    series_promises.at_the_end(world)


def a_day(world: World) -> None:
    """From one morning to the night after it."""
    midnight = clock.at(world.today, time(0), world.zone)
    for minute, act in sorted(_moments(world), key=lambda one: one[0]):
        world.now = max(world.now, midnight + timedelta(minutes=minute))
        act()
    world.now = max(world.now, clock.at(clock.day_of(midnight, world.zone) + timedelta(days=1), time(3), world.zone))
    world.event = "the night"
    outbox_promises.of_a_night(world)
    series_promises.of_a_night(world)
    db.session.rollback()
    world.every_night()


def _moments(world: World) -> Iterator[Moment]:
    for minute in TICKS:
        yield minute, partial(_tick, world)
    if world.today.weekday() == 6:
        return
    for name, act in _acts(world):
        minute = world.dice.randrange(545, 1130)
        yield minute, partial(world.do, name, act)
        yield minute + 4, partial(_tick, world)
    for visit_id, starts, length in _visits(world):
        begins, ends = starts + world.dice.randrange(-5, 12), starts + length + world.dice.randrange(16, 30)
        yield begins, partial(world.do, "begins", visits.begins(visit_id))
        yield ends, partial(world.do, "ends", visits.ends(visit_id))
        yield ends + 16, partial(_tick, world)
    yield 1135, partial(world.do, "closes", visits.closes_what_was_left)
    yield 1140, partial(world.do, "reviews", visits.reviews_what_is_due)
    if world.faults:
        yield from _faults(world)


def _acts(world: World) -> Iterator[tuple[str, Act]]:
    often = 1 if world.did["new patient"] < world.patients_a_year / 3 else world.patients_a_year / 300
    if world.dice.random() < often:
        yield "new patient", desk.a_new_patient
    for act, often in acts.ACTS.items():
        if often < SELDOM:
            often *= world.trouble / USUAL
        for _n in range(int(often) + (world.dice.random() < often % 1)):
            yield act.__name__, act


def _visits(world: World) -> list[tuple[int, int, int]]:
    """Each visit of the day: its number, the minute at which it begins, and how many it takes."""
    today = select(Appointment.id, Appointment.local_time, Appointment.minutes).where(Appointment.local_day == world.today)
    rows = db.session.execute(today.where(Appointment.state.in_(COMING)).order_by(Appointment.starts_at, Appointment.id)).all()
    db.session.rollback()
    return [(pk, begins.hour * 60 + begins.minute, length) for pk, begins, length in rows]


def _tick(world: World) -> None:
    world.tick()
    mails, world.unread = world.unread, []
    for one in mails:
        readers.read(world, one)


def _faults(world: World) -> Iterator[Moment]:
    """The mail server is gone for up to 30 hours, the machine for up to 20; the clock steps; an address dies."""
    for fault, often in ((_mail_down, 0.03), (_machine_off, 0.02), (_clock_steps, 0.02), (_an_address_dies, 0.02)):
        if world.dice.random() < often * world.trouble / USUAL:
            yield world.dice.randrange(500, 1200), partial(fault, world)


def _mail_down(world: World) -> None:
    world.server.down_until = world.now + timedelta(hours=world.dice.uniform(1, 30))
    world.did["mail down"] += 1


def _machine_off(world: World) -> None:
    world.off_until = world.now + timedelta(hours=world.dice.uniform(1, 20))
    world.did["machine off"] += 1


def _clock_steps(world: World) -> None:
    """The machine's clock is wrong for one tick, and then right again."""
    right = world.now
    world.now += timedelta(minutes=world.dice.randrange(-90, 90))
    _tick(world)
    world.now = right
    world.did["clock steps"] += 1


def _an_address_dies(world: World) -> None:
    known = sorted({one.envelope.recipient for one in world.server.taken})
    if known:
        world.server.dead.add(world.dice.choice(known))
