"""Which photos the protocols ask for and nobody has taken yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.i18n import _, language
from app.series.contents import content
from models.file import Photo
from models.treatment import Course, SessionState, TreatmentSession

EARLY, LATE = timedelta(days=7), timedelta(days=60)


@dataclass(frozen=True)
class DuePhoto:
    """A photo that a protocol asks for some days after a session."""

    session: TreatmentSession
    since: date
    days: int

    @property
    def words(self) -> str:
        name = content(self.session.course).names.in_(language())
        return _("%(name)s: %(days)s days after the session", name=name, days=self.days)


def due_photos(courses: list[Course], photos: list[Photo], today: date) -> list[DuePhoto]:
    """Photos that are due today: from a week before their day until 60 days after it, while none was taken in that time."""
    return [one for course in courses for one in _of_course(course, today) if not _taken(one, course, photos)]


def _of_course(course: Course, today: date) -> Iterator[DuePhoto]:
    done = [one for one in course.sessions if one.state is SessionState.DONE and one.performed_on]
    done.sort(key=lambda one: one.performed_on or date.min)
    over = not any(one.state in (SessionState.PROPOSED, SessionState.BOOKED, SessionState.MISSED) for one in course.sessions)
    for point in content(course).photos:
        if point.at != "after_days" or (point.of == "last" and not over):
            continue
        for session in done[-1:]:
            day = (session.performed_on or today) + timedelta(days=point.n or 0)
            if day - EARLY <= today <= day + LATE:
                yield DuePhoto(session, day, point.n or 0)


def _taken(due: DuePhoto, course: Course, photos: list[Photo]) -> bool:
    mine = {session.id for session in course.sessions}
    return any(photo.session_id in mine and photo.taken_on >= due.since - EARLY for photo in photos)
