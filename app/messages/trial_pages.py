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
from models.base import db, transaction
from models.message import Message
from models.staff import StaffMember

LETTER = "reminder"


@bp.get("/trial")
@needs(Permission.MANAGE_CLINIC)
def trial() -> ResponseReturnValue:
    me = db.session.get_one(StaffMember, who())
    mine = select(Message).where(Message.kind == compose.TEST, Message.staff_id == me.id)
    last = db.session.scalar(mine.order_by(Message.id.desc()).limit(1))
    way = setting.transport()
    return render_template("messages/trial.html", me=me, last=last, way=way, reason_words=reason_words)


@bp.post("/trial")
@needs(Permission.MANAGE_CLINIC)
def send_trial() -> ResponseReturnValue:
    with transaction():
        me = db.session.get_one(StaffMember, who())
        planner.try_words(LETTER, language(), {}, me.id, clock.now(), full=False)
    flash(_("A test mail goes to %(address)s in a moment.", address=me.email), "done")
    return redirect(url_for("messages.trial"), 303)
