"""What a mail tells of a visit and its sessions. Discreet facts hold no treatment at all: what is not there cannot leak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.library.names import LANGUAGES
from app.library.protocol import ProtocolContent
from app.messages.letter.reader import Reader
from app.messages.letter.readings import Readings
from app.planning.answer import Due
from app.planning.bands import Band
from app.series import contents
from app.series.reading import Reading, SessionLine
from models import clock
from models.appointment import COMING, LIVE, Appointment, Outcome, VisitState
from models.base import db
from models.clinic import Location
from models.staff import Role, StaffMember
from models.treatment import Course, SessionKind, TreatmentSession

JUST = timedelta(hours=12)
OUTSIDE = (None, Band.TOO_EARLY, Band.OVERDUE)


@dataclass(frozen=True)
class SessionFacts:
    """A session as full mails name it: "2" of 3, or maintenance; empty numbers where it cannot be counted."""

    name: str
    n: str
    of: int
    maintenance: bool


@dataclass(frozen=True)
class VisitFacts:
    """A visit in the reader's language. `begins` is empty where nothing lies between coming and beginning."""

    day: str
    plain_day: str
    time: str
    begins: str
    numbing: bool
    performer: str
    by_physician: bool
    address: str
    sessions: tuple[SessionFacts, ...]
    confirmed: bool
    treatment: bool


@dataclass(frozen=True)
class Period:
    """The days between which a visit is best."""

    first: str
    last: str


def visit_facts(visit: Appointment, reader: Reader, readings: Readings) -> VisitFacts:
    """A visit for its mail; treatment words only for a reader who has full mails."""
    place, performer = db.session.get(Location, visit.location_id), visit.performer
    return VisitFacts(
        day=reader.day(visit.local_day),
        plain_day=reader.plain_day(visit.local_day),
        time=reader.time(visit.local_time, visit.zone),
        begins=_begins(visit, reader),
        numbing=reader.full and any(phase.name == "numbing" for content in contents_of(visit) for phase in content.needs),
        performer=performer.name if performer else "",
        by_physician=performer is not None and performer.has_role(Role.PHYSICIAN),
        address=place.address or place.name if place else "",
        sessions=session_facts(visit, reader, readings) if reader.full else (),
        confirmed=visit.state is VisitState.CONFIRMED,
        treatment=bool(sessions_of(visit)),
    )


def _begins(visit: Appointment, reader: Reader) -> str:
    if not visit.hands_on_after or not sessions_of(visit):
        return ""
    return reader.time(clock.local(visit.hands_on_at, visit.zone).time(), visit.zone)


def sessions_of(visit: Appointment) -> list[TreatmentSession]:
    """The sessions of a visit in their order: those it was really about, or, for one that fell away, those it carried."""
    live = [row.session for row in visit.sessions if row.outcome in (Outcome.PLANNED, Outcome.DONE)]
    return live or [row.session for row in visit.sessions]


def performed_in(visit: Appointment) -> list[TreatmentSession]:
    """The sessions that were done in this visit."""
    return [row.session for row in visit.sessions if row.outcome is Outcome.DONE]


def courses_of(visit: Appointment) -> list[Course]:
    """The courses a visit is about, each once; a review or touch-up names its course itself."""
    courses = [session.course for session in sessions_of(visit)]
    if not courses and visit.course_id:
        course = db.session.get(Course, visit.course_id)
        courses = [course] if course else []
    return list(dict.fromkeys(courses))


def contents_of(visit: Appointment) -> list[ProtocolContent]:
    """What the protocols of a visit's sessions say."""
    return contents_of_courses(courses_of(visit))


def contents_of_courses(courses: list[Course]) -> list[ProtocolContent]:
    """What the protocols of some courses say, each once."""
    return list({course.version_id: contents.content(course) for course in courses}.values())


def session_facts(visit: Appointment, reader: Reader, readings: Readings) -> tuple[SessionFacts, ...]:
    """Every session of a visit by name and number."""
    return tuple(_session(session, readings.of(session.course), reader) for session in sessions_of(visit))


def _session(session: TreatmentSession, reading: Reading, reader: Reader) -> SessionFacts:
    line = _line_of(session, reading)
    maintenance = session.kind is SessionKind.MAINTENANCE or bool(line and line.label.startswith("M"))
    number = line.label if line and not maintenance else ""
    return SessionFacts(course_name(session.course, reader.language), number, reading.of, maintenance)


def _line_of(session: TreatmentSession, reading: Reading) -> SessionLine | None:
    return next((line for line in reading.lines if line.session is session), None)


def course_name(course: Course, language: str) -> str:
    """The protocol's name in a language, English where it has none."""
    names = contents.names_of(course.protocol_version)
    return str(names.get(language if language in LANGUAGES else "en") or names.get("en") or "")


def best_between(courses: list[Course], readings: Readings, reader: Reader) -> Period | None:
    """The days inside the window of every course's first session without a visit, none of them past.

    None where there are none, where no end is known, or where a pause leaves no dates.
    """
    windows = [due for course in courses if (due := _unbooked(readings.of(course))) is not None]
    if not windows or any(due.earliest is None or due.latest is None for due in windows):
        return None
    first = max([readings.today, *(due.earliest for due in windows if due.earliest)])
    last = min(due.latest for due in windows if due.latest)
    return Period(reader.day(first), reader.day(last)) if first <= last else None


def _unbooked(reading: Reading) -> Due | None:
    return next((line.due for line in reading.lines if line.due is not None and line.visit is None), None)


def last_day(visits: list[Appointment], readings: Readings) -> date | None:
    """The last day on which everything these visits carry is still in its window; None where no end is known, or it is past."""
    sessions = [session for visit in visits for session in sessions_of(visit)]
    lines = [_line_of(session, readings.of(session.course)) for session in sessions]
    ends = [line.due.latest for line in lines if line is not None and line.due is not None and line.due.latest is not None]
    return min(ends) if ends and min(ends) >= readings.today else None


def fits_its_windows(visit: Appointment, readings: Readings) -> bool:
    """Whether every session of a coming visit lies inside its window, so that a mail may say so."""
    sessions = sessions_of(visit)
    lines = [_line_of(session, readings.of(session.course)) for session in sessions]
    return bool(lines) and all(line is not None and not line.left_over and line.band not in OUTSIDE for line in lines)


def next_visit(patient_id: int, now: datetime, *, except_visit: int | None = None) -> Appointment | None:
    """The patient's next visit that stands."""
    query = select(Appointment).where(Appointment.patient_id == patient_id, Appointment.state.in_(COMING), Appointment.starts_at > now)
    if except_visit is not None:
        query = query.where(Appointment.id != except_visit)
    return db.session.scalar(query.order_by(Appointment.starts_at).limit(1))


def coming_visits(patient_id: int, now: datetime, plan_id: int | None = None) -> list[Appointment]:
    """The patient's visits that stand, of one plan where one is given."""
    query = select(Appointment).where(Appointment.patient_id == patient_id, Appointment.state.in_(COMING), Appointment.starts_at > now)
    if plan_id is not None:
        query = query.where(Appointment.plan_id == plan_id)
    return list(db.session.scalars(query.order_by(Appointment.starts_at)))


def just_begun(plan_id: int, now: datetime) -> list[Appointment]:
    """The visits of a plan whose time has come in the last hours and that were not cancelled or missed."""
    lately = Appointment.starts_at.between(now - JUST, now)
    query = select(Appointment).where(Appointment.plan_id == plan_id, lately, Appointment.state.in_(LIVE))
    return list(db.session.scalars(query.order_by(Appointment.starts_at)))


def staff_name(staff_id: int | None) -> str:
    """The name of a staff member; empty for nobody."""
    staff = db.session.get(StaffMember, staff_id) if staff_id else None
    return staff.name if staff else ""
