"""What was kept for a moment only is forgotten: interrupted texts, form tokens, counters, ended sign-ins, filed mails."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Executable, Text, cast, delete, or_, select, update

from app.files import store
from app.messages import setting
from app.messages.transports import FolderTransport
from app.throttle import SINCE_EVER
from models.base import db, transaction
from models.inbound import IncomingMail
from models.staff import FormToken, KeptText, SignIn, Throttle

CAME_IN = timedelta(days=180)
"""So long what people wrote in a mail is kept; that a mail came, and what followed, stays."""
NAMES = cast(IncomingMail.facts, Text) != "{}"
"""What a mail said in plain values: addresses, a server's words, why it was set aside."""
TEXTS, TOKENS, COUNTERS, SIGN_INS = timedelta(days=1), timedelta(days=7), timedelta(days=2), timedelta(days=30)


def run(now: datetime) -> str:
    """Delete what is past its time, one kind of thing after the other."""
    rows = 0
    for statement in _old(now):
        with transaction():
            rows += len(db.session.execute(statement).all())
    way = setting.transport()
    files = way.forget_older_than(now) if isinstance(way, FolderTransport) else 0
    return f"{rows} rows, {store.sweep(now)} files without a row and {files} filed mails forgotten"


def _old(now: datetime) -> list[Executable]:
    used = select(SignIn.id).where(or_(SignIn.ends_at < now - SIGN_INS, SignIn.ended_at < now - SIGN_INS))
    counted = (Throttle.window < now - COUNTERS, Throttle.window > SINCE_EVER)  # a counter without a window is forgiven, not forgotten
    written = (IncomingMail.came_at < now - CAME_IN, or_(IncomingMail.text != "", IncomingMail.sender != "", NAMES))
    return [
        update(IncomingMail).where(*written).values(text="", subject="", sender="", facts={}).returning(IncomingMail.id),
        delete(KeptText).where(KeptText.kept_at < now - TEXTS).returning(KeptText.key),
        delete(FormToken).where(FormToken.used_at < now - TOKENS).returning(FormToken.token),
        delete(Throttle).where(*counted).returning(Throttle.key),
        delete(SignIn).where(SignIn.id.in_(used)).returning(SignIn.id),
    ]
