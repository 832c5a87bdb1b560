"""What mails about changed visits say: what the patient was told before, and what is true now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.library import texts
from app.library.loader import shipped
from app.library.names import LANGUAGES
from app.messages.letter import visits
from app.messages.letter.case import Case, Facts, NothingToSay
from app.messages.letter.visits import VisitFacts
from app.messages.links import Purpose
from models.appointment import COMING, Appointment
from models.base import db
from models.message import ChangeSet, VisitChange
from models.staff import Absence, Role, StaffMember
from models.treatment import Course, TreatmentPlan


@dataclass(frozen=True)
class Change:
    """One visit of the mail: as the patient knew it (`before`, empty for a new one) and as it is (`now` False: no more).

    `stays`: at the time it had. `shorter`: and for less than before. `other`: with somebody else than before.
    """

    row: Appointment
    visit: VisitFacts
    before: str
    before_day: str
    before_time: str
    now: bool
    by_clinic: bool
    performer_away: bool
    stays: bool
    shorter: bool
    other: bool

    @property
    def asks(self) -> bool:
        """The patient may say whether it suits."""
        return self.now and (self.other or not self.stays)


def plan_summary(case: Case) -> Facts:
    """Every visit of the plan, not only those of this change; also what has just begun, so that no session is missing."""
    plan = db.session.get(TreatmentPlan, case.message.facts.get("plan") or 0)
    ahead = visits.coming_visits(_patient_id(case), case.now, plan.id) if plan else [one.row for one in _changes(case) if one.now]
    if not ahead:
        raise NothingToSay("no visit of this plan stands")
    rows = [*(visits.just_begun(plan.id, case.now) if plan else ()), *ahead]
    page = case.link(Purpose.MY_PAGE)
    return {
        "visits": [visits.visit_facts(row, case.reader, case.readings) for row in rows],
        "courses": _courses_of_plan(plan, case) if plan and case.reader.full else [],
        "note": _note_of(plan, case) if plan else [],
        "my_page_url": page,
        "calendar_url": f"{page}/calendar.ics" if page else "",
        "calendar": tuple(ahead),
    }


def changed(case: Case) -> Facts:
    """booked, moved, cancelled, paused: the same facts, other words."""
    found = _changes(case)
    if not found:
        raise NothingToSay("nothing is different any more")
    gone = [change for change in found if not change.now]
    there = [change for change in found if change.now]
    new = [change for change in there if not change.stays]
    asked = [change for change in there if change.asks]
    courses = [course for change in gone for course in visits.courses_of(change.row)]
    return {
        "booked": [change for change in there if not change.before],
        "moved": [change for change in there if change.before and not change.stays],
        "stays": [change for change in there if change.stays],
        "cancelled": gone,
        "by_clinic": any(change.by_clinic for change in found),
        "performer_away": any(change.performer_away for change in found),
        "others_unchanged": _others_stand(case, found),
        "asks": bool(asked),
        "fits": bool(new) and all(visits.fits_its_windows(change.row, case.readings) for change in new),
        "best": visits.best_between(courses, case.readings, case.reader),
        "calendar": tuple(change.row for change in found),
    } | _links(case, asked, courses)


def _links(case: Case, asked: list[Change], courses: list[Course]) -> dict[str, str]:
    rows = [change.row for change in asked] if len({change.row.local_day for change in asked}) == 1 else []
    return {
        "confirm_url": case.link(Purpose.CONFIRM, appointment=rows[0], beside=rows[1:]) if rows else "",
        "other_time_url": case.link(Purpose.OTHER_TIME, appointment=rows[0], beside=rows[1:]) if rows else "",
        "cancel_url": case.link(Purpose.CANCEL, appointment=rows[0], beside=rows[1:]) if rows else "",
        "new_time_url": "" if asked else case.link(Purpose.NEW_TIME, course=courses[0] if courses else None),
    }


def _changes(case: Case) -> list[Change]:
    """The lines of the message with the visits as they are now; one that is as the patient knows it is left out."""
    found = []
    for line in case.message.facts.get("changes", []):
        row = db.session.get(Appointment, line["visit"])
        old = datetime.fromisoformat(line["old"]) if line.get("old") else None
        if row is None or (old is None and row.state not in COMING):
            continue
        if line.get("stays") or row.state not in COMING or row.starts_at != old:
            found.append(_change(row, old, case))
    return found


def _change(row: Appointment, old: datetime | None, case: Case) -> Change:
    reader = case.reader
    before = reader.moment(old, row.zone) if old else ""
    day, time = reader.plain_moment(old, row.zone) if old else ("", "")
    told = _told(row, case.message.subject_id)
    place = (told[0].old_place if told else None) or {}
    visit = visits.visit_facts(row, reader, case.readings)
    by_clinic = bool(told and told[-1].by_clinic)  # the clinic, not the patient, asked for the last of these changes
    promised = db.session.get(StaffMember, place.get("performer", row.performer_id) or 0)
    away = by_clinic and promised is not None and promised.has_role(Role.PHYSICIAN) and old is not None and _is_away(promised, old, case)
    there = row.state in COMING
    other = there and "performer" in place and place["performer"] != row.performer_id
    stays, shorter = there and row.starts_at == old, there and place.get("minutes", 0) > row.minutes
    return Change(row, visit, before, day, time, there, by_clinic, away, stays, shorter, other)


def _told(row: Appointment, set_id: int) -> Sequence[VisitChange]:
    """Every change of a visit that this set tells of, oldest first."""
    sets, found = set[int](), {set_id}
    while found - sets:
        sets |= found
        found = set(db.session.scalars(select(ChangeSet.id).where(ChangeSet.taken_into_id.in_(sets))))
    query = select(VisitChange).where(VisitChange.appointment_id == row.id, VisitChange.change_set_id.in_(sets))
    return db.session.scalars(query.order_by(VisitChange.id)).all()


def _is_away(promised: StaffMember, old: datetime, case: Case) -> bool:
    """Who was to perform is away for the whole of the day that was promised."""
    day = case.day_of(old)
    query = select(Absence.id).where(Absence.staff_id == promised.id, Absence.first_day <= day, Absence.last_day >= day)
    return db.session.scalar(query.where(Absence.from_time.is_(None)).limit(1)) is not None


def _others_stand(case: Case, found: list[Change]) -> bool:
    known = {change.row.id for change in found}
    return any(row.id not in known for row in visits.coming_visits(_patient_id(case), case.now))


def _courses_of_plan(plan: TreatmentPlan, case: Case) -> list[tuple[str, int]]:
    return [(visits.course_name(course, case.reader.language), len(course.steps)) for course in plan.courses if course.ended_on is None]


def _note_of(plan: TreatmentPlan, case: Case) -> list[str]:
    """The physician's note, line by line; a discreet mail carries only one that names no procedure."""
    names = any(texts.procedure_in(plan.note_to_patient, language, shipped()) for language in LANGUAGES)
    return [] if names and not case.reader.full else [line for line in plan.note_to_patient.splitlines() if line.strip()]


def _patient_id(case: Case) -> int:
    if case.patient is None:
        raise NothingToSay("the patient of this mail is gone")
    return case.patient.id
