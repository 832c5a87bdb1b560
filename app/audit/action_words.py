"""What was done, in words, by the key under which the trail holds it."""

from __future__ import annotations

from app.i18n import _
from app.messages.links import Purpose
from app.patients.words import action_words as of_patients

BY_LINK = "link used"


def all_of_them() -> dict[str, str]:
    """Every kind of act. An answer from a mail has one for each thing that a link is for."""
    words = of_patients()
    answers = {f"{BY_LINK}: {purpose}": f"{words[BY_LINK]} ({said})" for purpose, said in _purposes().items()}
    return {key: said for key, said in words.items() if key != BY_LINK} | _of_the_house() | _of_days() | _of_signing_in() | answers


def _of_the_house() -> dict[str, str]:
    return {
        "added": _("Put in"), "approved": _("Approved"), "attested": _("Confirmed in writing"), "retired": _("Taken out of use"),
        "closed": _("Closed for a day"), "reopened": _("Open after all"), "counted": _("Stock counted"),
        "frozen": _("Lot frozen"), "unfrozen": _("Lot freed"), "absence added": _("Absence entered"),
        "absence removed": _("Absence taken out"), "on call": _("Put on call"), "not on call": _("Taken off call"),
        "calendar link made": _("Calendar link made"), "calendar link ended": _("Calendar link ended"),
        "left for later": _("A step of the beginning left for later"), "taken up again": _("A step of the beginning taken up again"),
        "mail went on": _("Mails go on"), "mailing started": _("Mailing started"), "recall opened": _("Lot recall opened"),
        "recall changed": _("Lot recall changed"), "recall approved": _("Lot recall approved"), "recall closed": _("Lot recall closed"),
    }  # fmt: skip


def _of_days() -> dict[str, str]:
    return {
        "plan completed": _("Plan completed"), "plan reopened": _("Plan goes on"), "version changed": _("Moved to another version"),
        "renumbered": _("Sessions numbered anew"), "day viewed": _("Day looked at"), "day closed": _("Day closed"),
        "outcomes of a day": _("Outcomes of a day entered"), "day closed: undone": _("Closing of a day taken back"),
        "day opened again": _("Day opened again"), "list viewed": _("List looked at"), "exported": _("Taken away as a file"),
        "searched": _("Searched for a patient"), "trail viewed": _("Audit looked at"),
    }  # fmt: skip


def _of_signing_in() -> dict[str, str]:
    return {
        "signed in": _("Signed in"), "sign-in tried": _("Sign-in tried"), "signed out": _("Signed out"),
        "signed out everywhere": _("Signed out everywhere"), "password link made": _("Link for a password made"),
        "password set": _("Password set"), "enabled": _("Account opened"), "disabled": _("Account closed"), "denied": _("Refused"),
    }  # fmt: skip


def _purposes() -> dict[Purpose, str]:
    return {
        Purpose.CONFIRM: _("will come"), Purpose.CANCEL: _("cancelled"), Purpose.OTHER_TIME: _("asked for another time"),
        Purpose.NEW_TIME: _("chose a time"), Purpose.HEALTH: _("health questions"), Purpose.OFFER: _("an earlier time"),
        Purpose.CHECKIN: _("how it went"), Purpose.RESULT: _("the result"), Purpose.LATE_SAFETY: _("later complaints"),
        Purpose.NO_RECALL: _("no more invitations"), Purpose.STOP: _("no more of such mails"), Purpose.PREFERENCES: _("wishes"),
        Purpose.LANGUAGE: _("the language"), Purpose.ADDRESS: _("the address"), Purpose.MY_PAGE: _("the page of all dates"),
        Purpose.FULL_TEXT: _("the full text"),
    }  # fmt: skip
