"""Photos of the demo clinic: drawn, of nobody."""

from __future__ import annotations

import io
import random
from datetime import date, datetime

from PIL import Image, ImageDraw

from app.files.pictures import picture
from app.photos import actions, queries
from app.photos.forms import Chosen
from app.photos.views import View
from models.patient import Patient
from models.treatment import TreatmentSession

CROWN = View("scalp", "crown")
SIZE = (900, 1200)


def add_photo(patient: Patient, session: TreatmentSession, day: date, now: datetime) -> None:
    """The crown as it was before this session, with a little more hair each time."""
    n = len(queries.photos_of(patient))
    actions.add(patient, Chosen(CROWN, "scalp", day, session.id), picture(_drawn(n)), now)


def _drawn(n: int) -> bytes:
    image, dice = Image.new("RGB", SIZE, "#d9cbbd"), random.Random(n)  # noqa: S311  # hair, not a secret
    pen = ImageDraw.Draw(image)
    pen.ellipse((100, 150, 800, 1050), fill="#c99a7b")
    for _hair in range(500 + 400 * n):
        x, y = dice.gauss(450, 160), dice.gauss(600, 200)
        pen.line((x, y, x + dice.randint(-15, 15), y + dice.randint(15, 50)), fill="#2b1d14", width=3)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
