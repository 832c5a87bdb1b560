"""Pictures as cameras make them."""

from __future__ import annotations

import io

from PIL import Image


def a_photo(size: tuple[int, int] = (640, 480), kind: str = "JPEG", *, turned: bool = False, colour: str = "#c08060") -> bytes:
    """A photo with what a camera writes into it: where it was taken, with what, and which way it was held."""
    image, said = Image.new("RGB", size, colour), Image.Exif()
    said[0x010F] = "SecretCamera"
    said.get_ifd(0x8825)[1] = "N"
    if turned:
        said[0x0112] = 6
    out = io.BytesIO()
    image.save(out, kind, exif=said)
    return out.getvalue()
