"""The words of plans: rules and events for those who may read them, holds by role, what changed."""

from __future__ import annotations

from datetime import date

from app.formats import month, short_day, short_day_of_year
from app.i18n import _, language, named
from app.names import rule_name
from app.patients.words import decision_words
from app.planning.answer import Due
from app.planning.windows import Window, still_ahead
from app.series.contents import names_of
from models.patient import Decision
from models.treatment import Course, Hold, PlanChange, ReviewResult

EVENTS = ("pregnancy_end", "breastfeeding_end", "healed", "flare_over", "oncologist_clearance")
CLINICAL = frozenset(
    {"created", "held", "resumed", "hold over", "hold taken back", "end recorded", "report decided", "reviewed", "allowed",
     "record wrong_time", "record never_happened", "record wrong_patient", "route not authorised", "lot corrected"}
)  # from what to what is for clinical eyes, as every why is but those which the desk itself writes
OF_THE_DESK = frozenset({"agreement changed"})


def event_words(event: str) -> str:
    """What must be recorded before a hold ends."""
    return {
        "pregnancy_end": _("the end of the pregnancy"), "breastfeeding_end": _("the end of breastfeeding"),
        "healed": _("that it has healed"), "flare_over": _("that the flare is over"),
        "oncologist_clearance": _("the oncologist's clearance"),
    }.get(event, event)  # fmt: skip


def day_words(day: date | None, today: date) -> str:
    """Thu 3 Dec; with the year where it is not this one."""
    if day is None:
        return ""
    return short_day(day, language()) if day.year == today.year else short_day_of_year(day, language())


def days_words(first: date | None, last: date | None, today: date) -> str:
    """Mon 7 Dec – Fri 11 Dec; one day is one date; without a last day: from Mon 7 Dec."""
    if first is None:
        return ""
    if last is None:
        return _("from %(day)s", day=day_words(first, today))
    return day_words(first, today) if first == last else f"{day_words(first, today)} – {day_words(last, today)}"


def possible_words(due: Due | Window, today: date, *, late: bool) -> str:
    """The days on which a session is possible, none of them in the past; of one that is late, those on which it was."""
    first, _best, last = still_ahead(due.earliest, due.recommended, due.latest, today)
    days = days_words(first, last, today)
    return _("was possible: %(days)s", days=days) if late and days else days


def course_name(course: Course) -> str:
    """The protocol's name in the page's language."""
    return named(names_of(course.protocol_version))


def hold_words(held: Hold, today: date, *, clinical: bool) -> str:
    """Why and until when, for clinical eyes; reception reads only that it is paused and, where it is a day, until when."""
    if not clinical:
        return _("Paused until: %(day)s", day=day_words(held.until_day, today)) if held.until_day else _("Paused. The physician decides.")
    why = " · ".join(part for part in (rule_name(held.rule) if held.rule else "", held.reason) if part)
    told = _("Patient report") if held.report_id or not why else ""
    return " · ".join(part for part in (told, why) if part) + ": " + until_words(held, today)


def until_words(held: Hold, today: date) -> str:
    """Since when, and what ends it."""
    since = day_words(held.from_day, today)
    if held.until_day:
        return _("from %(since)s to %(until)s", since=since, until=day_words(held.until_day, today))
    if held.report_id:
        return _("since %(since)s, until the physician decides", since=since)
    if held.until_event:
        return _("since %(since)s, until this is recorded: %(event)s", since=since, event=event_words(held.until_event))
    return _("since %(since)s, until a physician ends it", since=since)


def change_words(change: PlanChange) -> str:
    """What was changed, in a few words."""
    return {
        "created": _("Plan made"), "started": _("Plan begun"), "held": _("Paused"), "resumed": _("Pause ended"),
        "hold over": _("Pause over"), "hold taken back": _("Pause taken back: it was made by mistake"),
        "end recorded": _("End of a finding recorded"), "report decided": _("Patient report decided"),
        "course changed": _("Sessions or gaps changed"), "start changed": _("Begins on another day"),
        "wishes changed": _("Wishes or note changed"), "reviewed": _("Reviewed"), "completed": _("Plan completed"),
        "closed": _("Plan closed early"), "done elsewhere": _("Session done elsewhere recorded"),
        "elsewhere accepted": _("Session done elsewhere accepted"), "allowed": _("Allowed by the physician"),
        "route not authorised": _("Given another way than authorised"),
        "lot corrected": _("Lot corrected"), "recall_ended": _("No more maintenance invitations: the patient's wish"),
        "agreement changed": _("What counts against the agreed sessions changed"),
        "record wrong_time": _("Record corrected: the day or time was wrong"),
        "record never_happened": _("Record corrected: it never happened"),
        "record wrong_patient": _("Record corrected: somebody else was treated"),
        "reopened": _("Plan goes on"), "version changed": _("Moved to another version of the protocol"),
        "renumbered": _("After the pause a booked session took an earlier number: the sessions before it no longer fit before its day"),
    }.get(change.what, change.what)  # fmt: skip


def value_words(change: PlanChange, text: str) -> str:
    """An old or new value of a change, which may be a key."""
    if change.what == "reviewed":
        return review_words(ReviewResult(text)) if text else ""
    if change.what == "report decided" and text and text == change.new:
        return decision_words(Decision(text))
    if change.what in ("done elsewhere", "elsewhere accepted"):
        return elsewhere_words(text)
    if change.what == "version changed":
        return _("version %(n)s", n=text)
    if change.what == "renumbered":
        return _("session %(n)s", n=text)
    if change.what == "start changed":
        return short_day_of_year(date.fromisoformat(text), language())
    return rule_name(text)


def elsewhere_words(text: str) -> str:
    """When and where it was done, as `app.plans.running.elsewhere` writes it: Sat 31 Oct 2026, Bursa; October 2026, Bursa."""
    when, _space, place = text.partition(" ")
    if not when:
        return ""
    only_month = when.count("-") == 1
    day = month(date.fromisoformat(f"{when}-01"), language()) if only_month else short_day_of_year(date.fromisoformat(when), language())
    return f"{day}, {place}" if place else day


def review_words(result: ReviewResult) -> str:
    """How a review ended."""
    return {
        ReviewResult.CONTINUE: _("go on as planned"), ReviewResult.EXTEND: _("extended"), ReviewResult.COMPLETE: _("complete"),
        ReviewResult.MAINTAIN: _("maintenance from now on"), ReviewResult.WAIVED: _("go on without a review"),
    }[result]  # fmt: skip


def lapse_words(do: str) -> str:
    """What the lapse policy says about a course that is late."""
    return {
        "continue": _("Go on."), "continue_and_flag": _("Go on; the delay is noted."),
        "physician_decides": _("The physician decides how to go on."), "new_evaluation": _("A new evaluation comes first."),
    }.get(do, do)  # fmt: skip


def suggestion_words(suggestion: str) -> str:
    """What the lapse policy suggests to the physician."""
    return {
        "add_one_session": _("one more session"), "add_two_sessions": _("two more sessions"),
        "restart_series": _("begin the series anew"), "patch_test": _("a new patch test"),
    }.get(suggestion, suggestion)  # fmt: skip
