"""Reasons as sentences: the one place where the forecast's data becomes words, in the page's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.formats import short_day_of_year
from app.i18n import _, _n, language
from app.library.loader import shipped
from app.names import rule_name
from app.planning.answer import Aspect, Because, Reason, Rule, VerdictKind
from app.planning.durations import Duration
from app.series.reading import Standing
from app.series.wishes import AFTER_COURSE, ARRIVAL, KEPT_APART, START, STAY_END


def standing_words(standing: Standing) -> str:
    """The status of a course."""
    return {
        Standing.NOT_STARTED: _("not started"), Standing.DUE_LATER: _("due later"), Standing.DUE: _("due"), Standing.OVERDUE: _("overdue"),
        Standing.LAPSED: _("lapsed: the physician decides"), Standing.ON_HOLD: _("on hold"), Standing.AWAITING_REVIEW: _("awaiting review"),
        Standing.IN_MAINTENANCE: _("in maintenance"), Standing.COMPLETE: _("complete"), Standing.CLOSED: _("closed"),
    }[standing]  # fmt: skip


def verdict_words(kind: VerdictKind) -> str:
    """What a performed session was worth."""
    return {
        VerdictKind.COUNTED: _("counted"), VerdictKind.COUNTED_EARLY: _("counted, early"),
        VerdictKind.COUNTED_WITH_GRACE: _("counted with grace"), VerdictKind.COUNTED_BY_OVERRIDE: _("counted by the physician's decision"),
        VerdictKind.MAINTENANCE: _("maintenance"), VerdictKind.TOO_EARLY: _("too early, does not count"),
        VerdictKind.SUBSTANDARD: _("not usable, does not count"), VerdictKind.EXTRA: _("extra, does not count"),
    }[kind]  # fmt: skip


def _years(n: int) -> str:
    return _n("%(num)s year", "%(num)s years", n)


def _months(n: int) -> str:
    return _n("%(num)s month", "%(num)s months", n)


def _weeks(n: int) -> str:
    return _n("%(num)s week", "%(num)s weeks", n)


def _days(n: int) -> str:
    return _n("%(num)s day", "%(num)s days", n)


_UNITS = (_years, _months, _weeks, _days)


def duration_words(duration: Duration) -> str:
    """A length of time: "28 days", "4 weeks less 4 days"."""
    amounts = (duration.years, duration.months, duration.weeks, duration.days)
    more = [words(n) for n, words in zip(amounts, _UNITS, strict=True) if n > 0]
    less = [words(-n) for n, words in zip(amounts, _UNITS, strict=True) if n < 0]
    plus = " + ".join(more) or _n("%(num)s day", "%(num)s days", 0)
    return _("%(more)s less %(less)s", more=plus, less=" + ".join(less)) if less else plus


def reason_words(reasons: Iterable[Reason], *, clinical: bool) -> list[str]:
    """One sentence a reason. `clinical` False: nothing that says why a patient is held (reception)."""
    return [f"{_aspect(reason)}: {_because(reason, clinical)}" for reason in reasons]


def _aspect(reason: Reason) -> str:
    return {
        Aspect.VERDICT: _("Verdict"), Aspect.EARLIEST: _("Earliest"), Aspect.RECOMMENDED: _("Recommended"), Aspect.LATEST: _("Latest"),
        Aspect.DATES: _("Dates"),
    }[reason.aspect]  # fmt: skip


def _because(reason: Reason, clinical: bool) -> str:
    if reason.because is Because.GAP:
        return _gap(reason)
    if reason.because is Because.BOUND:
        return _bound(reason)
    if reason.because is Because.CONFLICT:
        return _conflict(reason, clinical)
    if reason.because is Because.HOLD:
        return _hold(reason, clinical)
    return _plain(reason)


def _gap(reason: Reason) -> str:
    rule = {
        Rule.ABSOLUTE_MIN: _("absolute minimum"), Rule.MIN: _("minimum"), Rule.IDEAL: _("ideal"), Rule.MAX: _("maximum"),
    }.get(reason.rule or Rule.MIN, _("minimum"))  # fmt: skip
    origin = _("session %(n)s", n=reason.anchor_step) if reason.anchor_step else _("the session before")
    words = _("%(day)s = %(rule)s of %(time)s after %(origin)s on %(anchor)s", day=_day(reason.day), rule=rule,
              time=duration_words(reason.duration or Duration()), origin=origin, anchor=_day(reason.anchor))  # fmt: skip
    if reason.days:
        words += " · " + _n("%(num)s day short", "%(num)s days short", reason.days)
    return words + " · " + _("not certain yet") if reason.tentative else words


def _conflict(reason: Reason, clinical: bool) -> str:
    asked = {"day": _day(reason.day), "other": _day(reason.anchor), "time": duration_words(reason.duration or Duration())}
    words = {
        START: _("%(day)s, the day the series is set to begin", **asked),
        ARRIVAL: _("%(day)s, the patient is in town from then on", **asked),
        AFTER_COURSE: _("%(day)s = %(time)s after a session of the plan's other course on %(other)s", **asked),
        KEPT_APART: _("%(day)s, the plan keeps %(time)s from its other course's session on %(other)s", **asked),
    }.get(reason.note) or _other_treatment(reason, asked, clinical)  # fmt: skip
    return words + " · " + _("not certain yet") if reason.tentative else words


def _other_treatment(reason: Reason, asked: dict[str, str], clinical: bool) -> str:
    act = shipped().acts.get(reason.note.partition(" ")[0])
    if act and clinical:
        return _("%(day)s, %(act)s on the same area on %(other)s asks for %(time)s", **asked, act=act.names.in_(language()))
    return _("%(day)s, another treatment on the same area on %(other)s asks for %(time)s", **asked)


def _bound(reason: Reason) -> str:
    if reason.note == STAY_END:
        return _("%(day)s, the last day in town", day=_day(reason.day))
    return {
        Rule.ABSOLUTE_NOT_BEFORE: _("not before %(day)s, set for this patient", day=_day(reason.day)),
        Rule.NOT_BEFORE: _("not before %(day)s, set for this patient", day=_day(reason.day)),
        Rule.IDEAL_FROM: _("%(day)s, the day the series is set to begin", day=_day(reason.day)),
        Rule.LATEST: _("%(day)s, a month after the series is to begin", day=_day(reason.day)),
    }.get(reason.rule or Rule.LATEST, _day(reason.day))  # fmt: skip


def _hold(reason: Reason, clinical: bool) -> str:
    if reason.until:
        words = _("on hold from %(start)s until %(end)s", start=_day(reason.anchor), end=_day(reason.until))
    else:
        words = _("on hold since %(start)s, without an end", start=_day(reason.anchor))
    return f"{words} ({rule_name(reason.note)})" if clinical and reason.note else words



def _plain(reason: Reason) -> str:
    day = _day(reason.day)
    return {
        Because.LAST_SESSION: _("%(day)s, not before the last session", day=day), Because.TODAY: _("%(day)s, today", day=day),
        Because.EARLIEST: _("the earliest day"), Because.RECOMMENDED: _("the recommended day"),
        Because.LAST_OPEN_DAY: _("%(day)s, the last day that is still possible", day=day), Because.NO_END: _("no end is set"),
        Because.NO_LIMIT: _("no minimum is set"),
        Because.GRACE: _n("within %(num)s day of grace", "within %(num)s days of grace", reason.days),
        Because.OVERRIDE: _("the physician decided that it counts"), Because.SUBSTANDARD: _("marked as not usable"),
        Because.SAME_DAY: _("a second session on the same day"), Because.AFTER_LAST_STEP: _("after the last session of the series"),
        Because.MAINTENANCE: _("a maintenance session"),
    }.get(reason.because, day)  # fmt: skip


def _day(day: date | None) -> str:
    return short_day_of_year(day, language()) if day else "–"
