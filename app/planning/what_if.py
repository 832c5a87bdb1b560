"""What would follow if something were otherwise: a course's question changed in one point, and both answers side by side."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from app.planning.answer import Due
from app.planning.bands import Band
from app.planning.forecast import first_maintenance, forecast, from_today
from app.planning.question import Booked, Gap, Hold, Question, Step
from app.planning.windows import still_ahead


@dataclass(frozen=True, slots=True)
class Ahead:
    """A session still to come. `day`: the one it is booked on, else the recommended one (None: an open hold leaves none).

    `gap_days`: days since the session before it. `late`: its window is over and nothing is booked; `adrift`: a session before
    it is late, so its days are not known yet.
    """

    due: Due
    day: date | None
    booked: bool
    gap_days: int | None
    late: bool
    adrift: bool

    @property
    def band(self) -> Band | None:
        """Where the booked day lies in the window; None while nothing is booked."""
        return self.due.band(self.day) if self.booked and self.day else None


@dataclass(frozen=True, slots=True)
class Beside:
    """A session as it stands and as it would. `now` None: it would be added; `then` None: it would fall away."""

    now: Ahead | None
    then: Ahead | None

    @property
    def differs(self) -> bool:
        """Its day, its gap, its band, its window or, of a booked one, its best day would be another."""
        return _seen(self.now) != _seen(self.then)


def ahead(question: Question) -> tuple[Ahead, ...]:
    """Every session still to come, with the first of maintenance behind the series."""
    answer = forecast(from_today(question))
    booked = {one.step: one.day for one in question.booked}
    before = max((one.day for one in question.performed), default=None)
    begins = first_maintenance(from_today(question))
    dues = answer.dues if begins is None or question.with_maintenance else (*answer.dues, begins)
    found: list[Ahead] = []
    adrift = False
    for step, due in enumerate(dues, start=answer.satisfied + 1):
        day = booked.get(step) or still_ahead(due.earliest, due.recommended, due.latest, question.today)[1]
        late = step not in booked and not adrift and due.latest is not None and due.latest < question.today
        gap = (day - before).days if day and before and not (late or adrift) else None
        found.append(Ahead(due, day, step in booked, gap, late, adrift and step not in booked))
        before = day or before
        adrift = late or (adrift and step not in booked)
    return tuple(found)


def beside(now: Question, then: Question, left_out: int | None = None) -> tuple[Beside, ...]:
    """Both answers session by session. `left_out`: the step that `then` does without."""
    after = {_number(one, left_out): one for one in ahead(then)}
    rows = [Beside(one, after.pop(_number(one), None)) for one in ahead(now)]
    added = [Beside(None, one) for one in after.values()]
    place = next((n for n, row in enumerate(rows) if row.now and row.now.due.maintenance), len(rows))
    return (*rows[:place], *added, *rows[place:])


def done_on(question: Question, step: int, day: date) -> Question:
    """As if this step were done on that day."""
    others = tuple(one for one in question.booked if one.step != step)
    return replace(question, booked=(*others, Booked(step, day)))


def not_done(question: Question, step: int) -> Question:
    """As if the visit booked for this step came to nothing, missed or cancelled: the session is still to come."""
    return replace(question, booked=tuple(one for one in question.booked if one.step != step))


def left_out(question: Question, step: int) -> Question:
    """As if the series did without this step: a rule that counts from it counts from the session before instead.

    Raises BadQuestion for the only step of a series.
    """
    steps = tuple(_without(each, step) for number, each in enumerate(question.steps, start=1) if number != step)
    booked = tuple(Booked(one.step - (one.step > step), one.day) for one in question.booked if one.step != step)
    return replace(question, steps=steps, booked=booked)


def held(question: Question, first: date, until: date | None) -> Question:
    """As if there were a pause on these days, both included (`until` None: without an end): what is booked in it falls away.

    Raises BadQuestion where it ends before it begins.
    """
    booked = tuple(one for one in question.booked if one.day < first or (until is not None and one.day > until))
    return replace(question, holds=(*question.holds, Hold(first, until)), booked=booked)


def one_more(question: Question) -> Question:
    """As if the series had one more session: the last one's rules are repeated. Maintenance that is planned with it stays behind it."""
    last = len(question.steps)
    behind = [replace(one, step=one.step + 1) for one in question.booked if one.step > last and question.with_maintenance]
    booked = (*(one for one in question.booked if one.step <= last), *behind)
    return replace(question, steps=(*question.steps, Step(question.steps[last - 1].gaps)), booked=booked)


def falls_away(now: Question, then: Question) -> Iterator[date]:
    """The booked days that would be given up."""
    kept = [one.day for one in then.booked]
    for one in now.booked:
        if one.day in kept:
            kept.remove(one.day)
        else:
            yield one.day


def _without(step: Step, gone: int) -> Step:
    return Step(tuple(_counted_anew(gap, gone) for gap in step.gaps), step.bounds)


def _counted_anew(gap: Gap, gone: int) -> Gap:
    if gap.from_step is None or gap.from_step < gone:
        return gap
    return replace(gap, from_step=None if gap.from_step == gone else gap.from_step - 1)


def _number(one: Ahead, gone: int | None = None) -> tuple[bool, int]:
    """How the session is numbered in the series with every step."""
    step = one.due.step
    return one.due.maintenance, step + (gone is not None and not one.due.maintenance and step >= gone)


def _seen(one: Ahead | None) -> tuple[object, ...]:
    if one is None:
        return ()
    best = one.due.recommended if one.booked else None  # of what is not booked it is the day itself
    return one.day, one.booked, one.gap_days, one.band, best, one.due.earliest, one.due.latest, one.late, one.adrift
