"""`make bench` [ARGS="--sessions 200000 --only r1"]: every figure as a ratio, one table and one JSON file under bench/results/."""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import r1_day_page, r3_growth, r4_dispatch, r4_outbox, r6_book, r7_series, r8_replan, r9_memory, r10_start

RESULTS = Path(__file__).parent / "results"
MEASURES = {
    "r1": r1_day_page.measure, "r3": r3_growth.measure, "r4": r4_dispatch.measure, "outbox": r4_outbox.measure, "r6": r6_book.measure,
    "r7": r7_series.measure, "r8": r8_replan.measure, "r9": r9_memory.measure, "r10": r10_start.measure,
}  # fmt: skip


def main() -> None:
    """Measure what was asked for and say what came out."""
    asked = argparse.ArgumentParser(prog="make bench")
    asked.add_argument("--sessions", type=int, default=2_000_000, help="sessions of the large file (R3)")
    asked.add_argument("--only", choices=MEASURES, help="one measure")
    asked.add_argument("--folder", type=Path, help="where generated files lie and are found again")
    chosen = asked.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="seans-bench-"))
    figures = [figure for name, measure in MEASURES.items() if chosen.only in (None, name) for figure in measure(folder, chosen.sessions)]
    width = max(len(figure["what"]) for figure in figures)
    for figure in figures:
        print(f"{figure['id']:<4} {figure['what']:<{width}}  {figure['value']:>9}  hold to {figure['bar']}   {figure['how']}")
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%S}.json"
    file.write_text(json.dumps(figures, indent=1, ensure_ascii=False))
    print(f"\nWritten to {file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file}")


main()
