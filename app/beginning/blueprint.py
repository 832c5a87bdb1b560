"""The pages of the beginning."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("beginning", __name__, url_prefix="/begin")
