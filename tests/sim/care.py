"""What becomes of the patients of the simulated clinic: findings, reports, pauses, evaluations, new addresses, deaths."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from app.patients import actions as patients
from app.patients import details
from app.plans import life
from app.plans.health import evaluations, findings, holds, reports
from app.plans.health.evaluations import NewEvaluation
from app.plans.health.findings import NewFinding
from app.plans.health.holds import Pause
from app.plans.health.reports import NewReport
from models.patient import Consent, ConsentKind, Decision, Finding, PatientReport, Suitability
from models.staff import Role
from models.treatment import Hold
from tests.sim.choosing import some, some_patient, some_plan
from tests.sim.desk import ZONES
from tests.sim.world import World

FINDINGS = ("pregnant", "infection_body", "breastfeeding", "isotretinoin")


def finds_something(world: World) -> None:
    patient = some_patient(world)
    if patient is not None:
        findings.add(patient, NewFinding(world.dice.choice(FINDINGS), world.today), world.now)


def clears_a_finding(world: World) -> None:
    finding = some(world, select(Finding).where(Finding.cleared_at.is_(None)).order_by(Finding.id))
    if finding is not None:
        findings.clear(finding, world.now, why="over")


def pauses_a_plan(world: World) -> None:
    plan = some_plan(world)
    until = world.today + timedelta(days=world.dice.randrange(5, 60)) if world.dice.random() < 0.6 else None
    if plan is not None:
        holds.hold(plan, Pause(reason="travels", until_day=until), world.now, keep_visits=False)


def goes_on(world: World) -> None:
    held = some(world, select(Hold).where(Hold.released_at.is_(None), Hold.report_id.is_(None)).order_by(Hold.id))
    if held is not None:
        holds.release(held, world.now, "is back")


def hears_a_report(world: World) -> None:
    patient = some_patient(world)
    if patient is not None:
        reports.report(patient, NewReport("Yeni bir ilaç.", told_by=patient.name), world.now)


def decides_a_report(world: World) -> None:
    told = some(world, select(PatientReport).where(PatientReport.decision.is_(None)).order_by(PatientReport.id))
    if told is not None:
        reports.decide(told, world.dice.choice((Decision.NOT_CONFIRMED, Decision.HOLD, Decision.TREAT)), world.now, why="looked")


def evaluates_again(world: World) -> None:
    """Whose evaluation is about to end is seen again."""
    patient = some_patient(world)
    if patient is not None:
        evaluations.evaluate(patient, NewEvaluation(world.today, Suitability.SUITABLE), world.staff(Role.PHYSICIAN), world.now)


def closes_a_plan(world: World) -> None:
    if (plan := some_plan(world)) is not None:
        life.close(plan, world.now, why="moved away")


def takes_a_consent_back(world: World) -> None:
    consent = some(world, select(Consent).where(Consent.kind == ConsentKind.RECALL, Consent.withdrawn_at.is_(None)).order_by(Consent.id))
    if consent is not None:
        patients.withdraw_consent(consent, world.now)


def changes_an_address(world: World) -> None:
    patient = some_patient(world)
    if patient is not None:
        n = world.dice.randrange(10**6)
        patients.update(patient, replace(details.of(patient), email=f"new{n}@post.example" if world.dice.random() < 0.8 else ""), world.now)


def moves_abroad(world: World) -> None:
    patient = some_patient(world)
    if patient is not None:
        patients.update(patient, replace(details.of(patient), zone=world.dice.choice(ZONES)), world.now)


def records_a_death(world: World) -> None:
    patient = some_patient(world)
    if patient is not None:
        patients.mark_deceased(patient, world.today, world.now)
