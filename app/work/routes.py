"""`/work`: one page, a list at a time, and what is pressed on its lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement

from app.errors import Refused
from app.forms import read_day
from app.front_door import page_context
from app.i18n import _
from app.patients import phones
from app.permissions import Permission, needs
from app.schedule import agreement
from app.sessions import Person, person
from app.today import today_of
from app.work import actions, queries, rows, words
from app.work.actions import Result
from app.work.queries import Worklist
from models import clock
from models.base import locked, transaction
from models.task import StaffTask

SNOOZE = "snooze"
bp = Blueprint("work", __name__)


@bp.get("/work")
@needs(Permission.DO_TASKS)
def index() -> ResponseReturnValue:
    """One worklist; without a name the first that has a line."""
    now, here = clock.now(), _asked()
    today, roles = today_of(now), _roles()
    counts = queries.counts(today, roles)
    chosen = here or next((kind for kind in Worklist if counts[kind]), Worklist.CALLS)
    tabs = [_tab(kind, counts[kind], chosen) for kind in Worklist]
    lines = _lines(chosen, today, now)
    return render_template(
        "work/index.html", tabs=tabs, chosen=chosen, today=today, words=words, phone=phones.shown, most=queries.MOST,
        by_deed=actions.BY_DEED, **lines,
    )  # fmt: skip


def _tab(kind: Worklist, n: int, chosen: Worklist) -> dict[str, object]:
    url = url_for("work.index", list=kind.value)
    return {"word": words.list_name(kind), "url": url, "n": words.counted(n), "here": kind is chosen}


@bp.post("/work/<int:task_id>")
@needs(Permission.DO_TASKS)
def tried(task_id: int) -> ResponseReturnValue:
    """A try on a line: reached, no answer, left word, on paper, done; or put off until a day."""
    result, now = request.form.get("result", ""), clock.now()
    act = _snooze if result == SNOOZE else lambda task, now: actions.tried(task, Result(result), now)
    undo = {"undo": url_for("work.take_back", task_id=task_id), "fields": {"list": request.form.get("list", "")}}
    return _press(task_id, act, {"text": _("Put off.") if result == SNOOZE else _("Noted."), **undo}, now)


@bp.post("/work/<int:task_id>/undo")
@needs(Permission.DO_TASKS)
def take_back(task_id: int) -> ResponseReturnValue:
    """What was pressed last on a line was a mistake."""
    return _press(task_id, actions.take_back, _("Undone: everything is as it was before."), clock.now())


@bp.post("/work/<int:task_id>/agreed")
@needs(Permission.BOOK)
def agreed(task_id: int) -> ResponseReturnValue:
    """The patient was reached: every time that this line asks about suits."""
    return _press(task_id, _agree, _("Noted: the time is agreed."), clock.now())


def _agree(task: StaffTask, now: datetime) -> None:
    for visit in agreement.visits_about(task):
        agreement.agree(visit, now)


def _press(task_id: int, act: Callable[[StaffTask, datetime], None], toast: Any, now: datetime) -> ResponseReturnValue:
    try:
        with transaction():
            task = locked(StaffTask, task_id) or abort(404)
            if not actions.may_work(task, _roles()):
                raise Refused(_("This waits for a physician."))
            act(task, now)
    except Refused as fault:
        flash(fault.words, "error")
    except ValueError:
        flash(_("Choose a day after today, such as +4d or 3.12."), "error")
    else:
        flash(toast, "done")
    return redirect(url_for("work.index", list=request.form.get("list") or None), 303)


def _snooze(task: StaffTask, now: datetime) -> None:
    today = today_of(now)
    actions.snooze(task, read_day(request.form.get("until", ""), today), today, now)


def _lines(chosen: Worklist, today: date, now: datetime) -> dict[str, object]:
    if chosen is Worklist.UNCONFIRMED:
        return {"visits": queries.unconfirmed(today)}
    if chosen in (Worklist.CALLS, Worklist.PHYSICIAN, Worklist.OTHER):
        return {"tasks": [rows.task_row(task, now, _roles()) for task in queries.tasks(chosen, today, _roles())]}
    return {"courses": queries.unbooked(chosen, today)}


def _asked() -> Worklist | None:
    name = request.args.get("list", "")
    return Worklist(name) if name in set(Worklist) else None


def _roles() -> list[str]:
    who = person()
    return list(who.roles) if who else []


@page_context.count("work")
def waiting(who: Person, today: date) -> ColumnElement[int] | None:
    """How many lines wait, for the menu."""
    return queries.open_lines(today, who.roles) if who.may(Permission.DO_TASKS) else None
