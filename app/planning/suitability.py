"""May treatment go ahead on a day; if not: because of which rule, until when, and who may clear it.

The protocol's rules, the patient's findings and the day go in, one answer per rule comes out. The answer is never a
bare no (docs/rules.md): it always says what would end it. Nothing here ends by the clock: an "until" rule waits for
its event to be recorded, however long ago it must have happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from app.planning.act_rules import overlap
from app.planning.findings import (
    Answer,
    Effect,
    Finding,
    Outcome,
    PatientFacts,
    SuitabilityRule,
    Treatment,
    Why,
)
from app.planning.health_questions import is_asked


def answers(
    rules: Iterable[SuitabilityRule],
    findings: Sequence[Finding],
    patient: PatientFacts,
    day: date,
    treatment: Treatment,
    parents: Mapping[str, str | None],
) -> list[Answer]:
    """One answer per rule, in the protocol's order: the strictest of its findings that touch this treatment.

    A finding counts even where its question would not be put to this patient: what was found is a fact.
    ``parents`` is the tree of areas; raises UnknownName for an area outside it.
    """
    touching = [finding for finding in findings if _touches(finding, treatment, parents)]
    return [_answer(rule, [f for f in touching if f.rule == _heard_as(rule)], patient, day) for rule in rules]


def _heard_as(rule: SuitabilityRule) -> str:
    """The key under which its finding is stored: two rules may rest on one question."""
    return rule.same_question_as or rule.key


def _touches(finding: Finding, treatment: Treatment, parents: Mapping[str, str | None]) -> bool:
    on_area = finding.area is None or overlap(parents, finding.area, treatment.area)
    return on_area and (finding.product is None or finding.product in treatment.products)


def _answer(rule: SuitabilityRule, findings: list[Finding], patient: PatientFacts, day: date) -> Answer:
    if findings:
        return max((_of_finding(rule, finding, day) for finding in findings), key=_strictness)
    asked = is_asked(rule, patient, day)
    return Answer(rule.key, Outcome.CLEAR, Why.NO_FINDING if asked else Why.NOT_ASKED)


def _strictness(answer: Answer) -> tuple[int, bool, bool, date]:
    """Blocking before warning; never before overridable; open before dated; later before sooner."""
    rank = (Outcome.CLEAR, Outcome.WARNS, Outcome.BLOCKS).index(answer.outcome)
    return rank, answer.override_from is None, answer.until_day is None, answer.until_day or date.min


def _of_finding(rule: SuitabilityRule, finding: Finding, day: date) -> Answer:
    if finding.cleared_on is not None and finding.cleared_on <= day:
        return Answer(rule.key, Outcome.CLEAR, Why.CLEARED, finding=finding)
    answer = _EFFECTS[rule.effect](rule, finding, day)
    if answer.blocks and finding.overridden and answer.override_from is not None and answer.override_from <= day:
        return Answer(rule.key, Outcome.WARNS, Why.OVERRIDDEN, finding=finding)
    return answer


def _absolute(rule: SuitabilityRule, finding: Finding, day: date) -> Answer:
    return _over(rule, finding, day, 0) or _blocks(rule, finding, Why.STANDS, day)


def _until(rule: SuitabilityRule, finding: Finding, day: date) -> Answer:
    if _not_begun(finding, day):
        return Answer(rule.key, Outcome.CLEAR, Why.OVER, finding=finding)
    if finding.ended_on is None:
        return _blocks(rule, finding, Why.UNTIL_EVENT, day, until_event=rule.until_event)
    if day < finding.ended_on:
        return _blocks(rule, finding, Why.UNTIL_DAY, day, until_day=finding.ended_on)
    if rule.then is Effect.CLEARANCE:
        return _blocks(rule, finding, Why.NEEDS_CLEARANCE, day)
    outcome, why = (Outcome.WARNS, Why.STANDS) if rule.then is Effect.WARN else (Outcome.CLEAR, Why.OVER)
    return Answer(rule.key, outcome, why, finding=finding)


def _days(rule: SuitabilityRule, finding: Finding, day: date) -> Answer:
    if _not_begun(finding, day):
        return _before(rule, finding, day)
    if finding.ended_on is None:
        return _blocks(rule, finding, Why.END_NOT_RECORDED, day, wait_days=rule.days)
    free = finding.ended_on + timedelta(days=rule.days)
    if day >= free:
        return Answer(rule.key, Outcome.CLEAR, Why.OVER, finding=finding)
    return _blocks(rule, finding, Why.UNTIL_DAY, day, until_day=free, wait_days=rule.days)


def _before(rule: SuitabilityRule, finding: Finding, day: date) -> Answer:
    """The day lies before something planned, which some rules keep clear as well."""
    if not rule.before_too or finding.since is None or (finding.since - day).days >= rule.days:
        return Answer(rule.key, Outcome.CLEAR, Why.OVER, finding=finding)
    free = None if finding.ended_on is None else max(finding.since, finding.ended_on) + timedelta(days=rule.days)
    return _blocks(rule, finding, Why.PLANNED_SOON_AFTER, day, until_day=free, wait_days=rule.days)


def _clearance(rule: SuitabilityRule, finding: Finding, day: date) -> Answer:
    return _over(rule, finding, day, rule.fades_after) or _blocks(rule, finding, Why.NEEDS_CLEARANCE, day)


def _warn(rule: SuitabilityRule, finding: Finding, day: date) -> Answer:
    over = _over(rule, finding, day, rule.fades_after)
    return over or Answer(rule.key, Outcome.WARNS, Why.STANDS, finding=finding)


_EFFECTS = {
    Effect.ABSOLUTE: _absolute,
    Effect.UNTIL: _until,
    Effect.DAYS: _days,
    Effect.CLEARANCE: _clearance,
    Effect.WARN: _warn,
}


def _not_begun(finding: Finding, day: date) -> bool:
    return finding.since is not None and day < finding.since


def _over(rule: SuitabilityRule, finding: Finding, day: date, fades_after: int) -> Answer | None:
    ended = finding.ended_on is not None and day >= finding.ended_on + timedelta(days=fades_after)
    if ended or _not_begun(finding, day):
        return Answer(rule.key, Outcome.CLEAR, Why.OVER, finding=finding)
    return None


def _blocks(
    rule: SuitabilityRule,
    finding: Finding,
    why: Why,
    day: date,
    *,
    until_day: date | None = None,
    until_event: str | None = None,
    wait_days: int = 0,
) -> Answer:
    return Answer(
        rule.key,
        Outcome.BLOCKS,
        why,
        until_day=until_day,
        until_event=until_event,
        wait_days=wait_days,
        physician_may_clear=True,
        override_from=_override_from(rule, finding, day),
        review_on=review_day(rule, finding),
        finding=finding,
    )


def _override_from(rule: SuitabilityRule, finding: Finding, day: date) -> date | None:
    if rule.never_override:
        return None
    if not rule.override_after:
        return day
    return None if finding.ended_on is None else finding.ended_on + timedelta(days=rule.override_after)


def review_day(rule: SuitabilityRule, finding: Finding) -> date | None:
    """When the physician is asked to look again: the day agreed, else the rule's time after the finding began.

    On it a task opens; the hold itself stays until its end is recorded (docs/rules.md).
    """
    if finding.review_on is not None or finding.since is None or rule.review is None:
        return finding.review_on
    return rule.review.after(finding.since)
