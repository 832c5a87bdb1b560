"""What makes a message the same as another, and every reason why one ends without being sent or waits."""

from __future__ import annotations

from enum import StrEnum

from models.message import Message

Key = tuple[str, str, int, str]
"""Kind, subject type, subject id, cycle: what makes a message the same message."""


class Why(StrEnum):
    """Why a message ended without being sent, or waits. The pages turn these into words."""

    DECEASED = "deceased"
    MERGED = "merged"
    ERASED = "erased"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    ON_HOLD = "on_hold"
    PHYSICIAN_FIRST = "physician_first"
    PLAN_CLOSED = "plan_closed"
    VISIT_OFF = "visit_off"
    VISIT_MOVED = "visit_moved"
    CONFIRMED = "confirmed"
    ANSWERED = "answered"
    FOLLOWED = "followed"
    BOOKED = "booked"
    REPLACED = "replaced"
    UNDONE = "undone"
    NOTHING_TO_TELL = "nothing_to_tell"
    BOOKED_LATE = "booked_late"
    RECORDED_LATE = "recorded_late"
    JOINED = "joined"
    NOT_NEEDED = "not_needed"
    BEFORE_MAILING = "before_mailing"
    BY_PHONE = "by_phone"
    BY_STAFF = "by_staff"
    TOLD_BY_HAND = "told_by_hand"
    NOT_RIGHT = "not_right"
    NOT_WISHED = "not_wished"
    TOLD = "told"
    TAKEN = "taken"
    TOO_LATE = "too_late"
    CALLED_INSTEAD = "called_instead"
    ADDRESS_REFUSED = "address_refused"
    ADDRESS_UNUSABLE = "address_unusable"
    REFUSED = "refused"
    NOT_DELIVERED = "not_delivered"
    NOT_WRITTEN = "not_written"
    OWN_WORDS = "own_words"
    NO_CLEAR_ANSWER = "no_clear_answer"
    FILED_HERE = "filed_here"
    QUIET_HOURS = "quiet_hours"
    ENOUGH_FOR_TODAY = "enough_for_today"
    TRY_AGAIN = "try_again"
    SEND_AGAIN = "send_again"
    CHANNEL_STOPPED = "channel_stopped"


BY_HAND = (Why.TOLD_BY_HAND, Why.NOT_RIGHT, Why.NOT_WISHED, Why.BY_STAFF)
"""Why somebody of the clinic withdraws a message."""


def key_of(message: Message) -> Key:
    """What makes this message the same as another."""
    return message.kind, message.subject_type, message.subject_id, message.cycle
