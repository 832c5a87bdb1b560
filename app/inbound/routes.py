"""What came back by mail: who wrote, what bounced, what belongs to nobody."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.forms import row_id
from app.i18n import _
from app.inbound import mail_pages, queries, setting, words
from app.inbound.blueprint import bp
from app.inbound.queries import Tab
from app.messages.queries import belong_to_nobody
from app.names import message_name
from app.permissions import Permission, needs

__all__ = ["bp", "mail_pages"]


@bp.get("")
@needs(Permission.SEE_MESSAGES)
def index() -> ResponseReturnValue:
    asked = request.args.get("tab", "")
    tab = Tab(asked) if asked in set(Tab) else Tab.ALL
    return render_template(
        "inbound/index.html", page=queries.page(tab, after=row_id(request.args.get("after"))), tab=tab, tabs=_tabs(tab), words=words,
        message_name=message_name, reads=setting.mailbox() is not None,
    )  # fmt: skip


def _tabs(here: Tab) -> list[dict[str, object]]:
    names = {Tab.ALL: _("All"), Tab.UNMATCHED: _("Belongs to nobody"), Tab.DONE: _("Dealt with")}
    return [
        {"word": names[tab], "url": url_for("inbound.index", tab=tab), "n": belong_to_nobody() if tab is Tab.UNMATCHED else None,
         "here": tab is here}
        for tab in Tab
    ]  # fmt: skip
