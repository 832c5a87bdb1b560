"""The record of a visit on paper, for the file and for whoever treats elsewhere: for clinical roles only."""

from __future__ import annotations

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from app import history
from app.clinic import queries as clinic_queries
from app.names import area_name, staff_names
from app.permissions import Permission, needs
from app.schedule.here import visit_or_404
from app.schedule.numbing import actions as numbing
from app.treatments import actions, mend_words
from app.treatments.blueprint import bp
from app.treatments.treated import recorded
from app.treatments.tube import compared


@bp.get("/visits/<int:appointment_id>/record/sheet")
@needs(Permission.SEE_CLINICAL)
def record_sheet(appointment_id: int) -> ResponseReturnValue:
    """What was done, with what, by whom and when; a visit in which nothing was done has none."""
    visit = visit_or_404(appointment_id)
    performed = recorded(visit)
    if not performed:
        abort(404)
    history.viewed(visit)
    return render_template(
        "treatments/sheet.html", visit=visit, performed=performed, uses=actions.uses_of(visit), creams=numbing.uses_of(visit),
        corrected=mend_words.lines_of(visit), names=staff_names(), area_name=area_name, compared=compared,
        clinic=clinic_queries.the_clinic(),
    )  # fmt: skip
