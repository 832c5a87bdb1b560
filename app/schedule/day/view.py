"""The day page put together: rows, groups, counts that filter, free gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from flask import url_for

from app import cached
from app.front_door import where
from app.i18n import _, language
from app.permissions import Permission
from app.planning.resources import Span
from app.schedule.day import preflight, preflight_facts
from app.schedule.day.again import NOT_COMING
from app.schedule.day.bar import Bar, bar
from app.schedule.day.gaps import DayGaps, gaps_on
from app.schedule.day.listing import Entry, entries_on, lines, next_day_with_visits
from app.schedule.day.next_steps import Asker
from app.schedule.day.presenters import VisitRow, clock_of, row_of
from app.schedule.day.since import changes_next
from app.schedule.free.working_days import time_of
from models.appointment import VisitState


class By(StrEnum):
    """What the rows of a day are grouped by."""

    PRACTITIONER = "practitioner"
    ROOM = "room"
    TIME = "time"


class Show(StrEnum):
    """Which rows are shown; each is also a count."""

    ALL = "all"
    WAITING = "waiting"
    LATE = "late"
    IN_TREATMENT = "in_treatment"
    DONE = "done"
    ALERTS = "alerts"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Gap:
    """A free time, and the page that books it."""

    words: str
    url: str
    span: Span


@dataclass(frozen=True)
class Group:
    """A table of the day: whose it is, its rows, the free times between them, and its hours drawn as a bar."""

    key: str
    name: str
    rows: list[VisitRow]
    gaps: list[Gap] = field(default_factory=list)
    bar: Bar | None = None


@dataclass(frozen=True)
class DayView:
    """Everything the day page shows. `place`: as it stands in addresses; `until`: when it changes by itself, as
    `since.changes_next` says."""

    day: date
    place: int | None
    today: date
    now: datetime
    by: By
    show: Show
    counts: dict[Show, int]
    groups: list[Group]
    not_coming: list[Group]
    idle: list[Group]
    closed: bool
    total: int
    next_day: tuple[date, int] | None
    until: int

    @property
    def before(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def after(self) -> date:
        return self.day + timedelta(days=1)


def rows_on(day: date, place_id: int, asker: Asker, zone: str, now: datetime, today: date) -> list[VisitRow]:
    """The rows of a day at a place for whoever looks. What speaks of health is read only for those who see plans."""
    entries = {entry.id: entry for entry in entries_on(day, place_id, zone)}
    asked = [one.owners for one in entries.values() if preflight.are_asked(one.state, one.kind)] if asker.may(Permission.SEE_PLANS) else []
    facts = preflight_facts.read(asked)

    def made(missing: list[int]) -> dict[int, VisitRow]:
        clinical = asker.may(Permission.SEE_CLINICAL)
        found = lines(entries[one] for one in missing)
        return {line.visit.id: row_of(line, preflight.checks_from(facts, line.visit, clinical), facts, asker, today, now) for line in found}

    seen = asker, today, language()
    rows = cached.made_from({one.id: (one.values, facts.about(one.owners), _clock(one, now), *seen) for one in entries.values()}, made)
    return list(rows.values())


def _clock(one: Entry, now: datetime) -> int:
    return clock_of(one.state, one.starts_at, one.since, now)


def counts_of(rows: Iterable[VisitRow]) -> dict[Show, int]:
    """How many rows each filter shows."""
    expected = [row for row in rows if row.state not in NOT_COMING]
    return {one: sum(map(FITS[one], expected)) for one in Show}


def day_view(day: date, place_id: int, today: date, by: By, show: Show, asker: Asker, zone: str, now: datetime) -> DayView:
    """The day at a place for whoever looks at it."""
    rows = rows_on(day, place_id, asker, zone, now, today)
    gaps = gaps_on(day, place_id, zone, now) if asker.may(Permission.BOOK) else DayGaps()
    shown = [row for row in rows if row.state not in NOT_COMING and FITS[show](row)]
    groups = _groups(shown, by, gaps if show is Show.ALL else DayGaps(), day)
    return DayView(
        day=day, place=where.in_address(place_id), today=today, now=now, by=by, show=show, counts=counts_of(rows), groups=groups,
        not_coming=_not_coming(rows) if show is Show.ALL else [],
        idle=_idle(groups, gaps, day) if by is By.PRACTITIONER and show is Show.ALL else [], closed=gaps.closed, total=len(rows),
        next_day=None if rows else next_day_with_visits(day, place_id, zone), until=changes_next(rows, now),
    )  # fmt: skip


FITS: dict[Show, Callable[[VisitRow], bool]] = {
    Show.ALL: lambda row: True,
    Show.WAITING: lambda row: row.state is VisitState.ARRIVED,
    Show.LATE: lambda row: row.late,
    Show.IN_TREATMENT: lambda row: row.state is VisitState.IN_TREATMENT,
    Show.DONE: lambda row: row.state is VisitState.DONE,
    Show.ALERTS: lambda row: row.alive and row.alert,
    Show.UNCONFIRMED: lambda row: row.state is VisitState.BOOKED,
}


def show_words(show: Show) -> str:
    """The name of a count."""
    return {
        Show.ALL: _("All"), Show.WAITING: _("Waiting"), Show.LATE: _("Late"), Show.IN_TREATMENT: _("In treatment"), Show.DONE: _("Done"),
        Show.ALERTS: _("Alerts"), Show.UNCONFIRMED: _("Not confirmed"),
    }[show]  # fmt: skip


def by_words(by: By) -> str:
    """The name of a grouping."""
    return {By.PRACTITIONER: _("By practitioner"), By.ROOM: _("By room"), By.TIME: _("By time")}[by]


def _groups(rows: Iterable[VisitRow], by: By, gaps: DayGaps, day: date) -> list[Group]:
    found: dict[tuple[str, int], list[VisitRow]] = {}
    for row in rows:
        key = {By.PRACTITIONER: (row.performer, row.performer_id or 0), By.ROOM: (row.room, row.room_id or 0), By.TIME: ("", 0)}[by]
        found.setdefault(key, []).append(row)
    nobody = _("Without a practitioner") if by is By.PRACTITIONER else _("Without a room") if by is By.ROOM else _("All visits by time")
    return [
        Group(f"g{key}", name or nobody, members, *(_free_of(key, by, gaps, day) if key else ()))
        for (name, key), members in sorted(found.items(), key=lambda item: (item[0][1] == 0, item[1][0].starts_at))
    ]


def _free_of(key: int, by: By, gaps: DayGaps, day: date) -> tuple[list[Gap], Bar | None]:
    """The free times of a person or a room, in words and as a bar."""
    staff = by is By.PRACTITIONER
    free = _gaps((gaps.staff if staff else gaps.rooms).get(key, []), day, gaps.place, "performer" if staff else "room", key)
    there, taken = (gaps.staff_hours, gaps.staff_taken) if staff else (gaps.room_hours, gaps.rooms_taken)
    return free, bar(there.get(key, []), taken.get(key, []), [(gap.span, gap.url) for gap in free])


def _not_coming(rows: Iterable[VisitRow]) -> list[Group]:
    """No-shows, cancelled and not treated, each by themselves: what is to be done about them differs."""
    words = {VisitState.NO_SHOW: _("No-shows"), VisitState.CANCELLED: _("Cancelled"), VisitState.NOT_TREATED: _("Not treated")}
    members = {state: [row for row in rows if row.state is state] for state in words}
    return [Group(state.value, words[state], members[state]) for state in words if members[state]]


def _gaps(spans: Iterable[Span], day: date, place: int | None, param: str, key: int) -> list[Gap]:
    return [
        Gap(f"{time_of(start):%H:%M}–{time_of(end):%H:%M}",
            url_for("schedule.new_visit", day=day, place=place, time=f"{time_of(start):%H:%M}",
                    performer=key if param == "performer" else None, room=key if param == "room" else None), (start, end))
        for start, end in spans if end < 24 * 60
    ]  # fmt: skip


def _idle(groups: Iterable[Group], gaps: DayGaps, day: date) -> list[Group]:
    """Who works that day and has no visit of their own."""
    busy = {group.key for group in groups}
    return [
        Group(f"g{key}", name, [], *_free_of(key, By.PRACTITIONER, gaps, day))
        for key, name in gaps.staff_names.items() if f"g{key}" not in busy and gaps.staff.get(key)
    ]  # fmt: skip
