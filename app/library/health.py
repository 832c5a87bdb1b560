"""From a protocol's rules to the plain values of ``planning.suitability``."""

from __future__ import annotations

from collections.abc import Iterable

from app.library.library import Library
from app.library.protocol import ProtocolContent
from app.library.vocabulary import Rule
from app.planning.findings import Effect, SuitabilityRule


def rules_for(contents: Iterable[ProtocolContent], library: Library) -> tuple[SuitabilityRule, ...]:
    """Every rule of the visit's sessions, rule sets flattened, each once; the stricter effect where contents differ."""
    found: dict[str, SuitabilityRule] = {}
    for content in contents:
        for key in library.expand_rules(content.rules):
            rule = suitability_rule(library.rules[key], content.rule_effects.get(key))
            known = found.get(key)
            found[key] = rule if known is None or known.effect is Effect.WARN else known
    return tuple(found.values())


def suitability_rule(rule: Rule, effect: Effect | None = None) -> SuitabilityRule:
    """A rule of the library as planning reads it, with an effect that a physician set for one protocol.

    An absolute rule may never be overridden unless the library lets a physician do it with a reason.
    """
    used = effect or rule.effect
    return SuitabilityRule(
        key=rule.key,
        effect=used,
        until_event=rule.until,
        days=rule.days,
        before_too=rule.also_after,
        fades_after=rule.days_hint,
        then=rule.then_effect,
        review=rule.review,
        applies=rule.applies,
        never_override=used is Effect.ABSOLUTE and rule.override is None,
        override_after=rule.min_override_days,
        same_question_as=rule.same_question_as,
    )
