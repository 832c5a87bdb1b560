"""The room of what was done in visits."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("treatments", __name__)
