"""One press: the plan is made, begun where the patient is evaluated, and its chosen sessions are booked. All of it, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from app import sessions
from app.errors import Refused
from app.i18n import _
from app.planning.visit import Slot
from app.plans import creation, life
from app.plans.creation import NewPlan
from app.plans.health import evaluations, holds
from app.schedule.limits import Override
from app.schedule.placing import whole_series
from app.schedule.placing.proposals import Key
from app.schedule.placing.whole_series import SessionRefused
from app.series import rows
from app.today import today_of
from models.appointment import Appointment
from models.base import db
from models.patient import Patient
from models.staff import Role
from models.treatment import TreatmentPlan


class Lost(Refused):
    """One session cannot be booked as chosen; nothing was made or booked."""

    def __init__(self, key: Key, words: str) -> None:
        super().__init__(words)
        self.key = key


def make(patient: Patient, new: NewPlan, now: datetime, *, begin: bool) -> TreatmentPlan:
    """The plan, begun or kept as a draft. Raises Refused in words."""
    plan = _made(patient, new, now, begin=begin)
    holds.settle(plan, now)
    return plan


def make_and_book(
    patient: Patient, new: NewPlan, chosen: Mapping[Key, Slot], now: datetime, *, early: Collection[Key] = (), why_early: str = ""
) -> tuple[TreatmentPlan, list[Appointment]]:
    """The plan with these sessions booked. Raises Lost for the first that cannot be; the transaction must then end.

    Without a valid evaluation the first visit begins with one, and the plan stays a draft until it is signed. `early`: sessions
    that the physician allows below their minimum, and why.
    """
    plan = _made(patient, new, now, begin=evaluations.valid_on(patient, today_of(now)) is not None)
    with db.session.no_autoflush:  # nothing is read of what was written down since the plan was stored
        known = {course.id: rows.align_sessions(course, today_of(now)) for course in plan.courses}
    ids = {
        (place, line.label): line.session.id
        for place, course in enumerate(plan.courses)
        for line in known[course.id].lines if line.session
    }  # fmt: skip
    keys = {row_id: key for key, row_id in ids.items()}
    allowed = Override(new.physician_id, why_early) if early else None
    try:
        visits = whole_series.book_all(
            plan, [(ids[key], slot) for key, slot in chosen.items() if key in ids], now, override=allowed,
            overridden=[ids[key] for key in early if key in ids], known=known,
        )  # fmt: skip
    except SessionRefused as no:
        raise Lost(keys[no.session_id], no.words) from no
    return plan, visits


def _made(patient: Patient, new: NewPlan, now: datetime, *, begin: bool) -> TreatmentPlan:
    """Not settled yet: whoever books its sessions does that for all of it."""
    _check_physician()
    plan = creation.written(patient, new, now)
    if begin:
        check_evaluated(patient, now)
        life.begun(plan, now)
    return plan


def check_evaluated(patient: Patient, now: datetime) -> None:
    """Raises Refused where no evaluation is valid today."""
    if evaluations.valid_on(patient, today_of(now)) is None:
        raise Refused(
            _("No evaluation is valid today. Evaluate the patient first, or keep the plan as a draft and book it with the evaluation.")
        )


def _check_physician() -> None:
    person = sessions.person()
    if person is None or Role.PHYSICIAN.value not in person.roles:
        raise Refused(_("Only a physician makes a plan."))
