"""Which health questions a patient is asked, and whether the patient is old enough."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.planning.durations import Duration
from app.planning.findings import Answer, Outcome, PatientFacts, SuitabilityRule, Why

MIN_AGE = "min_age"


def is_asked(rule: SuitabilityRule, patient: PatientFacts, day: date) -> bool:
    """Whether the rule's question can apply to this patient on that day (docs/rules.md).

    Pregnancy is asked only where recorded sex and age allow it, or where they are not known; never where the
    patient asked not to be asked.
    """
    applies = rule.applies
    if applies is None:
        return True
    if applies.can_be_switched_off and rule.key in patient.not_asked:
        return False
    if patient.sex not in applies.sex:
        return False
    if patient.born is None:
        return applies.ask_if_age_unknown
    return applies.age_from <= age_on(patient.born, day) <= applies.age_to


def to_ask(rules: Iterable[SuitabilityRule], patient: PatientFacts, day: date) -> list[str]:
    """Keys of the questions to put to this patient, in the protocol's order, each once."""
    asked = (rule.same_question_as or rule.key for rule in rules if is_asked(rule, patient, day))
    return list(dict.fromkeys(asked))


def age_on(born: date, day: date) -> int:
    """Whole years of age on a day; who was born on 29 February has the birthday on 1 March of a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_answer(min_age: int | None, patient: PatientFacts, day: date) -> Answer:
    """Whether the patient is old enough for a protocol with a lowest age in years (None: it has none).

    Blocks until the birthday; a physician may treat earlier with a reason. An unknown birth date warns.
    """
    if min_age is None:
        return Answer(MIN_AGE, Outcome.CLEAR, Why.NO_FINDING)
    if patient.born is None:
        return Answer(MIN_AGE, Outcome.WARNS, Why.AGE_UNKNOWN)
    if age_on(patient.born, day) >= min_age:
        return Answer(MIN_AGE, Outcome.CLEAR, Why.OVER)
    birthday = Duration(years=min_age).after(patient.born)
    return Answer(MIN_AGE, Outcome.BLOCKS, Why.TOO_YOUNG, until_day=birthday, override_from=day)
