"""R10: the cold start of `python run.py` until its first page ÷ the import of bare Flask and SQLAlchemy."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.process import first_page, free_port, running
from bench.world import make

ROUNDS = 7
BARE = "import flask, sqlalchemy, sqlalchemy.orm, flask_sqlalchemy"


def measure(folder: Path, _sessions: int) -> list[dict[str, str]]:
    """Both as processes of their own; rounds of the two alternate."""
    make(folder / "small-10k", 10_000)
    ours, bare = [], []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", BARE], check=True)
        bare.append(time.perf_counter() - begun)
        begun, port = time.perf_counter(), free_port()
        with running(folder / "small-10k", port):
            first_page(port)
            ours.append(time.perf_counter() - begun)
    start, least = statistics.median(ours), statistics.median(bare)
    how = f"{start * 1000:.0f} and {least * 1000:.0f} ms, medians of {ROUNDS}"
    return [{"id": "R10", "what": "cold start to first page ÷ import of Flask and SQLAlchemy", "value": f"{start / least:.2f}", "bar": "≤ 3", "how": how}]
