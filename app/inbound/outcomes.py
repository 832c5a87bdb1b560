"""What followed from a mail that came in."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """One word for each; the pages turn these into sentences."""

    BOUNCED = "bounced"
    """The mail it is about did not arrive: that mail is marked, and somebody knows."""
    DELAYED = "delayed"
    """A server still tries; counted, nothing to do."""
    ASKED = "asked"
    """A person must look: a task was made."""
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    """The patient asks for another time; the place is kept."""
    NOTED = "noted"
    """Nothing follows: an older answer, one that says nothing new, a report of arrival."""
    DROPPED = "dropped"
    """No person wrote it."""
    UNMATCHED = "unmatched"
    """It belongs to nobody that we know: somebody looks."""
    FAILED = "failed"
    """It could not be dealt with, for a fault of ours: somebody looks."""
