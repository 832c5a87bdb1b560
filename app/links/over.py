"""What a link says that is over, or whose mail is not so any more: the present truth."""

from __future__ import annotations

from app.i18n import _
from app.links.full_text import RENEW
from app.links.page import Button, Page, known
from app.links.queries import Opened
from app.messages.links import Purpose

NAMES_NOBODY = frozenset({Purpose.ADDRESS, Purpose.FULL_TEXT})


def over(opened: Opened) -> Page:
    """The present truth, whatever the link was once for. To an address that is not proven, and where no year of birth was told,
    nothing about anybody."""
    if opened.purpose in NAMES_NOBODY:
        return Page(_("This link is no longer valid."), greet=False)
    nothing = () if opened.visits or not opened.patient.alive_here else (_("There is no appointment at present."),)
    return Page(_("This link is no longer valid."), nothing, when=known(opened))


def expired() -> Page:
    """A link to a full text, over its time."""
    ask = _("We can send a new one to the e-mail address on our record.")
    return Page(_("This link is no longer valid."), (ask,), buttons=(Button(_("Send me a new link"), RENEW),), greet=False)


def renewed() -> Page:
    """A new one was asked for."""
    return Page(_("A new link is on its way."), (_("It comes by e-mail within a few minutes."),), greet=False)


def changed(opened: Opened) -> Page:
    """The year was right, but what the mail was about is not so any more."""
    return Page(_("Something has changed since this e-mail."), when=known(opened))
