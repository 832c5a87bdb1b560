"""The addresses of little pictures: sealed for whoever has opened the page they stand in, so that seeing them is seeing that page."""

from __future__ import annotations

from flask import current_app, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

from app import sessions
from app.files import store
from models.file import Photo

SEAL_SECONDS = 15 * 60
"""So long a page may still fetch them: until an idle sign-in is locked."""


def address(photo: Photo) -> str:
    """Where the little picture is for whoever looks; empty where its file is gone."""
    if not store.lies(photo.file, small=True):
        return ""
    return url_for("photos.little", photo_id=photo.id, seal=str(_sealer().dumps(_seen_by(photo))))


def is_sealed(photo: Photo, seal: str) -> bool:
    """Whether this person was given this address a short while ago."""
    try:
        return bool(_sealer().loads(seal, max_age=SEAL_SECONDS) == _seen_by(photo))
    except BadData:
        return False


def _seen_by(photo: Photo) -> list[int]:
    person = sessions.person()
    return [photo.id, person.id if person else 0]


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="little pictures")
