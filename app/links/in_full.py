"""A press on a link to a full text: the year of birth, or the wish for a new link."""

from __future__ import annotations

from datetime import datetime

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.links import full_text, over
from app.links.opening import alone
from app.links.page import Page
from app.links.queries import Opened, Standing
from app.links.wrong_years import is_closed
from app.messages.links import Purpose
from models.base import transaction
from models.message import MailLink

LETTER_CSP = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"


def renewal(opened: Opened, now: datetime) -> Page | None:
    """The page of a link over its time, in place of which a new one can be had; None for any other."""
    if opened.purpose is not Purpose.FULL_TEXT or not full_text.may_be_renewed(opened, now):
        return None
    return over.renewed() if full_text.was_renewed(opened, now) else over.expired()


def read_in_full(handle: str, link: MailLink, now: datetime) -> ResponseReturnValue:
    """The year of birth opens the full text. Of many answers at one moment each is counted before the next is looked at."""
    with transaction():
        opened = alone(link, now)
        if request.form.get("do") == full_text.RENEW:
            full_text.renew(opened, now)
        if opened.standing is not Standing.OPEN or request.form.get("do") == full_text.RENEW:
            return redirect(url_for("links.show", handle=handle), 303)
        form = full_text.asked(opened)
        if full_text.is_told(opened, form, now):
            return _letter(opened, handle, now)
        if is_closed(link, now):
            return redirect(url_for("links.show", handle=handle), 303)
        return render_template("links/full_text.html", opened=opened, form=form, handle=handle), 422


def _letter(opened: Opened, handle: str, now: datetime) -> ResponseReturnValue:
    mail = full_text.mail_of(opened, now)
    if mail is None:
        return render_template("links/page.html", opened=opened, page=over.changed(opened), handle=handle)
    answer = make_response(mail.html)
    answer.headers["Content-Security-Policy"] = LETTER_CSP
    return answer
