"""Which questions a patient is asked, and whether the patient is old enough."""

from datetime import date

import pytest

from app.planning.findings import Applies, Effect, Outcome, PatientFacts, Sex, SuitabilityRule, Why
from app.planning.health_questions import age_answer, age_on, is_asked, to_ask

TODAY = date(2027, 3, 1)
PREGNANT = SuitabilityRule("pregnant", Effect.UNTIL, until_event="pregnancy_end", applies=Applies(frozenset({"female", "unknown"}), 12, 55))


@pytest.mark.parametrize(
    ("sex", "born", "asked"),
    [
        (Sex.FEMALE, date(1990, 5, 5), True),
        (Sex.FEMALE, None, True),
        (Sex.UNKNOWN, None, True),
        (Sex.MALE, None, False),
        (Sex.MALE, date(1990, 5, 5), False),
        (Sex.FEMALE, date(1971, 3, 1), False),  # 56 today
        (Sex.FEMALE, date(1971, 3, 2), True),  # still 55
        (Sex.UNKNOWN, date(2015, 3, 2), False),  # still 11
        (Sex.UNKNOWN, date(2015, 3, 1), True),
    ],
)
def test_pregnancy_is_asked_only_where_it_can_apply(sex: Sex, born: date | None, asked: bool) -> None:
    assert is_asked(PREGNANT, PatientFacts(sex, born), TODAY) is asked


def test_a_patient_who_asked_not_to_be_asked_is_not_asked() -> None:
    assert not is_asked(PREGNANT, PatientFacts(Sex.FEMALE, not_asked=frozenset({"pregnant"})), TODAY)


def test_only_a_question_that_may_be_switched_off_can_be() -> None:
    rule = SuitabilityRule("keloid", Effect.CLEARANCE)
    assert is_asked(rule, PatientFacts(not_asked=frozenset({"keloid"})), TODAY)


def test_one_question_for_two_rules_is_put_once() -> None:
    rules = [
        SuitabilityRule("isotretinoin", Effect.CLEARANCE),
        PREGNANT,
        SuitabilityRule("isotretinoin_hard", Effect.DAYS, days=180, same_question_as="isotretinoin"),
    ]
    assert to_ask(rules, PatientFacts(Sex.MALE), TODAY) == ["isotretinoin"]


def test_who_was_born_on_29_february_is_a_year_older_on_1_march() -> None:
    born = date(2008, 2, 29)
    assert age_on(born, date(2026, 2, 28)) == 17
    assert age_on(born, date(2026, 3, 1)) == 18


def test_a_patient_below_the_lowest_age_waits_for_the_birthday() -> None:
    answer = age_answer(18, PatientFacts(born=date(2009, 6, 10)), TODAY)
    assert (answer.outcome, answer.why, answer.until_day) == (Outcome.BLOCKS, Why.TOO_YOUNG, date(2027, 6, 10))


def test_an_unknown_birth_date_warns_where_there_is_a_lowest_age() -> None:
    assert age_answer(18, PatientFacts(), TODAY).warns
    assert age_answer(None, PatientFacts(), TODAY).outcome is Outcome.CLEAR
    assert age_answer(18, PatientFacts(born=date(2009, 3, 1)), TODAY).outcome is Outcome.CLEAR
