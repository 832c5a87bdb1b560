"""The week with what is chosen while re-planning: each visit where it would lie, beside everything that stays.

What is chosen stands in the address, so that nothing has to be saved, or worked out again, to look at another week.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import history
from app.permissions import Permission, needs
from app.planning.visit import Slot
from app.replanning.blueprint import bp
from app.replanning.page import asked_days, asked_place, in_address
from app.replanning.unfit import unfit
from app.schedule.free.offers import read_value
from app.schedule.week.cards import Change
from app.schedule.week.frame import Whose, monday_of
from app.schedule.week.pages import week_page
from app.today import today_of
from models import clock

CHOICE = re.compile(r"to[0-9]{1,9}")


@bp.post("/replan/week")
@needs(Permission.BOOK)
def look() -> ResponseReturnValue:
    """To the week of the first new time that is chosen; of whom, where all are with the same."""
    chosen = _chosen(request.form.items())
    slots = [slot for value in chosen.values() if (slot := read_value(value))]
    day = min((slot.day for slot in slots), default=today_of(clock.now()))
    return redirect(url_for("replanning.week", day=day, of=_whose(slots).key, **in_address(), **chosen), 303)


@bp.get("/replan/week/<day>")
@needs(Permission.BOOK)
def week(day: str) -> ResponseReturnValue:
    """A week with the visits that cannot stay where it is chosen to put them. Nothing is saved by looking."""
    chosen = _chosen(request.args.items())
    kept = {**in_address(), **chosen}
    back = url_for("replanning.show", **kept)
    changes = _changes(chosen, back)
    weeks = Counter(monday_of(change.slot.day) for change in changes if change.slot)
    return week_page("replanning/week.html", "replanning.week", day, changes, kept, weeks=sorted(weeks.items()), back=back)


def _changes(chosen: Mapping[str, Any], back: str) -> list[Change]:
    """What is proposed for each visit that cannot stay; one that is left for now has nothing proposed."""
    found = [one.visit for one in unfit(asked_place(), clock.now(), *asked_days()) if chosen.get(f"to{one.visit.id}")]
    for visit in found:
        history.viewed(visit)
    return [Change(visit, read_value(chosen[f"to{visit.id}"]), f"{back}#v{visit.id}") for visit in found]


def _chosen(sent: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {name: value for name, value in sent if CHOICE.fullmatch(name)}


def _whose(slots: Iterable[Slot]) -> Whose:
    performers = {slot.performer_id for slot in slots}
    return Whose(performers.pop()) if len(performers) == 1 else Whose()
