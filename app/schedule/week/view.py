"""A week of one practitioner, of one room or of everybody: cards between hours, and when nothing can be.

Read in a fixed few queries whatever the number of visits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.hours import without
from app.i18n import _
from app.planning.resources import Span
from app.schedule.day.next_steps import Asker
from app.schedule.week.cards import HOUR, Card, Change, Drawer, Place, hours_of, visits_of
from app.schedule.week.frame import Whose, frame_of


@dataclass(frozen=True)
class Column:
    """A day: its visits by their start, and the times at which nothing can be."""

    day: date
    cards: list[Card]
    shut: list[Place]
    open: bool

    @property
    def lanes(self) -> int:
        """How many cards stand side by side at most."""
        return max((card.place.lane for card in self.cards), default=1)


MOST_ON_PAPER = 8  # lanes on a sheet, beyond which a name has no room


@dataclass(frozen=True)
class Week:
    """Everything the page shows. `hours`: the first and the last hour, both shown."""

    monday: date
    whose: Whose
    name: str
    columns: list[Column]
    hours: range
    people: Sequence[tuple[str, str]]
    rooms: Sequence[tuple[str, str]]
    has_hours: bool

    @property
    def last(self) -> date:
        return self.columns[-1].day

    @property
    def total(self) -> int:
        """How many visits lie in it."""
        return sum(not card.ghost for column in self.columns for card in column.cards)

    @property
    def proposed(self) -> int:
        """How many would lie in it."""
        return sum(card.ghost for column in self.columns for card in column.cards)

    @property
    def crowded(self) -> bool:
        """On paper its lanes would be too narrow to read."""
        return sum(column.lanes for column in self.columns) > MOST_ON_PAPER


def week_of(monday: date, place_id: int, whose: Whose, asker: Asker, zone: str, changes: Sequence[Change] = ()) -> Week:
    """The week at a place from a Monday on, for whoever looks. `changes`: what is proposed, drawn beside what is."""
    frame = frame_of(monday, place_id)
    there = {day: frame.there(whose, day) for day in frame.days}
    visits = visits_of(frame, whose, zone)
    ghosts = [one for one in changes if one.slot and one.slot.day in there and one.concerns(whose)]
    hours = hours_of(visits, ghosts, [span for day in frame.days for span in (*there[day], *frame.opening[day])])
    drawer = Drawer(frame, hours, asker, {one.visit.id: one for one in changes})
    cards = {
        day: drawer.cards((one for one in visits if one.local_day == day), (one for one in ghosts if one.slot and one.slot.day == day))
        for day in frame.days
    }
    columns = [Column(day, cards[day], _shut(there[day], hours), bool(there[day])) for day in frame.days]
    while len(columns) > 5 and not (columns[-1].cards or columns[-1].open):
        columns.pop()  # a weekend on which nobody works takes no room
    name = frame.names.get(whose.key, _("Everybody"))
    return Week(monday, whose, name, columns, hours, frame.people, frame.rooms, any(there.values()))


def _shut(there: Sequence[Span], hours: range) -> list[Place]:
    first = hours.start * HOUR
    return [Place(begin - first, end - first) for begin, end in without(((first, hours.stop * HOUR),), there)]
