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
    "U2": Bar("the same, one clash repaired", 7, "≈21 (Boulevard)", "undetected"),
    "U3": Bar("the same, five sessions and 35 days: so many more", 4, "not possible without making it anew"),
    "U4": Bar("arrived", 1, "NHS 1", "Jane 2, Zenoti 3"),
    "U5": Bar("from booked to done, with lot and care mail", 4, "none described complete", "≥ 9"),
    "U6": Bar("undo, the mail stopped too", 1, "Jane 1, within 3 minutes"),
    "U7": Bar("a session moved, the later ones seen first", 2, "none shows them", "Boulevard 3"),
    "U8": Bar("the next session booked from the worklist", 1, "Open Dental ≈4 (derived)", "≈6"),
    "U9": Bar("a physician away for a week", 6, "none", "≈14 × 4"),
    "U10": Bar("a day with three open rows closed", 3, "NHS 1 a group"),
    "U11": Bar("a patient found after typing without accents", 1, "–", "fails in plain SQLite LIKE"),
    "U12": Bar("a patient confirms from the mail", 2, "1–2", "Jane cancels with ≥ 4"),
    "U13": Bar("states changed by a hundred openings of every link", 0, "five mail products failed"),
    "U16": Bar("states and bands that look alike without colour", 0, "–", "Zenoti: colour and hovering"),
    "U22": Bar("sheets of A4 for sixty visits", 2, "NHS prints a masthead"),
    "U23": Bar("presses on a row that another desk has changed, lost in silence", 0, "–", "LibreEHR #342"),
    "U24": Bar("an empty database to the first series booked", 45),
}


@dataclass(frozen=True)
class Figure:
    """One task as it went: what was done, how long the keystroke-level model says it takes, how long the machine took (ms)."""

    bar: str
    what: str
    count: int
    typed: int = 0
    loads: int = 0
    seconds: float = 0.0
    ms: str = ""


class Tally:
    """Notes figures with the test that counted them; the table comes at the end of the run."""

    def __init__(self, notes: list[tuple[str, object]]) -> None:
        self._notes = notes

    def __call__(self, bar: str, done: Person | int, *, how: str = "", ms: str = "") -> int:
        """How many interactions it took (or what else was counted), noted. `how`: in which other way than most would.

        Fields typed into stand beside: the bars do not count them.
        """
        what = f"{BARS[bar].task}{', ' * bool(how)}{how}"
        made = Figure(bar, what, done) if isinstance(done, int) else Figure(
            bar, what, done.acts, done.typed, done.loads, round(done.seconds, 1), ms
        )  # fmt: skip
        self._notes.append(("people", asdict(made)))
        return made.count


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Tally:
    """Whatever a test counts comes into the table."""
    return Tally(request.node.user_properties)


def table(figures: list[Figure]) -> Iterator[str]:
    """As Markdown, in the order of the bars."""
    yield "| bar | task | here | at most | fields typed | pages loaded | seconds (model) | machine, ms | best other | typical others |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for one in sorted(figures, key=lambda figure: (int(figure.bar[1:]), figure.what)):
        bar = BARS[one.bar]
        counted = (one.count, bar.most, one.typed, one.loads, f"{one.seconds:.1f}", one.ms or "–")
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
