"""What somebody typed when their sign-in had run out: kept for them alone until they are back."""

from __future__ import annotations

import json
from datetime import datetime

from flask import current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import delete, select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from app.sessions import LONGEST
from app.tokens import new_handle
from models.base import db
from models.staff import KeptText, StaffMember

PURPOSE = "interrupted"
SALT = "wtf-csrf-token"  # of Flask-WTF
KEY = "kept"  # in the address of a page that begins with what was typed
SENT = "kept_sent"  # the field by which a form says that it is the kept one, sent after all
MOST_LETTERS = 100_000
MOST_FORMS = 30  # of one person; whoever holds an old page of theirs cannot fill the disk with what it sends
NEVER_KEPT = ("csrf_token", "password", SENT)
Fields = list[tuple[str, str]]


def fields_of(form: MultiDict[str, str]) -> Fields:
    """What a form carried, without passwords and the CSRF token."""
    return [(name, value) for name, value in form.items(multi=True) if not any(word in name for word in NEVER_KEPT)]


def has_words(form: MultiDict[str, str]) -> bool:
    """Whether a form carried anything of its own, not only where to go next."""
    return any(value.strip() for name, value in fields_of(form) if name != "next")


def typed_before() -> MultiDict[str, str] | None:
    """What this person had typed into this page before it was drawn anew."""
    before: MultiDict[str, str] | None = g.get("typed_before")
    return before


def typed_here() -> str:
    """What was sent to the page that is being made, as one text for a field of another form; nothing of what was refused at the door
    or is too large to be read."""
    if request.method != "POST" or not g.get("let_in"):
        return ""
    try:
        return json.dumps(fields_of(request.form), ensure_ascii=False)
    except RequestEntityTooLarge:
        return ""


def from_text(text: str) -> MultiDict[str, str]:
    """What `typed_here` or the page's script wrote; nothing where it is anything else."""
    try:
        pairs = json.loads(text)
        return MultiDict((str(name), str(value)) for name, value in pairs)
    except (ValueError, TypeError, RecursionError):
        return MultiDict()


def writer(token: str) -> int | None:
    """To whom the page was shown that carries this token of ours, within a day of work; None for any other text, and once they
    are gone."""
    try:
        said = URLSafeTimedSerializer(str(current_app.secret_key), salt=SALT).loads(token, max_age=int(LONGEST.total_seconds()))
    except BadData:
        return None
    _handle, _dot, staff_id = str(said).partition(".")
    if not staff_id.isdecimal():
        return None
    return db.session.scalar(select(StaffMember.id).where(StaffMember.id == int(staff_id), StaffMember.active))


def keep(staff_id: int, path: str, form: MultiDict[str, str], now: datetime) -> str:
    """Keep a form for its writer, inside a transaction; returns the key under which it is found. Their oldest makes room for it."""
    fields = fields_of(form)
    if sum(len(name) + len(value) for name, value in fields) > MOST_LETTERS:
        fields = []
    mine = select(KeptText.key).where(KeptText.staff_id == staff_id, KeptText.purpose == PURPOSE)
    old = mine.order_by(KeptText.kept_at.desc(), KeptText.key).offset(MOST_FORMS - 1)
    db.session.execute(delete(KeptText).where(KeptText.key.in_(old)))
    key = new_handle()
    content = {"path": path, "fields": [list(pair) for pair in fields]}
    db.session.add(KeptText(key=key, staff_id=staff_id, purpose=PURPOSE, content=content, kept_at=now))
    return key


def found(key: str, staff_id: int) -> KeptText | None:
    """The kept form of this person."""
    row = db.session.get(KeptText, key)
    return row if row and row.staff_id == staff_id and row.purpose == PURPOSE else None


def let_go(key: str, staff_id: int) -> None:
    """It was sent after all, inside a transaction."""
    db.session.execute(delete(KeptText).where(KeptText.key == key, KeptText.staff_id == staff_id, KeptText.purpose == PURPOSE))
