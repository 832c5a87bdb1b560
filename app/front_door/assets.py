"""Addresses of static files carry a print of their content: they may be kept for a year and are never stale."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, url_for


def install(app: Flask) -> None:
    app.url_defaults(add_print)
    app.jinja_env.globals["icons_url"] = icons_url


def icons_url() -> str:
    """Where the drawn icons lie; a long list shows hundreds, and asks once."""
    if "icons_url" not in g:
        g.icons_url = url_for("static", filename="icons.svg")
    return str(g.icons_url)


def add_print(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint != "static" or "v" in values or not current_app.static_folder:
        return
    file = Path(current_app.static_folder, str(values.get("filename", "")))
    if file.is_file():
        values["v"] = _print(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _print(file: Path, _changed: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]
