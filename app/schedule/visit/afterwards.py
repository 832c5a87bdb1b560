"""What comes after a visit that is done, said at once: when the care instructions go, and the next date."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.formats import local_moment, local_time, short_day
from app.i18n import _, language
from app.patients.reach import reach_of
from app.schedule import rows
from app.series.reading import read
from app.today import today_of
from models.appointment import COMING, Appointment, AppointmentSession
from models.base import db
from models.message import Message, MessageState
from models.treatment import Course, TreatmentSession

AFTERCARE = "aftercare"


def after_words(visit: Appointment, now: datetime) -> str:
    """"Care instructions go at 15:10. Next: Thu 28 Jan 13:50." What there is not is not said."""
    db.session.flush()
    courses = {link.session.course_id: link.session.course for link in visit.sessions}
    parts = [_care(visit, now), *(_next(course, now) for course in courses.values())]
    return " ".join(part for part in parts if part)


def _care(visit: Appointment, now: datetime) -> str:
    mine = Message.subject_type == Appointment.__tablename__, Message.subject_id == visit.id, Message.kind == AFTERCARE
    mail = db.session.scalar(select(Message).where(*mine, Message.state == MessageState.WAITING).limit(1))
    if mail is not None and reach_of(visit.patient, today_of(now)).by_mail:
        return _("Care instructions go at %(time)s.", time=local_time(mail.due_at, visit.zone))
    return _("Hand over the care sheet: no mail goes.") if rows.courses_using(visit) else ""


def _next(course: Course, now: datetime) -> str:
    """The next visit of a course, else the best day for one."""
    query = select(Appointment).join(AppointmentSession).join(TreatmentSession).where(TreatmentSession.course_id == course.id)
    query = query.where(Appointment.state.in_(COMING), Appointment.starts_at > now).order_by(Appointment.starts_at).limit(1)
    booked = db.session.scalar(query)
    if booked is not None:
        return _("Next: %(when)s.", when=local_moment(booked.starts_at, booked.zone, language()))
    due = read(course, today_of(now)).next
    if due is None or due.recommended is None:
        return ""
    return _("Next: best on %(day)s, not booked yet.", day=short_day(due.recommended, language()))
