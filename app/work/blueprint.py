"""The room of the worklists."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("work", __name__)
