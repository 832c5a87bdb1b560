"""The plans' own part of the address space."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("plans", __name__)
