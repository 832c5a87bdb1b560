"""What came in and what followed from it, in the words of the pages."""

from __future__ import annotations

from app.i18n import _
from app.inbound import queries
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
    if row.looked_at is not None and queries.belonged_to_nobody(row):
        return _("Nothing to do: %(why)s", why=row.facts["why"]) if row.facts.get("why") else _("Somebody has looked; nothing follows.")
    return {
        Outcome.BOUNCED: _("Our mail did not arrive."), Outcome.DELAYED: _("Our mail is late; the server still tries."),
        Outcome.ASKED: _("Somebody answers it: it stands on the worklist."), Outcome.CONFIRMED: _("The visit is confirmed."),
        Outcome.DECLINED: _("The patient asks for another time; the place is kept."), Outcome.NOTED: _("Nothing follows from it."),
        Outcome.DROPPED: _("No person wrote it."), Outcome.UNMATCHED: _("It belongs to no patient that we know: please look."),
        Outcome.FAILED: _("It could not be dealt with: please look."),
    }.get(Outcome(row.outcome), "")  # fmt: skip


def meanwhile(row: IncomingMail) -> str:
    """Who has dealt with it while somebody else looked at it, and how."""
    who = queries.name_of(row.facts.get("by") or row.looked_by_id) or _("Somebody")
    if row.facts.get("why"):
        return _("%(who)s has set this mail aside meanwhile: %(why)s", who=who, why=row.facts["why"])
    if row.patient is not None:
        return _("%(who)s has given this mail to %(patient)s meanwhile.", who=who, patient=row.patient.name)
    return _("%(who)s has dealt with this mail meanwhile.", who=who)
