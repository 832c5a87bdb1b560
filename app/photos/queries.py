"""The photos of a patient, and the sessions a photo can belong to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.formats import numeric_day
from app.i18n import language
from app.patients import consents
from app.photos.views import View, part_of
from app.series.contents import content
from app.series.done import sessions_done
from models.appointment import Appointment, AppointmentSession, Outcome
from models.base import db
from models.file import Photo, StoredFile
from models.patient import ConsentKind, Patient
from models.treatment import Course, PlanState, TreatmentPlan, TreatmentSession


def photos_of(patient: Patient) -> list[Photo]:
    """Every photo that is still kept, the oldest first."""
    query = select(Photo).join(StoredFile).where(Photo.patient_id == patient.id, StoredFile.removed_at.is_(None))
    return list(db.session.scalars(query.options(joinedload(Photo.file)).order_by(Photo.taken_on, Photo.id)))


def may_be_shown(patient: Patient) -> bool:
    """While the consent to photos for the record stands; a withdrawn one hides them all at once."""
    return consents.live(patient, ConsentKind.PHOTOS_RECORD) is not None


def photo_or_404(photo_id: int) -> Photo:
    """The photo, if it is still kept."""
    photo = db.session.get(Photo, photo_id)
    return photo if photo and photo.file.removed_at is None else abort(404)


def view_of_photo(photo: Photo) -> View:
    """What it can be compared with."""
    return View(part_of(photo.area), photo.view)


def by_view(photos: Sequence[Photo]) -> dict[View, list[Photo]]:
    """Photos that were taken alike, each group the oldest first."""
    groups: dict[View, list[Photo]] = {}
    for photo in photos:
        groups.setdefault(view_of_photo(photo), []).append(photo)
    return groups


def courses_of(patient: Patient) -> list[Course]:
    """The courses of plans that run or ran."""
    query = select(Course).join(TreatmentPlan, TreatmentPlan.id == Course.plan_id).where(TreatmentPlan.patient_id == patient.id)
    return list(db.session.scalars(query.where(TreatmentPlan.state != PlanState.DRAFT).order_by(Course.id.desc())))


def sessions_of(patient: Patient, today: date) -> list[tuple[TreatmentSession, date]]:
    """Sessions a photo can belong to, with their day, the latest first: what was done, and what stands on today's list."""
    done = [(one, one.performed_on) for one in sessions_done(patient.id)]
    links = select(AppointmentSession).join(AppointmentSession.appointment).where(
        AppointmentSession.outcome == Outcome.PLANNED, Appointment.patient_id == patient.id, Appointment.local_day == today
    )  # fmt: skip
    here = [(link.session, today) for link in db.session.scalars(links)]
    return sorted(((one, day) for one, day in done + here if day), key=lambda pair: (pair[1], pair[0].id), reverse=True)


def session_words(session: TreatmentSession, day: date) -> str:
    """A session in a list: what was done, and when."""
    return f"{content(session.course).names.in_(language())} · {numeric_day(day, language())}"
