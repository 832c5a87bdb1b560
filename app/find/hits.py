"""What a few typed letters find: people first, then pages and actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.find import commands
from app.find.commands import Command
from app.formats import numeric_day
from app.front_door.page_context import may
from app.i18n import _, language
from app.patients import queries
from app.patients.rows import Row
from app.permissions import Permission
from models.treatment import PlanState

MOST = 8
SHORTEST = 2  # letters from which people are looked for


@dataclass(frozen=True)
class Hit:
    """One line: `sub` tells namesakes apart, `keys` lead there without looking."""

    words: str
    url: str
    sub: str = ""
    keys: str = ""


@dataclass(frozen=True)
class Found:
    """What was found for a text. `near`: nobody is called that, these come near."""

    text: str = ""
    hits: tuple[Hit, ...] = ()
    near: bool = False


def looks_for_people(text: str) -> bool:
    """Whether so short a text, from whoever asks, is a search among patients at all."""
    return len(text.strip()) >= SHORTEST and may(Permission.SEE_PATIENTS)


def find(text: str, to: str, now: datetime, *, people: bool) -> Found:
    """People, then pages and actions; where somebody is wanted for something (`to`), only people."""
    rows = queries.search(text, now, limit=MOST) if people else []
    called = [] if to else commands.matching(text, everything())
    near = people and not rows and not called
    rows = queries.almost(text, now) if near else rows
    somebody = [hit for row in rows for hit in PEOPLE.get(to, _card)(row)]
    first = [one for one in called if text.strip() and commands.is_called(text, one)]
    rest = [one for one in called if one not in first]
    return Found(text, (*map(_call, first), *somebody, *map(_call, rest)), near and bool(rows))


def everything() -> list[Command]:
    """All that may be called by whoever asks, what is done most first."""
    return [*commands.actions(), *commands.pages(), *commands.settings()]


def the_only(found: Found) -> str:
    """The address of the only hit, or of the one that is called exactly so; nothing while there is a choice."""
    hits = () if found.near else found.hits
    return hits[0].url if len(hits) == 1 or (hits and hits[0].words.casefold() == found.text.strip().casefold() and hits[0].keys) else ""


def _call(command: Command) -> Hit:
    return Hit(command.words, command.url, keys=command.keys)


def _page(endpoint: str) -> Callable[[Row], Iterator[Hit]]:
    """A page that everybody has one of."""

    def hit(row: Row) -> Iterator[Hit]:
        yield Hit(row.name, url_for(endpoint, patient_id=row.id), _who(row))

    return hit


def _new_plan(row: Row) -> Iterator[Hit]:
    if not row.deceased:
        yield Hit(row.name, url_for("plans.create", patient_id=row.id), _who(row))


def _hold(row: Row) -> Iterator[Hit]:
    running = {line.plan_id: line for line in row.courses if line.plan_state is PlanState.ACTIVE}
    for line in running.values():
        yield Hit(row.name, url_for("plans.hold", plan_id=line.plan_id), f"{line.name} · {_who(row)}")


def _who(row: Row) -> str:
    born = numeric_day(row.birth_date, language()) if row.birth_date else ""
    return " · ".join(filter(None, (born, f"…{row.phone_end}" if row.phone_end else "", _("Deceased") if row.deceased else "")))


PEOPLE: dict[str, Callable[[Row], Iterator[Hit]]] = {
    "plan": _new_plan, "hold": _hold, "photos": _page("photos.of_patient"), "complication": _page("complications.create"),
}  # fmt: skip
"""What a person is found for, where it is not their own page."""
_card = _page("patients.show")
