"""Adding a photo and taking one away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app import history
from app.errors import Refused
from app.files import store
from app.files.store import Ready
from app.i18n import _
from app.patients import consents
from app.photos.forms import Chosen
from models.base import db
from models.file import Photo
from models.patient import ConsentKind, Patient


def add(patient: Patient, chosen: Chosen, ready: Ready, now: datetime) -> Photo:
    """Keep a photo. Raises Refused without the patient's consent."""
    consent = consents.live(patient, ConsentKind.PHOTOS_RECORD)
    if consent is None:
        raise Refused(_("Photos need the patient's consent first."))
    made = Photo(
        patient_id=patient.id, session_id=chosen.session_id, area=chosen.area, view=chosen.view.name, taken_on=chosen.taken_on,
        taken_by_id=history.who(), consent=consent, file=store.keep(ready, now),
    )  # fmt: skip
    db.session.add(made)
    history.record("photo added", made, now)
    return made


def remove(photos: Sequence[Photo], why: str, now: datetime) -> list[str]:
    """The rows stay and say that the photos are gone; the names of the files to delete once that is certain."""
    for photo in photos:
        store.mark_removed(photo.file, why, now)
        history.record("photo removed", photo, now, reason=why)
    return [photo.file.name for photo in photos]
