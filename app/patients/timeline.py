"""Each course of a card on one line, from what is stored: a glance, while the plan's own page asks the forecast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select

from app.formats import short_day
from app.i18n import _, language
from app.patients.rows import CourseLine
from app.planning.windows import still_ahead
from app.series.drawing import Mark, Picture, laid_out
from models.appointment import Appointment, AppointmentSession, Outcome
from models.base import db
from models.treatment import Course, TreatmentPlan, TreatmentSession

MOST = 8  # sessions on a line that fills half a page


def pictures(patient_id: int, lines: Sequence[CourseLine], today: date) -> dict[int, Picture]:
    """Course id → its latest sessions and the window of the next one. One query, however many there are; none without dates."""
    marks = _marks(patient_id)
    drawn = {line.id: _picture(line, marks[line.id], today) for line in lines}
    return {course_id: picture for course_id, picture in drawn.items() if picture}


def _marks(patient_id: int) -> defaultdict[int, list[Mark]]:
    """Course id → what was done and what is booked, in order of day."""
    day, visit, link = func.coalesce(TreatmentSession.performed_on, Appointment.local_day), Appointment, AppointmentSession
    rows = (
        select(TreatmentSession.course_id, day, func.coalesce(visit.state, TreatmentSession.state), func.coalesce(link.label, ""))
        .join(Course, Course.id == TreatmentSession.course_id).join(TreatmentPlan, TreatmentPlan.id == Course.plan_id)
        .outerjoin(link, (link.session_id == TreatmentSession.id) & link.outcome.in_((Outcome.PLANNED, Outcome.DONE)))
        .outerjoin(visit, visit.id == link.appointment_id)
        .where(TreatmentPlan.patient_id == patient_id, or_(TreatmentSession.performed_on.is_not(None), visit.id.is_not(None)))
        .order_by(day, TreatmentSession.n)
    )  # fmt: skip
    found: defaultdict[int, list[Mark]] = defaultdict(list)
    for course_id, on, state, label in db.session.execute(rows):
        found[course_id].append(Mark(on, str(state), label))
    return found


def _picture(line: CourseLine, marks: Sequence[Mark], today: date) -> Picture | None:
    earliest, best, latest = still_ahead(line.due_earliest, line.due_on, line.due_latest, today)
    waits = line.needs_booking and not line.over and best is not None
    shown = [*marks, *([Mark(best, "proposed", line.step or "")] if waits and best else [])][-MOST:]
    spans = [(earliest, latest)] if waits and earliest and latest else []
    return laid_out(shown, spans, _words(shown))


def _words(marks: Sequence[Mark]) -> str:
    done = [mark.day for mark in marks if mark.state == "done"]
    ahead = [f"{mark.label}: {short_day(mark.day, language())}" for mark in marks if mark.state != "done"]
    last = [_("last done: %(day)s", day=short_day(done[-1], language()))] if done else []
    return " · ".join([*last, *ahead])
