"""The outbox: what goes, went and failed, and why."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ScalarSelect

from app.clinic import queries as clinic_queries
from app.errors import Refused
from app.forms import row_id
from app.front_door import count
from app.front_door.headers import CSP_WITH_FRAME
from app.history import viewed
from app.i18n import _, _n
from app.messages import actions, channel, compose, preview_pages, queries, rules, trial_pages
from app.messages.blueprint import BODY_CSP, bp
from app.messages.forms import WithdrawForm
from app.messages.queries import ENDED, Tab
from app.messages.words import answer_words, outcome_words, reason_words, standstill_words
from app.names import message_name
from app.permissions import Permission, needs
from app.sessions import Person
from models import clock
from models.base import db, transaction
from models.message import ChannelState, Message, MessageState

__all__ = ["bp", "preview_pages", "trial_pages"]


@count("messages")
def to_look_at(person: Person, today: date) -> ScalarSelect[int] | None:
    """The number in the menu: mails that failed or of which nobody knows whether they arrived."""
    return queries.to_look_at(today) if person.may(Permission.SEE_MESSAGES) else None


@bp.get("")
@needs(Permission.SEE_MESSAGES)
def index() -> ResponseReturnValue:
    now, asked, patient_id = clock.now(), request.args.get("tab", ""), row_id(request.args.get("patient"))
    tab = Tab(asked) if asked in set(Tab) else Tab.DUE
    page = queries.page(tab, now, patient_id=patient_id, after=row_id(request.args.get("after")))
    clinic = clinic_queries.the_clinic()
    tabs = _tabs(tab, queries.numbers(now, patient_id=patient_id), patient_id)
    return render_template(
        "messages/index.html", tab=tab, tabs=tabs, page=page, patient_id=patient_id, clinic=clinic,
        stopped=_stopped(), coming=[] if clinic.mailing_started else queries.coming_by_kind(now), ended=tab in ENDED, now=now,
        message_name=message_name, reason_words=reason_words, answer_words=answer_words, standstill_words=standstill_words,
        again=actions.AGAIN,
    )  # fmt: skip


@bp.get("/<int:message_id>")
@needs(Permission.SEE_MESSAGES)
def show(message_id: int) -> ResponseReturnValue:
    message = _message_or_404(message_id)
    if message.patient is not None:
        viewed(message)
    may = {
        "withdraw": message.state is MessageState.WAITING, "resend": message.state in actions.AGAIN,
        "mistake": message.state in actions.REACHED and message.patient is not None,
    }  # fmt: skip
    answer = make_response(render_template(
        "messages/show.html", message=message, can=may, withdraw=WithdrawForm(formdata=None), to_say=_to_say(message),
        message_name=message_name, reason_words=reason_words, answer_words=answer_words, outcome_words=outcome_words,
    ))  # fmt: skip
    answer.headers["Content-Security-Policy"] = CSP_WITH_FRAME
    return answer


@bp.get("/<int:message_id>/body")
@needs(Permission.READ_MAILS)
def body(message_id: int) -> ResponseReturnValue:
    """The mail as it was sent, in a frame that runs and loads nothing."""
    message = _message_or_404(message_id)
    if message.body is None:
        abort(404)
    if message.patient is not None:
        viewed(message)
    answer = make_response(message.body.html)
    answer.headers["Content-Security-Policy"] = BODY_CSP
    return answer


@bp.post("/<int:message_id>/resend")
@needs(Permission.DO_TASKS)
def resend(message_id: int) -> ResponseReturnValue:
    try:
        with transaction():
            actions.resend(_message_or_404(message_id), clock.now())
    except Refused as no:
        flash(no.words, "error")
    else:
        flash(_("The message goes out again in a moment."), "done")
    return redirect(url_for("messages.show", message_id=message_id), 303)


@bp.post("/<int:message_id>/withdraw")
@needs(Permission.DO_TASKS)
def withdraw(message_id: int) -> ResponseReturnValue:
    form = WithdrawForm()
    try:
        if not form.validate():
            raise Refused(_("Choose why the message does not go."))
        with transaction():
            actions.withdraw(_message_or_404(message_id), form.chosen(), clock.now())
    except Refused as no:
        flash(no.words, "error")
    else:
        flash(_("The message was withdrawn. The patient does not get it."), "done")
    return redirect(url_for("messages.show", message_id=message_id), 303)


@bp.post("/<int:message_id>/mistake")
@needs(Permission.DO_TASKS)
def mistake(message_id: int) -> ResponseReturnValue:
    """It reached somebody whom it was not for."""
    try:
        with transaction():
            actions.sent_by_mistake(_message_or_404(message_id), clock.now())
    except Refused as no:
        flash(no.words, "error")
    else:
        flash(_("The address is asked to delete the mail, and the incident stands on the worklist."), "done")
    return redirect(url_for("messages.show", message_id=message_id), 303)


@bp.post("/go-on")
@needs(Permission.MANAGE_CLINIC)
def go_on() -> ResponseReturnValue:
    with transaction():
        actions.go_on(clock.now())
    flash(_("Mails are tried again now."), "done")
    return redirect(url_for("messages.index"), 303)


@bp.post("/start")
@needs(Permission.MANAGE_CLINIC)
def start() -> ResponseReturnValue:
    with transaction():
        past = actions.start_mailing(clock.now())
    held = _n("%(num)s message that was due before is not sent.", "%(num)s messages that were due before are not sent.", past)
    said = _("Patients get mail from now on.")
    flash(f"{said} {held}" if past else said, "done")
    return redirect(url_for("messages.index"), 303)


def _message_or_404(message_id: int) -> Message:
    return queries.message(message_id) or abort(404)


def _to_say(message: Message) -> str:
    """The words of a mail that did not reach its patient, discreet, for a voice or another way; empty where there is nothing to say."""
    if message.patient is None or message.state in (MessageState.SENT, MessageState.WITHDRAWN) or rules.gone(message.patient):
        return ""
    try:
        return compose.to_say(message, clock.now())
    except (compose.NothingToSay, KeyError):
        return ""


def _stopped() -> ChannelState | None:
    row = db.session.get(ChannelState, channel.MAIL)
    return row if row is not None and row.stopped_at is not None else None


def _tabs(here: Tab, numbers: dict[Tab, int], patient_id: int | None) -> list[dict[str, object]]:
    words = {
        Tab.DUE: _("Due"), Tab.GRACE: _("In grace"), Tab.SENT: _("Sent"), Tab.FILED: _("Filed"), Tab.FAILED: _("Failed"),
        Tab.MISSED: _("Missed"), Tab.WITHDRAWN: _("Withdrawn"), Tab.UNKNOWN: _("Unknown"), Tab.BOUNCED: _("Bounced"),
    }  # fmt: skip
    tabs: list[dict[str, object]] = [
        {"word": words[tab], "url": url_for("messages.index", tab=tab, patient=patient_id), "n": numbers.get(tab), "here": tab is here}
        for tab in Tab
    ]
    nobodys = url_for("inbound.index", tab="unmatched")
    return [*tabs, {"word": _("Belongs to nobody"), "url": nobodys, "n": queries.belong_to_nobody(), "here": False}]
