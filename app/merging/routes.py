"""The room's pages, gathered."""

from __future__ import annotations

from app.merging import pages
from app.merging.blueprint import bp

__all__ = ["bp", "pages"]
