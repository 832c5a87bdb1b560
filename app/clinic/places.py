"""Which of the clinic's places a settings page is about: it stands in the address, and goes along in every link of these pages."""

from __future__ import annotations

from typing import Any

from flask import abort, has_request_context, request

from app.clinic import queries
from app.clinic.blueprint import bp
from app.forms import row_id
from app.front_door import where
from app.front_door.where import IN_ADDRESS
from models.base import db
from models.clinic import Location


def asked() -> Location:
    """The place that the address names, else the first in use; a page not found where there is no such place."""
    text = request.args.get(IN_ADDRESS, "")
    return place_or_404(row_id(text) or 0) if text else queries.location()


def place_or_404(place_id: int) -> Location:
    """The place, or the page that says there is none."""
    return db.session.get(Location, place_id) or abort(404)


@bp.url_defaults
def _goes_along(_endpoint: str, values: dict[str, Any]) -> None:
    if has_request_context() and request.blueprint == bp.name and (text := request.args.get(IN_ADDRESS)):
        values.setdefault(IN_ADDRESS, text)


bp.add_app_template_global(where.in_address, "in_place")
bp.add_app_template_global(where.name, "place_name")


@bp.context_processor
def _chooser() -> dict[str, Any]:
    return {"asked_place": asked, "places_to_choose": lambda: where.choices(asked().id)}
