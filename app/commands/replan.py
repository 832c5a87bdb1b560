"""`flask --app run replan`: what an absence would hit and where everybody could go; nothing is changed."""

from __future__ import annotations

import json
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from app.clinic import queries as clinic_queries
from app.formats import short_day
from app.letters import fold
from app.replanning.proposals import Proposal, Proposed, propose
from app.replanning.unfit import unfit
from models import clock
from models.base import db
from models.clinic import Location
from models.staff import Absence, StaffMember


@click.command("replan")
@click.option("--absent", metavar="STAFF", help="A name or e-mail address, as if away; without it: what cannot stay as things are.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day away.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day away.")
@click.option("--at", metavar="LOCATION", help="Of a clinic with several locations the one to look at; without it the first.")
@click.option("--dry", is_flag=True, required=True, help="Only show. Changes are made on the page, where they can be taken back.")
@click.option("--json", "as_json", is_flag=True, help="As JSON instead of a table.")
def replan_command(absent: str | None, first: datetime | None, last: datetime | None, at: str | None, dry: bool, as_json: bool) -> None:
    """Propose a new place for every booked visit that cannot stay where it is."""
    if not dry:
        raise click.ClickException("Add --dry: the proposal is applied on the page /replan.")
    now, found = clock.now(), _place(at)
    try:
        if absent is not None:
            _away(absent, first, last)
        proposed = propose(found, unfit(found, now), now)
        click.echo(_json(proposed)) if as_json else _print(proposed)
    finally:
        db.session.rollback()


def _place(name: str | None) -> Location:
    """The place of that name, else the first in use."""
    if name is None:
        return clinic_queries.location()
    known = {fold(place.name): place for place in clinic_queries.in_use()}
    if fold(name) not in known:
        raise click.ClickException(f"{name}: name one of {', '.join(place.name for place in known.values())}.")
    return known[fold(name)]


def _away(name: str, first: datetime | None, last: datetime | None) -> None:
    """The absence, for this question only: it is never committed."""
    found = db.session.scalars(select(StaffMember).where((StaffMember.name == name) | (StaffMember.email == name))).all()
    if len(found) != 1:
        raise click.ClickException(f"{name}: name one member of staff, by name or e-mail address.")
    if first is None or last is None or last < first:
        raise click.ClickException("Name the days of the absence: --from 2026-12-28 --to 2027-01-02.")
    db.session.add(Absence(staff_id=found[0].id, first_day=first.date(), last_day=last.date(), why=""))
    db.session.flush()


def _json(proposed: Proposed) -> str:
    visits = [
        {
            "visit": row.visit.id, "patient": row.visit.patient_id, "was": f"{row.visit.local_day} {row.visit.local_time:%H:%M}",
            "to": [f"{offer.day} {offer.start:%H:%M}" for offer in row.offers], "with": [offer.performer for offer in row.offers],
            "band": row.offers[0].band if row.offers else None, "why": [*row.reasons, *row.nowhere],
        }
        for row in proposed.rows
    ]  # fmt: skip
    answer = proposed.answer
    return json.dumps({"visits": visits, "cost": answer.cost, "bound": answer.bound, "proven": answer.proven}, ensure_ascii=False)


def _print(proposed: Proposed) -> None:
    table = Table("Visit", "Was", "To", "With", "Band", "Why")
    for row in proposed.rows:
        table.add_row(*_cells(row))
    console = Console()
    console.print(table)
    answer = proposed.answer
    nearest = "no answer moves them less" if answer.proven else f"no answer can cost less than {answer.bound}"
    counts = f"{len(proposed.rows)} visits, {proposed.placed} with a new place, {len(answer.unplaced)} without"
    console.print(f"{counts}; cost {answer.cost}, {nearest}.")


def _cells(row: Proposal) -> tuple[str, ...]:
    was = f"{short_day(row.visit.local_day, 'en')} {row.visit.local_time:%H:%M}"
    why = " ".join([*row.reasons, *row.nowhere])
    if not row.offers:
        return str(row.visit.id), was, "worklist", "", "", why
    first = row.offers[0]
    return str(row.visit.id), was, f"{short_day(first.day, 'en')} {first.start:%H:%M}", first.performer, first.band or "", why
