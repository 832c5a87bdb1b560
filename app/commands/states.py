"""`flask --app run states [--write]`: docs/states.md, made from the tables of moves."""

from __future__ import annotations

from enum import StrEnum

import click

from config import ROOT
from models.appointment import Appointment
from models.complication import Complication
from models.mail_words import MailWords
from models.message import Message
from models.product import LotRecall
from models.protocol import ProtocolVersion
from models.states import Stateful
from models.treatment import TreatmentPlan, TreatmentSession

PAGE = ROOT / "docs" / "states.md"
TABLES: tuple[tuple[str, type[Stateful]], ...] = (
    ("Plan", TreatmentPlan),
    ("Session", TreatmentSession),
    ("Visit", Appointment),
    ("Message", Message),
    ("Protocol version", ProtocolVersion),
    ("Lot recall", LotRecall),
    ("Complication", Complication),
    ("Own words of a mail", MailWords),
)


def states_page() -> str:
    """The page as it must stand in docs/."""
    head = (
        "# States and their moves\nMade by `flask --app run states --write` from the tables in `models/`; a test fails when it is stale.\n"
    )
    return head + "".join(_table(name, thing) for name, thing in TABLES)


def _table(name: str, thing: type[Stateful]) -> str:
    kinds: type[StrEnum] = thing.__table__.c.state.type.enum_class  # type: ignore[attr-defined]  # every one is a mapped table
    lines = [f"| {kind} | {_moves(thing, kind)} |" for kind in kinds]
    return "\n".join([f"\n## {name}", "| from | may become |", "|---|---|", *lines, ""])


def _moves(thing: type[Stateful], kind: StrEnum) -> str:
    moves = thing.MOVES.get(kind, frozenset())
    return " · ".join(sorted(str(move) for move in moves)) or "(end)"


@click.command("states")
@click.option("--write", is_flag=True, help="Write docs/states.md instead of showing it.")
def states_command(write: bool) -> None:
    """The states of everything and how they may change."""
    if write:
        PAGE.write_text(states_page(), encoding="utf-8")
    else:
        click.echo(states_page(), nl=False)
