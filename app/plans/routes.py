"""Every page of plans, under one blueprint."""

from __future__ import annotations

from app.plans import (
    actions,
    booking_pages,
    course_pages,
    edit_pages,
    evaluation_pages,
    hold_pages,
    report_pages,
    show_pages,
    version_pages,
    what_if_pages,
)
from app.plans.blueprint import bp
from app.plans.builder import pages as builder

__all__ = [
    "actions",
    "booking_pages",
    "bp",
    "builder",
    "course_pages",
    "edit_pages",
    "evaluation_pages",
    "hold_pages",
    "report_pages",
    "show_pages",
    "version_pages",
    "what_if_pages",
]
