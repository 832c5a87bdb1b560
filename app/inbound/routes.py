"""What came back by mail: who wrote, what bounced, what belongs to nobody."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.forms import row_id
from app.history import viewed
from app.i18n import _
from app.inbound import actions, queries, setting, words
from app.names import message_name
from app.permissions import Permission, needs
from models import clock
from models.base import db, locked, transaction
from models.inbound import IncomingMail

bp = Blueprint("inbound", __name__, url_prefix="/messages/came-in")


@bp.get("")
@needs(Permission.SEE_MESSAGES)
def index() -> ResponseReturnValue:
    unmatched = request.args.get("tab") == "unmatched"
    page = queries.page(unmatched=unmatched, after=row_id(request.args.get("after")))
    tabs = [
        {"word": _("All"), "url": url_for("inbound.index"), "n": None, "here": not unmatched},
        {"word": _("Belongs to nobody"), "url": url_for("inbound.index", tab="unmatched"), "n": queries.unmatched(), "here": unmatched},
    ]
    return render_template(
        "inbound/index.html", page=page, tabs=tabs, unmatched=unmatched, words=words, message_name=message_name,
        reads=setting.mailbox() is not None,
    )  # fmt: skip


@bp.get("/<int:mail_id>")
@needs(Permission.SEE_MESSAGES)
def show(mail_id: int) -> ResponseReturnValue:
    """Everybody sees that something came; what was written is read by whoever may read mails."""
    row = db.session.get(IncomingMail, mail_id) or abort(404)
    if row.patient is not None:
        viewed(row)
    return render_template("inbound/show.html", mail=row, words=words, message_name=message_name)


@bp.post("/<int:mail_id>")
@needs(Permission.DO_TASKS)
def looked_at(mail_id: int) -> ResponseReturnValue:
    with transaction():
        row = locked(IncomingMail, mail_id) or abort(404)
        actions.looked_at(row, clock.now())
    flash(_("Seen to."), "done")
    return redirect(url_for("inbound.show", mail_id=mail_id), 303)
