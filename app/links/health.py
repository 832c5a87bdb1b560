"""The short questions before a visit: a "yes" pauses and asks the physician; the place is kept, nothing is cancelled by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.clinic import queries as clinic_queries
from app.i18n import _, in_language
from app.links.queries import Opened
from app.messages.letter.health import Topic, asked_before
from app.plans.health import reports
from app.plans.health.reports import NewReport

YES, NO = "yes", "no"
LONGEST = 500
RULES = {Topic.INFECTION: "infection_area"}
"""The library's rule that a "yes" may be; what it is otherwise the physician finds out."""


@dataclass(frozen=True)
class Question:
    """One question with what was pressed (empty: nothing yet)."""

    topic: Topic
    words: str
    answer: str


@dataclass(frozen=True)
class HealthForm:
    """All questions of a visit as they were answered, and the patient's own words."""

    questions: tuple[Question, ...]
    note: str

    @property
    def complete(self) -> bool:
        return bool(self.questions) and all(one.answer for one in self.questions)

    @property
    def yes(self) -> list[Topic]:
        return [one.topic for one in self.questions if one.answer == YES]


def read(opened: Opened, typed: Mapping[str, str]) -> HealthForm:
    """What was answered so far."""
    asked = [(topic, typed.get(topic, "")) for topic in asked_before(opened.visits, opened.patient)]
    questions = tuple(Question(topic, _words(topic), answer if answer in (YES, NO) else "") for topic, answer in asked)
    return HealthForm(questions, " ".join(typed.get("note", "").split())[:LONGEST])


def answer(opened: Opened, form: HealthForm, now: datetime) -> None:
    """Write down a "yes" as what the patient reports. The link keeps whether there was one."""
    opened.link.argument = YES if form.yes or form.note else NO
    said = _reported(form)
    if said and all(told.words != said for told in reports.undecided(opened.patient)):  # told once is enough
        rules = {RULES.get(topic) for topic in form.yes}
        rule = rules.pop() if len(rules) == 1 and not form.note else None
        reports.report(opened.patient, NewReport(said, rule, channel="link"), now)


def _reported(form: HealthForm) -> str:
    """In the clinic's language, with the patient's words as they are."""
    with in_language(clinic_queries.the_clinic().language):
        lines = [_("Answered yes before the visit: %(question)s", question=_words(topic)) for topic in form.yes]
        return "\n".join([*lines, *([_("In their words: %(words)s", words=form.note)] if form.note else [])])


def _words(topic: Topic) -> str:
    return {
        Topic.PREGNANCY: _("Are you pregnant or breastfeeding?"),
        Topic.INFECTION: _("Is there an infection, a wound or a rash where you will be treated?"),
        Topic.NEWS: _("Since we last spoke, is there a new medicine or a new illness?"),
    }[topic]
