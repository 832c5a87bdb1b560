"""Somebody or something of the simulated clinic, drawn by lot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from models.appointment import COMING, Appointment
from models.base import db
from models.patient import Patient
from models.treatment import PlanState, TreatmentPlan
from tests.sim.world import World

T = TypeVar("T")


def some(world: World, query: Select[T]) -> T | None:
    rows: Sequence[T] = db.session.scalars(query).all()
    return world.dice.choice(rows) if rows else None


def some_visit(world: World) -> Appointment | None:
    coming = select(Appointment).where(Appointment.state.in_(COMING), Appointment.starts_at > world.now)
    return _about(world, coming.order_by(Appointment.id), Appointment.patient_id)


def some_patient(world: World) -> Patient | None:
    """Somebody who lives."""
    return _about(world, select(Patient).where(Patient.deceased_on.is_(None)).order_by(Patient.id), Patient.id)


def some_plan(world: World) -> TreatmentPlan | None:
    active = select(TreatmentPlan).where(TreatmentPlan.state == PlanState.ACTIVE)
    return _about(world, active.order_by(TreatmentPlan.id), TreatmentPlan.patient_id)


def _about(world: World, query: Select[T], whose: InstrumentedAttribute[int]) -> T | None:
    """Of whoever has a mail on its way just now, if there is one; else of anybody."""
    theirs = select(Patient.id).where(Patient.email == world.on_its_way)
    return (some(world, query.where(whose.in_(theirs))) if world.on_its_way else None) or some(world, query)
