"""The numbers of a course: what the protocol says, with this patient's own put over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.errors import Refused
from app.i18n import _
from app.library.protocol import Gap, Maintenance, ProtocolContent
from app.library.series import steps
from app.planning.durations import Duration, parse
from app.series.steps import gap_data

MOST_SESSIONS = 24
SOME_DAY = date(2026, 1, 1)  # lengths in months are compared on an ordinary year


@dataclass(frozen=True)
class Span:
    """The least, best and longest time between two sessions as the physician wants it; None: not limited."""

    min: Duration | None = None
    ideal: Duration | None = None
    max: Duration | None = None

    def data(self) -> dict[str, str]:
        """As a course keeps it."""
        named = {"min": self.min, "ideal": self.ideal, "max": self.max}
        return {name: str(length) for name, length in named.items() if length is not None}


@dataclass(frozen=True)
class CourseNumbers:
    """`spans`: step number (from 2) → the time after the session before. `first`, `repeat` None: no maintenance."""

    sessions: int
    spans: dict[int, Span] = field(default_factory=dict)
    first: Span | None = None
    repeat: Span | None = None
    times: int | None = None


def in_order(span: Span) -> bool:
    """min ≤ ideal ≤ max, of those that are given."""
    days = [length.after(SOME_DAY) for length in (span.min, span.ideal, span.max) if length is not None]
    return days == sorted(days)


def of_protocol(said: ProtocolContent, variant: str | None, sessions: int | None = None) -> CourseNumbers:
    """The protocol's own numbers, for as many sessions as asked."""
    wanted = steps(said, sessions, variant, physician_allows_more=True)
    spans = {step.n: span_of(step.gaps[0]) for step in wanted if step.gaps}
    kept = said.maintenance
    return CourseNumbers(
        len(wanted), spans, span_of(kept.first) if kept else None, span_of(kept.repeat) if kept else None, kept.times if kept else None
    )


def of_course(gaps: dict[int, list[Any]], maintenance: dict[str, Any] | None) -> CourseNumbers:
    """The numbers a course has now. `gaps`: step number → its stored gap rules."""
    spans = {n: span_of_data(own_gap(rules)) for n, rules in gaps.items() if rules}
    kept = maintenance or {}
    return CourseNumbers(
        len(gaps), spans, span_of_data(kept["first"]) if kept.get("first") else None,
        span_of_data(kept["repeat"]) if kept.get("repeat") else None, kept.get("times"),
    )  # fmt: skip


def gaps_with(stored: list[Any], span: Span | None) -> list[Any]:
    """Gap rules with the physician's own span after the session before; rules from a named step stay as they are."""
    if span is None:
        return stored
    own, others = own_gap(stored), [rule for rule in stored if isinstance(rule.get("from"), dict)]
    changed: dict[str, Any] = {"from": "previous", **span.data()}
    least = own.get("absolute_min")
    if least and (span.min is None or length(least).after(SOME_DAY) <= span.min.after(SOME_DAY)):
        changed["absolute_min"] = least
    return [changed, *others]


def check_number(said: ProtocolContent, sessions: int, why: str) -> None:
    """More sessions than the protocol foresees need the physician's reason (docs/rules.md). Raises Refused."""
    if sessions > said.most_sessions and not why.strip():
        raise Refused(_("The protocol foresees at most %(most)s sessions. Write down why there are more.", most=said.most_sessions))


def protocol_gaps(said: ProtocolContent, variant: str | None, sessions: int) -> dict[int, list[Any]]:
    """Step number → the protocol's gap rules as a course keeps them."""
    return {step.n: [gap_data(gap) for gap in step.gaps] for step in steps(said, sessions, variant, physician_allows_more=True)}


def maintenance_data(kept: Maintenance | None, stored: dict[str, Any] | None, numbers: CourseNumbers) -> dict[str, Any] | None:
    """The maintenance rule with the physician's own lengths; None: no maintenance."""
    if numbers.first is None:
        return None
    before = dict(stored or ({"anchor": "last_performed", "recall": kept.recall} if kept else {"recall": "recall_then_stop"}))
    first = {**_least(before.get("first")), **numbers.first.data()}
    repeat = {**_least(before.get("repeat")), **(numbers.repeat or numbers.first).data()}
    return {**before, "first": first, "repeat": repeat, "times": numbers.times}


def _least(rule: Any) -> dict[str, Any]:
    return {"absolute_min": rule["absolute_min"]} if rule and rule.get("absolute_min") else {}


def own_gap(rules: list[Any]) -> dict[str, Any]:
    """The rule that counts from the session before; empty where there is none."""
    return next((dict(rule) for rule in rules if not isinstance(rule.get("from"), dict)), {})


def span_of(gap: Gap) -> Span:
    """A protocol's gap without its absolute minimum."""
    return Span(gap.min, gap.ideal, gap.max)


def span_of_data(rule: dict[str, Any]) -> Span:
    """The same of a stored rule."""
    return Span(*(length(rule[name]) if rule.get(name) is not None else None for name in ("min", "ideal", "max")))


def length(value: int | str) -> Duration:
    """A stored length: days as a number, or text."""
    return Duration(days=value) if isinstance(value, int) else parse(value)


def words(sessions: int, gaps: dict[int, list[Any]]) -> str:
    """A course's numbers in one line, for its history: "3 sessions · 28d, 28d"."""
    spans = [span_of_data(own_gap(rules)) for n, rules in sorted(gaps.items()) if n > 1]
    ideals = [str(span.ideal or span.min or "–") for span in spans]
    return _("%(n)s sessions", n=sessions) + (f" · {', '.join(ideals)}" if ideals else "")
