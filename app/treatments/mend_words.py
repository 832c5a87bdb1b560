"""Corrections of a record in words: what stood there, what stands instead, who, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.formats import local_moment
from app.i18n import _, language
from app.names import staff_names
from app.treatments import mending
from models import clock
from models.appointment import Appointment
from models.base import db
from models.correction import Mistake, RecordCorrection


@dataclass(frozen=True)
class Corrected:
    """One correction. `old`: what was written down, a line a session; `undo_id`: it can still be taken back."""

    what: str
    old: list[str]
    new: str
    who: str
    at: datetime
    why: str
    undone: bool
    undo_id: int | None


def lines_of(visit: Appointment) -> list[Corrected]:
    """Every correction of a visit's record, the latest first."""
    made, now, names = mending.corrections_of(visit), clock.now(), staff_names()
    return [_line(one, visit, names, now) for one in reversed(made)]


def mistake_words(what: Mistake) -> str:
    """What was wrong."""
    return {
        Mistake.WRONG_TIME: _("The day or time was wrong"), Mistake.NEVER_HAPPENED: _("It never happened"),
        Mistake.WRONG_PATIENT: _("Somebody else was treated"),
    }[what]  # fmt: skip


def _line(made: RecordCorrection, visit: Appointment, names: dict[int, str], now: datetime) -> Corrected:
    old = [_session_words(one, visit, names) for one in made.old["sessions"]]
    old += [words for one in made.old.get("touched_up", ()) if (words := " · ".join(filter(None, one)))]
    new = local_moment(datetime.fromisoformat(made.new["ended"]), visit.zone, language()) if made.new.get("ended") else ""
    if made.moved_to_id is not None:
        other = db.session.get_one(Appointment, made.moved_to_id)
        new = _("written into the visit of %(name)s", name=other.patient.name)
    return Corrected(
        mistake_words(made.what), old, new, names.get(made.by_id or 0, ""), made.at, made.why, undone=made.undone_at is not None,
        undo_id=made.id if mending.may_be_taken_back(made, now) else None,
    )  # fmt: skip


def _session_words(one: dict[str, str | int | None], visit: Appointment, names: dict[int, str]) -> str:
    ended = local_moment(datetime.fromisoformat(str(one["end"])), visit.zone, language())
    parts = (_("done, ended %(moment)s", moment=ended), names.get(int(one["by"] or 0), ""), str(one["reaction"]), str(one["note"]))
    return " · ".join(part for part in parts if part)
