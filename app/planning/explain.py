"""The reasons of the forecast in short English, for its command; the pages have their own words."""

from app.planning.answer import Aspect, Because, Reason
from app.planning.question import Basis

_PLAIN = {
    Because.LAST_SESSION: "the day of the last session",
    Because.TODAY: "today, as nothing else sets it",
    Because.EARLIEST: "the earliest day",
    Because.RECOMMENDED: "the recommended day",
    Because.LAST_OPEN_DAY: "the last open day up to the latest",
    Because.NO_LIMIT: "no rule asks to wait",
    Because.NO_END: "no rule sets an end",
    Because.OVERRIDE: "counted by override",
    Because.SUBSTANDARD: "marked substandard",
    Because.SAME_DAY: "another session on the same day came first",
    Because.AFTER_LAST_STEP: "nothing more was due",
    Because.MAINTENANCE: "a session of maintenance",
}
_FIRMNESS = {Basis.PERFORMED: "", Basis.BOOKED: " (booked)", Basis.EXPECTED: " (expected)"}


def in_english(reason: Reason) -> str:
    """One line, such as "earliest 2026-04-27: min 16w from step 1 on 2026-01-05"."""
    cause = _cause(reason)
    if reason.aspect is Aspect.VERDICT:
        return _against_limit(reason, cause)
    return f"{reason.aspect} {reason.day}: {cause}" if reason.day else f"{reason.aspect}: {cause}"


def _cause(reason: Reason) -> str:
    because = reason.because
    if because is Because.GAP:
        return f"{reason.rule} {_counted(reason, _session(reason))}"
    if because is Because.BOUND:
        return f"{reason.rule} of the step's bounds"
    if because is Because.CONFLICT:
        return f"{_counted(reason, 'a conflict')}{_note(reason)}"
    if because is Because.HOLD:
        return _hold(reason)
    if because is Because.GRACE:
        return f"within {_days(reason.days)} of grace"
    return _PLAIN[because]


def _against_limit(reason: Reason, cause: str) -> str:
    if reason.rule is None:
        return cause
    if reason.days:
        return f"{_days(reason.days)} before {reason.day}: {cause}"
    return f"on or after {reason.day}: {cause}"


def _counted(reason: Reason, thing: str) -> str:
    return f"{reason.duration} from {thing} on {reason.anchor}{_FIRMNESS[reason.basis]}"


def _session(reason: Reason) -> str:
    return "the last session" if reason.anchor_step is None else f"step {reason.anchor_step}"


def _hold(reason: Reason) -> str:
    if reason.until is None:
        return f"none while the hold since {reason.anchor} stands{_note(reason)}"
    return f"after the hold from {reason.anchor} until {reason.until}{_note(reason)}"


def _note(reason: Reason) -> str:
    return f" ({reason.note})" if reason.note else ""


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
