"""The record of a visit on paper, for the file and for whoever treats elsewhere: for clinical roles only."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from app import history
from app.clinic import queries as clinic_queries
from app.names import area_name, staff_names
from app.outcomes import queries as outcomes
from app.outcomes.values import measure_words, value_words
from app.permissions import Permission, needs
from app.schedule.here import visit_or_404
from app.schedule.numbing import actions as numbing
from app.treatments import actions, mend_words
from app.treatments.blueprint import bp
from app.treatments.treated import Treated, recorded
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
        corrected=mend_words.lines_of(visit), names=staff_names(), area_name=area_name, compared=compared, outcomes=_outcomes(performed),
        clinic=clinic_queries.the_clinic(),
    )  # fmt: skip


def _outcomes(performed: Sequence[Treated]) -> dict[int | None, list[tuple[str, str]]]:
    """What was measured about each session, and stands."""
    found: dict[int | None, list[tuple[str, str]]] = {one.session_id: [] for one in performed}
    for one in outcomes.of_courses([one.course.id for one in performed]):
        if one.session_id in found and one.session_id and one.voided_at is None:
            found[one.session_id].append((measure_words(one.measure), value_words(one.value)))
    return found
