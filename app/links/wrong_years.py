"""Wrong years of birth, told to open a full text: they are counted, and too many close it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from models.base import db
from models.message import MailLink

WRONG_YEARS, WRONG_YEARS_OF_ALL, COUNTED_FOR = 5, 10, timedelta(days=30)
"""After so many about one mail its links close for good; after so many on all links of a patient made within so long, none opens."""


def is_closed(link: MailLink, now: datetime) -> bool:
    """Too many wrong years of birth were told."""
    return tries_left(link, now) <= 0


def tries_left(link: MailLink, now: datetime) -> int:
    """How many more wrong years close it: told about its mail, here and on links sent in its place, or lately about the patient."""
    theirs = MailLink.patient_id == link.patient_id
    about_mail, lately = _told(theirs, MailLink.message_pk == link.message_pk), _told(theirs, MailLink.made_at > now - COUNTED_FOR)
    return min(WRONG_YEARS - about_mail, WRONG_YEARS_OF_ALL - lately)


def _told(*where: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.sum(MailLink.wrong_answers)).where(*where)) or 0
