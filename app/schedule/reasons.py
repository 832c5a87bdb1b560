"""Why a visit did not go as planned, as choices: keys are stored, words are shown."""

from __future__ import annotations

from app.i18n import _

NOT_TREATED = ("finding", "refused", "late", "other")
CORRECTED = "record corrected"
CANCELLED = ("", "ill", "no_time", "travel", "changed_mind", "practitioner_away", "room_or_device", "other")


def not_treated_words(key: str) -> str:
    """Why a patient who came was not treated."""
    return {
        "finding": _("a finding"), "refused": _("patient refused"), "late": _("came too late"), "other": _("another reason"),
        CORRECTED: _("the record was corrected"),
    }.get(key, key)  # fmt: skip


def cancelled_words(key: str) -> str:
    """Why a visit was cancelled."""
    return {
        "": _("not said"), "ill": _("the patient is ill"), "no_time": _("the patient has no time"), "travel": _("the patient travels"),
        "changed_mind": _("the patient does not want it"), "practitioner_away": _("the practitioner is away"),
        "room_or_device": _("no room or device"), "other": _("another reason"), "hold": _("the plan was put on hold"),
        "undone": _("taken back"), "moved": _("moved to another time"),
        "not suitable now": _("treatment is not suitable now"), "series shortened": _("the series has fewer sessions"),
        "series over": _("the series is over"),
    }.get(key, key)  # fmt: skip


def reason_words(key: str) -> str:
    """The reason on a status row, whatever kind it is."""
    known = not_treated_words(key)
    return known if known != key else cancelled_words(key)
