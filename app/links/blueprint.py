"""The blueprint of every page behind a link. No sign-in: the handle is the key."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("links", __name__)
