"""A time for a session that nobody has booked, chosen by the patient who was invited to it.

Only inside the session's window, and only what the desk could book and begin with nothing in the way: where something is not clear
there is no time, and a person calls.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import cached_property

from app.errors import Refused
from app.i18n import _
from app.messages import changes
from app.planning.slots import free_slots
from app.planning.visit import Request, Slot
from app.schedule import actions, booking, guards, limits
from app.schedule.day import preflight, preflight_facts
from app.schedule.day.preflight_facts import Facts, Owners
from app.schedule.evaluation import Stand
from app.schedule.free import offers, resources
from app.schedule.free.choosing import DAY, LINK, Choices, Choosing
from app.schedule.free.offers import Asked
from app.schedule.knock_on import Open, opened
from app.schedule.wanted import Wanted
from app.series import other_acts
from app.series.reading import read
from app.series.wishes import wishes_of
from app.today import today_of
from models.appointment import Appointment, AppointmentSession, Outcome, VisitKind, VisitState
from models.treatment import Course, PlanState, TreatmentSession


def choices(course: Course, now: datetime, since: date | None = None) -> Choices:
    """Free times for the next session of a course. Nothing is written; empty where only a person can help."""
    asking = _asking(course, now)
    return asking.page(since or asking.first) if asking else Choices()


def take(course: Course, value: str, now: datetime) -> Appointment:
    """Book the next session where the patient chose. Raises Refused where that is not free, or not to be had so, any more."""
    guards.alone(resources.place_of([course]).id)
    asking = _asking(course, now)
    slot = asking.slot_of(value) if asking else None
    if asking is None or slot is None:
        raise Refused(_("This time is not free any more."))
    plan = course.plan
    told = changes.open_set(plan.patient_id, now, plan_id=plan.id, by_patient=True)
    told.asked_by, told.asked_how = LINK, "message"
    return actions.book(plan.patient, VisitKind.TREATMENT, slot, [asking.session], told, now, plan=plan, asked_by=LINK)


def _asking(course: Course, now: datetime) -> _Invited | None:
    """The session that is next and has no time, while its window is open and its plan goes on."""
    line = read(course, today_of(now)).next_line if course.live and course.plan.state is PlanState.ACTIVE else None
    if line is None or line.session is None or line.session.state not in limits.FREE or not course.needs_booking:
        return None
    found = opened(line.session, today_of(now))
    return _Invited(line.session, line.label, found, now) if found else None


class _Invited(Choosing):
    """A session and the days of its window, from tomorrow on."""

    def __init__(self, session: TreatmentSession, label: str, found: Open, now: datetime) -> None:
        self.session, self.label, self.open, self.now = session, label, found, now
        self.course, self.patient, self.today = session.course, session.course.plan.patient, today_of(now)
        self.asked = Asked(self.patient, VisitKind.TREATMENT, [self.course], [found])
        due = found.due
        self.first = max(due.earliest if due and due.earliest else self.today, self.today + DAY)
        furthest = due.recommended + offers.FAR if due and due.recommended else self.today  # under an open hold there are no dates
        self.last = due.latest if due and due.latest else furthest

    def free(self, day: date) -> list[Slot]:
        """Every free time of a day of the window that leaves the later sessions where they may be."""
        if not self.first <= day <= self.last or self.open.breaks(day) or self.asked.refused_on(day) or not self._is_clear(day):
            return []
        return free_slots(self._request, day)

    def may_begin(self, slot: Slot) -> bool:
        """Nothing forbids it there, and it begins with the treatment."""
        wanted = Wanted(self.patient, VisitKind.TREATMENT, slot, [self.session], self.course.plan, asked_by=LINK)
        stands, others = [Stand(self.course, self.label, self.session.kind)], self._others
        try:
            return booking.begins(wanted, stands, others).kind is VisitKind.TREATMENT
        except Refused:
            return False

    def _is_clear(self, day: date) -> bool:
        """On that day the desk would find nothing in the way of the treatment: no report, finding, pause, review or missing consent."""
        visit = Appointment(
            patient=self.patient, patient_id=self.patient.id, kind=VisitKind.TREATMENT, state=VisitState.BOOKED, local_day=day,
            starts_at=self.now,
        )  # fmt: skip
        of = len(self.course.steps)
        visit.sessions.append(AppointmentSession(session=self.session, outcome=Outcome.PLANNED, label=self.label, of=of))
        return not any(check.blocks == "start" for check in preflight.checks_from(self._facts, visit, clinical=False))

    @cached_property
    def _facts(self) -> Facts:
        plan = self.course.plan
        ids = frozenset({plan.id}), frozenset({self.course.id}), frozenset({self.session.id})
        return preflight_facts.read([Owners(plan.patient_id, *ids, 0)])

    @cached_property
    def _others(self) -> list[other_acts.OtherAct]:
        return other_acts.of_patient(self.patient.id)

    @cached_property
    def _request(self) -> Request:
        """The plan's practitioner and stay hold; weekday and hour are for the patient to choose now."""
        wishes = replace(wishes_of(self.course.plan), weekdays=frozenset(), hours=())
        diary = resources.diary(resources.place_of([self.course]), self.first, max(self.first, self.last))
        return offers.on_open_days(diary.request(VisitKind.TREATMENT, [self.course], self.patient, wishes, self.now), self.asked)
