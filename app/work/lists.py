"""The names of the worklists and how much of them is shown."""

from __future__ import annotations

from enum import StrEnum

MOST = 200
COUNTED = 100


class Worklist(StrEnum):
    """The lists, in the order in which they are worked."""

    CALLS = "calls"
    OVERDUE = "overdue"
    CLOSING = "closing"
    NO_SHOWS = "no_shows"
    UNBOOKED = "unbooked"
    MAINTENANCE = "maintenance"
    UNCONFIRMED = "unconfirmed"
    CONSENT = "consent"
    LAPSED = "lapsed"
    PHYSICIAN = "physician"
    HOLDS = "holds"
    OTHER = "other"
    LATER = "later"
