"""The room's pages, gathered: each file adds its own to the blueprint."""

from __future__ import annotations

from app.patients import card_pages, change_pages, contact_pages, list_pages
from app.patients.blueprint import bp

__all__ = ["bp", "card_pages", "change_pages", "contact_pages", "list_pages"]
