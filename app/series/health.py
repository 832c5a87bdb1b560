"""Findings of a patient against the rules of what is to be done: may it go ahead on a day, and if not, until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from app.library.health import rules_for
from app.library.loader import shipped
from app.library.protocol import ProtocolContent
from app.library.series import lowest_age
from app.planning import suitability
from app.planning.findings import Answer, PatientFacts, SuitabilityRule, Treatment
from app.planning.findings import Finding as Found
from app.planning.health_questions import age_answer, to_ask
from app.series.contents import content
from app.today import today_of
from models.patient import Finding, Patient
from models.treatment import Course


def facts_of(patient: Patient) -> PatientFacts:
    """What decides whether a question may apply to this patient."""
    never = frozenset({"pregnant", "breastfeeding"}) if patient.never_ask_pregnancy else frozenset()
    return PatientFacts(sex=str(patient.sex), born=patient.birth_date, not_asked=never)


def found(findings: Iterable[Finding]) -> list[Found]:
    """Stored findings as the planning reads them."""
    return [
        Found(rule=f.rule, since=f.since, ended_on=f.event_ended_on, cleared_on=today_of(f.cleared_at) if f.cleared_at else None,
              area=f.area, product=f.product, source=f.id)
        for f in findings
    ]  # fmt: skip


def answers(patient: Patient, course: Course, day: date) -> list[Answer]:
    """One answer per rule of the course's protocol for a day, and one for the lowest age."""
    return answers_for(patient, content(course), course.area, day)


def answers_for(patient: Patient, said: ProtocolContent, area: str, day: date) -> list[Answer]:
    """The same before there is a course."""
    return answers_about(found(patient.findings), patient, said, area, day)


def answers_about(findings: Sequence[Found], patient: Patient, said: ProtocolContent, area: str, day: date) -> list[Answer]:
    """The same where the findings were read already."""
    treatment = Treatment(area, frozenset(said.products))
    given = suitability.answers(rules_for([said], shipped()), findings, facts_of(patient), day, treatment, shipped().parents)
    return [*given, age_answer(lowest_age(said, shipped()), facts_of(patient), day)]


def obstacles(patient: Patient, course: Course, day: date) -> list[Answer]:
    """Only the answers that forbid or warn."""
    return [answer for answer in answers(patient, course, day) if answer.blocks or answer.warns]


def questions(patient: Patient, contents: Sequence[ProtocolContent], day: date) -> list[str]:
    """Keys of the rules whose question is put to this patient before such treatments, each once."""
    return to_ask(rules_for(contents, shipped()), facts_of(patient), day)


def touches(rule: str, area: str | None, course: Course) -> bool:
    """Whether a finding under this rule concerns the course: its protocol asks for it, on an overlapping area."""
    rules: tuple[SuitabilityRule, ...] = rules_for([content(course)], shipped())
    heard = {one.same_question_as or one.key for one in rules} | {one.key for one in rules}
    return rule in heard and (area is None or shipped().contains(area, course.area) or shipped().contains(course.area, area))
