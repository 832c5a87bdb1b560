"""A photo as it may be kept: told by its content, turned the way it was held, made anew without anything a camera wrote into it."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageCms, ImageOps

from app.errors import Refused
from app.files.store import Ready
from app.i18n import _
from models.file import FileKind

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 64_000_000
LONG_SIDE, LITTLE_SIDE = 2400, 360
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def picture(data: bytes) -> Ready:
    """The photo made anew as JPEG, its long side at most 2,400 pixels, and a little one. Raises Refused in words."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            whole = _shown(data)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused(_("This picture has more than 64 million pixels. Take it again with a lower resolution.")) from None
    except (OSError, ValueError, SyntaxError, EOFError):  # what Pillow says of a file that is no picture, or a broken one
        raise Refused(_("This is not a photo that can be read. Send it as JPEG, PNG or WebP.")) from None
    little = whole.copy()
    little.thumbnail((LITTLE_SIDE, LITTLE_SIDE))
    return Ready(FileKind.PICTURE, _jpeg(whole, 88), _jpeg(little, 80))


def _shown(data: bytes) -> Image.Image:
    """The pixels as a person would see them, no larger than they are kept."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        opened.thumbnail((LONG_SIDE, LONG_SIDE))
        upright = ImageOps.exif_transpose(opened)
        return _on_white(_true_colours(upright))


def _true_colours(image: Image.Image) -> Image.Image:
    """Colours as every screen shows them: a phone's wider ones look grey once their profile is gone."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode != "RGB":
        return image
    try:
        seen = ImageCms.profileToProfile(image, io.BytesIO(profile), ImageCms.createProfile("sRGB"))
    except ImageCms.PyCMSError:
        return image
    return seen or image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode not in {"RGBA", "LA", "P", "PA"}:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    ground = Image.new("RGB", clear.size, "white")
    ground.paste(clear, mask=clear.getchannel("A"))
    return ground


def _jpeg(image: Image.Image, quality: int) -> bytes:
    """Nothing but pixels: whatever the opened file said about itself is left behind."""
    bare = Image.frombytes("RGB", image.size, image.tobytes())
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
