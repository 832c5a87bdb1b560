"""Opening, writing on and clearing a complication. Callers open the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app import history, tasks
from app.errors import Refused
from app.i18n import _
from app.messages import planner
from app.today import today_of
from models.base import db
from models.complication import Complication, ComplicationState, NoticedHow, Severity
from models.patient import Patient
from models.task import TaskKind


@dataclass(frozen=True)
class Told:
    """What is written down. `area` empty: that of the session, or all of them where none is named."""

    session_id: int | None
    area: str
    noticed_at: datetime
    noticed_how: NoticedHow
    signs: list[str]
    signs_free: str
    severity: Severity
    done: str
    lot_id: int | None
    outcome: str
    reported_on: date | None
    reported_to: str


def open_one(patient: Patient, told: Told, now: datetime) -> Complication:
    """Write down a new one: treatment of its area waits, and so do questions and invitations to the patient."""
    made = Complication(patient_id=patient.id, opened_at=now, opened_by_id=history.who())
    _write(made, told)
    db.session.add(made)
    db.session.flush()
    _ask_physician(made, now)
    planner.plan_for(patient.id, now)
    history.record("complication opened", made, now)
    return made


def save(found: Complication, told: Told, now: datetime) -> None:
    """Write on. Raises Refused for one that is cleared."""
    if found.state is not ComplicationState.OPEN:
        raise Refused(_("This complication is cleared. Open it again to write on."))
    before = _written(found)
    _write(found, told)
    found.version += 1
    history.record("complication changed", found, now, fields=[name for name, value in _written(found).items() if value != before[name]])


def clear(found: Complication, now: datetime) -> None:
    """A physician says that treatment may go on. Raises Refused without an outcome, or where it is cleared already."""
    if not found.may_move_to(ComplicationState.CLEARED):
        raise Refused(_("This complication is cleared already."))
    if not found.outcome:
        raise Refused(_("Write down the outcome first and save it."))
    found.move_to(ComplicationState.CLEARED)
    found.cleared_at, found.cleared_by_id = now, history.who()
    found.version += 1
    tasks.close(TaskKind.COMPLICATION, found, now, "cleared")
    planner.plan_for(found.patient_id, now)
    history.record("complication cleared", found, now, fields=["state"])


def open_again(found: Complication, now: datetime) -> None:
    """It came back, or was cleared by mistake. Raises Refused where it is open."""
    if not found.may_move_to(ComplicationState.OPEN):
        raise Refused(_("This complication is open already."))
    found.move_to(ComplicationState.OPEN)
    found.cleared_at = found.cleared_by_id = None
    found.version += 1
    _ask_physician(found, now)
    planner.plan_for(found.patient_id, now)
    history.record("complication opened again", found, now, fields=["state"])


def _write(row: Complication, told: Told) -> None:
    row.session_id, row.area = told.session_id, told.area
    row.noticed_at, row.noticed_how, row.severity = told.noticed_at, told.noticed_how, told.severity
    row.signs, row.signs_free = told.signs, told.signs_free
    row.done, row.lot_id, row.outcome = told.done, told.lot_id, told.outcome
    row.reported_on, row.reported_to = told.reported_on, told.reported_to


def _written(row: Complication) -> dict[str, object]:
    """What a history names when it has become another."""
    return {
        "session_id": row.session_id, "area": row.area, "noticed_at": (row.noticed_at, row.noticed_how), "severity": row.severity,
        "signs": (list(row.signs), row.signs_free), "done": (row.done, row.lot_id), "outcome": row.outcome,
        "reported_on": (row.reported_on, row.reported_to),
    }  # fmt: skip


def _ask_physician(found: Complication, now: datetime) -> None:
    tasks.ask(TaskKind.COMPLICATION, found, now, patient_id=found.patient_id, due_on=today_of(now))
