"""The blueprint of every page about what came in."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("inbound", __name__, url_prefix="/messages/came-in")
