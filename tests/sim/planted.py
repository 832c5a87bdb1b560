"""Bugs planted in our own rules, kept for ever: the simulation must catch every one. A bug found later becomes one of them.

Each is a rule of the product with some words of its source replaced. `make planted` lives with each until a promise breaks.
"""

from __future__ import annotations

import importlib
import inspect
import shutil
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from types import CodeType, FunctionType

from flask import Flask
from sqlalchemy import event

from models.base import db
from tests.sim import days
from tests.sim.campaign import ZONES, an_empty_clinic
from tests.sim.planted_bugs import BUGS, Bug
from tests.sim.promises import Broken
from tests.sim.world import BEGIN

NO_BUG = "no bug at all"
BEFORE, LONGEST = 12, 45
"""Days: lived once without any bug, and then with each; what lives longer is tried in the next clinic."""
SEEDS = (11, 12, 13, 14, 15, 16)
TROUBLE = 0.25
"""More goes wrong than in the campaign, so that a bug is caught sooner."""
OLD_PATIENTS = 24
"""Who wait for maintenance, also more than there."""


@dataclass(frozen=True)
class Caught:
    """What became of a bug: what it broke, in which clinic, on which day; `by` is empty where nothing was broken."""

    what: str
    by: str
    seed: int
    day: int
    said: str = ""
    cpu: float = 0.0


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """Within this block the rule is wrong, whoever calls it by whatever name."""
    with ExitStack() as stack:
        for where in dict.fromkeys(where for where, _right, _wrong in bug.changes):
            words = [(right, wrong) for there, right, wrong in bug.changes if there == where]
            stack.enter_context(_changed(where, words))
        yield


@contextmanager
def _changed(where: str, words: list[tuple[str, str]]) -> Iterator[None]:
    function = _function(where)
    kept = function.__code__
    function.__code__ = _with(function, words)
    try:
        yield
    finally:
        function.__code__ = kept


def _function(where: str) -> FunctionType:
    """ "app.messages.rules:gone"; of a property the function that reads it."""
    module, _colon, path = where.partition(":")
    found: object = importlib.import_module(module)
    for name in path.split("."):
        found = inspect.getattr_static(found, name)
    found = found.fget if isinstance(found, property) else inspect.unwrap(found)  # type: ignore[arg-type]  # a function
    assert isinstance(found, FunctionType), where
    return found


def _with(function: FunctionType, words: list[tuple[str, str]]) -> CodeType:
    """Its code with some words replaced. A rule that was written anew must have its bug written anew."""
    source = textwrap.dedent(inspect.getsource(function))
    source = source[source.index("def ") :]
    for right, wrong in words:
        assert source.count(right) == 1, f"{function.__qualname__} does not say once: {right}"
        source = source.replace(right, wrong)
    flags = annotations.compiler_flag
    space = dict(function.__globals__)
    exec(compile(source, function.__code__.co_filename, "exec", flags=flags, dont_inherit=True), space)
    changed: FunctionType = space[function.__name__]
    return changed.__code__


class Nursery:
    """A clinic that has lived for a while without any bug; each bug begins in a copy of it, in a process of its own."""

    def __init__(self, app: Flask, seed: int) -> None:
        self.world = days.a_clinic(app, seed, ZONES[0], trouble=TROUBLE, old_patients=OLD_PATIENTS)
        for _day in range(BEFORE):
            days.a_day(self.world)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()

    def live_with(self, bug: Bug | None) -> Caught:
        """Until a promise breaks. Without a bug none may."""
        began = time.process_time()
        with self.world.app.app_context(), tempfile.TemporaryDirectory() as place, planted(bug) if bug else nullcontext():
            self._move_into(Path(place))
            try:
                days.live(self.world, LONGEST)
                by = said = ""
            except Broken as broken:
                by, said = broken.name, str(broken)
            except Exception as error:
                by, said = type(error).__name__, str(error)
            db.session.remove()
        day = (self.world.today - BEGIN).days
        return Caught(bug.what if bug else NO_BUG, by, self.world.seed, day, said, time.process_time() - began)

    @staticmethod
    def _move_into(place: Path) -> None:
        file = str(shutil.copy(db.engine.url.database or "", place))

        def there(_dialect: object, _record: object, address: list[object], _named: object) -> None:
            address[0] = file

        db.engine.dispose(close=False)
        event.listen(db.engine, "do_connect", there)


def catch(chosen: Sequence[Bug | None]) -> Iterator[Caught]:
    """Each as it is caught, or in the end not, two at a time: in one clinic after the other."""
    free: dict[str, Bug | None] = {bug.what if bug else NO_BUG: bug for bug in chosen}
    for seed in SEEDS:
        for one in _in_one_clinic(seed, list(free.values())):
            if one.by or seed == SEEDS[-1]:
                del free[one.what]
                yield one


def _in_one_clinic(seed: int, chosen: Sequence[Bug | None]) -> Iterator[Caught]:
    if not chosen:
        return
    with an_empty_clinic() as app:
        _nursery.append(Nursery(app, seed))
        with get_context("fork").Pool(2, maxtasksperchild=1) as pool:
            yield from pool.imap_unordered(_live_with, chosen, 1)
        _nursery.clear()


_nursery: list[Nursery] = []
"""The one that the processes of this campaign are forked from."""


def _live_with(bug: Bug | None) -> Caught:
    return _nursery[0].live_with(bug)


def main(only: str) -> int:
    """Every bug whose words fit, with the promise it broke and after how many days; last the clinic without one."""
    chosen = [bug for bug in BUGS if only in bug.what]
    missed = 0
    for one in catch([*chosen, None]):
        print(f"{one.by or 'nothing':14} seed {one.seed} day {one.day:3}  {one.cpu:4.0f} s  {one.what}", flush=True)  # noqa: T201
        missed += (one.by == "") is (one.what != NO_BUG)
    print(f"{len(chosen) + 1 - missed} of {len(chosen) + 1} as it must be")  # noqa: T201
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
