"""The staff room's own part of the menu."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("staff", __name__)
