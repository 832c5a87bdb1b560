"""What mails about a course say: a question after the series, an invitation to maintenance, a session to choose a time for."""

from __future__ import annotations

from app.messages.letter import care, visits
from app.messages.letter.about_visits import result_question
from app.messages.letter.case import Case, Facts, NothingToSay
from app.messages.letter.visits import staff_name
from app.messages.links import Purpose
from app.planning.answer import Due
from app.series.contents import content
from app.series.facts import performed
from models.base import db
from models.treatment import Course, TreatmentSession


def result(case: Case) -> Facts:
    """Two weeks after the last session: are you content."""
    return {"result": result_question(case)}


def recall(case: Case) -> Facts:
    """The last visit, who recommended what then, and the days between which to come."""
    course = _course(case)
    done = performed(course)
    due = case.readings.of(course).next
    if case.patient is None or not done or done[-1].performed_on is None or due is None:
        raise NothingToSay("this course invites nobody")
    asked = care.asked_of([content(course)], case.patient, case.today)
    return {
        "last_day": case.reader.day(done[-1].performed_on),
        "physician": staff_name(course.plan.physician_id),
        "best": _period(due, case),
        "pregnancy": bool(asked & care.PREGNANCY),
        "new_time_url": case.link(Purpose.NEW_TIME, course=course),
        "no_url": case.link(Purpose.NO_RECALL, course=course),
    }


def choose_time(case: Case) -> Facts:
    """The days between which the next session is best."""
    course = _course(case)
    return {
        "best": visits.best_between([course], case.readings, case.reader),
        "new_time_url": case.link(Purpose.NEW_TIME, course=course),
    }


def _period(due: Due, case: Case) -> visits.Period | None:
    if due.earliest is None or due.latest is None or due.latest < case.today:
        return None
    return visits.Period(case.reader.day(max(due.earliest, case.today)), case.reader.day(due.latest))


def _course(case: Case) -> Course:
    """The course, or the session's course. Raises NothingToSay when it is gone."""
    message = case.message
    if message.subject_type == Course.__tablename__:
        found = db.session.get(Course, message.subject_id)
    else:
        session = db.session.get(TreatmentSession, message.subject_id)
        found = session.course if session else None
    if found is None:
        raise NothingToSay("the course of this mail is gone")
    return found
