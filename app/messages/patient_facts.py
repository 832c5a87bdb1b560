"""Everything about a patient that decides which messages are wanted, read in few queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from app.clinic import queries as clinic_queries
from app.library.protocol import ProtocolContent
from app.messages import call_lines, changes
from app.messages import patient_queries as stored
from app.messages.changes import News
from app.messages.ends import Key, key_of
from app.messages.moments import Days
from app.patients.reach import Reach, reach_of
from app.products.exposure import recalls_about
from app.series.contents import content
from models.appointment import COMING, Appointment, Outcome, VisitState
from models.base import db
from models.clinic import Clinic, Location
from models.message import ChangeSet, MailLink, Message
from models.patient import Patient
from models.treatment import Course, Hold, TreatmentPlan, TreatmentSession

MESSAGES_KEPT = timedelta(days=400)
"""Longer than any cycle of maintenance: a message of before this is never planned anew."""


@dataclass(frozen=True)
class Visit:
    """A visit as mails see it.

    `told_at`: since when it stands at this time. `marked_at`: when its end was written down. `first_of_protocol`: it carries
    the patient's first session of some protocol. `list_changed`: its preparation has points that no earlier visit had.
    `days_since_last`: since the session or visit before it in one of its courses.
    """

    row: Appointment
    told_at: datetime
    marked_at: datetime | None
    courses: tuple[Course, ...]
    first_of_protocol: bool
    list_changed: bool
    days_since_last: int | None

    @property
    def contents(self) -> list[ProtocolContent]:
        return [content(course) for course in self.courses]

    @property
    def done_sessions(self) -> list[TreatmentSession]:
        return [link.session for link in self.row.sessions if link.outcome is Outcome.DONE]

    @property
    def performed_end(self) -> datetime | None:
        """When the treatment of a visit that took place was over; None for one that did not."""
        if self.row.state is not VisitState.DONE:
            return None
        ends = [session.performed_end or session.performed_at for session in self.done_sessions]
        return max((end for end in ends if end), default=self.marked_at)

    @property
    def cycle(self) -> str:
        """The visit at this time: a moved one calls for new messages."""
        return f"r{self.row.revision}"


@dataclass(frozen=True)
class PatientFacts:
    """One patient at one moment. `performed`: every session that took place, oldest first; `holds`: those that stand;
    `lot_recalls`: the recalls of lots that this patient must hear of; `complication`: one is open."""

    now: datetime
    clinic: Clinic
    patient: Patient
    days: Days
    visits: tuple[Visit, ...]
    news: tuple[News, ...]
    courses: tuple[Course, ...]
    performed: tuple[TreatmentSession, ...]
    holds: tuple[Hold, ...]
    recall_consent: bool
    answers: tuple[MailLink, ...]
    messages: tuple[Message, ...]
    lot_recalls: tuple[int, ...] = ()
    complication: bool = False

    @property
    def today(self) -> date:
        return self.days.day_of(self.now)

    @cached_property
    def reach(self) -> Reach:
        """Who reads the mails about this patient."""
        return reach_of(self.patient, self.today)

    @cached_property
    def coming(self) -> list[Visit]:
        """Visits that stand and have not begun, in order."""
        return [visit for visit in self.visits if visit.row.state in COMING and visit.row.starts_at > self.now]

    @cached_property
    def by_key(self) -> dict[Key, Message]:
        return {key_of(message): message for message in self.messages}

    def visit(self, appointment_id: int) -> Visit | None:
        return next((visit for visit in self.visits if visit.row.id == appointment_id), None)

    def course(self, course_id: int) -> Course | None:
        return next((course for course in self.courses if course.id == course_id), None)

    def coming_within(self, since: date, days: int) -> bool:
        """A visit with treatment that no pause stands over lies at most so many days after a day."""
        until = since + timedelta(days=days)
        return any(visit.courses and since <= visit.row.local_day <= until and not self.visit_held(visit) for visit in self.coming)

    def plan_held(self, plan_id: int | None) -> bool:
        """A pause stands over the plan or one of its courses."""
        return any(hold.plan_id == plan_id for hold in self.holds)

    def course_held(self, course: Course) -> bool:
        """A pause stands over this course, or over its whole plan."""
        return any(hold.plan_id == course.plan_id and hold.course_id in (None, course.id) for hold in self._begun)

    def visit_held(self, visit: Visit) -> bool:
        """A pause stands over something that is treated in this visit."""
        over_plan = any(hold.course_id is None and hold.plan_id == visit.row.plan_id for hold in self._begun)
        return over_plan or any(self.course_held(course) for course in visit.courses)

    @property
    def _begun(self) -> list[Hold]:
        return [hold for hold in self.holds if hold.from_day <= self.today]


def plans_of(visit: Visit) -> list[TreatmentPlan]:
    """Every plan that a visit belongs to."""
    plans = [course.plan for course in visit.courses]
    return [*plans, visit.row.plan] if visit.row.plan else plans


def facts_of(patient_id: int, now: datetime) -> PatientFacts:
    """Read one patient's facts. Raises Refused before the clinic has been set up."""
    return facts_of_all([patient_id], now)[patient_id]


def facts_of_all(patient_ids: Collection[int], now: datetime, *, gathering: bool = False) -> dict[int, PatientFacts]:
    """The same of many patients, each in as few queries as one.

    `gathering`: first take changes that were not told into the newest of them (only inside a transaction).
    """
    clinic, since = clinic_queries.the_clinic(), now - stored.HORIZON
    patients, visits, performed = stored.patients(patient_ids), stored.visits(patient_ids, since), stored.performed(patient_ids)
    sets, said = stored.change_sets(patient_ids, since), stored.messages(patient_ids, now - MESSAGES_KEPT)
    if gathering:
        replaced = [message for key in patient_ids for message in changes.gather(sets[key], said[key], now)]
        call_lines.close_for_messages(replaced, now, changes.REPLACED)
    marks = stored.marks([row.id for rows in visits.values() for row in rows if row.starts_at <= now])
    courses, holds, consents = stored.courses(patient_ids), stored.open_holds(patient_ids), stored.recall_consents(patient_ids)
    recalls, complications = recalls_about(patient_ids), stored.with_complication(patient_ids)
    answers = stored.answers(patient_ids, since)
    calendars = {key: clinic_queries.calendar(_place(key, visits, courses, now)) for key in patient_ids}
    return {
        patient.id: PatientFacts(
            now=now, clinic=clinic, patient=patient, performed=tuple(performed[patient.id]), messages=tuple(said[patient.id]),
            days=Days(calendars[patient.id], clinic.zone, patient.zone or clinic.zone),
            visits=tuple(_visits(visits[patient.id], performed[patient.id], _told(sets[patient.id]), marks)),
            news=tuple(changes.news(sets[patient.id], said[patient.id], {row.id: row for row in visits[patient.id]}, now)),
            courses=tuple(courses[patient.id]), holds=tuple(holds[patient.id]), recall_consent=patient.id in consents,
            answers=tuple(answers[patient.id]), lot_recalls=tuple(recalls.get(patient.id, ())),
            complication=patient.id in complications,
        )
        for patient in patients
    }  # fmt: skip


def _place(
    patient_id: int, visits: Mapping[int, Sequence[Appointment]], courses: Mapping[int, Sequence[Course]], now: datetime
) -> Location:
    """The place whose days count for a patient: of the next visit, else of the first plan that runs; else the clinic's first."""
    if not clinic_queries.has_several():
        return clinic_queries.location()
    coming = sorted((row.starts_at, row.location_id) for row in visits[patient_id] if row.state in COMING and row.starts_at > now)
    found = [coming[0][1]] if coming else [course.plan.location_id for course in courses[patient_id] if course.ended_on is None]
    return db.session.get_one(Location, found[0]) if found else clinic_queries.location()


def _told(sets: Iterable[ChangeSet]) -> dict[int, datetime]:
    """When each visit last got its time."""
    return {change.appointment_id: one.at for one in sets if not one.undone_at for change in one.changes if change.new_start is not None}


def _visits(
    rows: Sequence[Appointment], performed: Iterable[TreatmentSession], told: Mapping[int, datetime], marks: Mapping[int, datetime]
) -> Iterable[Visit]:
    """Every visit seen beside what was done, or is booked, before it."""
    earlier = [(session.performed_on, session.course) for session in performed if session.performed_on]
    earlier += [(row.local_day, course) for row in rows if row.state in COMING for course in _courses(row)]
    for row in rows:
        courses, before = _courses(row), [(day, course) for day, course in earlier if day < row.local_day]
        known = {course.protocol_version.protocol_id for _day, course in before}
        groups = {group for _day, course in before for group in content(course).pre}
        mine = {course.id for course in courses}
        last = max((day for day, course in before if course.id in mine), default=None)
        yield Visit(
            row=row, courses=courses, told_at=max(row.made_at, told.get(row.id, row.made_at)), marked_at=marks.get(row.id),
            first_of_protocol=any(course.protocol_version.protocol_id not in known for course in courses) or not courses,
            list_changed=any(group not in groups for course in courses for group in content(course).pre),
            days_since_last=(row.local_day - last).days if last else None,
        )  # fmt: skip


def _courses(row: Appointment) -> tuple[Course, ...]:
    """Every course this visit treats, once each, in the order of its sessions; released sessions are not treated in it."""
    live = [link for link in row.sessions if link.outcome in (Outcome.PLANNED, Outcome.DONE)]
    return tuple({link.session.course_id: link.session.course for link in live}.values())
