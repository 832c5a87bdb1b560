"""A few races of the long campaign (`make races`), through real servers."""

from __future__ import annotations

from pathlib import Path

from tests.races.campaign import Report, in_a_file, run
from tests.races.clinic import a_clinic

SEED = 1


def race(folder: Path, database_url: str, servers: int, slots: tuple[int, ...]) -> Report:
    """The kinds of race take turns: a slot's number says which one it is."""
    report = Report()
    with a_clinic(folder, database_url, servers) as clinic:
        run(clinic, SEED, slots, report)
    return report


def test_sixteen_desks_after_one_slot_on_sqlite(tmp_path: Path) -> None:
    """Whole series; an undo against bookers."""
    report = race(tmp_path, in_a_file(tmp_path), 1, (1, 3))
    assert report.troubles == []
    assert sum(report.races.values()) == 2
