"""Clinic after clinic, each for a year, as many at a time as there are cores. `make sim YEARS=1000 SEED=1` is the long form;
`MINUTES=40` begins no clinic later than that."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from flask import Flask

from app.factory import create_app
from models.base import db
from models.guards import put_guards_up
from tests.conftest import settings_of_a_test
from tests.sim import days
from tests.sim.promises import Broken
from tests.sim.world import BEGIN

A_YEAR = 365
ZONES = ("Europe/Istanbul", "America/New_York", "Pacific/Auckland")
"""One without a change of the clocks, one on each half of the earth with."""
IN_MEMORY = Path("/dev/shm")


@dataclass
class Story:
    """What became of one clinic: what was done in it, how many mails were accepted and visits ended; `lived` says how many days;
    `broken` says what must not be."""

    seed: int
    zone: str
    days: int
    did: Counter[str] = field(default_factory=Counter)
    lived: int = 0
    mails: int = 0
    cpu: float = 0.0
    digest: str = ""
    broken: str = ""


def a_story(seed: int, days_long: int = A_YEAR, zone: str | None = None, **of_world: float) -> Story:
    """One clinic in a database of its own, from its first day on. What goes wrong is written down with the seed and the moment."""
    story, began = Story(seed, zone or ZONES[seed % len(ZONES)], days_long), time.process_time()
    with an_empty_clinic() as app:
        world = days.a_clinic(app, seed, story.zone, **of_world)
        try:
            days.live(world, days_long)
        except Broken as broken:
            story.broken = str(broken)
        except Exception as error:  # whatever the clinic itself trips over is as bad, and the other clinics live on
            story.broken = f"seed {seed}, {story.zone}, {world.now:%Y-%m-%d %H:%M} UTC, {world.event}: {error!r}"
        story.lived = (world.today - BEGIN).days
        story.did, story.mails = world.did + world.server.seen, len(world.server.taken)
        db.session.rollback()
        story.digest = world.digest()
    story.cpu = time.process_time() - began
    return story


@contextmanager
def an_empty_clinic() -> Iterator[Flask]:
    """Silent, so that what it says of itself does not bury what must be read."""
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as place:
        app = create_app(settings_of_a_test(Path(place)))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        logging.disable(logging.CRITICAL)
        with app.app_context():
            db.create_all()
            with db.engine.begin() as connection:
                put_guards_up(connection)
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()
                logging.disable(logging.NOTSET)


def stories(seeds: range, days_long: int = A_YEAR) -> Iterator[Story]:
    """Each as it ends, not in their order. Whoever asks for no more is not kept waiting for those that have not begun."""
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), max_tasks_per_child=5) as pool:
        try:
            yield from (told.result() for told in as_completed([pool.submit(a_story, seed, days_long) for seed in seeds]))
        finally:
            pool.shutdown(cancel_futures=True)


def main(years: int, seed: int, minutes: float) -> int:
    """The long form, with a line of progress after each clinic. Some minutes after its begin what has ended is enough."""
    enough = time.monotonic() + minutes * 60
    did, mails, broken = Counter[str](), 0, 0
    for n, story in enumerate(stories(range(seed, seed + years)), 1):
        did, mails, broken = did + story.did, mails + story.mails, broken + bool(story.broken)
        if story.broken:
            print(f"\n- {story.broken}")  # noqa: T201
        print(f"\r{n} of {years} clinic-years, {mails} mails, {broken} broken, {story.cpu:.0f} s ", end="", flush=True)  # noqa: T201
        if time.monotonic() > enough:
            break
    print("\n" + ", ".join(f"{n} {what}" for what, n in sorted(did.items())))  # noqa: T201
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
