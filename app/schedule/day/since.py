"""What a page of the day has seen, so that it can ask cheaply whether anything has changed since.

A page carries a `Seen` with it. Nothing of the day is read to answer it while the count of changes stands still and no moment has
come at which a day changes by itself; where something else was changed, the print of the list says that the list is as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from app.schedule.day.presenters import VisitRow
from app.schedule.flow import NO_SHOW_AFTER
from models.appointment import COMING

_MINUTES = re.compile(r"(<time\b[^>]*>)[^<]*")
_TOKEN = re.compile(r"(\d{1,18})\.(\d{1,12})\.([0-9a-f]{12})")


@dataclass(frozen=True)
class Seen:
    """`count`: changes of any record before the list was read; `until`: when it changes by itself (0: never); `mark`: its print."""

    count: int
    until: int
    mark: str

    def __str__(self) -> str:
        return f"{self.count}.{self.until}.{self.mark}"

    def holds(self, count: int | None, now: datetime) -> bool:
        """Nothing can have changed: no need to look."""
        return self.count == count and (not self.until or now.timestamp() < self.until)


def read(token: str) -> Seen | None:
    """What a page says it has seen; None where it says nothing that we wrote."""
    found = _TOKEN.fullmatch(token)
    return Seen(int(found[1]), int(found[2]), found[3]) if found else None


def print_of(html: str) -> str:
    """The same for two drawings that differ in nothing but the minutes that the page counts on by itself."""
    return blake2b(_MINUTES.sub(r"\1", html).encode(), digest_size=6).hexdigest()


def changes_next(rows: Iterable[VisitRow], now: datetime) -> int:
    """The next moment at which somebody becomes late, or late enough for a no-show, in seconds; 0 where there is none."""
    moments = (one for row in rows if row.state in COMING for one in (row.starts_at, row.starts_at + NO_SHOW_AFTER))
    ahead = min((one for one in moments if one > now), default=datetime.fromtimestamp(0, UTC))
    return int(ahead.timestamp())
