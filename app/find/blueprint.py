"""The part of the menu that leads to everything else."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("find", __name__, url_prefix="/find")
