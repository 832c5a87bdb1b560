"""What staff do with a mail that came in."""

from __future__ import annotations

from datetime import datetime

from app import history, tasks
from app.inbound import queries
from app.inbound.following import UNMATCHED
from models.base import db
from models.clinic import Clinic
from models.inbound import IncomingMail


def looked_at(row: IncomingMail, now: datetime) -> None:
    """Somebody has seen to it. The line for mails that belong to nobody ends with the last of them."""
    if row.looked_at is not None:
        return
    row.looked_at, row.looked_by_id = now, history.who()
    tasks.close_all([row], now, "done")
    db.session.flush()
    if not queries.unmatched():
        tasks.close(UNMATCHED, db.session.get_one(Clinic, 1), now, "done")
    history.record("mail looked at", row, now)
