"""Patients from a spreadsheet: every row read first, its problems named, then written all together or not at all."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select

from app import phones
from app.formats import LANGUAGES
from app.importing import cells, table
from app.importing.cells import UnreadableCell, quoted
from app.importing.heads import KEY, PHONE, WHOLE_NAME, called
from app.importing.table import Row
from app.letters import fold
from app.mail_address import working
from app.patients import actions, queries
from app.patients.details import Details, as_name, split_name
from models.base import db
from models.clinic import Clinic
from models.patient import Channel, Patient, Sex

NAMES = {
    **KEY, **PHONE, **called("name", *WHOLE_NAME),
    **called("first", "first name", "given name", "ad", "adi"),
    **called("last", "last name", "surname", "family name", "soyad", "soyadi"),
    **called("born", "birth date", "date of birth", "dob", "born", "dogum tarihi", "d.tarihi", "dogum"),
    **called("sex", "sex", "gender", "cinsiyet"),
    **called("email", "email", "e-mail", "mail", "e-posta", "eposta", "e-mail address"),
    **called("language", "language", "dil"),
    **called("note", "note", "notes", "not", "notlar", "aciklama"),
}  # fmt: skip
SEXES = {
    **dict.fromkeys(("f", "female", "k", "kadin", "w", "woman"), Sex.FEMALE),
    **dict.fromkeys(("m", "male", "e", "erkek", "man"), Sex.MALE),
    **dict.fromkeys(("", "-", "?", "unknown", "bilinmiyor"), Sex.UNKNOWN),
}
LANGUAGE_WORDS = {**{code: code for code in LANGUAGES}, "turkce": "tr", "turkish": "tr", "ingilizce": "en", "english": "en"}
LONGEST_NAME, LONGEST_NOTE, LONGEST_KEY = 80, 2000, 120


@dataclass
class Line:
    """One row as it would be written. `known`: it is here already and is left alone."""

    number: int
    name: str
    problems: list[str] = field(default_factory=list)
    details: Details | None = None
    key: str = ""
    known: bool = False

    @property
    def new(self) -> bool:
        """It would be written."""
        return not self.known and not self.problems


def read(file: Path, clinic: Clinic, today: date) -> tuple[list[Line], tuple[str, ...]]:
    """What each row would become, and the heads that are not read. Raises UnreadableFile."""
    found = table.read(file, NAMES, needed=[("name", "first")])
    lines = [_line(row, clinic, today) for row in found.rows]
    there = set(db.session.scalars(select(Patient.imported_as).where(Patient.imported_as.is_not(None))))
    seen: dict[str, int] = {}
    for line in lines:
        line.known = line.key in there
        if line.details and not line.known:
            _look_for_the_same(line, line.details, seen)
    return lines, found.unknown


def write(lines: list[Line], now: datetime) -> int:
    """Write every new row, inside the caller's transaction. Consents are never imported as given. Returns how many."""
    new = [line for line in lines if line.details and line.new]
    for line in new:
        if line.details:
            actions.create(line.details, now, imported_as=line.key)
    return len(new)


def _look_for_the_same(line: Line, details: Details, seen: dict[str, int]) -> None:
    """The same person in an earlier line, or in the clinic already, entered by hand."""
    person = f"{fold(line.name)}|{details.phone or details.email or details.birth_date or ''}"
    before = seen.get(line.key) or seen.get(person)
    if before:
        line.problems.append(f"the same patient stands in line {before}")
    seen[line.key] = seen[person] = before or line.number
    others = queries.namesakes(line.name)
    line.known = any(_same(details, other) for other in others)
    if others and not line.known and not (details.phone or details.email or details.birth_date):
        line.problems.append("a patient of this name is here already: add a telephone or a birth date, which tell two people apart")


def _same(details: Details, other: Patient) -> bool:
    """Of the same name: the same telephone, address or birth date makes them one person."""
    pairs = ((details.phone, other.phone), (details.email, other.email), (details.birth_date, other.birth_date))
    return any(ours and ours == theirs for ours, theirs in pairs)


def _line(row: Row, clinic: Clinic, today: date) -> Line:
    first, last = (row["first"], row["last"]) if row["first"] else split_name(row["name"])
    line = Line(row.number, f"{first} {last}".strip())
    _check_name(line, first, last)
    if row.too_long:
        line.problems.append("the row has more cells than the first line has heads: a separator inside a cell must be quoted")
    phone, email, born = _phone(row, clinic.country, line), _email(row, line), _born(row, today, line)
    spoken, sex, note = _language(row, clinic.language, line), _sex(row, line), _note(row, line)
    line.key = _key(row, line.name, phone, email, born)
    if not line.problems:
        line.details = Details(
            first_name=as_name(first, spoken == "tr"), last_name=as_name(last, spoken == "tr"), birth_date=born, sex=sex, phone=phone,
            phone_typed=row["phone"][:40], email=email, language=spoken, channel=Channel.EMAIL if email else Channel.PHONE, note=note,
        )  # fmt: skip
    return line


def _check_name(line: Line, first: str, last: str) -> None:
    if not line.name:
        line.problems.append("there is no name")
    if max(len(first), len(last)) > LONGEST_NAME:
        line.problems.append(f"the name is longer than {LONGEST_NAME} letters")
    if any(unicodedata.category(letter) == "Cc" for letter in line.name):
        line.problems.append("the name holds signs that cannot be written")


def _key(row: Row, name: str, phone: str, email: str, born: date | None) -> str:
    """Under which the row is known again: the old system's number, else the name with what tells two of one name apart."""
    key = number_key(row["key"]) if row["key"] else f"{fold(name)}|{phone or email or (born or '')}"
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def number_key(number: str) -> str:
    """The key of a patient who has a number in the old system."""
    return f"no:{number}"[:LONGEST_KEY]


def _phone(row: Row, country: str, line: Line) -> str:
    if not row["phone"]:
        return ""
    try:
        return phones.read(row["phone"], country)
    except phones.UnreadablePhone:
        line.problems.append(
            f"the telephone number {quoted(row['phone'])} cannot be read; a foreign one needs its country code, such as +49"
        )
        return ""


def _email(row: Row, line: Line) -> str:
    address = working(row["email"]) if row["email"] else ""
    if row["email"] and not address:
        line.problems.append(f"the e-mail address {quoted(row['email'])} cannot work")
    return address


def _language(row: Row, clinics: str, line: Line) -> str:
    spoken = LANGUAGE_WORDS.get(fold(row["language"])) if row["language"] else clinics
    if spoken is None:
        line.problems.append(f"the language {quoted(row['language'])} is not one of: {', '.join(LANGUAGES)}")
    return spoken or clinics


def _sex(row: Row, line: Line) -> Sex:
    found = SEXES.get(fold(row["sex"]))
    if found is None:
        line.problems.append(f"{quoted(row['sex'])} is not read as a sex: write F, M or nothing (K, E)")
    return found or Sex.UNKNOWN


def _note(row: Row, line: Line) -> str:
    note = row.lines("note")
    if len(note) > LONGEST_NOTE:
        line.problems.append(f"the note is longer than {LONGEST_NOTE} characters")
    return note


def _born(row: Row, today: date, line: Line) -> date | None:
    if not row["born"]:
        return None
    try:
        born = cells.day(row["born"])
    except UnreadableCell as fault:
        line.problems.append(f"birth date: {fault}")
        return None
    if not date(1900, 1, 1) <= born <= today:
        line.problems.append(f"birth date: {born:%d.%m.%Y} cannot be")
        return None
    return born
