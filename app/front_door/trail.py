"""After a view and before the page leaves: who saw which record, who was refused, that the sign-in is in use."""

from __future__ import annotations

from datetime import datetime

import structlog
from flask import Flask, Response, g, make_response, request
from sqlalchemy.exc import SQLAlchemyError

from app import sessions
from app.front_door import error_pages, kept
from app.history import event_row
from models import clock
from models.base import db, transaction

log = structlog.get_logger("trail")


def install(app: Flask) -> None:
    app.after_request(write_down)


def write_down(answer: Response) -> Response:
    """A record whose viewing cannot be written down is not shown."""
    person, now = sessions.person(), clock.now()
    to_touch = person if person and sessions.needs_touch(person, now) else None
    sent_after_all = request.form.get(kept.SENT, "") if person and request.method == "POST" and answer.status_code < 400 else ""
    if not (g.get("views") or g.get("denied") or to_touch or sent_after_all):
        return answer
    try:
        with transaction():
            _add_events(now)
            if to_touch:
                sessions.touch(to_touch, now)
            if person and sent_after_all:
                kept.let_go(sent_after_all, person.id)
    except SQLAlchemyError as trouble:
        log.error("trail not written", request_id=g.request_id, error=type(trouble).__name__)
        return make_response(error_pages.no_database(trouble)) if g.views else answer
    return answer


def _add_events(now: datetime) -> None:
    for action, table, thing_id, patient_id, *fields in dict.fromkeys(g.get("views", [])):
        seen = event_row(action, table, thing_id, patient_id, now)
        seen.fields = fields
        db.session.add(seen)
    if g.get("denied"):
        row = event_row("denied", "", None, None, now, outcome="denied")
        row.reason = f"{request.method} {request.endpoint}"[:300]
        db.session.add(row)
