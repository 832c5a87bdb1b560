"""Why a message was not sent, or waits, and what came of each try, in the words of the pages."""

from __future__ import annotations

from app.i18n import _
from app.messages.channel import REFUSED
from app.messages.ends import Why
from app.messages.transports import OutcomeKind, Trouble


def reason_words(reason: str) -> str:
    """Why a message ended without being sent, or waits; empty where there is nothing to say."""
    said = {**_no_longer_true(), **_told_otherwise(), **_trouble()}
    return said.get(reason, "")


def _no_longer_true() -> dict[str, str]:
    return {
        Why.DECEASED: _("The patient has died."), Why.MERGED: _("The record was joined with another one."),
        Why.ERASED: _("The record was erased."), Why.OPTED_OUT: _("The patient does not want these mails."),
        Why.NO_CONSENT: _("The patient has not agreed to invitations."), Why.ON_HOLD: _("The plan is on hold."),
        Why.PHYSICIAN_FIRST: _("The physician decides first."),
        Why.PLAN_CLOSED: _("The plan is over."), Why.VISIT_OFF: _("The visit does not stand any more."),
        Why.VISIT_MOVED: _("The visit has another time."), Why.CONFIRMED: _("The patient has confirmed."),
        Why.ANSWERED: _("The patient has answered."), Why.FOLLOWED: _("Another session followed."), Why.BOOKED: _("A visit is booked."),
        Why.NOT_NEEDED: _("Not needed any more."), Why.TAKEN: _("The time is not free any more."),
    }  # fmt: skip


def _told_otherwise() -> dict[str, str]:
    return {
        Why.REPLACED: _("A newer message takes its place."), Why.UNDONE: _("What it was about was taken back."),
        Why.NOTHING_TO_TELL: _("Nothing is different for the patient."), Why.BOOKED_LATE: _("The visit was booked after this was due."),
        Why.RECORDED_LATE: _("The visit was written down too late for this."), Why.JOINED: _("It is part of another message."),
        Why.BEFORE_MAILING: _("It was due before mailing was started."),
        Why.BY_PHONE: _("A call instead: mail does not reach the patient."),
        Why.TOLD: _("The patient was told at once, by whoever made the change."),
        Why.BY_STAFF: _("Withdrawn by hand."), Why.TOLD_BY_HAND: _("Withdrawn by hand: the patient was told already."),
        Why.NOT_RIGHT: _("Withdrawn by hand: what it says is not right."),
        Why.NOT_WISHED: _("Withdrawn by hand: the patient asked not to get it."), Why.TOO_LATE: _("It would have come too late."),
        Why.CALLED_INSTEAD: _("Too late for a mail: a call instead."),
        Why.FILED_HERE: _("Written to a file of this computer: nobody received it."),
    }  # fmt: skip


def _trouble() -> dict[str, str]:
    return {
        Why.ADDRESS_REFUSED: _("The address does not exist, says its mail server."),
        Why.ADDRESS_UNUSABLE: _("The address cannot be written on a mail."), Why.REFUSED: _("The mail server refused this mail."),
        Why.NOT_DELIVERED: _("It came back: the mail server could not deliver it."),
        Why.NOT_WRITTEN: _("The mail could not be written. The log says why."),
        Why.OWN_WORDS: _("The clinic's own words of this mail cannot be filled here. A physician mends them under Templates."),
        Why.NO_CLEAR_ANSWER: _("The mail server gave no clear answer: it may have arrived, or not."),
        Why.QUIET_HOURS: _("It waits for sending hours."), Why.ENOUGH_FOR_TODAY: _("The patient has had enough mails for now."),
        Why.TRY_AGAIN: _("It is tried again."), Why.SEND_AGAIN: _("No clear answer: it is sent once more."),
        Why.CHANNEL_STOPPED: _("It waits until mails can go again."),
    }  # fmt: skip


def answer_words(text: str) -> str:
    """What a mail server said, as it said it; what we saw ourselves in the words of the page, with the machine's own detail."""
    seen, _colon, detail = text.partition(": ")
    words = _seen().get(seen)
    if words is None:
        return text
    return f"{words} ({detail})" if detail else words


def standstill_words(why: str) -> str:
    """What was answered when mails came to stand still (`channel_state.why`)."""
    _phase, _colon, said = why.removeprefix(f"{REFUSED}: ").partition(": ")
    return answer_words(said)


def outcome_words(outcome: str) -> str:
    """What came of one try."""
    return {
        OutcomeKind.ACCEPTED: _("Taken"), OutcomeKind.FILED: _("Kept here"), OutcomeKind.RETRY: _("Not taken for now"),
        OutcomeKind.AMBIGUOUS: _("No clear answer"), OutcomeKind.REFUSED_ADDRESS: _("Address refused"),
        OutcomeKind.REFUSED_MESSAGE: _("Mail refused"), OutcomeKind.MISCONFIGURED: _("The server does not work for us"),
        OutcomeKind.FENCED_OFF: _("Stopped before it left"), "bounced": _("Came back"), "delayed": _("Late, still on its way"),
    }.get(outcome, outcome)  # fmt: skip


def _seen() -> dict[str, str]:
    return {
        Trouble.SILENCE: _("The server did not answer in time."), Trouble.HUNG_UP: _("The server hung up."),
        Trouble.LINE_BROKE: _("The line to the server broke."), Trouble.OUT_OF_TURN: _("The server spoke out of turn."),
        Trouble.UNTRUSTED: _("The server's certificate is not trusted."),
        Trouble.NO_ENCRYPTION: _("The server offers no encryption; nothing is sent without it."),
        Trouble.ENCRYPTION_BROKE: _("The encrypted line failed."),
        Trouble.CLEAR_AFTER_STARTTLS: _("The server went on unencrypted after it had promised encryption."),
        Trouble.NO_SIGN_IN: _("The server offers no sign-in with a user name and password."),
        Trouble.NOT_ASCII: _("The server cannot write to addresses with letters such as ş or é."),
        Trouble.TOO_LARGE: _("The mail is larger than the server takes."), Trouble.FOLDER: _("The mail folder cannot be written."),
        Trouble.UNSIGNED: _("The key that signs mails cannot be used; none leaves unsigned."),
        Trouble.KEPT: _("Written to a file of this computer."), Trouble.NOT_OURS: _("Another process had taken it over."),
    }  # fmt: skip
