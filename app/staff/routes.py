"""The room's pages, gathered: each file adds its own to the blueprint."""

from __future__ import annotations

from app.staff import absence_pages, hour_pages, people_pages, preference_pages, sign_in_pages, start_pages
from app.staff.blueprint import bp

__all__ = ["absence_pages", "bp", "hour_pages", "people_pages", "preference_pages", "sign_in_pages", "start_pages"]
