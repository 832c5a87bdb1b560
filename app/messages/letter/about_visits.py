"""What mails around one day's visits say: preparation, reminder, aftercare, questions afterwards, a visit that was missed."""

from __future__ import annotations

from datetime import datetime

from app.library.protocol import ProtocolContent
from app.messages.letter import care, health, visits
from app.messages.letter.case import Case, Facts, NothingToSay
from app.messages.links import Purpose
from models.appointment import Appointment
from models.base import db
from models.patient import Patient
from models.treatment import PlanState, TreatmentSession

SCALP = "scalp"
CHECKIN_ANSWERS = ("fine", "question", "call_me")
LATE_ANSWERS = ("no", "yes")
RESULT_ANSWERS = ("yes", "partly", "call_me")


def reminder(case: Case) -> Facts:
    """Facts: `asks` for a confirmation, `precare` as a paragraph, a `late_check` that joins; `visits` of the day."""
    rows = _visits(case)
    shown = [visits.visit_facts(row, case.reader, case.readings) for row in rows]
    given, contents = case.message.facts, _contents(rows)
    return {
        "visits": shown,
        "asks": bool(given.get("asks", True)),
        "confirmed": all(visit.confirmed for visit in shown),
        "confirm_url": case.link(Purpose.CONFIRM, appointment=rows[0], beside=rows[1:]),
        "other_time_url": case.link(Purpose.OTHER_TIME, appointment=rows[0], beside=rows[1:]),
        "cancel_url": case.link(Purpose.CANCEL, appointment=rows[0], beside=rows[1:]),
        "treatment": bool(contents),
        "scalp": bool(contents) and care.only_on(SCALP, contents),
        "health": health_question(case, rows),
        "preparation_days": _preparation(case, rows) if given.get("precare") else (),
        "late": late_question(case) if given.get("late_check") else None,
    }


def precare(case: Case) -> Facts:
    """What to prepare, from which day on."""
    rows = _visits(case)
    return {
        "visits": [visits.visit_facts(row, case.reader, case.readings) for row in rows],
        "preparation_days": _preparation(case, rows),
        "health": health_question(case, rows),
    }


def health_question(case: Case, rows: list[Appointment]) -> Facts | None:
    """What may have happened since we last spoke, and where to say it; None before a visit without a treatment."""
    asked = health.asked_before(rows, _patient(case))
    if not asked:
        return None
    url = case.link(Purpose.HEALTH, appointment=rows[0], beside=rows[1:])
    return {"n": len(asked), "pregnancy": health.Topic.PREGNANCY in asked, "url": url}


def aftercare(case: Case) -> Facts:
    """What to do after what was really done. Facts: `evening`, when the words of that evening join this mail."""
    rows = _visits(case)
    done = [session for row in rows for session in visits.performed_in(row)]
    following = visits.next_visit(_patient(case).id, case.now)
    return {
        "care": care.aftercare(treated_in(rows), ended_at(rows, done), case.now, case.reader, case.phones.emergency),
        "same_evening": bool(case.message.facts.get("evening")),
        "next": visits.visit_facts(following, case.reader, case.readings) if following else None,
    }


def same_evening(_case: Case) -> Facts:
    """The numbers say it all."""
    return {}


def check_in(case: Case) -> Facts:
    """How are you: three answers, and the signs to call about."""
    rows = _visits(case)
    return {
        "red_flags": care.red_flags(_contents(rows), case.reader, case.phones.emergency),
        "urls": {answer: case.link(Purpose.CHECKIN, appointment=rows[0], argument=answer) for answer in CHECKIN_ANSWERS},
    }


def late_check(case: Case) -> Facts:
    """Is there anything to see or feel where it was done, weeks later. Facts: `result`, a second question that joins."""
    return {"late": late_question(case), "result": result_question(case) if case.message.facts.get("result") else None}


def late_question(case: Case) -> dict[str, str]:
    """The two answers of the late question."""
    return {answer: case.link(Purpose.LATE_SAFETY, argument=answer) for answer in LATE_ANSWERS}


def result_question(case: Case) -> dict[str, str]:
    """The three answers to "are you content so far"."""
    return {answer: case.link(Purpose.RESULT, argument=answer) for answer in RESULT_ANSWERS}


def no_show(case: Case) -> Facts:
    """We missed you; when the next visit is best."""
    rows = _visits(case)
    courses = [course for row in rows for course in visits.courses_of(row)]
    return {
        "visits": [visits.visit_facts(row, case.reader, case.readings) for row in rows],
        "plan_goes_on": any(course.plan.state is PlanState.ACTIVE for course in courses),
        "best": visits.best_between(courses, case.readings, case.reader),
        "new_time_url": case.link(Purpose.NEW_TIME, course=courses[0] if courses else None),
    }


def treated_in(rows: list[Appointment]) -> list[ProtocolContent]:
    """What the protocols say of that which was done in these visits; where nothing is recorded, of what they are about."""
    done = [session.course for row in rows for session in visits.performed_in(row)]
    return visits.contents_of_courses(done) or _contents(rows)


def ended_at(rows: list[Appointment], done: list[TreatmentSession]) -> datetime:
    """When the treatment was over: care is counted from the performed end, not from the click."""
    ends = [end for session in done if (end := session.performed_end or session.performed_at)]
    return max(ends, default=rows[-1].ends_at)


def _preparation(case: Case, rows: list[Appointment]) -> tuple[care.PreparationDay, ...]:
    return care.preparation(_contents(rows), _patient(case), rows[0].local_day, case.today, case.reader)


def _contents(rows: list[Appointment]) -> list[ProtocolContent]:
    """What the protocols of these visits say; those without a session may name a course (patch test, touch-up)."""
    return visits.contents_of_courses([course for row in rows for course in visits.courses_of(row)])


def _visits(case: Case) -> list[Appointment]:
    """The visits of the mail in their order. Raises NothingToSay when they are gone."""
    keys = case.message.facts.get("visits") or [case.message.subject_id]
    rows = [row for key in keys if (row := db.session.get(Appointment, key)) is not None]
    if not rows:
        raise NothingToSay("the visit of this mail is gone")
    return sorted(rows, key=lambda row: (row.starts_at, row.id))


def _patient(case: Case) -> Patient:
    if case.patient is None:
        raise NothingToSay("the patient of this mail is gone")
    return case.patient
