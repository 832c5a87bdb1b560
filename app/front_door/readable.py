"""What an address or a form can never mean is refused before anything is asked of the database.

PostgreSQL refuses a zero character in a text and a number beyond four bytes in a column; SQLite's driver fails on numbers
beyond eight. Neither is a fault of the product, so neither may look like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter

from models.base import LARGEST_ID

OUR_NAMES = re.compile(r"(?:[a-zA-Z_.-]|[0-9]{1,10}(?![0-9])){1,100}")
MOST_TEXTS = 10_000  # the largest form has some hundreds


class RowIdConverter(IntegerConverter):
    """`<int:…>` in an address: the id of a row, and nothing a row cannot have."""

    regex = "[0-9]{1,10}"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"max": LARGEST_ID, **kwargs})  # type: ignore[arg-type]  # handed through as it came


def install(app: Flask) -> None:
    """Before any address is registered."""
    app.url_map.converters["int"] = RowIdConverter


def refuse_what_no_page_sends() -> None:
    """Zero characters, which no keyboard makes; fields of no page's naming, in which the lists of a form would look for numbers."""
    said = [*(request.view_args or {}).values(), *_texts(request.args.lists())]
    if request.method == "POST":
        said += _texts(request.form.lists())
        if not all(OUR_NAMES.fullmatch(name) for name in request.form):
            abort(400)
        if len(said) > MOST_TEXTS:
            abort(413)
    if any(isinstance(text, str) and "\x00" in text for text in said):
        abort(400)


def _texts(pairs: Iterable[tuple[str, list[str]]]) -> list[str]:
    return [text for name, values in pairs for text in (name, *values)]
