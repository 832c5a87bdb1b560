"""`flask --app run import patients FILE.csv` and `import courses FILE.csv`: shows everything, writes only with --apply."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from app.errors import Refused
from app.importing import courses, patients
from app.importing.table import UnreadableFile
from models import clock
from models.base import db, transaction
from models.clinic import Clinic

import_group = AppGroup("import", help="Bring in patients and running series from a spreadsheet saved as CSV.")
Lines = Sequence[patients.Line] | Sequence[courses.Line]


@import_group.command("patients")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", is_flag=True, help="Write what the preview shows. Without it nothing is written.")
def import_patients(file: Path, apply: bool) -> None:
    """Patients: name, telephone, e-mail, birth date … in Turkish or English headers."""
    clinic, now = _clinic(), clock.now()
    try:
        lines, unknown = patients.preview(file, clinic.country, clinic.language, clock.day_of(now, clinic.zone))
    except UnreadableFile as fault:
        raise click.ClickException(str(fault)) from None
    _show(lines, unknown)
    if apply:
        with transaction():
            count = patients.write(lines, now)
            _wait_for_start(count)
        _say_written(count, "patients")


@import_group.command("courses")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", is_flag=True, help="Write what the preview shows. Without it nothing is written.")
def import_courses(file: Path, apply: bool) -> None:
    """Running series: patient, protocol, dates done so far, next appointment, agreed number."""
    clinic, now = _clinic(), clock.now()
    try:
        lines, unknown = courses.preview(file, clock.day_of(now, clinic.zone))
        _show(lines, unknown)
        if apply:
            with transaction():
                _wait_for_start(1)
                count = courses.write(courses.preview(file, clock.day_of(now, clinic.zone))[0], now)
            _say_written(count, "series")
    except UnreadableFile as fault:
        raise click.ClickException(str(fault)) from None
    except Refused as fault:
        raise click.ClickException(f"Nothing was written. {fault.words}") from None


def _clinic() -> Clinic:
    clinic = db.session.get(Clinic, 1)
    if clinic is None:
        raise click.ClickException("There is no clinic yet: start Seans and create the first account.")
    return clinic


def _show(lines: Lines, unknown: tuple[str, ...]) -> None:
    """Every row with a problem, by its line, and what would be written."""
    for line in lines:
        for problem in line.problems:
            click.echo(f"line {line.number}, {line.name or '(no name)'}: {problem}")
    if unknown:
        click.echo(f"Not read: {', '.join(unknown)}")
    known = sum(line.known for line in lines)
    bad = sum(bool(line.problems) and not line.known for line in lines)
    click.echo(f"{len(lines)} rows: {len(lines) - known - bad} new, {known} already here, {bad} with a problem (left out).")


def _wait_for_start(count: int) -> None:
    """After an import nothing is mailed until staff have seen what would go and press Start mailing."""
    if count:
        db.session.get_one(Clinic, 1).mailing_started = False


def _say_written(count: int, what: str) -> None:
    click.echo(f"Written: {count} {what}." + (" No mail goes out until you press Start mailing on the page Messages." if count else ""))
