"""What a patient's health says about a visit: reports, findings, allergies, complications, pauses (docs/rules.md, visits)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from app.i18n import _, language
from app.library.loader import shipped
from app.names import area_name, rule_name
from app.permissions import Permission
from app.planning.act_rules import overlap
from app.planning.findings import Answer, Why
from app.planning.findings import Finding as Found
from app.schedule.day.check import Check
from app.schedule.day.preflight_facts import Fact, Facts
from app.schedule.words import day_words
from app.series import health
from app.series.contents import content
from models.appointment import Appointment
from models.treatment import Course

ALLERGIES = ("allergy_product", "fish_allergy")


def of_health(visit: Appointment, courses: Sequence[Course], facts: Facts, clinical: bool) -> Iterator[Check]:
    """The checks of a visit that treats these courses. `clinical`: whoever reads may read the words and the rule."""
    case = _Health(visit, facts, clinical)
    yield from case.reports(courses)
    yield from case.findings(courses)
    yield from case.complications(courses)
    yield from case.holds(courses)


class _Health:
    """One visit with the facts of the patient's health."""

    def __init__(self, visit: Appointment, facts: Facts, clinical: bool) -> None:
        self.visit, self.facts, self.clinical, self.day = visit, facts, clinical, visit.local_day

    def reports(self, courses: Sequence[Course]) -> Iterator[Check]:
        for fact in self.facts.of("report", self.visit.patient_id):
            if fact.key is None or any(health.touches(fact.key, None, course) for course in courses):
                words = _("Patient reports: %(words)s", words=fact.words or "") if self.clinical else _reception_label(fact.key)
                yield Check("report", words, "start", "plans.decide", {"report_id": fact.ref})

    def complications(self, courses: Sequence[Course]) -> Iterator[Check]:
        """One that no physician has cleared keeps treatment from its area; one without an area from every one."""
        for fact in self.facts.of("complication", self.visit.patient_id):
            if not fact.area or any(overlap(shipped().parents, fact.area, course.area) for course in courses):
                where = area_name(fact.area) if fact.area else _("every area")
                words = _("Complication not cleared: %(area)s", area=where) if self.clinical else _("Physician decides")
                yield Check("complication", words, "start", "complications.show", {"complication_id": fact.ref}, Permission.SEE_CLINICAL)

    def findings(self, courses: Sequence[Course]) -> Iterator[Check]:
        rows = self.facts.of("finding", self.visit.patient_id)
        found = [Found(f.key or "", f.first, f.last, area=f.area, product=f.product, source=f.ref) for f in rows]
        answers = [one for course in courses for one in self._answers(course, found)]
        blocking = {one.finding.rule for one in answers if one.blocks and one.finding}
        for one in found:
            if one.rule in ALLERGIES:
                yield Check("allergy", self._allergy(one), "start" if one.rule in blocking else None)
        for answer in answers:
            if answer.finding is None or answer.finding.rule not in ALLERGIES:
                yield from self._answer(answer)

    def _answers(self, course: Course, found: list[Found]) -> list[Answer]:
        said = content(course)
        given = health.answers_about(found, self.visit.patient, said, course.area, self.day)
        return [answer for answer in given if answer.blocks or answer.warns]

    def _answer(self, answer: Answer) -> Iterator[Check]:
        """What stands in the way for everybody; what only warns, for clinical eyes and where reception can help."""
        if answer.why is Why.AGE_UNKNOWN:
            yield Check("age", _("Birth date missing"), permission=Permission.EDIT_PATIENTS)
        elif answer.blocks:
            yield Check("finding", _answer_words(answer) if self.clinical else _reception_label(answer.rule), "start")
        elif self.clinical:
            yield Check("finding", _answer_words(answer))

    def _allergy(self, found: Found) -> str:
        if not self.clinical:
            return _("Allergy: tell the nurse")
        return _("Allergy: %(to)s, since %(day)s", to=found.product or rule_name(found.rule), day=day_words(found.since or self.day))

    def holds(self, courses: Sequence[Course]) -> Iterator[Check]:
        """A pause over a course on the day of the visit. One that rests on a report is told by the report."""
        for course in courses:
            for fact in self.facts.of("hold", course.plan_id):
                covers = (fact.first or self.day) <= self.day <= (fact.last or date.max)
                if fact.ref in (None, course.id) and covers and fact.number is None:
                    yield Check("paused", self._hold_words(fact), "start", "plans.show", {"plan_id": course.plan_id})

    def _hold_words(self, fact: Fact) -> str:
        if not self.clinical:
            return _("Paused")
        why = rule_name(fact.key) if fact.key else fact.words or _("no reason written down")
        if fact.last:
            return _("Paused: %(why)s, until %(day)s", why=why, day=day_words(fact.last))
        return _("Paused: %(why)s", why=why)


def _reception_label(rule: str | None) -> str:
    return shipped().reception_label(rule or "").in_(language())


def _answer_words(answer: Answer) -> str:
    if answer.why is Why.TOO_YOUNG:
        return _("Too young for this protocol")
    name = rule_name(answer.finding.rule if answer.finding else answer.rule)
    if answer.warns:
        return _("Note: %(rule)s", rule=name)
    if answer.until_day:
        return _("%(rule)s: until %(day)s", rule=name, day=day_words(answer.until_day))
    if answer.until_event:
        event = shipped().name_of("events", answer.until_event).in_(language())
        return _("%(rule)s: until recorded as over (%(event)s)", rule=name, event=event)
    return _("%(rule)s: the physician clears it", rule=name)
