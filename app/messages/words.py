"""Why a message was not sent, or waits, in the words of the pages."""

from __future__ import annotations

from app.i18n import _
from app.messages.ends import Why


def reason_words(reason: str) -> str:
    """Why a message ended without being sent, or waits; empty where there is nothing to say."""
    said = {**_no_longer_true(), **_told_otherwise(), **_trouble()}
    return said.get(reason, "")


def _no_longer_true() -> dict[str, str]:
    return {
        Why.DECEASED: _("The patient has died."), Why.MERGED: _("The record was joined with another one."),
        Why.ERASED: _("The record was erased."), Why.OPTED_OUT: _("The patient does not want these mails."),
        Why.NO_CONSENT: _("The patient has not agreed to invitations."), Why.ON_HOLD: _("The plan is on hold."),
        Why.PLAN_CLOSED: _("The plan is over."), Why.VISIT_OFF: _("The visit does not stand any more."),
        Why.VISIT_MOVED: _("The visit has another time."), Why.CONFIRMED: _("The patient has confirmed."),
        Why.ANSWERED: _("The patient has answered."), Why.FOLLOWED: _("Another session followed."), Why.BOOKED: _("A visit is booked."),
        Why.NOT_NEEDED: _("Not needed any more."),
    }  # fmt: skip


def _told_otherwise() -> dict[str, str]:
    return {
        Why.REPLACED: _("A newer message takes its place."), Why.UNDONE: _("What it was about was taken back."),
        Why.NOTHING_TO_TELL: _("Nothing is different for the patient."), Why.BOOKED_LATE: _("The visit was booked after this was due."),
        Why.RECORDED_LATE: _("The visit was written down too late for this."), Why.JOINED: _("It is part of another message."),
        Why.BEFORE_MAILING: _("It was due before mailing was started."),
        Why.BY_PHONE: _("A call instead: mail does not reach the patient."),
        Why.TOLD: _("The patient was told at once, by whoever made the change."),
        Why.BY_STAFF: _("Withdrawn by hand."), Why.TOO_LATE: _("It would have come too late."),
        Why.CALLED_INSTEAD: _("Too late for a mail: a call instead."),
        Why.FILED_HERE: _("Written to a file of this computer: nobody received it."),
    }  # fmt: skip


def _trouble() -> dict[str, str]:
    return {
        Why.ADDRESS_REFUSED: _("The address does not exist, says its mail server."),
        Why.ADDRESS_UNUSABLE: _("The address cannot be written on a mail."), Why.REFUSED: _("The mail server refused this mail."),
        Why.NOT_WRITTEN: _("The mail could not be written. The log says why."),
        Why.NO_CLEAR_ANSWER: _("The mail server gave no clear answer: it may have arrived, or not."),
        Why.QUIET_HOURS: _("It waits for sending hours."), Why.ENOUGH_FOR_TODAY: _("The patient has had enough mails for now."),
        Why.TRY_AGAIN: _("It is tried again."), Why.SEND_AGAIN: _("No clear answer: it is sent once more."),
        Why.CHANNEL_STOPPED: _("It waits until mails can go again."),
    }  # fmt: skip
