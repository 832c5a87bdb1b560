"""Wrong years of birth, told to open a full text: they are counted, and too many close it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from models.base import db
from models.message import MailLink

WRONG_YEARS, WRONG_YEARS_OF_ALL, COUNTED_FOR = 5, 10, timedelta(days=30)
"""After so many about one mail its links close for good; after so many on all links of a patient made within so long, none opens."""


def is_closed(link: MailLink, now: datetime) -> bool:
    """Too many wrong years of birth were told."""
    lately = select(func.sum(MailLink.wrong_answers)).where(MailLink.patient_id == link.patient_id, MailLink.made_at > now - COUNTED_FOR)
    return wrong_years(link) >= WRONG_YEARS or (db.session.scalar(lately) or 0) >= WRONG_YEARS_OF_ALL


def wrong_years(link: MailLink) -> int:
    """How many were told about the mail of this link, here and on those sent in its place."""
    mine = (MailLink.patient_id == link.patient_id, MailLink.message_pk == link.message_pk)
    return db.session.scalar(select(func.sum(MailLink.wrong_answers)).where(*mine)) or 0
