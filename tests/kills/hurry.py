"""Time that runs faster than it does, the same for every process: leases and waits of minutes pass in seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

TIMES = 300
"""A second of ours is five minutes of the clinic's."""


def clock_from(begun: datetime, at: float) -> Callable[[], datetime]:
    """The clinic's moment: it was `begun` when the machine's own clock said `at` (seconds since the epoch)."""
    return lambda: begun + timedelta(seconds=(time.time() - at) * TIMES)


def real(span: timedelta) -> float:
    """How many of our seconds a span of the clinic's time takes."""
    return span.total_seconds() / TIMES
