"""What the mail server has, held against what the outbox says."""

from __future__ import annotations

import email
from collections import Counter
from email.policy import SMTP
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.base import db
from models.message import Message, MessageClass, MessageState
from models.task import StaffTask
from tests.mail_server import MailServer

if TYPE_CHECKING:
    from tests.kills.campaign import Report

COUNTED = ("booked", "recall_1")


def account_for(server: MailServer, report: Report) -> None:
    """Every mail was accepted and says so, or says why not; none is lost, silent, or doubled beyond what is promised."""
    taken = Counter(_message_id(letter.data) for letter in server.accepted())
    db.session.rollback()
    rows = db.session.scalars(select(Message).where(Message.kind.in_(COUNTED)).order_by(Message.id)).all()
    for row in rows:
        n = taken.pop(row.message_id, 0)
        report.ends[f"{row.message_class} {row.state}"] += 1
        report.copies[n] += 1
        report.troubles += [f"{row.kind} {row.id} ({row.state}, {n} accepted): {wrong}" for wrong in _wrong(row, n)]
    known = {row.message_id for row in db.session.scalars(select(Message))}
    report.troubles += [f"accepted, but in no row: {one}" for one in taken if one not in known]


def _wrong(row: Message, n: int) -> list[str]:
    most = 1 if row.message_class is MessageClass.RECALL else 2
    return [
        said
        for said, so in {
            "never finished": row.state in (MessageState.WAITING, MessageState.CLAIMED),
            "silent: it ended without a reason": row.state is not MessageState.SENT and not row.reason,
            "said to be sent, and was not accepted": row.state is MessageState.SENT and n == 0,
            "accepted, and the row does not know": n > 0 and row.state not in (MessageState.SENT, MessageState.UNKNOWN),
            "lost: nothing was accepted, and nobody is told": n == 0 and row.state is not MessageState.UNKNOWN,
            f"more than {most} copies": n > most,
            "unknown, and on nobody's list": row.state is MessageState.UNKNOWN and not _asked(row),
        }.items()
        if so
    ]


def _asked(row: Message) -> bool:
    line = select(StaffTask.id).where(StaffTask.kind == "delivery_unknown", StaffTask.subject_id == row.id)
    return db.session.scalars(line).first() is not None


def _message_id(data: bytes) -> str:
    return str(email.message_from_bytes(data, policy=SMTP)["Message-ID"])
