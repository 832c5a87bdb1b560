"""What an address or a form can never mean is refused before anything is asked of the database.

PostgreSQL refuses a zero character in a text and a number beyond four bytes in a column; SQLite's driver fails on numbers
beyond eight. Neither is a fault of the product, so neither may look like one.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter

from models.base import LARGEST_ID


class RowIdConverter(IntegerConverter):
    """`<int:…>` in an address: the id of a row, and nothing a row cannot have."""

    regex = "[0-9]{1,10}"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"max": LARGEST_ID, **kwargs})  # type: ignore[arg-type]  # handed through as it came


def install(app: Flask) -> None:
    """Before any address is registered."""
    app.url_map.converters["int"] = RowIdConverter


def refuse_zero_characters() -> None:
    """No keyboard makes them; they are sent by who looks for a weakness."""
    said = [*(request.view_args or {}).values(), *_texts(request.args.lists())]
    if request.method == "POST":
        said += _texts(request.form.lists())
    if any(isinstance(text, str) and "\x00" in text for text in said):
        abort(400)


def _texts(pairs: Iterable[tuple[str, list[str]]]) -> list[str]:
    return [text for name, values in pairs for text in (name, *values)]
