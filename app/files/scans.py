"""A scanned form: a photo of the paper, or the PDF a scanner makes. A PDF leaves only as a file to be saved, never as a page."""

from __future__ import annotations

from app.errors import Refused
from app.files.pictures import picture
from app.files.store import Ready
from app.i18n import _
from models.file import FileKind

HEAD, TAIL = b"%PDF-", b"%%EOF"


def scan(data: bytes) -> Ready:
    """The scan as it may be kept. Raises Refused in words."""
    if not data.startswith(HEAD):
        return picture(data)
    if TAIL not in data[-2048:]:
        raise Refused(_("This PDF is not complete. Scan the form again."))
    return Ready(FileKind.SCAN, data)
