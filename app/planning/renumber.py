"""Which booked sessions take an earlier number, because those before them were freed and cannot be done before them any more."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from app.planning.forecast import due_of, forecast
from app.planning.question import Basis, Booked, Question


@dataclass(frozen=True, slots=True)
class Renumbered:
    """The session booked as step `old` becomes step `new`; the open ones from `new` on move up by one."""

    old: int
    new: int


def renumbered(question: Question, own: Collection[int], reviews: Collection[int]) -> tuple[Renumbered, ...]:
    """The changes that bring coming visits and numbers into one order, to be made one after another; no visit changes its day.

    A coming booked session takes the number below while that one is open and it comes too early even if every open session before
    it is done on its first possible day from today on. It goes no further down than that asks: what can still be done before it is
    left to be booked. `own`: steps that ask for something of their own (the first one always does); `reviews`: steps after which a
    physician looks. A number passes over neither, and none changes while a pause leaves no dates.
    """
    made: list[Renumbered] = []
    for old in _one_down(question, {1, *own}, reviews):
        if made and made[-1].new == old:
            made[-1] = Renumbered(made[-1].old, old - 1)
        else:
            made.append(Renumbered(old, old - 1))
    return tuple(made)


def comes_too_early(question: Question, booking: Booked) -> bool:
    """Whether it lies before its first possible day even if every open session before it is done as soon as it may be."""
    filled, known = question, {one.step for one in question.booked}
    for step in range(forecast(question).satisfied + 1, booking.step):
        due = due_of(filled, step) if step not in known else None
        if due is not None and due.earliest is not None:
            soonest = Booked(step, max(due.earliest, question.today), Basis.EXPECTED)
            filled = replace(filled, booked=(*filled.booked, soonest))
    due = due_of(filled, booking.step)
    return due is not None and due.earliest is not None and booking.day < due.earliest


def _one_down(question: Question, own: Collection[int], reviews: Collection[int]) -> Iterator[int]:
    """Step by step, the lowest first. It ends, because the sum of the booked numbers falls."""
    satisfied = forecast(question).satisfied
    while (booking := next(_to_move(question, satisfied, own, reviews), None)) is not None:
        yield booking.step
        lower = replace(booking, step=booking.step - 1)
        question = replace(question, booked=tuple(lower if one == booking else one for one in question.booked))


def _to_move(question: Question, satisfied: int, own: Collection[int], reviews: Collection[int]) -> Iterator[Booked]:
    taken = {one.step for one in question.booked}
    for booking in sorted(question.booked, key=lambda one: one.step):
        below = booking.step - 1
        is_open = below > satisfied and below not in taken
        alike = below not in own and booking.step not in own and below not in reviews
        coming = booking.day >= question.today and booking.step <= len(question.steps)
        if is_open and alike and coming and comes_too_early(question, booking):
            yield booking
