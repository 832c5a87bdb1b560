"""What a finding would do, before it is recorded: which courses it pauses and until when, and what becomes of their visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.plans.health import findings, held_visits
from app.plans.health.findings import NewFinding
from app.plans.health.held_visits import Days, Fate
from app.plans.words import course_name, until_words
from app.today import today_of
from models.base import db, rehearsal, transaction
from models.patient import Patient
from models.treatment import Hold


@dataclass(frozen=True)
class Would:
    """`pauses`: each as a line, the treatment with since when and what ends it."""

    pauses: list[str]
    fates: list[Fate]


def would(patient_id: int, new: NewFinding, now: datetime) -> Would:
    """Really recorded, looked at, and taken back."""
    with rehearsal(), transaction():
        finding = findings.add(db.session.get_one(Patient, patient_id), new, now)
        made = findings.holds_of(finding)
        words = [_words(held, now) for held in made]
        days = [Days(held.plan_id, held.course_id, held.from_day, held.until_day) for held in made]
    return Would(words, held_visits.fates_under(days, now))


def _words(held: Hold, now: datetime) -> str:
    paused = held_visits.paused_by(held.plan, held.course_id)
    names = ", ".join(course_name(course) for course in held.plan.courses if course.id in paused and course.ended_on is None)
    return f"{names}: {until_words(held, today_of(now))}"
