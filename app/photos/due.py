"""Which photos the protocols ask for some days after a session and nobody has taken yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.i18n import _, language
from app.series.contents import content
from app.series.points import EARLY, Point, due_after
from models.file import Photo
from models.treatment import Course


def due_photos(courses: Sequence[Course], photos: Sequence[Photo], today: date) -> list[tuple[str, date]]:
    """Those that are due today while none was taken in their time: in words, and their day."""
    due = ((point, course) for course in courses for point in due_after(course, today))
    return [(_words(point, course), point.day) for point, course in due if not _taken(point, course, photos)]


def _words(point: Point, course: Course) -> str:
    return _("%(name)s: %(days)s days after the session", name=content(course).names.in_(language()), days=point.days)


def _taken(point: Point, course: Course, photos: Sequence[Photo]) -> bool:
    mine = {session.id for session in course.sessions}
    return any(photo.session_id in mine and photo.taken_on >= point.day - EARLY for photo in photos)
