"""One row of a table of running series, read: whom and what it names, and everything about it that cannot be."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, time

from sqlalchemy import select

from app import phones
from app.importing import cells
from app.importing.cells import UnreadableCell, quoted
from app.importing.patients import number_key
from app.importing.table import Row
from app.letters import fold
from app.patients.queries import namesakes
from app.plans.numbers import MOST_SESSIONS
from app.protocols.queries import approved_versions
from app.series.contents import content_of
from models.base import db
from models.patient import Patient
from models.protocol import ProtocolVersion
from models.staff import Role, StaffMember

MOST_AGREED = 200


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
    physician_named: bool = False
    done: tuple[date, ...] = ()
    months: frozenset[date] = frozenset()
    total: int | None = None
    agreed: int | None = None
    next: tuple[date, time] | None = None
    known: bool = False

    @property
    def new(self) -> bool:
        """It would be written."""
        return not self.known and not self.problems


class Reader:
    """Reads rows against the patients, protocols and physicians that are here."""

    def __init__(self, country: str, today: date) -> None:
        self.country, self.today = country, today
        self.protocols = {
            _bare(str(name)): version
            for version in approved_versions()
            for name in (*version.content["names"].values(), version.protocol.key)
        }
        staff = db.session.scalars(select(StaffMember).where(StaffMember.active).order_by(StaffMember.id))
        self.physicians = [person for person in staff if person.has_role(Role.PHYSICIAN)]

    def line(self, row: Row) -> Line:
        """What a row would become."""
        line = Line(row.number, row["patient"] or row["key"], physician_named=bool(row["physician"]))
        if row.too_long:
            line.problems.append("the row has more cells than the first line has heads: a separator inside a cell must be quoted")
        line.patient = self._patient(row, line)
        line.version = self._version(row, line)
        line.physician = self._physician(row, line)
        self._read_done(row, line)
        line.total, line.agreed = _number(row, "total", MOST_SESSIONS, line), _number(row, "agreed", MOST_AGREED, line)
        self._count(line)
        line.next = self._next(row, line)
        if line.patient and line.version:
            line.key = f"{line.patient.id}|{line.version.protocol.key}|{min(line.done, default='')}"
        return line

    def _patient(self, row: Row, line: Line) -> Patient | None:
        """The one patient of this name, told apart by the old number or the telephone."""
        by_key = select(Patient).where(Patient.imported_as == number_key(row["key"]), Patient.merged_into_id.is_(None))
        if row["key"] and (found := db.session.scalars(by_key).first()):
            return found
        people = namesakes(row["patient"])
        if len(people) > 1 and row["phone"]:
            people = [person for person in people if person.phone == self._phone(row["phone"])]
        if len(people) == 1:
            return people[0]
        if not row["patient"]:
            line.problems.append("there is no name, and no patient of this number" if row["key"] else "there is no name")
        elif people:
            line.problems.append("several patients have this name: add their telephone")
        else:
            line.problems.append("no patient of this name (and telephone): import the patients first")
        return None

    def _phone(self, typed: str) -> str:
        try:
            return phones.read(typed, self.country)
        except phones.UnreadablePhone:
            return "unreadable"

    def _version(self, row: Row, line: Line) -> ProtocolVersion | None:
        found = self.protocols.get(_bare(row["protocol"]))
        if found is None:
            line.problems.append(f"no approved protocol is called {quoted(row['protocol'])}")
        return found

    def _physician(self, row: Row, line: Line) -> StaffMember | None:
        named = [person for person in self.physicians if fold(row["physician"]) in fold(person.name)]
        if len(named) == 1 or (named and not row["physician"]):
            return named[0]
        if not self.physicians:
            line.problems.append("the clinic has no physician yet")
        else:
            line.problems.append(f"{'several physicians are' if named else 'no physician is'} called {quoted(row['physician'])}")
        return None

    def _read_done(self, row: Row, line: Line) -> None:
        try:
            found = [(cells.today_or_before(one, self.today), one.only_month) for one in cells.several(row.lines("done"))]
        except UnreadableCell as fault:
            line.problems.append(f"dates done: {fault}")
            return
        days = sorted(day for day, _month in found)
        if len(set(days)) < len(days):
            line.problems.append("the same day or month stands twice among the dates done: write the days")
        line.done, line.months = tuple(days), frozenset(day for day, only_month in found if only_month)

    def _count(self, line: Line) -> None:
        """As many sessions as named, or as the protocol has, or as were done."""
        if line.version and line.total is None:
            line.total = max(len(content_of(line.version).steps), len(line.done))
        if line.total is not None and not len(line.done) <= line.total <= MOST_SESSIONS:
            line.problems.append(f"{len(line.done)} sessions are done, more than the {min(line.total, MOST_SESSIONS)} of the series")

    def _next(self, row: Row, line: Line) -> tuple[date, time] | None:
        if not row["next"]:
            return None
        try:
            day, at = cells.moment(row["next"])
        except UnreadableCell as fault:
            line.problems.append(f"next appointment: {fault}")
            return None
        if day < self.today:
            line.problems.append(f"next appointment: {day:%d.%m.%Y} has passed")
        if at is None:
            line.problems.append("next appointment: the time is missing, such as 3.12.2026 14:30")
            return None
        return day, at


def _bare(name: str) -> str:
    """A protocol's name without marks and commas: "PRP saclı deri" is "PRP, saçlı deri"."""
    return " ".join(re.findall(r"[^\W_]+", fold(name)))


def _number(row: Row, name: str, most: int, line: Line) -> int | None:
    if not row[name]:
        return None
    if not row[name].isdecimal() or len(row[name]) > 3 or not 1 <= int(row[name]) <= most:
        line.problems.append(f"{quoted(row[name])} is not a number of sessions from 1 to {most}")
        return None
    return int(row[name])
