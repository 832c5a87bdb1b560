"""The first answer, and what is left when time is short: visit after visit, each as near as it can be beside those that have a place."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from app.planning.day_map import DayMap
from app.planning.displaced import Apart, Displaced
from app.planning.resources import Kind
from app.planning.visit import Claim, Slot
from app.planning.visit_on_day import Candidate, VisitOnDay


class Beside:
    """The days as they are with some of the displaced visits on them."""

    def __init__(self, displaced: Mapping[int, Displaced], apart: Sequence[Apart], slots: Mapping[int, Slot]) -> None:
        self._displaced, self._apart, self.slots = displaced, apart, dict(slots)
        self._maps: dict[date, dict[int, DayMap]] = {}  # until the day gets another visit; by the resources' identity

    def fill(self, visits: Iterable[Displaced]) -> None:
        """Places for these visits, those with the fewest days first; whoever finds none goes without."""
        for visit in sorted(visits, key=lambda one: (len(one.days()), one.day, one.start, one.id)):
            slot = self._nearest(visit)
            if slot is not None:
                self.slots[visit.id] = slot
                self._maps.pop(slot.day, None)

    def taken(self, patient: int, day: date) -> tuple[Claim, ...]:
        """What the visits claim on a day; of patients only this one."""
        there = [(self._displaced[placed].patient, slot) for placed, slot in self.slots.items() if slot.day == day]
        return tuple(claim for who, slot in there for claim in slot.claims if claim.kind is not Kind.PATIENT or who == patient)

    def _nearest(self, visit: Displaced) -> Slot | None:
        best: tuple[int, Candidate, VisitOnDay] | None = None
        for least, day in visit.days():
            if best is not None and least >= best[0]:
                break
            if self._keeps_apart(visit.id, day):
                there = self._seen(visit, day)
                for candidate in there.candidates():
                    cost = visit.cost(day, candidate.start, candidate.team.performer_id)
                    if best is None or (cost, candidate.rank) < (best[0], best[1].rank):
                        best = cost, candidate, there
        return None if best is None else best[2].slot(best[1])

    def _keeps_apart(self, visit_id: int, day: date) -> bool:
        mine = (pair for pair in self._apart if visit_id in (pair.first, pair.second))
        days = ((self._day(pair.first, visit_id, day), self._day(pair.second, visit_id, day), pair) for pair in mine)
        return all(pair.allows(first, second) for first, second, pair in days if first is not None and second is not None)

    def _day(self, visit_id: int, asked: int, day: date) -> date | None:
        slot = self.slots.get(visit_id)
        if visit_id == asked:
            return day
        return None if slot is None else slot.day

    def _seen(self, visit: Displaced, day: date) -> VisitOnDay:
        """The visit on the day; of patients who come once that day all have the same before them."""
        resources, taken = visit.request.resources, self.taken(visit.patient, day)
        if any(claim.kind is Kind.PATIENT for claim in taken):
            return VisitOnDay.of(visit.request, day, taken)
        maps = self._maps.setdefault(day, {})
        if id(resources) not in maps:
            maps[id(resources)] = DayMap.of(resources, (day,), taken)
        return VisitOnDay.on_map(visit.request, maps[id(resources)])
