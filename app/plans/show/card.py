"""Everything a plan's page shows, in the words of whoever looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app import sessions
from app.i18n import _n
from app.library.loader import shipped
from app.library.protocol import ProtocolContent
from app.library.series import lapse_policy
from app.names import area_name, staff_names
from app.outcomes import queries as outcomes
from app.outcomes.due import due_after
from app.outcomes.queries import Trend
from app.outcomes.values import measure_words
from app.permissions import Permission
from app.planning.answer import Due
from app.planning.bands import Band
from app.plans import queries
from app.plans.health import holds
from app.plans.running import versions
from app.plans.show import told
from app.plans.show.changes import ChangeLine, of_plan
from app.plans.show.picture import adrift, picture_of
from app.plans.show.table import Reader, Row, rows_of
from app.plans.words import course_name, hold_words, lapse_words, suggestion_words
from app.series import agreement
from app.series.agreement import Balance
from app.series.contents import content
from app.series.drawing import Picture
from app.series.reading import Reading, Standing, read
from app.series.words import standing_words
from app.today import today_of
from models.appointment import COMING
from models.outcome import CourseOutcome
from models.patient import Consent, ConsentKind
from models.protocol import ProtocolVersion
from models.treatment import Course, Hold, PlanState, TreatmentPlan


@dataclass(frozen=True)
class HoldLine:
    """A standing pause in words. `course`: of one course only, its name."""

    id: int
    words: str
    course: str
    of_report: int | None


@dataclass(frozen=True)
class CourseCard:
    """One course. `newer`: the version of its protocol it could be moved to; `former`: the one it can go back to."""

    course: Course
    name: str
    area: str
    reading: Reading
    standing: str
    rows: list[Row]
    picture: Picture | None
    maintenance: Due | None
    agreed: Balance | None
    consent: Consent | None
    late: tuple[str, ...]
    over: bool
    newer: ProtocolVersion | None
    former: ProtocolVersion | None
    trends: list[Trend]
    measures_due: list[str]

    @property
    def misplaced(self) -> list[str]:
        """Labels of coming visits that no longer lie inside their window: an earlier session moved, or a hold came between."""
        lines = [line for line in self.reading.lines if line.visit and line.visit.state in COMING and line.session]
        return [
            line.label for line in lines if line.band in (Band.TOO_EARLY, Band.OVERDUE) and line.session and not line.session.override_why
        ]

    @property
    def next_best(self) -> str:
        """The best day of the next session, or what stands in for one."""
        return next((row.best for row, line in zip(self.rows, self.reading.lines, strict=True) if line.due), "")

    @property
    def left_over(self) -> list[str]:
        """Days of visits that stand although the series is done without them."""
        return [row.day for row, line in zip(self.rows, self.reading.lines, strict=True) if line.left_over]


@dataclass(frozen=True)
class PlanCard:
    """The whole plan. `live`: it may still be changed. `unbooked`: sessions without a visit; `waits`: a next one is among them."""

    plan: TreatmentPlan
    courses: list[CourseCard]
    holds: list[HoldLine]
    changes: list[ChangeLine]
    physician: str
    preferred: str
    today: date
    clinical: bool
    live: bool
    unbooked: int
    waits: bool


def may(permission: Permission) -> bool:
    """Whether whoever looks holds it."""
    person = sessions.person()
    return person is not None and person.may(permission)


def card_of(plan: TreatmentPlan, now: datetime) -> PlanCard:
    """The plan as it stands today."""
    today, names = today_of(now), staff_names()
    mails = told.mails_of(plan.courses) if may(Permission.SEE_MESSAGES) else {}
    reader = Reader(today, may(Permission.SEE_CLINICAL), names, queries.lots_of(plan.courses), mails)
    measured = outcomes.of_courses([course.id for course in plan.courses]) if reader.clinical else []
    courses = [_course(course, reader, [one for one in measured if one.course_id == course.id]) for course in plan.courses]
    return PlanCard(
        plan=plan, courses=courses, holds=[_hold(held, plan, reader) for held in holds.open_holds(plan)],
        changes=of_plan(plan, reader), physician=names.get(plan.physician_id, ""),
        preferred=names.get(plan.preferred_staff_id or 0, ""), today=today, clinical=reader.clinical,
        live=plan.state is not PlanState.CLOSED and plan.patient.alive_here,
        unbooked=sum(row.bookable for one in courses if not one.over for row in one.rows),
        waits=any(_waits(one.reading) for one in courses if not one.over),
    )  # fmt: skip


def _course(course: Course, reader: Reader, measured: list[CourseOutcome]) -> CourseCard:
    reading, said = read(course, reader.today), content(course)
    rows = rows_of(reading, reader)
    return CourseCard(
        course=course, name=course_name(course), area=area_name(course.area) if course.area != said.area else "", reading=reading,
        standing=standing_words(reading.standing), rows=rows, picture=picture_of(reading, rows, reader.today),
        maintenance=None if adrift(rows) else reading.first_maintenance, agreed=agreement.balance(reading),
        consent=procedure_consent(course), late=_late(reading, said, reader.today), over=reading.standing is Standing.CLOSED,
        newer=versions.newer(course), former=versions.before(course), trends=outcomes.trends(measured),
        measures_due=[measure_words(one) for one in due_after(course, reader.today, measured)] if reader.clinical else [],
    )  # fmt: skip


def _waits(reading: Reading) -> bool:
    line = reading.next_line
    return line is not None and line.visit is None


def procedure_consent(course: Course) -> Consent | None:
    """The consent to this procedure that stands, for the version the course follows."""
    version = f"v{course.protocol_version.n}"
    given = [c for c in reversed(course.plan.patient.consents) if c.kind is ConsentKind.PROCEDURE and c.withdrawn_at is None]
    return next((c for c in given if c.course_id == course.id and c.text_version == version), None)


def _late(reading: Reading, said: ProtocolContent, today: date) -> tuple[str, ...]:
    """What the lapse policy says, once the window is over."""
    due = reading.next
    if reading.standing not in (Standing.OVERDUE, Standing.LAPSED) or due is None or due.latest is None:
        return ()
    row = lapse_policy(said, shipped()).row_for((today - due.latest).days)
    if row is None:
        return ()
    days = (today - due.latest).days
    return (_n("%(num)s day late.", "%(num)s days late.", days) + " " + lapse_words(row.do), *map(suggestion_words, row.suggest))


def _hold(held: Hold, plan: TreatmentPlan, reader: Reader) -> HoldLine:
    course = next((course_name(one) for one in plan.courses if one.id == held.course_id), "")
    return HoldLine(held.id, hold_words(held, reader.today, clinical=reader.clinical), course, held.report_id)
