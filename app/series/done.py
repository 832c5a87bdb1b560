"""What was done to a patient, whoever asks: sessions of all courses that took place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from models.base import db
from models.treatment import Course, SessionState, TreatmentPlan, TreatmentSession


def sessions_done(patient_id: int, since: date = date.min) -> Sequence[TreatmentSession]:
    """Those that took place from a day on, the latest first."""
    query = select(TreatmentSession).join(TreatmentSession.course).join(Course.plan).where(
        TreatmentPlan.patient_id == patient_id, TreatmentSession.state == SessionState.DONE, TreatmentSession.performed_on >= since
    )  # fmt: skip
    return db.session.scalars(query.order_by(TreatmentSession.performed_on.desc(), TreatmentSession.id.desc())).all()
