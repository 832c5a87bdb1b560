"""What belongs to a session beside its record: outcomes, photos, the consent of its day. What becomes of it if nobody was treated."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select

from app.i18n import _n
from models import clock
from models.appointment import Appointment
from models.base import db
from models.file import Photo, StoredFile
from models.outcome import CourseOutcome
from models.patient import Consent, ConsentKind
from models.treatment import TreatmentSession


def stays(visit: Appointment, *, outcomes_too: bool) -> list[str]:
    """What is left with the patient of the visit, in words: somebody looks whether it is theirs. `outcomes_too`: they do not go along."""
    ids, name = [link.session_id for link in visit.sessions], visit.patient.name
    photos = _count(select(func.count()).select_from(Photo).join(StoredFile, StoredFile.id == Photo.file_id).where(
        Photo.session_id.in_(ids), StoredFile.removed_at.is_(None)))  # fmt: skip
    values, consents = len(outcomes_of(ids)) if outcomes_too else 0, _consents(visit)
    said = {
        _n("%(num)s photo stays with %(name)s: remove it there if it shows somebody else.",
           "%(num)s photos stay with %(name)s: remove those there that show somebody else.", photos, name=name): photos,
        _n("%(num)s outcome stays with %(name)s: strike it out there if it is not theirs.",
           "%(num)s outcomes stay with %(name)s: strike out those there that are not theirs.", values, name=name): values,
        _n("%(num)s consent signed that day stays with %(name)s: withdraw it there if somebody else signed.",
           "%(num)s consents signed that day stay with %(name)s: withdraw those there that somebody else signed.", consents, name=name):
            consents,
    }  # fmt: skip
    return [words for words, n in said.items() if n]


def goes_along(visit: Appointment) -> list[str]:
    """What is written into the record of the other patient, in words."""
    n = len(outcomes_of([link.session_id for link in visit.sessions]))
    return [_n("%(num)s outcome goes along.", "%(num)s outcomes go along.", n)] if n else []


def outcomes_of(session_ids: Sequence[int]) -> Sequence[CourseOutcome]:
    """What was measured at these sessions, and stands."""
    query = select(CourseOutcome).where(CourseOutcome.session_id.in_(session_ids), CourseOutcome.voided_at.is_(None))
    return db.session.scalars(query.order_by(CourseOutcome.id)).all()


def move_outcomes(was: TreatmentSession, session: TreatmentSession) -> None:
    """What was measured at a session was measured on whoever was treated."""
    for one in outcomes_of([was.id]):
        one.session_id, one.course_id = session.id, session.course_id


def _consents(visit: Appointment) -> int:
    begin, end = clock.day_bounds(visit.local_day, visit.zone)
    courses = [link.session.course_id for link in visit.sessions]
    mine = Consent.kind == ConsentKind.PROCEDURE, Consent.course_id.in_(courses), Consent.withdrawn_at.is_(None)
    return _count(select(func.count()).select_from(Consent).where(*mine, Consent.given_at >= begin, Consent.given_at < end))


def _count(query: Select[int]) -> int:
    return db.session.scalar(query) or 0
