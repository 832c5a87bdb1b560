"""At which of the clinic's places somebody looks: the one in the address, else the one looked at last, else the first in use.

A clinic with one place is never asked, and no address of it names one.
"""

from __future__ import annotations

from typing import Any

from flask import abort, request

from app import sessions
from app.forms import row_id
from app.front_door import page_context
from app.front_door.page_context import KnownPlace

IN_ADDRESS = "place"


def known() -> tuple[KnownPlace, ...]:
    """Every place, in the order in which they were opened."""
    return page_context.frame().places


def in_use() -> list[KnownPlace]:
    """The places where somebody can be booked."""
    return [place for place in known() if place.active]


def looked_at() -> int:
    """The place of this request: 0 before there is one. One that is not there is a page not found; what is remembered may be gone."""
    ids = {place.id for place in known()}
    if text := request.args.get(IN_ADDRESS, ""):
        asked = row_id(text) or 0
        return asked if asked in ids else abort(404)
    open_ones, kept = [place.id for place in in_use()], sessions.place()
    return kept if kept in open_ones else next(iter(open_ones), 0)


def remember(place_id: int) -> None:
    """Pages that name no place are about this one from now on, in this sign-in."""
    if choices(place_id) and sessions.place() != place_id:
        sessions.keep_place(place_id)


def choices(place_id: int) -> list[KnownPlace]:
    """The places between which a page about this one lets one choose: none where there is nothing to choose."""
    found = [place for place in known() if place.active or place.id == place_id]
    return found if len(found) > 1 else []


def options() -> list[tuple[str, str]]:
    """What a form offers to choose from: nothing where only one is in use."""
    found = [(str(place.id), place.name) for place in in_use()]
    return found if len(found) > 1 else []


def chosen(text: str | None) -> int | None:
    """The place in use that was chosen in a form; None for anything else."""
    return next((place.id for place in in_use() if str(place.id) == text), None)


def in_address(place_id: int) -> int | None:
    """As it stands in the address of a page: nothing where there is only one."""
    return place_id if choices(place_id) else None


def name(place_id: int) -> str:
    """What the place is called, where there are several; else nothing."""
    return next((place.name for place in choices(place_id) if place.id == place_id), "")


def tabs(place_id: int, url: Any) -> list[dict[str, object]]:
    """Links to the same page about every place. `url`: its address, from a place's id."""
    return [{"word": place.name, "url": url(place.id), "here": place.id == place_id} for place in choices(place_id)]
