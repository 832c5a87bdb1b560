"""What blocks and variables of a mail are called on the pages."""

from __future__ import annotations

from app.i18n import _
from app.messages.kinds import KINDS
from app.messages.letter.tellers import folder_of
from app.names import message_name


def letter_name(letter: str) -> str:
    """A letter by the names of the kinds that it carries."""
    return ", ".join(message_name(kind) for kind in KINDS if folder_of(kind) == letter) or message_name(letter)


def block_name(name: str) -> str:
    """A block of a letter, by where or when it stands in it."""
    return {
        "subject": _("Subject"),
        "preheader": _("Line beside the subject in the inbox"),
        "opening": _("Opening"),
        "closing": _("Closing"),
        "added": _("A paragraph of your own, at the end"),
        "about_dates": _("Below the dates"),
        "unchanged": _("When other appointments stay"),
        "fits": _("When the new date fits the plan"),
        "no_answer": _("When the clinic made the change"),
        "next_visit": _("When the next visit is best"),
        "plan_goes_on": _("When the plan goes on"),
        "confirmed": _("When the patient has confirmed"),
        "deciding": _("About deciding"),
    }.get(name, name.replace("_", " "))


def meaning(name: str) -> str:
    """What a variable says, or asks."""
    return {
        "name": _("First and last name of the patient"),
        "clinic": _("Name of the clinic"),
        "address": _("Address of the clinic"),
        "phone": _("Phone number by day"),
        "phone_hours": _("When the phone is answered"),
        "night_phone": _("Phone number at night and on holidays, where there is one"),
        "emergency_number": _("Emergency number where the patient is"),
        "full": _("Does the patient want treatment details in e-mails?"),
        "no_links": _("Does the mail carry no links?"),
        "day": _("Day of the visit, with the weekday"),
        "time": _("When to come"),
        "present_day": _("Day of the present appointment"),
        "present_time": _("When to come at the present appointment"),
        "performer": _("Who treats, where it is known"),
        "several": _("Are there several visits that day?"),
        "one": _("Is it about one visit only?"),
        "one_new": _("Is there one new date only?"),
        "only_moved": _("Was one visit moved, and nothing else?"),
        "only_stays": _("Did one visit change that keeps its time?"),
        "shorter": _("Does the visit take less time now?"),
        "by_clinic": _("Did the clinic make the change?"),
        "doctor_away": _("Is the doctor away on that day?"),
        "best": _("Is it known when the next visit is best?"),
        "best_first": _("First day on which the next visit is best"),
        "best_last": _("Last day on which the next visit is best"),
        "asks": _("Does the mail ask to confirm?"),
        "confirmed": _("Has the patient confirmed?"),
        "last_day": _("Day of the last visit"),
        "physician": _("Name of the physician, where it is known"),
    }.get(name, name)
