"""A complication on paper: what was noticed, used and done, how it went on and ended, and who wrote what when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.i18n import _
from models.base import db
from models.complication import Complication
from models.event import LOOKS, Event


@dataclass(frozen=True)
class Step:
    """Something that was done to the record of a complication, and by whom."""

    at: datetime
    who: str
    what: str


def steps_of(found: Complication, staff: dict[int, str]) -> list[Step]:
    """Its history from the first word on."""
    mine = Event.object_type == Complication.__tablename__, Event.object_id == found.id, Event.action.not_in(LOOKS)
    events = db.session.scalars(select(Event).where(*mine, Event.outcome == "ok").order_by(Event.id))
    return [Step(one.at, staff.get(one.staff_id or 0, "–"), _words(one)) for one in events]


def _words(event: Event) -> str:
    fields = {
        "signs": _("signs"), "severity": _("severity"), "done": _("what was done"), "outcome": _("outcome"),
        "reported_on": _("report to the authority"), "noticed_at": _("when it was noticed"), "session_id": _("session"), "area": _("area"),
    }  # fmt: skip
    changed = ", ".join(fields.get(name, name) for name in event.fields)
    return {
        "complication opened": _("Complication opened"), "complication cleared": _("Cleared: treatment may go on"),
        "complication opened again": _("Opened again"), "complication changed": _("Changed: %(what)s", what=changed),
    }.get(event.action, event.action)  # fmt: skip
