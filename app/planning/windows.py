"""The earliest, recommended and latest day of one session to come (docs/forecast.md rule 3)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple, Self

from app.planning.answer import Aspect, Because, Due, Reason, Rule
from app.planning.durations import Duration
from app.planning.holds import HoldCalendar
from app.planning.past import Anchor, Limit, Past, furthest
from app.planning.question import Hold, Question, Step


class Setting(NamedTuple):
    """What is the same for every session of one question."""

    today: date
    holds: HoldCalendar
    conflict: Limit | None

    @classmethod
    def of(cls, question: Question) -> Self:
        """The setting of a question."""
        holds = HoldCalendar.on(question.today, question.holds)
        return cls(question.today, holds, _last_conflict(question))


class Window(NamedTuple):
    """The dates of a session; `latest` None: no end."""

    earliest: date
    recommended: date
    latest: date | None
    ideal_gap_days: int
    reasons: tuple[Reason, ...]

    def contains(self, day: date) -> bool:
        """The day is one of them."""
        return self.earliest <= day and (self.latest is None or day <= self.latest)

    @classmethod
    def of_due(cls, due: Due | None) -> Self | None:
        """The dates of a session to come; None while it has none."""
        if due is None or due.earliest is None or due.recommended is None:
            return None
        return cls(due.earliest, due.recommended, due.latest, due.ideal_gap_days, due.reasons)

    def still_ahead(self, today: date) -> Self:
        """Without the days that have passed. A window that is over stays as it was: it says until when it was."""
        if self.latest is not None and self.latest < today:
            return self
        return self._replace(earliest=max(self.earliest, today), recommended=max(self.recommended, today))

    def behind(self, today: date) -> Self:
        """The days after the last of them, today or later, the first the best."""
        first = max(today, (self.latest or self.recommended) + timedelta(days=1))
        return self._replace(earliest=first, recommended=first, latest=None, reasons=())


def still_ahead(
    earliest: date | None, recommended: date | None, latest: date | None, today: date
) -> tuple[date | None, date | None, date | None]:
    """`Window.still_ahead` of days of which some may not be known."""
    if latest is not None and latest < today:
        return earliest, recommended, latest
    return earliest and max(earliest, today), recommended and max(recommended, today), latest


def where_they_meet(dues: Sequence[Due], today: date) -> Window:
    """The days that suit every one of these sessions, which all have dates; where there are none left, as soon as possible."""
    earliest = max([today, *(due.earliest for due in dues if due.earliest)])
    ends = [due.latest for due in dues if due.latest]
    latest = min(ends) if ends else None
    recommended = max([earliest, *(due.recommended for due in dues if due.recommended)])
    if latest is not None and latest < earliest:
        return Window(earliest, earliest, None, dues[0].ideal_gap_days, dues[0].reasons)
    return Window(earliest, min(recommended, latest or recommended), latest, dues[0].ideal_gap_days, dues[0].reasons)


def window(rules: Step, past: Past, setting: Setting) -> Window:
    """The dates for a session under `rules`, after `past`."""
    reasons: list[Reason] = []
    earliest = _earliest(rules, past, setting, reasons)
    ideal = furthest(past.limits(rules.gaps, Rule.IDEAL))
    gap_days = 0 if ideal is None or ideal.anchor is None else (ideal.day - ideal.anchor.day).days
    if rules.bounds.ideal_from is not None:
        ideal = Limit(rules.bounds.ideal_from, Because.BOUND, Rule.IDEAL_FROM)
    recommended = _recommended(ideal, earliest, rules.bounds.latest, setting.holds, reasons)
    end = furthest(past.limits(rules.gaps, Rule.MAX))
    latest = _latest(end, earliest, recommended, rules.bounds.latest, reasons)
    return Window(earliest, recommended, latest, gap_days, tuple(reasons))


def _last_conflict(question: Question) -> Limit | None:
    limits = []
    for conflict in question.conflicts:
        wait = Duration(days=conflict.min_days)
        anchor = Anchor(conflict.day, None, conflict.basis)
        day = wait.after(conflict.day)
        limits.append(Limit(day, Because.CONFLICT, None, anchor, wait, conflict.reason))
    return furthest(limits)


def _earliest(rules: Step, past: Past, setting: Setting, reasons: list[Reason]) -> date:
    limits = list(past.limits(rules.gaps, Rule.MIN))
    if rules.bounds.not_before is not None:
        limits.append(Limit(rules.bounds.not_before, Because.BOUND, Rule.NOT_BEFORE))
    if setting.conflict is not None:
        limits.append(setting.conflict)
    if past.last is not None:
        limits.append(Limit(past.last.day, Because.LAST_SESSION, None, past.last))
    found = furthest(limits) or Limit(setting.today, Because.TODAY)
    reasons.append(found.reason(Aspect.EARLIEST))
    return _outside_holds(Aspect.EARLIEST, found.day, setting.holds, reasons)


def _outside_holds(aspect: Aspect, day: date, holds: HoldCalendar, reasons: list[Reason]) -> date:
    moved, hold = holds.open_from(day)
    if hold is not None:
        reasons.append(hold_reason(aspect, hold, moved))
    return moved


def hold_reason(aspect: Aspect, hold: Hold, day: date | None = None) -> Reason:
    """A hold as the reason of a date, or of there being none."""
    return Reason(aspect, Because.HOLD, day, anchor=hold.start, until=hold.until, note=hold.reason)


def _recommended(
    ideal: Limit | None,
    earliest: date,
    last: date | None,
    holds: HoldCalendar,
    reasons: list[Reason],
) -> date:
    if ideal is None or ideal.day < earliest:
        ideal = Limit(earliest, Because.EARLIEST)
    reasons.append(ideal.reason(Aspect.RECOMMENDED))
    day = _outside_holds(Aspect.RECOMMENDED, ideal.day, holds, reasons)
    if last is None or day <= last:
        return day
    if day > earliest:
        day = holds.open_until(last, earliest)
        because = Because.EARLIEST if day == earliest else Because.LAST_OPEN_DAY
        reasons.append(Limit(day, because, Rule.LATEST).reason(Aspect.RECOMMENDED))
    return day


def _latest(
    end: Limit | None,
    earliest: date,
    recommended: date,
    last: date | None,
    reasons: list[Reason],
) -> date | None:
    least = Limit(recommended, Because.RECOMMENDED)
    if last is not None:
        least = Limit(earliest, Because.EARLIEST)
        end = Limit(last, Because.BOUND, Rule.LATEST)
    if end is None:
        reasons.append(Reason(Aspect.LATEST, Because.NO_END))
        return None
    found = end if end.day >= least.day else least
    reasons.append(found.reason(Aspect.LATEST))
    return found.day
