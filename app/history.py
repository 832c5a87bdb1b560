"""What people read of a plan (old, new, who, why), and the audit trail (who did or saw what, without values)."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime

from flask import g, has_request_context

from models.base import Base, db
from models.event import Event
from models.patient import Patient
from models.treatment import Course, PlanChange, TreatmentPlan


@dataclass(frozen=True)
class Actor:
    """Who acts: a staff member, a patient through a link, a job, or the command line."""

    source: str = "job"
    staff_id: int | None = None
    roles: str = ""
    request_id: str = ""


NOBODY = Actor()
acting: ContextVar[Actor] = ContextVar("acting", default=NOBODY)


def who() -> int | None:
    """The id of the staff member who acts now, if it is one."""
    return acting.get().staff_id


def record(action: str, thing: Base | None, now: datetime, *, fields: Iterable[str] = (), reason: str = "", outcome: str = "ok") -> None:
    """One row of the audit trail, inside the caller's transaction. `fields`: names only, never values."""
    if thing is not None and getattr(thing, "id", None) is None:
        db.session.add(thing)
        db.session.flush()
    db.session.add(_event(action, thing, now, fields, reason, outcome))


def viewed(thing: Base, action: str = "viewed") -> None:
    """Somebody sees a patient's record: written, in a transaction of its own, before the page leaves (see the factory)."""
    if not has_request_context():
        return
    if not hasattr(g, "views"):
        g.views = []
    g.views.append((action, type(thing).__tablename__, thing_id(thing), patient_of(thing)))


def day_viewed(day: date) -> None:
    """Somebody sees the list of a day: one line for all whose visits stand on it; its number is the day's, 20261203."""
    g.setdefault("views", []).append(("day viewed", "day", int(f"{day:%Y%m%d}"), None))


def list_viewed(what: str, *which: str, action: str = "list viewed") -> None:
    """Somebody sees, or takes away, a list about many: one line for all who stand on it. `which`: its name, never a patient's."""
    g.setdefault("views", []).append((action, what, None, None, *which))


def trail_viewed(asked_by: Iterable[str], patient_id: int | None, action: str = "trail viewed") -> None:
    """Somebody reads the audit trail, or takes it away; `asked_by`: which questions were asked, without what was asked for."""
    g.setdefault("views", []).append((action, Event.__tablename__, None, patient_id, *asked_by))


def plan_changed(
    plan: TreatmentPlan, what: str, now: datetime, *, old: str = "", new: str = "", why: str = "", course: Course | None = None
) -> None:
    """One line of the plan's own history. `what` is a key that the page turns into words (see app/plans)."""
    db.session.add(
        PlanChange(plan=plan, course_id=course.id if course else None, what=what, old=old, new=new, why=why, by_id=who(), at=now)
    )


def event_row(action: str, object_type: str, object_id: int | None, patient_id: int | None, now: datetime, outcome: str = "ok") -> Event:
    """A trail row from bare keys (views, denials, sign-in tries)."""
    actor = acting.get()
    return Event(
        at=now, source=actor.source, staff_id=actor.staff_id, role=actor.roles, request_id=actor.request_id, action=action,
        object_type=object_type, object_id=object_id, patient_id=patient_id, outcome=outcome, fields=[],
    )  # fmt: skip


def thing_id(thing: Base) -> int | None:
    value = getattr(thing, "id", None)
    return value if isinstance(value, int) else None


def patient_of(thing: Base | None) -> int | None:
    """Whose record a thing belongs to, as far as the thing itself knows."""
    if isinstance(thing, Patient):
        return thing.id
    if isinstance(thing, Course):
        return thing.plan.patient_id
    value = getattr(thing, "patient_id", None)
    return value if isinstance(value, int) else None


def _event(action: str, thing: Base | None, now: datetime, fields: Iterable[str], reason: str, outcome: str) -> Event:
    table = type(thing).__tablename__ if thing is not None else ""
    row = event_row(action, table, thing_id(thing) if thing is not None else None, patient_of(thing), now, outcome)
    row.fields, row.reason = list(fields), reason[:300]
    return row
