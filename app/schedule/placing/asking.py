"""What every open session of a plan asks of its place: when, of whom, beside what, and together with which others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.clinic import queries as clinic_queries
from app.library.loader import shipped
from app.planning import acts
from app.planning.act_rules import overlap
from app.planning.decided import bound_to
from app.planning.resources import Days
from app.planning.visit import Request, Slot, Wishes
from app.schedule import evaluation
from app.schedule.evaluation import Stand
from app.schedule.free import resources
from app.schedule.free.closed_days import closed_to
from app.schedule.placing.proposals import LATER, Key
from app.schedule.placing.windows import Chain, chain_of
from app.series import other_acts
from app.series.contents import content
from app.series.other_acts import OtherAct
from app.series.reading import Reading, read
from app.today import today_of
from models import clock
from models.appointment import VisitKind
from models.treatment import Course, TreatmentPlan


@dataclass(frozen=True)
class Visiting:
    """How a session is done. `tentative`: its place stands only once the physician has signed."""

    kind: VisitKind
    tentative: bool


class Asking:
    """One plan as it is asked about. `places`: of its running courses in the plan, from 0; `chains`: what is open of each."""

    def __init__(
        self, plan: TreatmentPlan, now: datetime, wishes: Wishes, decided: Mapping[Key, Slot | None], readings: Mapping[int, Reading]
    ) -> None:
        self.plan, self.now, self.wishes, self.decided = plan, now, wishes, decided
        self.today = today_of(now)
        running = [(place, course) for place, course in enumerate(plan.courses) if course.ended_on is None]
        self.places = [place for place, _ in running]
        self.chains = [chain_of(readings.get(course.id) or read(course, self.today), self.today) for _, course in running]
        self.others = other_acts.of_patient(plan.patient_id)
        self._signed = evaluation.signed_by(plan.patient)
        self.visiting = self._all_visiting({})
        self._requests: dict[tuple[VisitKind, tuple[int, ...]], Request] = {}
        self.last = self.today + resources.BOOKED_AHEAD
        furthest = min(self.last, max((chain.furthest for chain in self.chains), default=self.today))
        self._diary = resources.diary_ahead(resources.place_of([course for _, course in running]), self.today, furthest)

    def key(self, track: int, index: int) -> Key:
        """By what a session is known outside."""
        return self.places[track], self.chains[track].lines[index].label

    def alone(self, track: int, index: int) -> Request:
        """What one session asks; its time, if that is decided."""
        request, key = self.plain(self.visiting[track][index].kind, (track,)), self.key(track, index)
        return bound_to(request, self.decided[key]) if key in self.decided else request

    def joined(self, one: tuple[int, int], other: tuple[int, int]) -> Request | None:
        """What two sessions ask in one visit: where a same-day pair says so, and no other time was decided for one of them."""
        if not _may_join(self.chains[one[0]].course, self.chains[other[0]].course):
            return None
        told = [self.decided[key] for key in (self.key(*one), self.key(*other)) if key in self.decided]
        if LATER in told or len(set(told)) > 1:
            return None
        kinds = {self.visiting[track][index].kind for track, index in (one, other)}
        request = self.plain(next(iter(kinds - {VisitKind.TREATMENT}), VisitKind.TREATMENT), (one[0], other[0]))
        return bound_to(request, told[0]) if told else request

    def plain(self, kind: VisitKind, tracks: tuple[int, ...]) -> Request:
        """A visit beside the patient's other visits and treatments; one for all of its kind, so that days are looked at once."""
        if (kind, tracks) not in self._requests:
            courses = [self.chains[track].course for track in tracks]
            asked = self._diary.request(kind, courses, self.plan.patient, self.wishes, self.now)
            self._requests[kind, tracks] = replace(asked, patient_busy=_closed_to(asked.patient_busy, courses, self.others))
        return self._requests[kind, tracks]

    def judged_on(self, days: Mapping[tuple[int, int], date]) -> bool:
        """Judge how each session is done on the day it lies on, as booking will; whether that changed anything."""
        before, self.visiting = self.visiting, self._all_visiting(days)
        return self.visiting != before

    def _all_visiting(self, days: Mapping[tuple[int, int], date]) -> list[list[Visiting]]:
        """In order of day, those without one on the day they are expected: the first that asks for an evaluation begins with it."""
        begun, found = False, dict[tuple[int, int], Visiting]()
        each = [(track, index) for track, chain in enumerate(self.chains) for index in range(len(chain.lines))]
        for day, track, index in sorted((days.get(key) or self._expected(*key), *key) for key in each):
            found[track, index] = self._visiting(self.chains[track], index, day, begun)
            begun = begun or found[track, index].kind is VisitKind.EVALUATION_AND_TREATMENT
        return [[found[track, index] for index in range(len(chain.lines))] for track, chain in enumerate(self.chains)]

    def _expected(self, track: int, index: int) -> date:
        due = self.chains[track].due(index)
        return max(self.today, (due.recommended if due else None) or self.today)

    def _visiting(self, chain: Chain, index: int, day: date, begun: bool) -> Visiting:
        line = chain.lines[index]
        assert line.session is not None
        stand = Stand(chain.course, line.label, line.session.kind)
        if evaluation.covers(stand, day, self._signed):
            return Visiting(VisitKind.TREATMENT, tentative=False)
        if begun or (index > 0 and not line.label.startswith("M")):
            return Visiting(VisitKind.TREATMENT, tentative=True)
        starts_at = clock.day_bounds(day, clinic_queries.the_clinic().zone)[1]
        begins = evaluation.beginning(self.plan.patient, VisitKind.TREATMENT, [stand], day, starts_at)
        return Visiting(begins.kind, begins.tentative)


def _closed_to(busy: Days, courses: Sequence[Course], others: Sequence[OtherAct]) -> Days:
    for course in courses:
        busy = closed_to(busy, course, others)
    return busy


def _may_join(one: Course, other: Course) -> bool:
    """The library names them as a pair of one day on one area, and the plan does not keep them apart."""
    rules, kept = shipped().act_rules, max(one.keep_apart_days or 0, other.keep_apart_days or 0)
    if kept or not overlap(rules.parents, one.area, other.area):
        return False
    return acts.is_same_day_pair(rules, content(one).acts, content(other).acts)
