"""What comes after a visit: the care that is told and when, shown before Done; and the next session of each course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.formats import local_moment
from app.i18n import _, language
from app.messages.kinds_after import CARE_AFTER, CARE_UNTIL
from app.messages.letter import on_paper
from app.patients.reach import reads_mail
from app.schedule.rows import courses_using
from app.schedule.session_words import count_words
from app.series.contents import content
from app.series.reading import SessionLine, label, read
from app.treatments.treated import recorded
from models.appointment import Appointment
from models.treatment import Course


@dataclass(frozen=True)
class CareAhead:
    """What the patient is told. `when`: in words, when it goes; `windows`: name and lines, in the patient's language."""

    when: str
    language: str
    windows: Sequence[tuple[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Next:
    """What follows in a course after what was done. `session_id`: the row to book, None where it has its visit or no row."""

    course: Course
    name: str
    count: str
    line: SessionLine
    session_id: int | None


def care_ahead(visit: Appointment, ended: datetime, now: datetime) -> CareAhead | None:
    """The care that Done sends, if the treatment ended at a moment; None where the visit needs none."""
    if not courses_using(visit):
        return None
    sheet = on_paper.care_sheet(visit, now)
    return CareAhead(_when(visit, ended, now), sheet.reader.language, [(window.name, window.lines) for window in sheet.care.windows])


def _when(visit: Appointment, ended: datetime, now: datetime) -> str:
    if not reads_mail(visit.patient):
        return _("No mail goes to this patient: hand over the sheet.")
    if ended + CARE_UNTIL <= now:
        return _("It ended more than two days ago: no mail goes any more.")
    if ended + CARE_AFTER <= now:
        return _("The mail goes at once.")
    return _("The mail goes on %(when)s, 15 minutes after the end.", when=local_moment(ended + CARE_AFTER, visit.zone, language()))


def following(visit: Appointment, today: date) -> list[Next]:
    """The next session of each course of the visit that has a time, or still needs one."""
    found = []
    for one in recorded(visit):
        course = one.course
        reading = read(course, today)
        line = reading.next_line
        if line is None or line.due is None or not (line.visit or course.needs_booking):
            continue
        free = line.session.id if line.session and line.visit is None else None
        found.append(Next(course, content(course).names.in_(language()), count_words(label(line.due), reading.of), line, free))
    return found
