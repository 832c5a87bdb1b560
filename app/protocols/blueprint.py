"""The protocols' own part of the menu."""

from __future__ import annotations

from flask import Blueprint

from app.i18n import named

bp = Blueprint("protocols", __name__, url_prefix="/protocols")
bp.add_app_template_global(named)
