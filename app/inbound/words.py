"""What came in and what followed from it, in the words of the pages."""

from __future__ import annotations

from app.i18n import _
from app.inbound.outcomes import Outcome
from app.inbound.reading import What
from models.inbound import IncomingMail


def what_words(row: IncomingMail) -> str:
    """What kind of mail it is."""
    return {
        What.BOUNCE: _("A mail server reports"), What.CALENDAR: _("A calendar answers"), What.AUTOMATIC: _("An automatic answer"),
        What.PERSON: _("Somebody wrote"), What.UNREADABLE: _("Cannot be read"),
    }.get(What(row.what), "")  # fmt: skip


def outcome_words(row: IncomingMail) -> str:
    """What followed from it."""
    return {
        Outcome.BOUNCED: _("Our mail did not arrive."), Outcome.DELAYED: _("Our mail is late; the server still tries."),
        Outcome.ASKED: _("Somebody answers it: it stands on the worklist."), Outcome.CONFIRMED: _("The visit is confirmed."),
        Outcome.DECLINED: _("The patient asks for another time; the place is kept."), Outcome.NOTED: _("Nothing follows from it."),
        Outcome.DROPPED: _("No person wrote it."), Outcome.UNMATCHED: _("It belongs to no patient that we know: please look."),
        Outcome.FAILED: _("It could not be dealt with: please look."),
    }.get(Outcome(row.outcome), "")  # fmt: skip
