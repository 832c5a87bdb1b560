"""`flask --app run import patients FILE.csv` and `import courses FILE.csv`: shows everything, writes only with --apply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from app.importing import courses, patients
from app.importing.table import UnreadableFile
from models import clock
from models.base import db, rehearsal, transaction
from models.clinic import Clinic

import_group = AppGroup("import", help="Bring in patients and running series from a spreadsheet saved as CSV.")


class Line(Protocol):
    """A row of either table, as far as it is shown."""

    number: int
    name: str
    problems: list[str]
    known: bool


SomeLine = TypeVar("SomeLine", bound=Line)
Read = Callable[[Path, Clinic, date], tuple[list[SomeLine], tuple[str, ...]]]
Write = Callable[[list[SomeLine], datetime], int]


def _asks_for_a_file(command: Callable[..., Any]) -> Callable[..., Any]:
    apply = click.option("--apply", is_flag=True, help="Write what the preview shows. Without it nothing is written.")
    return click.argument("file", type=click.Path(path_type=Path))(apply(command))


@import_group.command("patients")
@_asks_for_a_file
def import_patients(file: Path, apply: bool) -> None:
    """Patients: name, telephone, e-mail, birth date … in Turkish or English heads."""
    _bring_in("patients", file, patients.read, patients.write, apply=apply)


@import_group.command("courses")
@_asks_for_a_file
def import_courses(file: Path, apply: bool) -> None:
    """Running series: patient, protocol, dates done so far, next appointment, agreed number."""
    _bring_in("series", file, courses.read, courses.write, apply=apply)


def _bring_in(what: str, file: Path, read: Read[SomeLine], write: Write[SomeLine], *, apply: bool) -> None:
    """Read and write in one go; without --apply all of it is taken back, so that the preview names what writing would meet."""
    try:
        with transaction() if apply else rehearsal():
            clinic, now = _clinic(), clock.now()
            lines, unknown = read(file, clinic, clock.day_of(now, clinic.zone))
            count = write(lines, now)
            if count and apply:
                clinic.mailing_started = False
    except UnreadableFile as fault:
        raise click.ClickException(str(fault)) from None
    except OperationalError:
        raise click.ClickException("Nothing was written: the database is busy or cannot be written. Please try again.") from None
    _show(lines, unknown, count)
    if apply:
        start = " No mail goes to patients until you press Start mailing on the page Messages." if count else ""
        click.echo(f"Written: {count} {what}.{start}")
    elif count:
        click.echo("Nothing is written yet. Add --apply to write.")


def _clinic() -> Clinic:
    clinic = db.session.get(Clinic, 1)
    if clinic is None:
        raise click.ClickException("There is no clinic yet: start Seans and create the first account.")
    return clinic


def _show(lines: Sequence[Line], unknown: tuple[str, ...], count: int) -> None:
    """Every row with a problem, by its line, and how many are new."""
    for line in lines:
        for problem in () if line.known else line.problems:
            click.echo(f"line {line.number}, {line.name[:60] or '(no name)'}: {problem}")
    if unknown:
        click.echo(f"Not read: {', '.join(head[:60] for head in unknown)}")
    known = sum(line.known for line in lines)
    click.echo(f"{len(lines)} rows: {count} new, {known} already here, {len(lines) - known - count} with a problem (left out).")
