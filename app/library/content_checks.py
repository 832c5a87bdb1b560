"""What must hold between the parts of a protocol's content, and what its acts bring with them.

The requirements are the safety net of the library: an act brings its rules, red flags, messages and records with it,
whatever protocol (also a clinic's own) names it, so that nobody can leave them out by mistake.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.library.library import Library
from app.library.protocol import PHASES, ExtraVisit, ProtocolContent, Variant
from app.library.reading import Node
from app.library.vocabulary import Requirement
from app.planning.act_rules import overlap


def series(content: ProtocolContent, node: Node, library: Library) -> None:
    """Steps, reviews, extension, variants and extra visits name steps that exist."""
    numbers = {step.n for step in content.steps}
    for i, n in enumerate(content.review_after):
        _step_exists(n, numbers, node[f"review_after[{i}]"])
    if content.extension:
        if content.extension.to <= len(numbers):
            node["extension"]["to"].fault("no_extension", last=len(numbers))
        _step_repeats(content.extension.repeats_gap_of_step, content, node["extension"]["repeats_gap_of_step"])
    for key, variant in content.variants.items():
        _variant(variant, content, node["variants"][key], library)
    for i, visit in enumerate(content.extra_visits):
        _extra_visit(visit, numbers, node[f"extra_visits[{i}]"])


def _step_exists(n: int | None, numbers: set[int], node: Node) -> None:
    if n is not None and n not in numbers:
        node.fault("no_such_step", step=n)


def _step_repeats(n: int | None, content: ProtocolContent, node: Node) -> None:
    if not any(step.n == n and step.gaps for step in content.steps):
        node.fault("step_has_no_gap", step=n)


def _variant(variant: Variant, content: ProtocolContent, node: Node, library: Library) -> None:
    if variant.area and {variant.area, content.area} <= library.areas.keys() and not library.contains(content.area, variant.area):
        node["area"].fault("area_outside", name=variant.area, area=content.area)
    _step_exists(variant.from_step, {step.n for step in content.steps}, node["from_step"])
    if variant.sessions is None:
        return
    most = content.extension.to if content.extension else len(content.steps)
    if variant.sessions > most:
        node["sessions"].fault("too_many_sessions", most=most)
    if variant.sessions > len(content.steps):
        _step_repeats(variant.repeats_gap_of_step, content, node["repeats_gap_of_step"])


def _extra_visit(visit: ExtraVisit, numbers: set[int], node: Node) -> None:
    _step_exists(visit.after_step, numbers, node["after_step"])
    _step_exists(visit.before_step, numbers, node["before_step"])


def visit(content: ProtocolContent, node: Node, library: Library) -> None:
    """Phases stand in their order, with the procedure among them; things used belong to an act that is named."""
    names = [phase.name for phase in content.needs]
    if names != [name for name in PHASES if name in names]:
        node["needs"].fault("phase_order", order=", ".join(PHASES))
    if "procedure" not in names:
        node["needs"].fault("no_procedure")
    used = [("products", product) for product in content.products] + [("devices", device) for device in content.devices]
    for kind, name in [*used, *([("deliveries", content.delivery)] if content.delivery else [])]:
        word = library.words[kind].get(name)
        if word and word.of and not set(library.acts_of(word.of)) & set(content.acts):
            node["acts"].fault("act_not_named", name=name, acts=", ".join(word.of))


def requirements(content: ProtocolContent, node: Node, library: Library) -> None:
    """Everything that the acts, on this area and in these phases, bring with them is there."""
    if node["acts"].given and not content.acts:
        node["acts"].fault("empty_list")
    have = _what_it_has(content, library)
    for requirement in library.requirements:
        if _concerns(requirement, content, library):
            reason = ", ".join(requirement.acts) or str(requirement.phase)
            for section, names in requirement.needs.items():
                lacking = [name for name in names if name not in have[section]]
                if lacking:
                    node[section].fault("lacks", names=", ".join(lacking), reason=reason)
    _tan_is_told_in_time(content, node, library)
    if content.attest and content.enabled:
        node["enabled"].fault("attest_but_enabled")
    if "any" not in content.honesty:
        node["honesty"].fault("honesty_missing")


def _what_it_has(content: ProtocolContent, library: Library) -> dict[str, Iterable[str]]:
    kinds = {*library.cadences.get(content.messages.cadence, ()), *content.messages.add} - set(content.messages.skip)
    return {
        "rules": library.expand_rules(content.rules),
        "red_flags": content.red_flags,
        "pre": content.pre,
        "honesty": content.honesty,
        "messages": kinds,
        "records": content.records,
        "clinic": content.clinic,
        "stock": content.stock,
        "attest": content.attest,
    }


def _concerns(requirement: Requirement, content: ProtocolContent, library: Library) -> bool:
    if requirement.acts and not set(library.acts_of(requirement.acts)) & set(content.acts):
        return False
    if requirement.area and not (content.area in library.areas and overlap(library.parents, requirement.area, content.area)):
        return False
    return requirement.phase is None or requirement.phase in [phase.name for phase in content.needs]


def _tan_is_told_in_time(content: ProtocolContent, node: Node, library: Library) -> None:
    if "tan" in library.expand_rules(content.rules) and "tan" in library.rules:
        longest = max((point.lead_days for group in content.pre for point in library.pre.get(group, ())), default=0)
        if longest < library.rules["tan"].days:
            node["pre"].fault("tan_told_too_late", days=library.rules["tan"].days, lead=longest)


def rule_effects(content: ProtocolContent, node: Node, library: Library) -> None:
    """An effect may differ from the library's only where the rule allows it and the protocol says it is confirmed."""
    for key, effect in content.rule_effects.items():
        rule = library.rules.get(key)
        if rule is None:
            node["rule_effects"][key].fault("unknown_name", name=key, table="rules")
        elif effect not in rule.physician_may_set:
            node["rule_effects"][key].fault("effect_not_allowed", effect=str(effect))
        elif key not in content.must_confirm:
            node["must_confirm"].fault("effect_not_confirmed")
