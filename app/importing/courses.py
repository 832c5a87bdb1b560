"""Running series from an old spreadsheet: who, which protocol, what was done so far, what is booked next.

Sessions done before Seans are facts from elsewhere: each counts once the physician accepts it (docs/rules.md).
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select

from app import history
from app.clinic.queries import location
from app.errors import Refused
from app.i18n import _
from app.importing.course_rows import Line, Reader
from app.importing.heads import KEY, PHONE, WHOLE_NAME, called
from app.importing.table import read as read_table
from app.messages import changes
from app.plans import creation, life
from app.plans.creation import NewCourse, NewPlan
from app.plans.numbers import of_protocol
from app.plans.running import elsewhere
from app.plans.running.elsewhere import DoneElsewhere
from app.schedule import actions as schedule
from app.schedule.free import resources
from app.series.contents import content_of
from app.series.facts import open_sessions
from app.today import today_of
from models.appointment import VisitKind
from models.base import db
from models.clinic import Clinic
from models.protocol import ProtocolVersion
from models.treatment import Course, TreatmentPlan

NAMES = {
    **KEY, **PHONE, **called("patient", *WHOLE_NAME),
    **called("protocol", "protocol", "treatment", "protokol", "tedavi", "islem", "uygulama", "tedavi protokolu"),
    **called("physician", "physician", "doctor", "hekim", "doktor"),
    **called("done", "done", "sessions done", "dates", "yapilan", "yapilan seanslar", "seanslar", "seans tarihleri", "tarihler"),
    **called("done", *(f"{word} {n}" for word in ("session", "seans", "tarih", "date") for n in range(1, 25))),
    **called("done", *(f"{n}. seans" for n in range(1, 25))),
    **called("next", "next", "next appointment", "sonraki", "sonraki randevu", "randevu"),
    **called("agreed", "agreed", "agreed sessions", "package", "anlasilan", "paket", "anlasilan seans"),
    **called("total", "total", "sessions", "number of sessions", "toplam", "seans sayisi", "toplam seans"),
}  # fmt: skip


def read(file: Path, clinic: Clinic, today: date) -> tuple[list[Line], tuple[str, ...]]:
    """What each row would become, and the heads that are not read. Raises UnreadableFile."""
    found = read_table(file, NAMES, needed=[("patient", "key"), ("protocol",)])
    there = set(db.session.scalars(select(Course.imported_as).where(Course.imported_as.is_not(None))))
    reader = Reader(clinic.country, today)
    lines = [reader.line(row) for row in found.rows]
    seen: dict[str, int] = {}
    for line in lines:
        line.known = line.key in there
        if line.new and line.key in seen:
            line.problems.append(f"the same series stands in line {seen[line.key]}")
        if line.new:
            seen[line.key] = line.number
    return lines, found.unknown


def write(lines: list[Line], now: datetime) -> int:
    """Write every new series, inside the caller's transaction. Returns how many.

    What the clinic's rules refuse (the next appointment's time is taken) becomes a problem of its line; nothing of it is written.
    """
    written = 0
    for line in lines:
        if not line.new:
            continue
        try:
            with db.session.begin_nested():
                _write(line, now)
            written += 1
        except Refused as fault:
            line.problems.append(fault.words)
    return written


def _write(line: Line, now: datetime) -> None:
    """The plan of one row, begun, with its past and its next visit."""
    assert line.patient is not None
    assert line.version is not None
    assert line.physician is not None
    _check_not_running(line)
    said = content_of(line.version)
    numbers = of_protocol(said, None, line.total)
    new = NewCourse(line.version, said.area, min(line.done, default=today_of(now)), numbers, agreed_sessions=line.agreed)
    plan = creation.create(line.patient, NewPlan([new], line.physician.id, location()), now)
    course = plan.courses[0]
    course.imported_as = line.key
    for day in line.done:
        elsewhere.add(course, DoneElsewhere(day, "", _("old file"), only_month=day in line.months), now)
    life.begin(plan, now)
    if line.next:
        _book_next(course, line, now)
    history.record("imported", course, now)


def _check_not_running(line: Line) -> None:
    """A second series of a protocol beside a running one is nearly always the same series written twice. Raises Refused."""
    assert line.patient is not None
    assert line.version is not None
    same = (TreatmentPlan.patient_id == line.patient.id, ProtocolVersion.protocol_id == line.version.protocol_id)
    running = select(Course.id).join(Course.plan).join(Course.protocol_version).where(Course.live, *same)
    if db.session.scalar(running.limit(1)) is not None:
        raise Refused("a running series of this protocol is here already: end it first, or leave this row out")


def _book_next(course: Course, line: Line, now: datetime) -> None:
    """The appointment that stood in the old file, at its own time. Raises Refused where that cannot be."""
    assert line.next is not None
    day, at = line.next
    told = changes.open_set(course.plan.patient_id, now, plan_id=course.plan.id)
    performer = line.physician.id if line.physician and line.physician_named else None
    wanted = resources.wanted(day, at.hour * 60 + at.minute, performer)
    try:
        schedule.book(course.plan.patient, VisitKind.TREATMENT, wanted, open_sessions(course)[:1], told, now, plan=course.plan)
    except Refused as fault:
        raise Refused(f"next appointment: {fault.words}") from None
