"""Every question a program may ask, under one blueprint."""

from __future__ import annotations

from app.api import plan_preview
from app.api.blueprint import bp

__all__ = ["bp", "plan_preview"]
