"""The part of the menu where lots are followed and called back."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("lot_recalls", __name__, url_prefix="/lot-recalls")
