"""The room of the worklists."""

from __future__ import annotations

from flask import Blueprint

from app.patients.reach import Reach, called
from app.patients.words import contact_role
from app.today import today_of
from models import clock
from models.patient import Patient

bp = Blueprint("work", __name__)


@bp.context_processor
def _whom_to_call() -> dict[str, object]:
    """For the lines of every list: who is called about a patient."""

    def whom(patient: Patient) -> Reach:
        return called(patient, today_of(clock.now()))

    return {"called": whom, "contact_role": contact_role}
