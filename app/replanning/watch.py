"""A visit that cannot stay is somebody's task until it can, or lies elsewhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app import tasks
from app.clinic import queries as clinic_queries
from app.replanning.unfit import unfit
from app.today import today_of
from models.base import db
from models.staff import Role
from models.task import StaffTask, TaskKind


def ask_about_unfit(now: datetime) -> int:
    """A task for every visit that cannot stay, none for the others. Returns how many were opened or closed."""
    found = {one.visit.id: one.visit for place in clinic_queries.in_use() for one in unfit(place, now)}
    today = today_of(now)
    standing = db.session.scalars(select(StaffTask).where(StaffTask.kind == TaskKind.CANNOT_STAY, StaffTask.closed_at.is_(None))).all()
    over = [task for task in standing if task.subject_id not in found]
    for task in over:
        tasks.end(task, now, "over")
    asked = [
        tasks.ask(TaskKind.CANNOT_STAY, visit, now, patient_id=visit.patient_id, due_on=today, role=Role.RECEPTION)
        for visit in found.values()
    ]  # fmt: skip
    return len(over) + sum(task is not None for task in asked)
