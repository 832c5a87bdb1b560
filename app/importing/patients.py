"""Patients from a spreadsheet: every row read first, its problems named, then written all together or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from app.formats import LANGUAGES
from app.importing import cells, table
from app.importing.cells import UnreadableCell
from app.importing.table import Row
from app.letters import fold
from app.patients import actions, phones
from app.patients.details import Details, as_name, split_name
from models.base import db
from models.patient import Channel, Patient, Sex

NAMES = {
    **dict.fromkeys(("id", "no", "hasta no", "patient no", "dosya no", "protokol no", "kayit no"), "key"),
    **dict.fromkeys(("name", "full name", "patient", "ad soyad", "adi soyadi", "hasta", "hasta adi", "isim"), "name"),
    **dict.fromkeys(("first name", "ad", "adi"), "first"),
    **dict.fromkeys(("last name", "surname", "soyad", "soyadi"), "last"),
    **dict.fromkeys(("birth date", "date of birth", "dob", "born", "dogum tarihi", "d.tarihi", "dogum"), "born"),
    **dict.fromkeys(("sex", "gender", "cinsiyet"), "sex"),
    **dict.fromkeys(("phone", "mobile", "telephone", "telefon", "cep", "cep telefonu", "gsm", "tel"), "phone"),
    **dict.fromkeys(("email", "e-mail", "mail", "e-posta", "eposta"), "email"),
    **dict.fromkeys(("language", "dil"), "language"),
    **dict.fromkeys(("note", "notes", "not", "notlar", "aciklama"), "note"),
}
SEXES = {
    **dict.fromkeys(("f", "female", "k", "kadin", "w", "woman"), Sex.FEMALE),
    **dict.fromkeys(("m", "male", "e", "erkek", "man"), Sex.MALE),
}
LANGUAGE_WORDS = {**{code: code for code in LANGUAGES}, "turkce": "tr", "turkish": "tr", "ingilizce": "en", "english": "en"}
LONGEST_NAME = 80


@dataclass
class Line:
    """One row as it would be written. `known`: it is here already and is left alone."""

    number: int
    name: str
    problems: list[str] = field(default_factory=list)
    details: Details | None = None
    key: str = ""
    known: bool = False


def preview(file: Path, country: str, language: str, today: date) -> tuple[list[Line], tuple[str, ...]]:
    """What each row would become, and the heads that are not read. Raises UnreadableFile."""
    found = table.read(file, NAMES, needed=set())
    if not {"name", "first"} & {name for row in found.rows for name in row.cells}:
        raise table.UnreadableFile("The first line names no column for the patient's name (for example: Ad Soyad, or Name).")
    lines = [_line(row, country, language, today) for row in found.rows]
    there = set(db.session.scalars(select(Patient.imported_as).where(Patient.imported_as.is_not(None))))
    seen: dict[str, int] = {}
    for line in lines:
        line.known = line.key in there
        if line.key in seen:
            line.problems.append(f"the same patient stands in line {seen[line.key]}")
        seen.setdefault(line.key, line.number)
    return lines, found.unknown


def write(lines: list[Line], now: datetime) -> int:
    """Write every new row, inside the caller's transaction. Consents are never imported as given. Returns how many."""
    new = [line for line in lines if line.details and not line.known and not line.problems]
    for line in new:
        if line.details:
            actions.create(line.details, now, imported_as=line.key)
    return len(new)


def _line(row: Row, country: str, language: str, today: date) -> Line:
    first, last = (row["first"], row["last"]) if row["first"] else split_name(row["name"])
    line = Line(row.number, f"{first} {last}".strip())
    if not line.name:
        line.problems.append("there is no name")
    if max(len(first), len(last)) > LONGEST_NAME:
        line.problems.append("the name is longer than 80 letters")
    phone, email, born = _phone(row, country, line), _email(row, line), _born(row, today, line)
    spoken = LANGUAGE_WORDS.get(fold(row["language"]), "") if row["language"] else language
    if not spoken:
        line.problems.append(f"the language {row['language']!r} is not one of: {', '.join(LANGUAGES)}")
    sex = SEXES.get(fold(row["sex"]), Sex.UNKNOWN)
    line.key = _key(row, line.name, phone, email, born)
    if not line.problems:
        line.details = Details(
            first_name=as_name(first, spoken == "tr"), last_name=as_name(last, spoken == "tr"), birth_date=born, sex=sex, phone=phone,
            phone_typed=row["phone"][:40], email=email, language=spoken, channel=Channel.EMAIL if email else Channel.PHONE,
            note=row["note"][:2000],
        )  # fmt: skip
    return line


def _key(row: Row, name: str, phone: str, email: str, born: date | None) -> str:
    """Under which the row is known again: the old system's number, else the name with what tells two of one name apart."""
    return f"no:{row['key']}"[:120] if row["key"] else f"{fold(name)}|{phone or email or (born or '')}"[:120]


def _phone(row: Row, country: str, line: Line) -> str:
    if not row["phone"]:
        return ""
    try:
        return phones.read(row["phone"], country)
    except phones.UnreadablePhone:
        line.problems.append(f"the telephone number {row['phone']!r} cannot be read; a foreign one needs its country code, such as +49")
        return ""


def _email(row: Row, line: Line) -> str:
    if not row["email"]:
        return ""
    try:
        return validate_email(row["email"], check_deliverability=False).normalized
    except EmailNotValidError:
        line.problems.append(f"the e-mail address {row['email']!r} cannot work")
        return ""


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
