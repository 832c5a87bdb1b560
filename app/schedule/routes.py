"""The schedule: the day, its visits, and what is booked, moved and cancelled."""

from __future__ import annotations

from app.schedule import (
    consent_pages,
    day_pages,
    move_pages,
    new_visit_pages,
    session_pages,
    step_pages,
    suggestion_pages,
    visit_pages,
    walk_in_pages,
    week_pages,
)
from app.schedule.blueprint import bp

__all__ = [
    "bp", "consent_pages", "day_pages", "move_pages", "new_visit_pages", "session_pages", "step_pages", "suggestion_pages", "visit_pages",
    "walk_in_pages", "week_pages",
]  # fmt: skip
