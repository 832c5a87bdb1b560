"""Somebody or something of the simulated clinic, drawn by lot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Select, select

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
    return some(world, coming.order_by(Appointment.id))


def some_patient(world: World) -> Patient | None:
    """Somebody who lives."""
    return some(world, select(Patient).where(Patient.deceased_on.is_(None)))


def some_plan(world: World) -> TreatmentPlan | None:
    return some(world, select(TreatmentPlan).where(TreatmentPlan.state == PlanState.ACTIVE).order_by(TreatmentPlan.id))
