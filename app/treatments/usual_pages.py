"""Done in one press, where everything that is recorded is known."""

from __future__ import annotations

from datetime import datetime

from flask.typing import ResponseReturnValue

from app.errors import Refused
from app.formats import local_time
from app.i18n import _
from app.permissions import Permission, needs
from app.schedule.day import preflight
from app.schedule.day.usual import usual_of
from app.schedule.here import here
from app.schedule.visit.afterwards import after_words
from app.schedule.visit.step_pages import Press, press
from app.schedule.words import state_words
from app.series.contents import content
from app.treatments import actions
from app.treatments.actions import Circumstances
from app.treatments.blueprint import bp
from app.treatments.forms import Entry, Use
from app.treatments.treated import Treated, to_record
from models import clock
from models.appointment import Appointment, VisitState


@bp.post("/visits/<int:appointment_id>/done")
@needs(Permission.RECORD_SESSIONS, Permission.RUN_VISITS)
def done(appointment_id: int) -> ResponseReturnValue:
    """One press: every session of the visit was done now, with the lot of the day in its usual amount."""
    asked = Press(_record, state_words(VisitState.DONE), lambda visit: visit.state is VisitState.DONE, _said)
    return press(appointment_id, asked)


def _record(visit: Appointment, now: datetime) -> None:
    if not here().asker.records:
        raise Refused(_("In this clinic practitioners and physicians record what was done."))
    entries = [_entry(one) for one in to_record(visit)]
    late = clock.day_of(now, visit.zone) > visit.local_day
    actions.record(visit, entries, Circumstances(visit.ends_at if late else now, visit.performer_id), now)


def _entry(treated: Treated) -> Entry:
    course = treated.course
    found = usual_of(preflight.facts_of(treated.visit), treated.visit, [course])
    route = content(course).delivery or ""
    uses = [Use(one.lot_id, None, "", None, one.amount, one.unit, route, course.area) for one in found]
    return Entry(treated.session_id, True, uses, *treated.seen)


def _said(visit: Appointment, now: datetime) -> str:
    used = [f"{use.lot.number}, {use.amount} {use.unit}" for uses in actions.uses_of(visit).values() for use in uses if not use.voided_at]
    words = _("%(name)s: %(state)s, %(time)s", name=visit.patient.name, state=state_words(visit.state), time=local_time(now, visit.zone))
    return " · ".join([words, *used]) + ". " + after_words(visit, now)
