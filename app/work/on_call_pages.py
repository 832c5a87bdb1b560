"""What the mail to whoever is on call leads to: one patient's wish for a call, and all that are open."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app import phones, tasks
from app.clinic import on_call as duties
from app.history import viewed, who
from app.patients import choosing
from app.permissions import Permission, needs
from app.work import queries, words
from app.work.blueprint import bp
from models import clock
from models.base import db
from models.task import StaffTask, TaskKind


@bp.get("/on-call")
@needs(Permission.SEE_PATIENTS)
def on_call() -> ResponseReturnValue:
    """Who is on call now, every patient who asked for a call and waits, and the search for whoever rings."""
    now = clock.now()
    found = choosing.found(request.args.get("s", ""), who() or 0, now)
    waiting = [(task, tasks.was_opened(task)) for task in queries.asked_to_be_called()]
    return render_template("work/on_call.html", duty=duties.at(now), waiting=waiting, phone=phones.shown, words=words, found=found)


@bp.get("/on-call/<int:task_id>", endpoint="request")
@needs(Permission.SEE_PATIENTS)
def wish(task_id: int) -> ResponseReturnValue:
    """One wish for a call. Who opens this page is written down: from then on nobody else is woken for it."""
    task = db.session.get(StaffTask, task_id)
    if task is None or task.kind != TaskKind.CALL_PATIENT:
        abort(404)
    viewed(task)
    return render_template("work/request.html", task=task, phone=phones.shown, words=words)
