"""Running series from an old spreadsheet: who, which protocol, what was done so far, what is booked next.

Sessions done before Seans are facts from elsewhere: each counts once the physician accepts it (clinic.md §7).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

from sqlalchemy import select

from app import history
from app.clinic.queries import location
from app.errors import Refused
from app.i18n import _
from app.importing import cells, table
from app.importing.cells import UnreadableCell, When
from app.importing.table import Row
from app.letters import fold
from app.messages import changes
from app.patients import phones
from app.plans import creation, elsewhere, life
from app.plans.creation import NewCourse, NewPlan
from app.plans.elsewhere import DoneElsewhere
from app.plans.numbers import of_protocol
from app.plans.today import today_of
from app.schedule import actions as schedule
from app.schedule import resources
from app.series.contents import content_of
from app.series.facts import open_sessions
from models.appointment import VisitKind
from models.base import db
from models.clinic import Clinic
from models.patient import Patient, PatientTerm
from models.protocol import Protocol, ProtocolVersion, VersionState
from models.staff import Role, StaffMember
from models.treatment import Course, TreatmentPlan

NAMES = {
    **dict.fromkeys(("id", "no", "hasta no", "patient no", "dosya no", "protokol no", "kayit no"), "key"),
    **dict.fromkeys(("patient", "name", "full name", "ad soyad", "adi soyadi", "hasta", "hasta adi", "isim"), "patient"),
    **dict.fromkeys(("phone", "mobile", "telephone", "telefon", "cep", "cep telefonu", "gsm", "tel"), "phone"),
    **dict.fromkeys(("protocol", "treatment", "protokol", "tedavi", "islem", "uygulama", "tedavi protokolu"), "protocol"),
    **dict.fromkeys(("physician", "doctor", "hekim", "doktor"), "physician"),
    **dict.fromkeys(("done", "sessions done", "dates", "yapilan", "yapilan seanslar", "seanslar", "seans tarihleri", "tarihler"), "done"),
    **{f"{word} {n}": "done" for word in ("session", "seans", "tarih", "date") for n in range(1, 13)},
    **{f"{n}. seans": "done" for n in range(1, 13)},
    **dict.fromkeys(("next", "next appointment", "sonraki", "sonraki randevu", "randevu"), "next"),
    **dict.fromkeys(("agreed", "agreed sessions", "package", "anlasilan", "paket", "anlasilan seans"), "agreed"),
    **dict.fromkeys(("total", "sessions", "number of sessions", "toplam", "seans sayisi", "toplam seans"), "total"),
}


@dataclass
class Line:
    """One row as it would be written. `known`: this series is here already and is left alone."""

    number: int
    name: str
    key: str = ""
    problems: list[str] = field(default_factory=list)
    patient: Patient | None = None
    version: ProtocolVersion | None = None
    physician: StaffMember | None = None
    done: tuple[date, ...] = ()
    months: frozenset[date] = frozenset()
    total: int | None = None
    agreed: int | None = None
    next: tuple[date, time] | None = None
    known: bool = False


def preview(file: Path, today: date) -> tuple[list[Line], tuple[str, ...]]:
    """What each row would become, and the heads that are not read. Raises UnreadableFile."""
    found = table.read(file, NAMES, needed={"patient", "protocol"})
    country = db.session.get_one(Clinic, 1).country
    there = set(db.session.scalars(select(Course.imported_as).where(Course.imported_as.is_not(None))))
    lines = [_line(row, country, today) for row in found.rows]
    seen: dict[str, int] = {}
    for line in lines:
        line.known = line.key in there
        if line.key and line.key in seen:
            line.problems.append(f"the same series stands in line {seen[line.key]}")
        seen.setdefault(line.key, line.number)
    return lines, found.unknown


def write(lines: list[Line], now: datetime) -> int:
    """Write every new series, inside the caller's transaction. Returns how many. Raises Refused naming the line."""
    new = [line for line in lines if not line.known and not line.problems]
    for line in new:
        try:
            _write(line, now)
        except Refused as fault:
            raise Refused(f"line {line.number}, {line.name}: {fault.words}") from None
    return len(new)


def _write(line: Line, now: datetime) -> None:
    assert line.patient is not None
    assert line.version is not None
    assert line.physician is not None
    said = content_of(line.version)
    numbers = of_protocol(said, None, line.total)
    course = NewCourse(line.version, said.area, min(line.done, default=today_of(now)), numbers, agreed_sessions=line.agreed)
    plan = creation.create(line.patient, NewPlan([course], line.physician.id, location()), now)
    made = plan.courses[0]
    made.imported_as = line.key
    for day in line.done:
        elsewhere.add(made, DoneElsewhere(day, "", _("old file"), only_month=day in line.months), now)
    life.begin(plan, now)
    if line.next:
        _book_next(plan, made, line, now)
    history.record("imported", made, now)


def _book_next(plan: TreatmentPlan, course: Course, line: Line, now: datetime) -> None:
    """The appointment that stood in the old file, at its own time; where that is taken it is a problem of that line."""
    assert line.next is not None
    day, at = line.next
    told = changes.open_set(plan.patient_id, now, plan_id=plan.id)
    wanted = resources.wanted(day, at.hour * 60 + at.minute, line.physician.id if line.physician else None)
    schedule.book(plan.patient, VisitKind.TREATMENT, wanted, [open_sessions(course)[0]], told, now, plan=plan, asked_by="clinic")


def _line(row: Row, country: str, today: date) -> Line:
    line = Line(row.number, row["patient"])
    line.patient = _patient(row, country, line)
    line.version = _version(row, line)
    line.physician = _physician(row, line)
    _read_done(row, today, line)
    line.total, line.agreed = _number(row, "total", line), _number(row, "agreed", line)
    if line.version and line.total is None:
        line.total = max(len(content_of(line.version).steps), len(line.done))
    if line.total is not None and line.total < len(line.done):
        line.problems.append(f"{len(line.done)} sessions are done, more than the {line.total} of the series")
    line.next = _next(row, today, line)
    if line.patient and line.version:
        line.key = f"{line.patient.id}|{line.version.protocol.key}|{min(line.done, default='')}"[:160]
    return line


def _patient(row: Row, country: str, line: Line) -> Patient | None:
    """The one patient of this name, told apart by the old number or the telephone."""
    if row["key"]:
        by_key = db.session.scalars(select(Patient).where(Patient.imported_as == f"no:{row['key']}"[:120])).first()
        if by_key:
            return by_key
    words = fold(row["patient"]).split()
    if not words:
        line.problems.append("there is no name")
        return None
    found = select(Patient).where(Patient.merged_into_id.is_(None), Patient.erased_at.is_(None))
    for word in words:
        found = found.where(Patient.id.in_(select(PatientTerm.patient_id).where(PatientTerm.term == word)))
    people = [p for p in db.session.scalars(found) if fold(p.name).split() == words or set(fold(p.name).split()) == set(words)]
    if len(people) > 1 and row["phone"]:
        people = [p for p in people if p.phone == _phone_or_empty(row["phone"], country)]
    if len(people) != 1:
        line.problems.append(
            "no patient of this name: import the patients first" if not people else "several patients have this name: add their telephone"
        )
        return None
    return people[0]


def _phone_or_empty(typed: str, country: str) -> str:
    try:
        return phones.read(typed, country)
    except phones.UnreadablePhone:
        return ""


def _version(row: Row, line: Line) -> ProtocolVersion | None:
    wanted = fold(row["protocol"])
    for version in db.session.scalars(select(ProtocolVersion).join(Protocol).where(ProtocolVersion.state == VersionState.APPROVED)):
        names = {fold(str(name)) for name in version.content["names"].values()} | {fold(version.protocol.key)}
        if wanted in names:
            return version
    line.problems.append(f"no approved protocol is called {row['protocol']!r}")
    return None


def _physician(row: Row, line: Line) -> StaffMember | None:
    doctors = [p for p in db.session.scalars(select(StaffMember).where(StaffMember.active)) if p.has_role(Role.PHYSICIAN)]
    if row["physician"]:
        doctors = [p for p in doctors if fold(row["physician"]) in fold(p.name)]
    if len(doctors) == 1 or (doctors and not row["physician"]):
        return doctors[0]
    line.problems.append(f"no physician is called {row['physician']!r}" if row["physician"] else "the clinic has no physician yet")
    return None


def _read_done(row: Row, today: date, line: Line) -> None:
    try:
        found = [(cells.today_or_before(one, today), one) for one in cells.several(row["done"])]
    except UnreadableCell as fault:
        line.problems.append(f"dates done: {fault}")
        return
    days = sorted(day for day, _one in found)
    if len(set(days)) < len(days):
        line.problems.append("the same day stands twice among the dates done")
    line.done, line.months = tuple(days), frozenset(day for day, one in found if _only_month(one))


def _only_month(one: When) -> bool:
    return one.only_month


def _number(row: Row, name: str, line: Line) -> int | None:
    if not row[name]:
        return None
    if not row[name].isdecimal() or not 1 <= int(row[name]) <= 200:
        line.problems.append(f"{row[name]!r} is not a number of sessions")
        return None
    return int(row[name])


def _next(row: Row, today: date, line: Line) -> tuple[date, time] | None:
    if not row["next"]:
        return None
    try:
        day, at = cells.moment(row["next"])
    except UnreadableCell as fault:
        line.problems.append(f"next appointment: {fault}")
        return None
    if day < today:
        line.problems.append(f"next appointment: {day:%d.%m.%Y} has passed")
    if at is None:
        line.problems.append("next appointment: the time is missing, such as 3.12.2026 14:30")
        return None
    return day, at
