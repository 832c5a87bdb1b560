"""How often something may be tried. Counted in the database, so that all processes count together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, delete, text

from app.tokens import hashed
from models.base import UtcDateTime, db
from models.staff import Throttle

SINCE_EVER = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
# One statement, so that two tries at one moment are two.
_COUNT = text(
    'INSERT INTO throttle (key, "window", tries) VALUES (:key, :start, 1)'
    ' ON CONFLICT (key, "window") DO UPDATE SET tries = throttle.tries + 1 RETURNING tries'
).bindparams(bindparam("start", type_=UtcDateTime()))


@dataclass(frozen=True)
class Limit:
    """So many tries within so many minutes; `minutes` 0 counts until it is forgiven."""

    name: str
    tries: int
    minutes: int


def count(limit: Limit, about: str, now: datetime) -> datetime | None:
    """Count one more try, inside a transaction. Returns when to try again if there were too many, else None."""
    start = _start(limit, now)
    tries = db.session.execute(_COUNT, {"key": _key(limit, about), "start": start}).scalar_one()
    if tries <= limit.tries:
        return None
    return start + timedelta(minutes=limit.minutes) if limit.minutes else FOREVER


def forgive(limit: Limit, about: str) -> None:
    """Forget all tries, inside a transaction."""
    db.session.execute(delete(Throttle).where(Throttle.key == _key(limit, about)))


def _start(limit: Limit, now: datetime) -> datetime:
    if not limit.minutes:
        return SINCE_EVER
    seconds = limit.minutes * 60
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def _key(limit: Limit, about: str) -> str:
    """The thing itself (an address, an account) is not readable in the table."""
    return f"{limit.name}:{hashed(about)[:40]}"
