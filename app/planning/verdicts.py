"""What each performed session was worth (docs/forecast.md rule 4)."""

from datetime import date

from app.planning.answer import Aspect, Because, Reason, Rule, Verdict, VerdictKind
from app.planning.past import Limit, Past, Place, furthest
from app.planning.question import Performed, Question

_Judgement = tuple[VerdictKind, tuple[Reason, ...]]


def judge(question: Question) -> tuple[tuple[Verdict, ...], Past]:
    """A verdict for every performed session in order of date, and the past they make together."""
    past = Past()
    verdicts = []
    for session in sorted(question.performed, key=lambda performed: performed.day):
        verdict, place = _verdict(session, past, question)
        past.add(session.day)
        if place is not None and verdict.satisfies:
            past.fill(place, session.day)
        verdicts.append(verdict)
    return tuple(verdicts), past


def _verdict(session: Performed, past: Past, question: Question) -> tuple[Verdict, Place | None]:
    day = session.day
    place = past.next_place(question)
    if past.last is not None and past.last.day == day:
        return _extra(session, Because.SAME_DAY), None
    if place is None:
        return _extra(session, Because.AFTER_LAST_STEP), None
    kind, reasons = _against(place, session, past, question.grace_days)
    return Verdict(day, kind, reasons, place.number, place.maintenance, session.ref), place


def _extra(session: Performed, because: Because) -> Verdict:
    return Verdict(session.day, VerdictKind.EXTRA, (_plain(because),), ref=session.ref)


def _against(place: Place, session: Performed, past: Past, grace_days: int) -> _Judgement:
    if session.substandard:
        return VerdictKind.SUBSTANDARD, (_plain(Because.SUBSTANDARD),)
    if session.override:
        _, reasons = _in_time(place, session.day, past, grace_days)
        return VerdictKind.COUNTED_BY_OVERRIDE, (_plain(Because.OVERRIDE), *reasons)
    if place.maintenance:
        return VerdictKind.MAINTENANCE, (_plain(Because.MAINTENANCE),)
    return _in_time(place, session.day, past, grace_days)


def _in_time(place: Place, day: date, past: Past, grace_days: int) -> _Judgement:
    planned = _lower_limit(place, past, Rule.MIN)
    if day >= planned.day:
        return VerdictKind.COUNTED, (_measured(planned, day),)
    counting = _lower_limit(place, past, Rule.ABSOLUTE_MIN)
    reasons = _measured(planned, day), _measured(counting, day)
    short = (counting.day - day).days
    if short <= 0:
        return VerdictKind.COUNTED_EARLY, reasons
    if short <= grace_days:
        grace = Reason(Aspect.VERDICT, Because.GRACE, days=grace_days)
        return VerdictKind.COUNTED_WITH_GRACE, (reasons[1], grace)
    return VerdictKind.TOO_EARLY, (reasons[1],)


def _lower_limit(place: Place, past: Past, rule: Rule) -> Limit:
    """The last of the days that `rule` asks to wait for; without any, the first of the calendar."""
    bounds = place.rules.bounds
    limits = list(past.limits(place.rules.gaps, rule))
    bound, name = bounds.not_before, Rule.NOT_BEFORE
    if rule is Rule.ABSOLUTE_MIN:
        bound, name = bounds.absolute_not_before, Rule.ABSOLUTE_NOT_BEFORE
    if bound is not None:
        limits.append(Limit(bound, Because.BOUND, name))
    return furthest(limits) or Limit(date.min, Because.NO_LIMIT)


def _measured(limit: Limit, day: date) -> Reason:
    return limit.reason(Aspect.VERDICT, days=max(0, (limit.day - day).days))


def _plain(because: Because) -> Reason:
    return Reason(Aspect.VERDICT, because)
