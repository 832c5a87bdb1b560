"""`/work`: one page, a list at a time, and what is pressed on its lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement

from app import phones
from app.errors import Refused
from app.formats import short_day
from app.forms import read_day
from app.front_door import page_context, where
from app.i18n import _, language
from app.permissions import Permission, needs
from app.schedule import agreement
from app.sessions import Person, person
from app.today import today_of
from app.work import actions, call_pages, courses, on_call_pages, places, queries, rows, sheet_pages, words
from app.work.actions import Result
from app.work.blueprint import bp
from app.work.lists import MOST, Worklist
from models import clock
from models.base import db, locked, transaction
from models.task import StaffTask
from models.treatment import Course

SNOOZE = "snooze"
LINES = "lines"
__all__ = ["bp", "call_pages", "on_call_pages", "sheet_pages"]


@bp.get("/work")
@needs(Permission.DO_TASKS)
def index() -> ResponseReturnValue:
    """One worklist; without a name the first that has a line."""
    now, here = clock.now(), _asked()
    today = today_of(now)
    counts = queries.counts(today, _roles(), places.asked())
    chosen = here or next((kind for kind in Worklist if counts[kind]), Worklist.CALLS)
    shape, lines = _lines(chosen, today, now)
    return render_template(
        "work/index.html", tabs=[_tab(kind, counts[kind], chosen) for kind in Worklist], chosen=chosen, today=today, words=words,
        phone=phones.shown, most=MOST, by_deed=actions.BY_DEED, shape=shape, lines=lines, here=_address(chosen),
        places=_places(chosen), place=places.asked(),
    )  # fmt: skip


def _tab(kind: Worklist, n: int, chosen: Worklist) -> dict[str, object]:
    return {"word": words.list_name(kind), "url": _address(kind), "n": words.counted(n), "here": kind is chosen}


def _places(chosen: Worklist) -> list[dict[str, object]]:
    """The same list of one place alone; none where there is only one."""
    options, asked = where.options(), str(places.asked() or "")
    every = [("", _("All locations")), *options] if options else []
    return [
        {"word": word, "here": key == asked, "url": url_for("work.index", list=chosen.value, place=key or None, _anchor=LINES)}
        for key, word in every
    ]  # fmt: skip


def _address(kind: Worklist | None) -> str:
    """A list's own address: whoever comes to it stands in its lines, where the keys work."""
    return url_for("work.index", list=kind.value if kind else None, place=places.asked(), _anchor=LINES)


@bp.post("/work/<int:task_id>")
@needs(Permission.DO_TASKS)
def tried(task_id: int) -> ResponseReturnValue:
    """A try on a line: reached, no answer, left word, on paper, done; or put off until a day."""
    return _press(lambda: locked(StaffTask, task_id) or abort(404), _result, _noted)


@bp.post("/work/course/<int:course_id>")
@needs(Permission.DO_TASKS)
def tried_to_book(course_id: int) -> ResponseReturnValue:
    """The same on a course that needs its next session booked."""
    return _press(lambda: actions.line_of(db.session.get(Course, course_id) or abort(404), clock.now()), _result, _noted)


@bp.post("/work/<int:task_id>/undo")
@needs(Permission.DO_TASKS)
def take_back(task_id: int) -> ResponseReturnValue:
    """What was pressed last on a line was a mistake."""
    undone = _("Undone: everything is as it was before.")
    return _press(lambda: locked(StaffTask, task_id) or abort(404), actions.take_back, lambda _task: undone)


@bp.post("/work/<int:task_id>/agreed")
@needs(Permission.BOOK)
def agreed(task_id: int) -> ResponseReturnValue:
    """The patient was reached: every time that this line asks about suits."""
    said = _("Noted: the time is agreed.")
    return _press(lambda: locked(StaffTask, task_id) or abort(404), _agree, lambda _task: said)


def _agree(task: StaffTask, now: datetime) -> None:
    for visit in agreement.visits_about(task):
        agreement.agree(visit, now)


def _press(
    find: Callable[[], StaffTask], act: Callable[[StaffTask, datetime], None], toast: Callable[[StaffTask], Any]
) -> ResponseReturnValue:
    try:
        with transaction():
            task = find()
            if not actions.may_work(task, _roles()):
                raise Refused(_("This waits for a physician."))
            act(task, clock.now())
            said = toast(task)
    except Refused as fault:
        flash(fault.words, "error")
    except ValueError:
        flash(_("Choose a day after today, such as +4d or 3.12."), "error")
    else:
        flash(said, "done")
    return redirect(_address(_named(request.form.get("list", ""))), 303)


def _result(task: StaffTask, now: datetime) -> None:
    result, today = request.form.get("result", ""), today_of(now)
    if result not in {SNOOZE, *Result}:
        abort(400)
    if result == SNOOZE:
        actions.snooze(task, read_day(request.form.get("until", ""), today), today, now)
    else:
        actions.tried(task, Result(result), now)


def _noted(task: StaffTask) -> dict[str, object]:
    until = task.snoozed_until if request.form.get("result") == SNOOZE else None
    text = _("Put off until %(day)s.", day=short_day(until, language())) if until else _("Noted.")
    undo = url_for("work.take_back", task_id=task.id)
    return {"text": text, "undo": undo, "fields": {"list": request.form.get("list", ""), "place": places.asked() or ""}}


def _lines(chosen: Worklist, today: date, now: datetime) -> tuple[str, Sequence[object]]:
    """What stands on a list, and the shape of its lines."""
    at = places.asked()
    if chosen in queries.TASK_LISTS:
        return "tasks", [rows.task_row(task, now, _roles()) for task in queries.tasks(chosen, today, _roles(), at)]
    if chosen in queries.VISIT_LISTS:
        return "visits", rows.visit_rows(chosen, queries.visits(chosen, today, at), now)
    return ("courses", courses.rows_on(chosen, today, at)) if chosen in courses.TO_BOOK else ("holds", queries.holds(today, at))


def _asked() -> Worklist | None:
    return _named(request.args.get("list", ""))


def _named(name: str) -> Worklist | None:
    return Worklist(name) if name in set(Worklist) else None


def _roles() -> list[str]:
    who = person()
    return list(who.roles) if who else []


@page_context.count("work")
def waiting(who: Person, today: date) -> ColumnElement[int] | None:
    """How many lines wait, for the menu."""
    return queries.open_lines(today, who.roles) if who.may(Permission.DO_TASKS) else None

