"""A link by its handle, and whether it still opens what it was made for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from app.clinic import on_call
from app.clinic import queries as clinic_queries
from app.links.wrong_years import is_closed
from app.messages.kinds_courses import CHOOSE_TIME, INVITED
from app.messages.letter.about_people import address_mark
from app.messages.letter.phones import Phones, phones
from app.messages.letter.place import at_place
from app.messages.letter.reader import Reader, known_language
from app.messages.letter.visits import coming_visits
from app.messages.links import CHANGES_VISITS, OF_A_VISIT, Purpose, reads_in_full
from app.patients.reach import Reach, reach_at, reach_of
from app.today import today_of
from app.tokens import hashed
from models import clock
from models.appointment import COMING, Appointment, VisitState
from models.base import db
from models.contact import Contact
from models.message import MailLink, Message
from models.patient import Patient
from models.treatment import Course, PlanState, TreatmentPlan

STAYS_OPEN = frozenset({Purpose.PREFERENCES, Purpose.LANGUAGE, Purpose.MY_PAGE, Purpose.FULL_TEXT})
"""These can be used again and again."""
MOVED_TO = "r"
"""Before the revision that the patient's own choice gave the visit."""
INVITES = frozenset({CHOOSE_TIME, *INVITED})
BOOKED_AS = "v"
"""Before the visit that the patient booked through the link."""


class Standing(StrEnum):
    """Whether a link opens. `OVER`: expired, moved, cancelled, or of somebody who is no longer here."""

    OPEN = "open"
    USED = "used"
    OVER = "over"


@dataclass(frozen=True)
class Opened:
    """A link with what it is about, as it stands now. `visits`: those its mail told of, as it told them, on which a press acts; of a
    link that is over, or about no visit, all that come. `others`: visits of that day, or told of and changed since; no press acts on
    them."""

    link: MailLink
    purpose: Purpose
    patient: Patient
    reach: Reach
    standing: Standing
    visits: tuple[Appointment, ...]
    others: tuple[Appointment, ...]
    reader: Reader
    phones: Phones
    clinic_name: str
    today: date

    @property
    def argument(self) -> str:
        return self.link.argument.partition(":")[0]

    @property
    def one_visit(self) -> Appointment | None:
        """The visit it is about; None where the day has several, which only a person can move."""
        return self.visits[0] if len(self.visits) == 1 and not self.others else None

    @property
    def was_moved(self) -> bool:
        """The patient chose another time through this link, and has it."""
        return self.standing is Standing.USED and self.link.argument.startswith(MOVED_TO)

    @property
    def booked(self) -> Appointment | None:
        """The visit the patient booked through this link, as long as it is to come."""
        chosen = self.link.argument.removeprefix(BOOKED_AS)
        return next((one for one in self.visits if self.was_booked and str(one.id) == chosen), None)

    @property
    def invites_to(self) -> Course | None:
        """The course of which the reader may book the next session: whoever may ask for changes, from a mail that invites to it."""
        message = db.session.get(Message, self.link.message_pk) if self.purpose is Purpose.NEW_TIME and self.link.message_pk else None
        return self.course if message and message.kind in INVITES and self.reach.asks_changes else None

    @property
    def was_booked(self) -> bool:
        """The patient booked a visit through this link, whatever became of it."""
        return self.standing is Standing.USED and self.purpose is Purpose.NEW_TIME and self.link.argument.startswith(BOOKED_AS)

    @property
    def reader_row(self) -> Patient | Contact:
        """Whose language, way and address the mail went by: the patient's, or of whoever reads in their place."""
        return self.reach.contact or self.patient

    @property
    def course(self) -> Course | None:
        return db.session.get(Course, self.link.course_id) if self.link.course_id else None


def find(handle: str) -> MailLink | None:
    """The link of a handle; None for one that was never made."""
    return db.session.scalar(select(MailLink).where(MailLink.token_hash == hashed(handle)))


def opened(link: MailLink, now: datetime) -> Opened:
    """A link with everything its page tells, read anew."""
    patient, purpose, clinic = link.patient, Purpose(link.purpose), clinic_queries.the_clinic()
    today = clock.day_of(now, clinic.zone)
    reach = reach_at(patient, link.address, today) or reach_of(patient, today)
    asked_in = link.argument if purpose is Purpose.LANGUAGE else reach.language
    reader = Reader(known_language(asked_in), zone=patient.zone)
    stands = standing(link, now)
    visits, others = _visits(link, stands, now)
    place = at_place([*visits, *others], patient.id, now)
    numbers = phones(clinic, clinic_queries.calendar(place), now, reader.language, patient.zone, on_call.number(now), place.phone)
    return Opened(
        link=link, purpose=purpose, patient=patient, reach=reach, standing=stands, visits=visits, others=others, reader=reader,
        phones=numbers, clinic_name=clinic.name,
        today=today,
    )  # fmt: skip


def standing(link: MailLink, now: datetime) -> Standing:
    """Whether a link opens at a moment."""
    over = link.expires_at is not None and now >= link.expires_at
    return Standing.OVER if over else but_for_its_time(link, now)


def but_for_its_time(link: MailLink, now: datetime) -> Standing:
    """The same, had the link no end."""
    purpose, patient = Purpose(link.purpose), link.patient
    if not patient.alive_here:
        return Standing.OVER
    if not _is_still_theirs(link, purpose, now):
        return Standing.OVER
    if purpose in OF_A_VISIT:
        return _of_a_visit(link, purpose)
    if purpose is Purpose.FULL_TEXT and is_closed(link, now):
        return Standing.OVER
    if purpose is Purpose.MY_PAGE and not _has_a_plan(patient.id, now):
        return Standing.OVER
    return Standing.USED if link.used_at is not None and purpose not in STAYS_OPEN else Standing.OPEN


def _is_still_theirs(link: MailLink, purpose: Purpose, now: datetime) -> bool:
    """Whoever got the mail at this address may still be written to. The question whose address it is goes by the one asked about,
    and thanks for the answer that took the address away."""
    today = today_of(now)
    if purpose is Purpose.ADDRESS:
        return link.used_at is not None or address_mark(reach_of(link.patient, today).email) == link.argument.partition(":")[2]
    theirs = reach_at(link.patient, link.address, today)
    if theirs is None or (purpose is Purpose.FULL_TEXT and not reads_in_full(link.patient, theirs)):
        return False
    return theirs.asks_changes or purpose not in CHANGES_VISITS


def _of_a_visit(link: MailLink, purpose: Purpose) -> Standing:
    told = {**dict(link.beside), link.appointment_id: _revision(link)}
    rows = [db.session.get_one(Appointment, one) for one in told]
    stands = rows[-1].state in COMING and rows[-1].revision == told[link.appointment_id]
    if link.used_at is None:
        return Standing.OPEN if stands else Standing.OVER
    cancelled = purpose is Purpose.CANCEL and not link.argument  # what was pressed was the cancelling itself
    holds = all(row.state is VisitState.CANCELLED for row in rows) if cancelled else stands
    return Standing.USED if holds else Standing.OVER


def _revision(link: MailLink) -> int | None:
    """The one the mail told of, or the one the patient chose through the link."""
    chosen = link.argument.removeprefix(MOVED_TO)
    return int(chosen) if link.argument.startswith(MOVED_TO) and chosen.isdecimal() else link.revision


def _has_a_plan(patient_id: int, now: datetime) -> bool:
    going_on = select(TreatmentPlan.id).where(
        TreatmentPlan.patient_id == patient_id, TreatmentPlan.state.in_((PlanState.ACTIVE, PlanState.ON_HOLD))
    )
    return db.session.scalar(going_on.limit(1)) is not None or bool(coming_visits(patient_id, now))


def _visits(link: MailLink, stands: Standing, now: datetime) -> tuple[tuple[Appointment, ...], tuple[Appointment, ...]]:
    """What the link acts on, and what else the patient should know of beside it. Once it is over only the present truth counts."""
    coming = coming_visits(link.patient_id, now)
    visit = db.session.get(Appointment, link.appointment_id) if link.appointment_id else None
    if visit is None or stands is Standing.OVER or Purpose(link.purpose) not in OF_A_VISIT:
        return tuple(coming), ()
    told = {**dict(link.beside), visit.id: _revision(link)}
    mine = tuple(one for one in coming if told.get(one.id) == one.revision)
    return mine, tuple(one for one in coming if one not in mine and (one.id in told or one.local_day == visit.local_day))
