"""Pages that take a file: how much they may be sent, and the file itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from werkzeug.datastructures import FileStorage

from app.errors import Refused
from app.i18n import _

View = TypeVar("View", bound=Callable[..., Any])
LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UPLOAD = LARGEST_FILE + 512 * 1024  # with the fields beside it
PICTURES = "image/jpeg,image/png,image/webp"  # named one by one, so that a phone sends none that only it can read
SCANS = f"{PICTURES},application/pdf"


def takes_a_file(view: View) -> View:
    """This page may be sent more than others, by whoever is signed in."""
    view.seans_takes_a_file = True  # type: ignore[attr-defined]  # the mark that the front door reads
    return view


def takes(view: Callable[..., Any] | None) -> bool:
    """Whether the page is marked so."""
    return bool(getattr(view, "seans_takes_a_file", False))


def content_of(sent: Any) -> bytes:
    """The bytes of a file field; empty where none was chosen. Raises Refused where it is too large."""
    if not isinstance(sent, FileStorage) or not sent.filename:
        return b""
    data = sent.stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise Refused(_("This file is too large: at most 10 MB."))
    return data
