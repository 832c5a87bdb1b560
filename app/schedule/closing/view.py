"""The page that closes a day: its visits in groups, what may be said of each, and what is left for tomorrow."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from app.clinic import on_call
from app.front_door import where
from app.i18n import _
from app.schedule import flow
from app.schedule.closing import actions, queries
from app.schedule.day.buttons import Button
from app.schedule.day.next_steps import Asker, Step
from app.schedule.day.presenters import VisitRow
from app.schedule.day.view import rows_on
from app.schedule.here import Here
from app.schedule.reasons import NOT_TREATED, not_treated_words
from models import clock
from models.appointment import COMING, VisitState
from models.closing import DayClosing
from models.staff import OnCall

TONIGHT = time(20)


class Group(StrEnum):
    """The rows of a day that is to be closed, in the order in which they are worked."""

    IN_TREATMENT = "in_treatment"
    ARRIVED = "arrived"
    NOT_ARRIVED = "not_arrived"
    TO_COME = "to_come"
    NO_LOT = "no_lot"
    NO_NEXT = "no_next"


@dataclass(frozen=True)
class Part:
    """A group with its rows. `choices`: what may be said of those ticked, the likeliest first; none: only shown, with what mends it."""

    key: Group
    title: str
    rows: list[VisitRow]
    choices: list[tuple[str, str]]


@dataclass(frozen=True)
class CloseView:
    """Everything the page shows. `place`: as it stands in addresses, `where`: its name, both where there are several.

    `closing`: who closed the day; `last`: what can be taken back; `kept`: left so on purpose;
    `night_number`: the clinic's own, where nobody is on call.
    """

    day: date
    place: int | None
    where: str
    rows: list[VisitRow]
    parts: list[Part]
    kept: Collection[int]
    left: int
    closing: DayClosing | None
    last: DayClosing | None
    duty: OnCall | None
    night_number: str
    outcomes: dict[VisitState, int]


def close_view(at: Here, day: date) -> CloseView:
    """The page for whoever looks at it."""
    place_id = at.place_id
    rows = rows_on(day, place_id, at.asker, at.zone, at.now, at.today)
    kept = frozenset(queries.kept_on(place_id, day))
    outcomes = {state: sum(row.state is state for row in rows) for state in VisitState}
    return CloseView(
        day, where.in_address(place_id), where.name(place_id), rows, parts_of(rows, at), kept,
        len(queries.left(place_id, day, kept)), queries.closing(place_id, day),
        queries.newest(place_id, day), on_call.at(clock.at(day, TONIGHT, at.zone)),
        at.clinic.phone_out_of_hours, {state: n for state, n in outcomes.items() if n},
    )  # fmt: skip


def parts_of(rows: Sequence[VisitRow], at: Here) -> list[Part]:
    """The groups that have rows."""
    lots = queries.without_lot([row.id for row in rows if row.state is VisitState.DONE])
    found: dict[Group, list[VisitRow]] = {group: [] for group in Group}
    for row in rows:
        for group in _groups(row, at, lots):
            found[group].append(row)
    return [Part(group, group_words(group), some, choices(group, at.asker)) for group, some in found.items() if some]


def _groups(row: VisitRow, at: Here, lots: Collection[int]) -> list[Group]:
    if row.state in COMING:
        return [Group.NOT_ARRIVED if at.now >= row.starts_at + flow.NO_SHOW_AFTER else Group.TO_COME]
    if row.state is VisitState.DONE:
        return [Group.NO_LOT] * (row.id in lots) + [Group.NO_NEXT] * any(one.step is Step.BOOK_NEXT for one in _buttons(row))
    return {VisitState.IN_TREATMENT: [Group.IN_TREATMENT], VisitState.ARRIVED: [Group.ARRIVED]}.get(row.state, [])


def choices(group: Group, asker: Asker) -> list[tuple[str, str]]:
    """What may be said of the visits of a group."""
    keep = [(actions.KEEP, _("keep: find out tomorrow"))]
    if group is Group.NOT_ARRIVED:
        return [(actions.NO_SHOW, _("did not come (no-show)")), *keep]
    if group not in (Group.IN_TREATMENT, Group.ARRIVED):
        return []
    done = [(actions.DONE, _("done"))] if asker.records else []
    return [*keep, *done, *((why, _("not treated: %(why)s", why=not_treated_words(why))) for why in NOT_TREATED)]


def fixes(row: VisitRow, group: Group) -> list[Button]:
    """What mends a row where it stands: the next step, the record, the next session."""
    wanted = {Group.NO_LOT: (Step.RECORD,), Group.NO_NEXT: (Step.BOOK_NEXT,)}.get(group)
    if wanted:
        return [one for one in _buttons(row) if one.step in wanted]
    return [row.button] if row.button and row.button.step is not Step.FIX else []


def group_words(group: Group) -> str:
    """The name of a group."""
    return {
        Group.IN_TREATMENT: _("Still in treatment"), Group.ARRIVED: _("Arrived, not done"), Group.NOT_ARRIVED: _("Not arrived"),
        Group.TO_COME: _("Still to come"), Group.NO_LOT: _("Done without a lot"), Group.NO_NEXT: _("Done, next session not booked"),
    }[group]  # fmt: skip


def _buttons(row: VisitRow) -> list[Button]:
    return [*([row.button] if row.button else []), *row.others]
