"""A whole series at once: a slot proposed for every open session of a plan, and booked all or none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from app.clinic import queries as clinic_queries
from app.errors import Refused
from app.i18n import _
from app.messages import changes
from app.planning.acts import Done
from app.planning.bands import Band
from app.planning.decided import bound_to, only_on
from app.planning.obstacles import Obstacle, Refusal
from app.planning.resources import Span
from app.planning.series import Placement, WindowAfter, place_series
from app.planning.slots import check
from app.planning.visit import Request, Slot, Wishes
from app.planning.windows import Window
from app.schedule import booking, evaluation, guards, resources, rows
from app.schedule.booking import Wanted
from app.schedule.closed_days import WHOLE_DAY, free_of_clashes
from app.schedule.evaluation import Stand
from app.schedule.limits import Override
from app.schedule.resources import Diary
from app.schedule.series_windows import Chain, chain_of
from app.schedule.words import obstacle_words
from app.series import other_acts
from app.series.contents import content
from app.series.other_acts import OtherAct
from app.series.reading import Reading, read
from app.today import today_of
from models import clock
from models.appointment import Appointment, VisitKind
from models.base import db
from models.treatment import Course, TreatmentPlan, TreatmentSession

Key: TypeAlias = tuple[int, str]
"""A session by its course's place in the plan, from 0, and its label; the same before and after the plan is stored."""
LATER = None
"""What is decided of a session that is left for later."""


@dataclass(frozen=True)
class Proposal:
    """One session with the slot it could have, or every reason why it has none.

    `kind`: a first session without a valid evaluation begins with it. `tentative`: the place stands only once the
    physician has signed. `after_review`: it lies behind a review that is not done yet. `band`: where the proposed day lies in
    the session's window. `place`: of its course in the plan, from 0. `request`: what was asked, to look for other times when
    the sessions before it lie as proposed; `soonest`: the first day on which it would count then, below the minimum.
    `joined_with`: the other sessions of the same visit, all with the same slot.
    """

    place: int
    session: TreatmentSession
    label: str
    kind: VisitKind
    slot: Slot | None
    window: Window | None
    reasons: tuple[Obstacle, ...]
    tentative: bool
    after_review: bool
    band: Band | None
    request: Request
    soonest: date | None
    joined_with: tuple[Key, ...] = ()

    @property
    def key(self) -> Key:
        """By what it is known in a plan that may not be stored yet."""
        return self.place, self.label

    @property
    def words(self) -> list[str]:
        """Why it has no slot, one sentence a reason."""
        return obstacle_words(self.reasons)


class SessionRefused(Refused):
    """One session of a series cannot be booked as chosen; nothing was booked."""

    def __init__(self, session_id: int, words: str) -> None:
        super().__init__(words)
        self.session_id = session_id


def wishes_of(plan: TreatmentPlan) -> Wishes:
    """What the plan says about practitioner, weekdays (Monday 0), hours ("13:00"–"16:00") and a stay in town (ISO days)."""
    said: Mapping[str, Any] = plan.preferences or {}
    return Wishes(
        practitioner=plan.preferred_staff_id, weekdays=frozenset(int(day) for day in said.get("weekdays", ())),
        hours=tuple(_span(begin, until) for begin, until in said.get("hours", ())),
        stay_from=_day(said.get("stay_from")), stay_to=_day(said.get("stay_to")),
    )  # fmt: skip


def propose(
    plan: TreatmentPlan, now: datetime, *, wishes: Wishes | None = None, decided: Mapping[Key, Slot | None] | None = None,
    readings: Mapping[int, Reading] | None = None,
) -> list[Proposal]:  # fmt: skip
    """A slot for every open session of every running course, in order of day; those without one stand at the end.

    Courses are placed one after another, each exactly; what one takes, and the days its treatments keep apart, bind the next.
    The plan need not be stored: its rows are told apart by their ids, whatever these are. `decided`: sessions that somebody has
    given a time, inside their window or not, or left for later (`LATER`); the others are placed behind them. A time that is
    not free any more is no slot, and says why. `readings`: of its courses, by their ids, as far as they are known already.
    """
    today = today_of(now)
    wanted = wishes or wishes_of(plan)
    placing = _Placing(plan, wanted, today, now, decided or {}, readings or {})
    found = [one for place, course in enumerate(plan.courses) if course.ended_on is None for one in placing.course(course, place)]
    return sorted(found, key=lambda one: (one.slot.day, one.slot.start_minute) if one.slot else (date.max, 0))


def book_all(
    plan: TreatmentPlan, chosen: Sequence[tuple[int, Slot]], now: datetime, *, asked_by: str = "patient",
    override: Override | None = None, overridden: Collection[int] | None = None,
) -> list[Appointment]:  # fmt: skip
    """Book these sessions of a plan, all or none, told to the patient in one message. `chosen`: session id and slot.

    Sessions with one and the same slot become one visit. `override` concerns the sessions `overridden`, or all where none are
    named. Every slot is worked out again before it is written. Raises SessionRefused for the first session that cannot be
    booked; the transaction must then end.
    """
    if not chosen:
        raise Refused(_("Choose at least one session."))
    place, known = resources.place_of(plan.courses), dict[int, Reading]()
    guards.alone(place.id)
    diary = resources.diary_of(place, {slot.day for _, slot in chosen})
    told = changes.open_set(plan.patient_id, now, plan_id=plan.id)
    made = []
    for bare, ids in _visits(chosen):
        sessions = [_session_of(plan, session_id) for session_id in ids]
        allowed = override if overridden is None or not set(ids).isdisjoint(overridden) else None
        wanted = Wanted(
            plan.patient, VisitKind.TREATMENT, bare, sessions, plan, asked_by=asked_by, override=allowed, diary=diary, known=known
        )
        try:
            visit = booking.write(wanted, now)
        except Refused as refused:
            raise SessionRefused(ids[0], refused.words) from refused
        changes.note(told, visit, old_start=None, new_start=visit.starts_at, by_clinic=asked_by == "clinic")
        made.append(visit)
    rows.settle(plan.patient_id, now)
    return made


def _visits(chosen: Sequence[tuple[int, Slot]]) -> list[tuple[Slot, list[int]]]:
    """The times to be booked in order, each with the sessions that share it."""
    together: dict[Slot, list[int]] = {}
    for session_id, slot in chosen:
        bare = resources.wanted(slot.day, slot.start_minute, slot.performer_id, slot.room_id)
        together.setdefault(bare, []).append(session_id)
    return sorted(together.items(), key=lambda pair: (pair[0].day, pair[0].start_minute))


def book_first(plan: TreatmentPlan, k: int, now: datetime, *, asked_by: str = "patient") -> list[Appointment]:
    """Book the first k sessions that can be placed, as proposed; the others stay on the worklist."""
    slots = [(one.session.id, one.slot) for one in propose(plan, now) if one.slot is not None]
    return book_all(plan, slots[:k], now, asked_by=asked_by)


class _Placing:
    """Courses of one plan placed one after another; what was placed is known to the next."""

    def __init__(
        self, plan: TreatmentPlan, wishes: Wishes, today: date, now: datetime, decided: Mapping[Key, Slot | None],
        readings: Mapping[int, Reading],
    ) -> None:  # fmt: skip
        self.plan, self.wishes, self.today, self.now, self.decided, self.readings = plan, wishes, today, now, decided, readings
        self.signed = evaluation.signed_by(plan.patient)
        self.others = other_acts.of_patient(plan.patient_id)
        self.days: dict[tuple[int, str], date] = {}
        self.begun = False

    def course(self, course: Course, place: int) -> list[Proposal]:
        """The open sessions of one course with their slots."""
        chain = chain_of(self.readings.get(course.id) or read(course, self.today), self.today, self._starts_after(course))
        diary = self.diary_of(chain)
        kinds = [self._kind(chain, index) for index in range(len(chain.lines))]
        asked = {kind: self.request(course, kind, diary) for kind, _tentative in kinds}  # one for all: days are looked at once
        requests = [asked[kind] for kind, _tentative in kinds]
        bound, windows = self._bound(chain, place, requests)
        placed = place_series(bound, windows, chain.looks_back).placements
        found = []
        for index, placement in enumerate(placed):
            found.append(self._proposal(chain, index, placement, tuple(map(_expected, placed[:index])), requests[index], place))
            if placement.slot:
                self._take(course, chain.lines[index].label, placement.slot)
        self.begun = self.begun or any(one.kind is VisitKind.EVALUATION_AND_TREATMENT for one in found)
        return found

    def _bound(self, chain: Chain, place: int, requests: Sequence[Request]) -> tuple[list[Request], WindowAfter]:
        """The requests and windows with what was decided: nothing but that time fits, on that day, or none at all."""
        told = {index: self.decided[place, line.label] for index, line in enumerate(chain.lines) if (place, line.label) in self.decided}
        bound = [bound_to(request, told[index]) if index in told else request for index, request in enumerate(requests)]

        def window_after(index: int, days: tuple[date | None, ...]) -> Window | None:
            found, slot = chain.window_after(index, days), told.get(index)
            return found if found is None or slot is None else only_on(found, slot.day)

        return bound, window_after

    def _proposal(
        self, chain: Chain, index: int, placed: Placement, before: tuple[date | None, ...], request: Request, place: int
    ) -> Proposal:
        """`before`: the days on which the sessions before it lie."""
        line, slot, due, window = chain.lines[index], placed.slot, chain.due(index, before), chain.window_after(index, before)
        assert line.session is not None
        kind, tentative = self._kind(chain, index)
        decided = self.decided.get((place, line.label), slot)
        left = window is not None and (place, line.label) in self.decided and decided is LATER
        return Proposal(
            place, line.session, line.label, kind, slot, window,
            () if left else self._reasons(chain.course, request, placed, decided), tentative, line.after_review,
            due.band(slot.day) if slot and due else None, request, chain.soonest(index, before),
        )  # fmt: skip

    def _reasons(self, course: Course, request: Request, placed: Placement, decided: Slot | None) -> tuple[Obstacle, ...]:
        """Why there is no slot; of a time that was decided, why that one cannot be."""
        if placed.slot is None and decided is not None:
            answer = check(request, decided.day, decided.start_minute, decided.performer_id, decided.room_id)
            return self.told(course, answer.reasons) if isinstance(answer, Refusal) else placed.reasons
        return self.told(course, placed.reasons)

    def request(self, course: Course, kind: VisitKind, diary: Diary) -> Request:
        """What a session asks of a slot, beside the patient's other visits and treatments."""
        asked = diary.request(kind, [course], self.plan.patient, self.wishes, self.now)
        busy = free_of_clashes({**asked.patient_busy, **self._placed_days()}, course, self.others)
        return replace(asked, patient_busy=busy)

    def told(self, course: Course, reasons: Sequence[Obstacle]) -> tuple[Obstacle, ...]:
        """Why a session has no place, with a treatment that stands too near named as that."""
        return free_of_clashes({}, course, self.others).told(reasons)

    def diary_of(self, chain: Chain) -> Diary:
        return resources.diary_ahead(resources.place_of([chain.course]), self.today, chain.furthest)

    def _kind(self, chain: Chain, index: int) -> tuple[VisitKind, bool]:
        """Judged on the day the session is expected; booking judges it again on the day it gets."""
        line, due = chain.lines[index], chain.due(index)
        assert line.session is not None
        stand = Stand(chain.course, line.label, line.session.kind)
        day = max(self.today, (due.recommended if due else None) or self.today)
        if evaluation.covers(stand, day, self.signed):
            return VisitKind.TREATMENT, False
        behind = self.begun or (index > 0 and not line.label.startswith("M"))
        if behind:
            return VisitKind.TREATMENT, True
        starts_at = clock.day_bounds(day, clinic_queries.the_clinic().zone)[1]
        begins = evaluation.beginning(self.plan.patient, VisitKind.TREATMENT, [stand], day, starts_at)
        return begins.kind, begins.tentative

    def _take(self, course: Course, label: str, slot: Slot) -> None:
        done = Done(content(course).acts, course.area, slot.day, course.id, slot.start_minute, None)
        self.others.append(OtherAct(done, performed=False, plan_id=course.plan_id, keep_apart_days=course.keep_apart_days or 0))
        self.days[course.id, label] = slot.day

    def _placed_days(self) -> dict[date, tuple[Span, ...]]:
        """A day with a session of this plan takes no second visit."""
        return dict.fromkeys(self.days.values(), WHOLE_DAY)

    def _starts_after(self, course: Course) -> date | None:
        """Where the course waits for another one's step that has just been placed."""
        key = (course.starts_after_course_id or 0, str(course.starts_after_step))
        return self.days[key] + timedelta(days=course.starts_after_days or 0) if key in self.days else None


def _expected(placed: Placement) -> date | None:
    """The day a session lies on, or would if it had a place."""
    return placed.slot.day if placed.slot else placed.window.recommended if placed.window else None


def _session_of(plan: TreatmentPlan, session_id: int) -> TreatmentSession:
    session = db.session.get(TreatmentSession, session_id)
    if session is None or session.course.plan_id != plan.id:
        raise SessionRefused(session_id, _("This session is not part of the plan any more."))
    return session


def _span(begin: str, until: str) -> Span:
    low, high = (int(text[:2]) * 60 + int(text[3:5]) for text in (begin, until))
    return low, high


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


__all__ = ["LATER", "Key", "Proposal", "SessionRefused", "book_all", "book_first", "propose", "wishes_of"]
