"""Booking, moving, cancelling and confirming visits; the patient who comes without one. Callers open the transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.clinic import queries as clinic_queries
from app.i18n import _
from app.messages import changes
from app.planning.resources import Kind
from app.planning.visit import WHOLE_VISIT, Claim, Slot
from app.schedule import agreement, booking, guards, limits, rows
from app.schedule.free import resources
from app.schedule.free.phases import timed_phases
from app.schedule.freed import noting
from app.schedule.limits import Override
from app.schedule.move.moving import CLINIC, Move, move_together
from app.schedule.wanted import Wanted
from app.series import other_acts
from app.today import today_of
from models import clock
from models.appointment import Appointment, Outcome, VisitKind, VisitState
from models.message import ChangeSet
from models.patient import Patient
from models.treatment import Course, SessionState, TreatmentPlan, TreatmentSession


def book(
    patient: Patient, kind: VisitKind, slot: Slot, sessions: Sequence[TreatmentSession], change_set: ChangeSet, now: datetime, *,
    plan: TreatmentPlan | None = None, course: Course | None = None, tentative: bool = False, asked_by: str = "patient", note: str = "",
    override: Override | None = None, place_id: int | None = None,
) -> Appointment:  # fmt: skip
    """Book one visit. Raises Refused in words; SlotTaken where somebody else was faster.

    Sessions of several courses are joined in one visit. Where no evaluation is valid on the day, a treatment becomes an
    evaluation with treatment if suitable: read the kind of what comes back. `override`: a physician allows what lies
    below a minimum, inside a hold, or near another treatment. `asked_by`: patient, guardian, helper, clinic, link.
    """
    wanted = Wanted(patient, kind, slot, sessions, plan, course, tentative, asked_by, note, override, place_id)
    booked = booking.write(wanted, now)
    visit = booked.visits[0]
    changes.note(change_set, visit, old_start=None, new_start=visit.starts_at, by_clinic=asked_by == CLINIC)
    rows.settle(patient.id, now, booked.readings)
    return visit


def move(
    visit: Appointment, slot: Slot, change_set: ChangeSet, now: datetime, *, asked_by: str = "patient",
    override: Override | None = None,
) -> Appointment:  # fmt: skip
    """Put a visit that has not begun to another time. A confirmed one must be confirmed again; its sessions stay in it.

    Raises Refused like booking does.
    """
    move_together([Move(visit, slot, change_set)], now, asked_by=asked_by, override=override)
    return visit


def cancel(visit: Appointment, now: datetime, *, by_patient: bool, why: str = "", change_set: ChangeSet | None = None) -> None:
    """End a visit that has not begun. Its place is free at once; its sessions can be booked again."""
    told = change_set or changes.open_set(visit.patient_id, now, plan_id=visit.plan_id, by_patient=by_patient)
    guards.alone(visit.location_id, visit)
    _end(visit, told, now, by_patient=by_patient, why=why)
    rows.settle(visit.patient_id, now)
    noting.note(told, now)


def release(visits: Mapping[Appointment, ChangeSet], now: datetime, why: str) -> None:
    """The clinic frees visits as part of something larger (a hold).

    Whoever calls is alone with them, and settles rows and messages at its end.
    """
    for visit, change_set in visits.items():
        _end(visit, change_set, now, by_patient=False, why=why)


def confirm(visit: Appointment, now: datetime, by_patient: bool = False) -> None:
    """The patient will come. A visit confirmed before stays so."""
    guards.alone(visit.location_id, visit)
    if visit.state is VisitState.CONFIRMED:
        return
    rows.mark(visit, VisitState.CONFIRMED, now, by_patient=by_patient)
    agreement.note(visit, now)
    rows.settle(visit.patient_id, now)


@dataclass(frozen=True)
class WalkIn:
    """A patient who came without a visit. `squeezed`: nobody and no room was free, only the patient's own time is claimed."""

    visit: Appointment
    squeezed: bool

    @property
    def words(self) -> str:
        """What reception reads."""
        if self.squeezed:
            return _("No gap is free today. The visit stands beside the others, without a practitioner or room of its own.")
        return _("The next free gap: %(time)s.", time=f"{self.visit.local_time:%H:%M}")


def walk_in(
    patient: Patient, kind: VisitKind, now: datetime, *, sessions: Sequence[TreatmentSession] = (), course: Course | None = None,
    note: str = "", place_id: int | None = None,
) -> WalkIn:  # fmt: skip
    """The patient is here: an arrived visit in the next free gap of today, or beside the others where there is none."""
    wanted = Wanted(patient, kind, _now_slot(now), sessions, course=course, asked_by=CLINIC, note=note, place_id=place_id)
    guards.alone(wanted.place.id)
    today = today_of(now)
    stands = limits.stands_of(sessions, limits.readings_of(sessions, today))
    begins_as = booking.begins(wanted, stands, other_acts.of_patient(patient.id)).kind
    gaps = resources.free(begins_as, wanted.courses, patient, today, now=now, place_id=place_id)
    slot = gaps[0] if gaps else _squeezed(_now_slot(now), begins_as, wanted.courses)
    visit = booking.write(replace(wanted, kind=begins_as, slot=slot), now).visits[0]
    rows.mark(visit, VisitState.ARRIVED, now)
    rows.settle(patient.id, now)
    return WalkIn(visit, squeezed=not gaps)


def _end(visit: Appointment, change_set: ChangeSet, now: datetime, *, by_patient: bool, why: str) -> None:
    rows.mark(visit, VisitState.CANCELLED, now, why=why, by_patient=by_patient)
    old_place = rows.place_as_data(visit)
    rows.free_claims([visit])
    rows.put_back(visit, Outcome.RELEASED, SessionState.PROPOSED)
    changes.note(change_set, visit, old_start=visit.starts_at, new_start=None, by_clinic=not by_patient, old_place=old_place)
    if not by_patient:
        agreement.tell_at_once(visit, now)


def _now_slot(now: datetime) -> Slot:
    there = clock.local(now, clinic_queries.the_clinic().zone)
    return resources.wanted(there.date(), there.hour * 60 + there.minute)


def _squeezed(slot: Slot, kind: VisitKind, courses: Sequence[Course]) -> Slot:
    """The visit from now on with nothing claimed but the patient."""
    phases = timed_phases(kind, courses)
    end = slot.start_minute + phases[-1].ends
    hands_on = slot.start_minute + next(timed.starts for timed in phases if timed.phase.name == "procedure")
    claim = Claim(WHOLE_VISIT, Kind.PATIENT, None, slot.start_minute, end)
    return Slot(slot.day, slot.start_minute, hands_on, end, None, None, (claim,))


__all__ = ["Move", "Override", "WalkIn", "book", "cancel", "confirm", "move", "move_together", "release", "walk_in"]
