"""The bars for people, what others need for the same, and the table of what was counted here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.people.counter import Person


@dataclass(frozen=True)
class Bar:
    """What a task may take at most; `best` and `typical`: what other products take, as read in their manuals."""

    task: str
    most: int
    best: str = "–"
    typical: str = "–"


BARS = {
    "U1": Bar("six sessions planned and booked", 5, "Cliniko ≈10 (fixed period)", "Boulevard ≈12, Zenoti ≈14, Frappe ≈97"),
    "U4": Bar("arrived", 1, "NHS 1", "Jane 2, Zenoti 3"),
    "U11": Bar("a patient found after typing without accents", 1, "–", "fails in plain SQLite LIKE"),
}


@dataclass(frozen=True)
class Figure:
    """One task as it went: what was done, how long the keystroke-level model says it takes, how long the machine took (ms)."""

    bar: str
    what: str
    interactions: int
    typed: int = 0
    loads: int = 0
    seconds: float = 0.0
    ms: str = ""


class Tally:
    """Notes figures with the test that counted them; the table comes at the end of the run."""

    def __init__(self, notes: list[tuple[str, object]]) -> None:
        self._notes = notes

    def __call__(self, bar: str, done: Person, *, what: str = "", ms: str = "") -> int:
        """How many interactions it took, noted."""
        name = what or BARS[bar].task
        self.note(Figure(bar, name, done.interactions, done.typed, done.loads, round(done.seconds, 1), ms))
        return done.interactions

    def note(self, figure: Figure) -> None:
        self._notes.append(("people", asdict(figure)))


def table(figures: list[Figure]) -> Iterator[str]:
    """As Markdown, in the order of the bars."""
    yield "| bar | task | here | at most | fields typed | pages loaded | seconds (model) | machine, ms | best other | typical others |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for one in sorted(figures, key=lambda figure: (int(figure.bar[1:]), figure.what)):
        bar = BARS[one.bar]
        counted = (one.interactions, bar.most, one.typed, one.loads, f"{one.seconds:.1f}", one.ms or "–")
        yield f"| {' | '.join(str(cell) for cell in (one.bar, one.what, *counted, bar.best, bar.typical))} |"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The table, where anything was counted: on the screen and in people.md among the run's temporary files."""
    reports = [one for group in ("passed", "failed") for one in terminalreporter.stats.get(group, [])]
    told = [Figure(**value) for one in reports for name, value in one.user_properties if name == "people" and one.when == "call"]
    if not told:
        return
    file: Path = config._tmp_path_factory.getbasetemp() / "people.md"  # type: ignore[attr-defined]  # pytest has no public name for it
    file.write_text("\n".join(table(told)) + "\n", encoding="utf-8")
    terminalreporter.section(f"people ({file})")
    for line in table(told):
        terminalreporter.write_line(line)
