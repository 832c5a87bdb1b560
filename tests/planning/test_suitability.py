"""May treatment go ahead, and if not: why, until when, and who may clear it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning import durations
from app.planning.findings import (
    Answer,
    Applies,
    Effect,
    Finding,
    Outcome,
    PatientFacts,
    Sex,
    SuitabilityRule,
    Treatment,
    Why,
)
from app.planning.suitability import answers

TODAY = date(2027, 3, 1)
PARENTS = {"face": None, "lips": "face", "scalp": None}
PREGNANT = SuitabilityRule(
    "pregnant",
    Effect.UNTIL,
    until_event="pregnancy_end",
    review=durations.parse("9m"),
    applies=Applies(frozenset({"female", "unknown"}), 12, 55),
)
TAN = SuitabilityRule("tan", Effect.DAYS, days=28, override_after=14)
VACCINE = SuitabilityRule("vaccine", Effect.DAYS, days=14, before_too=True)
KELOID = SuitabilityRule("keloid", Effect.CLEARANCE)
ISOTRETINOIN = SuitabilityRule("isotretinoin", Effect.CLEARANCE, fades_after=180)
FLARE = SuitabilityRule("flare", Effect.UNTIL, until_event="flare_over", then=Effect.CLEARANCE)
PACEMAKER = SuitabilityRule("pacemaker", Effect.ABSOLUTE, never_override=True)
MUSCLE = SuitabilityRule("muscle", Effect.ABSOLUTE)
PAINKILLER = SuitabilityRule("painkiller", Effect.WARN, fades_after=7)
ALL = (PREGNANT, TAN, VACCINE, KELOID, ISOTRETINOIN, FLARE, PACEMAKER, MUSCLE, PAINKILLER)


def ask(rule: SuitabilityRule, *findings: Finding, day: date = TODAY, area: str = "face", products: tuple[str, ...] = ()) -> Answer:
    [answer] = answers([rule], findings, PatientFacts(), day, Treatment(area, frozenset(products)), PARENTS)
    return answer


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_nothing_found_is_clear() -> None:
    assert ask(KELOID).outcome is Outcome.CLEAR


def test_pregnancy_blocks_until_its_end_is_recorded_however_long_ago_it_began() -> None:
    answer = ask(PREGNANT, Finding("pregnant", since=ago(500)))
    assert (answer.outcome, answer.why, answer.until_event) == (Outcome.BLOCKS, Why.UNTIL_EVENT, "pregnancy_end")
    assert answer.until_day is None
    assert answer.physician_may_clear


def test_the_review_of_a_pregnancy_is_nine_months_after_it_was_recorded() -> None:
    assert ask(PREGNANT, Finding("pregnant", since=date(2027, 2, 1))).review_on == date(2027, 11, 1)


def test_a_review_date_agreed_with_the_physician_holds_instead() -> None:
    assert ask(PREGNANT, Finding("pregnant", since=ago(9), review_on=date(2027, 6, 1))).review_on == date(2027, 6, 1)


def test_a_recorded_end_clears_from_that_day_on() -> None:
    ended = Finding("pregnant", since=ago(200), ended_on=ago(1))
    assert ask(PREGNANT, ended).why is Why.OVER
    before = ask(PREGNANT, ended, day=ago(2))
    assert (before.outcome, before.until_day) == (Outcome.BLOCKS, ago(1))


def test_a_finding_counts_even_where_its_question_would_not_be_put() -> None:
    man = PatientFacts(sex=Sex.MALE)
    [answer] = answers([PREGNANT], [Finding("pregnant", since=ago(3))], man, TODAY, Treatment("face"), PARENTS)
    assert answer.blocks


def test_a_rule_that_cannot_apply_is_told_as_not_asked() -> None:
    man = PatientFacts(sex=Sex.MALE)
    [answer] = answers([PREGNANT], [], man, TODAY, Treatment("face"), PARENTS)
    assert (answer.outcome, answer.why) == (Outcome.CLEAR, Why.NOT_ASKED)


@pytest.mark.parametrize(("days", "blocks"), [(27, True), (28, False)])
def test_a_rule_of_days_is_free_on_the_day_they_are_full(days: int, blocks: bool) -> None:
    assert ask(TAN, Finding("tan", since=ago(40), ended_on=ago(days))).blocks is blocks


def test_a_rule_of_days_tells_its_first_free_day() -> None:
    assert ask(TAN, Finding("tan", since=ago(40), ended_on=ago(10))).until_day == TODAY + timedelta(days=18)


def test_without_a_recorded_end_the_days_have_not_begun() -> None:
    answer = ask(TAN, Finding("tan", since=ago(40)))
    assert (answer.why, answer.until_day, answer.wait_days) == (Why.END_NOT_RECORDED, None, 28)
    assert answer.override_from is None


def test_a_physician_may_shorten_the_wait_only_after_its_lowest_days() -> None:
    answer = ask(TAN, Finding("tan", ended_on=ago(10), overridden=True))
    assert answer.blocks
    assert answer.override_from == TODAY + timedelta(days=4)
    assert ask(TAN, Finding("tan", ended_on=ago(14), overridden=True)).why is Why.OVERRIDDEN


@pytest.mark.parametrize(("days_before", "blocks"), [(14, False), (13, True), (0, True)])
def test_a_planned_vaccine_keeps_the_days_before_it_free_too(days_before: int, blocks: bool) -> None:
    planned = TODAY + timedelta(days=days_before)
    answer = ask(VACCINE, Finding("vaccine", since=planned, ended_on=planned))
    assert answer.blocks is blocks
    if blocks:
        assert answer.until_day == planned + timedelta(days=14)


def test_a_clearance_waits_for_the_physician_and_then_holds() -> None:
    answer = ask(KELOID, Finding("keloid"))
    assert (answer.why, answer.physician_may_clear) == (Why.NEEDS_CLEARANCE, True)
    assert ask(KELOID, Finding("keloid", cleared_on=TODAY)).why is Why.CLEARED
    assert ask(KELOID, Finding("keloid", cleared_on=TODAY + timedelta(days=1))).blocks


def test_a_medicine_still_matters_for_some_time_after_its_end() -> None:
    assert ask(ISOTRETINOIN, Finding("isotretinoin", ended_on=ago(179))).blocks
    assert not ask(ISOTRETINOIN, Finding("isotretinoin", ended_on=ago(180))).blocks


def test_after_a_flare_the_physician_still_has_to_clear() -> None:
    over = Finding("flare", since=ago(60), ended_on=ago(5))
    assert ask(FLARE, over).why is Why.NEEDS_CLEARANCE


def test_an_absolute_rule_is_never_overridden_unless_the_protocol_allows_it() -> None:
    assert ask(PACEMAKER, Finding("pacemaker", overridden=True)).blocks
    assert ask(PACEMAKER, Finding("pacemaker")).override_from is None
    assert ask(MUSCLE, Finding("muscle", overridden=True)).why is Why.OVERRIDDEN


def test_a_warning_does_not_block_and_fades() -> None:
    assert ask(PAINKILLER, Finding("painkiller", since=ago(1))).warns
    assert ask(PAINKILLER, Finding("painkiller", ended_on=ago(7))).outcome is Outcome.CLEAR


def test_a_finding_on_another_area_does_not_touch_the_treatment() -> None:
    assert not ask(KELOID, Finding("keloid", area="scalp")).blocks
    assert ask(KELOID, Finding("keloid", area="lips")).blocks


def test_an_allergy_to_a_product_stops_only_what_uses_it() -> None:
    allergy = SuitabilityRule("allergy", Effect.ABSOLUTE, never_override=True)
    assert not ask(allergy, Finding("allergy", product="cream"), products=("filler",)).blocks
    assert ask(allergy, Finding("allergy", product="cream"), products=("filler", "cream")).blocks
    assert ask(allergy, Finding("allergy")).blocks


def test_the_strictest_of_several_findings_answers() -> None:
    soon = Finding("tan", ended_on=ago(20))
    later = Finding("tan", ended_on=ago(2))
    assert ask(TAN, soon, later).until_day == TODAY + timedelta(days=26)
    assert ask(TAN, soon, Finding("tan", since=ago(1))).until_day is None


def test_two_rules_may_rest_on_one_question() -> None:
    hard = SuitabilityRule("isotretinoin_hard", Effect.DAYS, days=180, same_question_as="isotretinoin")
    assert ask(hard, Finding("isotretinoin", ended_on=ago(10))).rule == "isotretinoin_hard"
    assert ask(hard, Finding("isotretinoin", ended_on=ago(10))).blocks


days = st.integers(-400, 400).map(lambda n: TODAY + timedelta(days=n))
some_finding = st.builds(
    Finding,
    st.sampled_from([rule.key for rule in ALL]),
    since=st.none() | days,
    ended_on=st.none() | days,
    cleared_on=st.none() | days,
    overridden=st.booleans(),
)


@given(st.lists(some_finding, max_size=4), days)
def test_the_answer_is_never_a_bare_no(findings: list[Finding], day: date) -> None:
    for answer in answers(ALL, findings, PatientFacts(), day, Treatment("face"), PARENTS):
        assert answer.finding is not None or answer.outcome is Outcome.CLEAR
        if answer.blocks:
            assert answer.until_day or answer.until_event or answer.wait_days or answer.physician_may_clear
            assert answer.until_day is None or answer.until_day > day


@given(some_finding, days)
def test_the_day_told_is_the_day_it_is_free(finding: Finding, day: date) -> None:
    for rule in ALL:
        answer = ask(rule, finding, day=day)
        if answer.blocks and answer.until_day and rule.then is None:
            assert not ask(rule, finding, day=answer.until_day).blocks


@given(st.lists(some_finding, max_size=4), some_finding, days)
def test_one_more_finding_never_makes_a_blocked_day_free(findings: list[Finding], more: Finding, day: date) -> None:
    def blocked(known: list[Finding]) -> set[str]:
        return {a.rule for a in answers(ALL, known, PatientFacts(), day, Treatment("face"), PARENTS) if a.blocks}

    assert blocked(findings) <= blocked([*findings, more])


def blocked(rule: SuitabilityRule, finding: Finding, why: Why, **more: object) -> Answer:
    """A block that a physician may override from the day asked about on."""
    return Answer(rule.key, Outcome.BLOCKS, why, physician_may_clear=True, finding=finding, **{"override_from": TODAY, **more})


@pytest.mark.parametrize(
    ("rule", "finding", "expected"),
    [
        (PREGNANT, Finding("pregnant", since=ago(1)),
         lambda r, f: blocked(r, f, Why.UNTIL_EVENT, until_event="pregnancy_end", review_on=date(2027, 11, 28))),
        (PREGNANT, Finding("pregnant", since=ago(9), ended_on=TODAY + timedelta(days=3)),
         lambda r, f: blocked(r, f, Why.UNTIL_DAY, until_day=TODAY + timedelta(days=3), review_on=date(2027, 11, 20))),
        (PREGNANT, Finding("pregnant", since=TODAY + timedelta(days=5)), lambda r, f: Answer(r.key, Outcome.CLEAR, Why.OVER, finding=f)),
        (FLARE, Finding("flare", since=ago(9), ended_on=ago(1)), lambda r, f: blocked(r, f, Why.NEEDS_CLEARANCE)),
        (KELOID, Finding("keloid", cleared_on=ago(1)), lambda r, f: Answer(r.key, Outcome.CLEAR, Why.CLEARED, finding=f)),
        (VACCINE, Finding("vaccine", since=ago(20), ended_on=ago(4)),
         lambda r, f: blocked(r, f, Why.UNTIL_DAY, until_day=TODAY + timedelta(days=10), wait_days=14)),
        (VACCINE, Finding("vaccine", since=ago(2)), lambda r, f: blocked(r, f, Why.END_NOT_RECORDED, wait_days=14)),
        (VACCINE, Finding("vaccine", since=TODAY + timedelta(days=14)), lambda r, f: Answer(r.key, Outcome.CLEAR, Why.OVER, finding=f)),
        (VACCINE, Finding("vaccine", since=TODAY + timedelta(days=4), ended_on=TODAY + timedelta(days=4)),
         lambda r, f: blocked(r, f, Why.PLANNED_SOON_AFTER, until_day=TODAY + timedelta(days=18), wait_days=14)),
        (MUSCLE, Finding("muscle", since=ago(9)), lambda r, f: blocked(r, f, Why.STANDS)),
        (PACEMAKER, Finding("pacemaker", since=ago(9)), lambda r, f: blocked(r, f, Why.STANDS, override_from=None)),
        (PAINKILLER, Finding("painkiller", since=ago(9)), lambda r, f: Answer(r.key, Outcome.WARNS, Why.STANDS, finding=f)),
        (MUSCLE, Finding("muscle", since=ago(9), overridden=True), lambda r, f: Answer(r.key, Outcome.WARNS, Why.OVERRIDDEN, finding=f)),
    ],
)  # fmt: skip
def test_an_answer_says_everything_that_follows_and_nothing_else(
    rule: SuitabilityRule, finding: Finding, expected: Callable[[SuitabilityRule, Finding], Answer]
) -> None:
    assert ask(rule, finding) == expected(rule, finding)
