"""The history of a patient: everything that was changed, from what to what, who, why."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app import sessions
from app.history import viewed
from app.names import staff_names
from app.patients import queries as patients
from app.patients import trail, words
from app.permissions import Permission, needs
from app.plans.blueprint import bp
from app.plans.show.changes import of_patient
from app.plans.show.table import Reader
from app.today import today_of
from models import clock

PAGE = 50


@bp.get("/patients/<int:patient_id>/history")
@needs(Permission.SEE_PATIENTS)
def history(patient_id: int) -> ResponseReturnValue:
    """What this person may read of it, the latest first, a page at a time."""
    patient, person, names = patients.patient_or_404(patient_id), sessions.person(), staff_names()
    assert person is not None
    viewed(patient)
    reader = Reader(today_of(clock.now()), person.may(Permission.SEE_CLINICAL), names)
    lines, page = of_patient(patient, person, reader), max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "plans/history.html", patient=patient, lines=lines[(page - 1) * PAGE : page * PAGE], more=len(lines) > page * PAGE, page=page,
        events=trail.events(patient, person), whole=trail.whole(patient, person), names=names, words=words,
    )  # fmt: skip
