"""What every page may ask: who is here, what they may do, what stands in the menu and over the page, how days are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask import Flask, current_app, g
from flask_login import AnonymousUserMixin

from app import formats, sessions, today
from app.i18n import language, named
from app.permissions import Permission, lock_of
from app.sessions import Person
from models import clock


@dataclass(frozen=True)
class Banner:
    """A line over the whole page; `level` info, amber or red."""

    text: str
    level: str = "info"


BannerMaker = Callable[[Person], Banner | None]
Counter = Callable[[Person], int]
_banners: list[BannerMaker] = []
_counters: dict[str, Counter] = {}


def banner(make: BannerMaker) -> BannerMaker:
    """Ask this on every signed-in page for a line to show; None shows nothing. Make it cheap. Usable as a decorator."""
    if make not in _banners:
        _banners.append(make)
    return make


def count(name: str) -> Callable[[Counter], Counter]:
    """The number beside a room in the menu (`work`, `messages`); it is asked on every signed-in page. A decorator."""

    def register(counter: Counter) -> Counter:
        _counters[name] = counter
        return counter

    return register


class _Counts:
    """Asked only when the menu is drawn, and once, though a page draws it twice (for the desk and for the phone)."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def __getitem__(self, name: str) -> int:
        person = sessions.person()
        if name not in self._known:
            self._known[name] = _counters[name](person) if person and name in _counters else 0
        return self._known[name]


class _Banners:
    """Asked only when a whole page is drawn."""

    def __iter__(self) -> Iterator[Banner]:
        person = sessions.person()
        return iter([line for make in _banners if (line := make(person))] if person else [])


def install(app: Flask) -> None:
    app.context_processor(_context)
    app.jinja_env.globals.update(may=may, has_endpoint=has_endpoint, Permission=Permission)
    for write in (formats.long_day, formats.plain_day, formats.short_day, formats.numeric_day):
        app.jinja_env.filters[write.__name__] = _day_filter(write)
    app.jinja_env.filters.update(time=_time, moment=_moment, number=_number, named=named)


def _context() -> dict[str, Any]:
    if g.get("bare"):  # a page about our own trouble asks nothing of a database that may be the trouble
        return {"language": language(), "current_user": AnonymousUserMixin()}
    return {
        "current_user": sessions.person() or AnonymousUserMixin(),
        "language": language(),
        "nav_counts": _Counts(),
        "banners": _Banners(),
        "server_now": clock.now().isoformat(timespec="seconds"),
    }


def may(*permissions: Permission) -> bool:
    """Whether the person who is signed in holds any one of these permissions."""
    person = sessions.person()
    return person is not None and person.may(*permissions)


def has_endpoint(name: str) -> bool:
    """Whether a page exists and opens for whoever asks: menus show no door that is shut."""
    view: Any = current_app.view_functions.get(name)
    lock = lock_of(view) if view else None
    return lock is not None and (not lock.signed_in or may(*lock.permissions))


def zone() -> str:
    """The clinic's time zone; asked once per request."""
    if "zone" not in g:
        g.zone = today.zone()
    return str(g.zone)


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
