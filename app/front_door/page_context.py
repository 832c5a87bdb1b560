"""What every page may ask: who is here, what they may do, what stands in the menu and over the page, how days are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple, cast

from flask import Flask, current_app, g, render_template
from flask_login import AnonymousUserMixin
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, select, true

from app import cached, formats, sessions
from app.files import taking
from app.front_door import kept
from app.i18n import language, named
from app.permissions import Permission, lock_of
from app.planning.windows import still_ahead
from app.sessions import Person
from app.today import BEFORE_THE_FIRST_RUN
from models import clock
from models.base import db
from models.clinic import Clinic, Location


@dataclass(frozen=True)
class Banner:
    """A line over the whole page; `level` info, amber or red."""

    text: str
    level: str = "info"


BannerMaker = Callable[[Person], Banner | None]
Counter = Callable[[Person, date], ColumnElement[int] | None]
_banners: list[BannerMaker] = []
_counters: dict[str, Counter] = {}


def banner(make: BannerMaker) -> BannerMaker:
    """Ask this on every signed-in page for a line to show; None shows nothing. Make it cheap. Usable as a decorator."""
    if make not in _banners:
        _banners.append(make)
    return make


def count(name: str) -> Callable[[Counter], Counter]:
    """The question for the number beside a room in the menu (`work`, `messages`) on a day, put together with those of the
    other rooms; None where whoever asks has no such number. It may depend on the roles of whoever asks, not on who it is.
    A decorator."""

    def register(counter: Counter) -> Counter:
        _counters[name] = counter
        return counter

    return register


def menu_count(name: str) -> int:
    """The number beside a room in the menu of whoever is signed in."""
    person = sessions.person()
    return menu_counts(person, clock.day_of(clock.now(), zone())).get(name, 0) if person else 0


def menu_counts(person: Person, today: date) -> dict[str, int]:
    """The numbers in the menu, in one question."""
    return cached.while_unchanged(("menu", person.roles, today), lambda: _ask(person, today))


def _ask(person: Person, today: date) -> dict[str, int]:
    facts = {"menu": ("menu", person.roles, today)}
    names, question = cached.made_from(facts, lambda keys: dict.fromkeys(keys, _question(person, today)))["menu"]
    return dict(zip(names, db.session.execute(question).one(), strict=True)) if names else {}


def _question(person: Person, today: date) -> tuple[tuple[str, ...], Select[*tuple[int, ...]]]:
    """Of which rooms somebody is told numbers, and the question for all of them: put together once a day for each set of roles."""
    asked = {name: question for name, ask in _counters.items() if (question := ask(person, today)) is not None}
    return tuple(asked), select(*asked.values())


class _Banners:
    """Asked only when a whole page is drawn."""

    def __iter__(self) -> Iterator[Banner]:
        person = sessions.person()
        return iter([line for make in _banners if (line := make(person))] if person else [])


def install(app: Flask) -> None:
    app.context_processor(_context)
    app.jinja_env.globals.update(
        top=top, menu_count=menu_count, may=may, has_endpoint=has_endpoint, Permission=Permission, still_ahead=still_ahead,
        direction=formats.direction, largest_file=taking.LARGEST_FILE,
    )
    for write in (formats.long_day, formats.plain_day, formats.short_day, formats.numeric_day):
        app.jinja_env.filters[write.__name__] = _day_filter(write)
    app.jinja_env.filters.update(time=_time, moment=_moment, number=_number, named=named)


def _context() -> dict[str, Any]:
    if g.get("bare"):  # a page about our own trouble asks nothing of a database that may be the trouble
        return {"language": language(), "current_user": AnonymousUserMixin()}
    return {
        "current_user": sessions.person() or AnonymousUserMixin(),
        "language": language(),
        "banners": _Banners(),
        "typed_here": kept.typed_here(),
        "server_now": clock.now().isoformat(timespec="seconds"),
    }


def top(here: str) -> Markup:
    """The bar over the page with its menus; `here` is the room whose page it is. Of trouble pages nothing is kept."""
    person = None if g.get("bare") else sessions.person()
    if person is None:
        return _draw_top(here)
    key = ("top", here, person.name, person.roles, person.dense, language(), clock.day_of(clock.now(), zone()))
    return cached.while_unchanged(key, lambda: _draw_top(here))


def _draw_top(here: str) -> Markup:
    return Markup(render_template("top.html", here=here))  # noqa: S704  # our own template, escaped when drawn


def may(*permissions: Permission) -> bool:
    """Whether the person who is signed in holds any one of these permissions."""
    person = sessions.person()
    return person is not None and person.may(*permissions)


def has_endpoint(name: str) -> bool:
    """Whether a page exists and opens for whoever asks: menus show no door that is shut."""
    view: Any = current_app.view_functions.get(name)
    lock = lock_of(view) if view else None
    return lock is not None and (not lock.signed_in or may(*lock.permissions))


class KnownPlace(NamedTuple):
    """A place of the clinic by its name. `active`: it is in use."""

    id: int
    name: str
    active: bool


class Frame(NamedTuple):
    """What nearly every page needs to know of the clinic. `places`: every one, in the order in which they were opened."""

    zone: str = BEFORE_THE_FIRST_RUN
    reception_records_done: bool = False
    places: tuple[KnownPlace, ...] = ()


def frame() -> Frame:
    """The clinic as pages need it; looked up once per request."""
    if "frame" not in g:
        g.frame = cached.while_the_house_stands("frame", _read_frame)
    return cast(Frame, g.frame)


def _read_frame() -> Frame:
    place = Location.id, Location.name, Location.active
    query = select(Clinic.zone, Clinic.reception_records_done, *place).outerjoin(Location, true()).order_by(Location.id)
    rows = db.session.execute(query).all()
    return Frame(*rows[0][:2], tuple(KnownPlace(*row[2:]) for row in rows if row.id)) if rows else Frame()


def zone() -> str:
    """The clinic's time zone."""
    return frame().zone


def _day_filter(write: Callable[[date, str], str]) -> Callable[[date | datetime | None], str]:
    """A day, or the clinic's day of a moment, in the page's language; nothing for None."""

    def filtered(value: date | datetime | None) -> str:
        if value is None:
            return ""
        return write(clock.day_of(value, zone()) if isinstance(value, datetime) else value, language())

    return filtered


def _time(value: time | datetime | None, there: str | None = None) -> str:
    """14:30: a time of day, or a moment in the clinic's zone (or `there`)."""
    if value is None:
        return ""
    return formats.local_time(value, there or zone()) if isinstance(value, datetime) else formats.clock_time(value)


def _moment(value: datetime | None, there: str | None = None) -> str:
    """Thu 3 Dec 14:30, in the clinic's zone (or `there`)."""
    return "" if value is None else formats.local_moment(value, there or zone(), language())


def _number(value: float | None) -> str:
    return "" if value is None else formats.number(value, language())
