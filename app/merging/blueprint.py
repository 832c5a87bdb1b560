"""The room's blueprint: its pages stand under the patient's."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("merging", __name__, url_prefix="/patients")
