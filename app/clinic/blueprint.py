"""The settings' own part of the menu."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("clinic", __name__, url_prefix="/settings")
