"""A worklist on paper, for calls away from the screen: whom, what about, what to say, and a box for what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app import phones
from app.history import viewed
from app.patients.reach import called
from app.permissions import Permission, needs
from app.sessions import person
from app.today import today_of
from app.work import courses, places, queries, rows, words
from app.work.blueprint import bp
from app.work.lists import Worklist
from models import clock
from models.patient import Patient


@dataclass(frozen=True)
class Line:
    """A line of the sheet. `to_say`: discreet words in the language of whoever is called; empty where there are none."""

    patient: Patient | None
    what: str
    when: str
    to_say: str = ""


@bp.get("/work/sheet")
@needs(Permission.DO_TASKS)
def call_sheet() -> ResponseReturnValue:
    """The lines of one list; without a name the call list."""
    named, now = request.args.get("list", Worklist.CALLS.value), clock.now()
    chosen = Worklist(named) if named in set(Worklist) else abort(404)
    today = today_of(now)
    lines = _lines(chosen, today, now)
    for patient in {line.patient for line in lines if line.patient is not None}:
        viewed(patient)
    return render_template("work/sheet.html", lines=lines, chosen=chosen, now=now, words=words, phone=phones.shown,
                           called=lambda patient: called(patient, today))  # fmt: skip


def _lines(chosen: Worklist, today: date, now: datetime) -> Sequence[Line]:
    who = person()
    roles, at = list(who.roles) if who else [], places.asked()
    if chosen in queries.TASK_LISTS:
        found = [rows.task_row(task, now, roles) for task in queries.tasks(chosen, today, roles, at)]
        return [Line(row.task.patient, row.said.what, row.when, row.to_say) for row in found]
    if chosen in queries.VISIT_LISTS:
        return [Line(row.visit.patient, "", rows.when_of(row.visit), row.to_say)
                for row in rows.visit_rows(chosen, queries.visits(chosen, today, at), now)]  # fmt: skip
    if chosen in courses.TO_BOOK:
        due = courses.rows_on(chosen, today, at)
        return [Line(row.patient, words.window_words(row, today), "", words.invitation(row, today)) for row in due]
    return [Line(held.plan.patient, words.ending_words(held, today), "") for held in queries.holds(today, at)]
