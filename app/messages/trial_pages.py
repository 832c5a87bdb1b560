"""Trying the way mails go: a reminder with made-up dates to whoever asks, and what became of the last one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.history import who
from app.i18n import _, language
from app.messages import compose, planner, setting
from app.messages.blueprint import bp
from app.messages.words import reason_words
from app.permissions import Permission, needs
from models import clock
from models.base import db, held, transaction
from models.message import Message, MessageState
from models.staff import StaffMember

LETTER = "reminder"
ON_ITS_WAY = (MessageState.WAITING, MessageState.CLAIMED)
"""Pressed again meanwhile, no second one goes."""


@bp.get("/trial")
@needs(Permission.MANAGE_CLINIC)
def trial() -> ResponseReturnValue:
    me = db.session.get_one(StaffMember, who())
    return render_template("messages/trial.html", me=me, last=_last(me), way=setting.transport(), reason_words=reason_words)


@bp.post("/trial")
@needs(Permission.MANAGE_CLINIC)
def send_trial() -> ResponseReturnValue:
    with transaction():
        me = db.session.get_one(StaffMember, who())
        held(me)
        if (last := _last(me)) is None or last.state not in ON_ITS_WAY:
            planner.try_words(LETTER, language(), {}, me.id, clock.now(), full=False)
    flash(_("A test mail goes to %(address)s in a moment.", address=me.email), "done")
    return redirect(url_for("messages.trial"), 303)


def _last(me: StaffMember) -> Message | None:
    """What became of the latest mail that somebody tried."""
    mine = select(Message).where(Message.kind == compose.TEST, Message.staff_id == me.id)
    return db.session.scalar(mine.order_by(Message.id.desc()).limit(1))
