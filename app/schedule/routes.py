"""The schedule: the day, its visits, and what is booked, moved and cancelled."""

from __future__ import annotations

from app.schedule.blueprint import bp
from app.schedule.calendars import pages as calendar_pages
from app.schedule.closing import came_pages
from app.schedule.closing import pages as closing_pages
from app.schedule.day import pages as day_pages
from app.schedule.freed import pages as freed_pages
from app.schedule.late import arrival_pages, practitioner_pages
from app.schedule.move import pages as move_pages
from app.schedule.numbing import pages as cream_pages
from app.schedule.visit import consent_pages, leave_pages, session_pages, step_pages, suggestion_pages, walk_in_pages
from app.schedule.visit import new_pages as new_visit_pages
from app.schedule.visit import pages as visit_pages
from app.schedule.week import pages as week_pages

__all__ = [
    "arrival_pages", "bp", "calendar_pages", "came_pages", "closing_pages", "consent_pages", "cream_pages", "day_pages", "freed_pages",
    "leave_pages", "move_pages", "new_visit_pages", "practitioner_pages", "session_pages", "step_pages", "suggestion_pages",
    "visit_pages", "walk_in_pages", "week_pages",
]  # fmt: skip
