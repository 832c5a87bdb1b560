"""Every page of plans, under one blueprint."""

from __future__ import annotations

from app.plans import actions
from app.plans.blueprint import bp
from app.plans.builder import booking_pages
from app.plans.builder import pages as builder
from app.plans.health import evaluation_pages, finding_pages, hold_pages, report_pages
from app.plans.running import agreement_pages, course_pages, edit_pages, version_pages, what_if_pages
from app.plans.show import history_pages
from app.plans.show import pages as show_pages

__all__ = [
    "actions", "agreement_pages", "booking_pages", "bp", "builder", "course_pages", "edit_pages", "evaluation_pages", "finding_pages",
    "history_pages", "hold_pages", "report_pages", "show_pages", "version_pages", "what_if_pages",
]  # fmt: skip
