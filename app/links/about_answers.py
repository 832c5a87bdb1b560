"""Pages that ask one thing and thank for the answer: how somebody is, what we may write, in which language, to which address."""

from __future__ import annotations

from app.formats import LANGUAGES
from app.i18n import _
from app.links.actions import WANTS_A_CALL
from app.links.page import Button, Page, will_call
from app.links.queries import Opened
from app.messages.links import Purpose


def _dial(wanted: bool) -> str:
    """Words before the number: nobody who is fine is told to call at once."""
    return _("Call now") if wanted else _("If something is wrong, call now")


def check_in(opened: Opened) -> Page:
    label = {"fine": _("I am fine"), "question": _("I have a question"), "call_me": _("Please call me")}[opened.argument]
    return Page(_("How are you after your visit?"), buttons=(Button(label),), call=_dial(opened.argument != "fine"))


def result(opened: Opened) -> Page:
    label = {"yes": _("Yes"), "partly": _("Partly"), "call_me": _("No, please call me")}[opened.argument]
    return Page(_("Are you content so far?"), buttons=(Button(label),), call=_("Call now") if opened.argument == "call_me" else "")


def answered(opened: Opened) -> Page:
    if opened.argument in WANTS_A_CALL:
        return will_call(opened)
    return Page(_("Thank you for your answer."), call=_dial(False) if opened.purpose is Purpose.CHECKIN else "")


def late(opened: Opened) -> Page:
    label = {"no": _("No"), "yes": _("Yes, please call me")}[opened.argument]
    question = _("Is there a lump, a red bump, hardness, pain or a colour change where you were treated?")
    return Page(question, buttons=(Button(label),), call=_dial(opened.argument == "yes"))


def late_answered(opened: Opened) -> Page:
    return will_call(opened) if opened.argument == "yes" else Page(_("Thank you for your answer."), call=_dial(False))


def no_recall(_opened: Opened) -> Page:
    return Page(_("No more invitations to this?"), (_("You can come back at any time."),), buttons=(Button(_("No more invitations")),))


def no_recall_done(_opened: Opened) -> Page:
    return Page(_("Thank you. We will not invite you to this any more."))


def stop(opened: Opened) -> Page:
    if opened.argument == "recall":
        return Page(_("No more of these reminders?"), buttons=(Button(_("I no longer want this reminder")),))
    return Page(_("No more of these questions?"), (_("We will phone you instead."),), buttons=(Button(_("No more of these questions")),))


def stopped(opened: Opened) -> Page:
    if opened.argument == "recall":
        return Page(_("Thank you. We will not send this reminder any more."))
    return Page(_("Thank you. We will not send these questions any more."), (_("We will phone you instead."),))


def language(opened: Opened) -> Page:
    wanted = LANGUAGES.get(opened.argument, "")
    if opened.reach.language == opened.argument:
        return Page(_("Our e-mails come in this language: %(language)s", language=wanted))
    return Page(_("In which language shall we write to you?"), buttons=(Button(wanted),))


def address(opened: Opened) -> Page:
    label = {"yes": _("Yes, it is mine"), "no": _("No, remove it")}[opened.argument]
    return Page(_("Is this e-mail address yours?"), buttons=(Button(label),), greet=False)


def address_answered(opened: Opened) -> Page:
    said = {"yes": _("Thank you. Your address is confirmed."), "no": _("Thank you. We have removed this address.")}
    return Page(said[opened.argument], greet=False)
