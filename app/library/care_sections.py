"""Reads the rules of suitability and the texts of care: preparation, aftercare, red flags, honesty lines."""

from __future__ import annotations

from collections.abc import Collection

from app.library.names import Names
from app.library.reading import Node
from app.library.vocabulary import AfterPoint, CarePoint, HonestyLine, RedFlag, Rule
from app.planning.findings import Applies, Effect

CALLS = ("now_112", "clinic_day_and_night", "clinic")
_ASKED_WITH_CARE = ("pregnant", "breastfeeding")  # never end by themselves, asked only where they can apply
_RULE_FIELDS = (
    "until days days_hint min_override_days ends_by_itself review applies physician_may_set question note same_question_as"
    " never_tell_patient_to_stop then_effect override scope reception_label also_after"
)


def rules(node: Node, events: Collection[str]) -> dict[str, Rule]:
    """Every rule of suitability with its question."""
    keys = [key for key, _ in node.items()]
    return {key: _rule(key, inside, events, keys) for key, inside in node.items()}


def _rule(key: str, node: Node, events: Collection[str], keys: Collection[str]) -> Rule:
    node.fields("effect names", _RULE_FIELDS)
    rule = Rule(
        key=key,
        names=node["names"].names(),
        effect=node["effect"].choice(Effect, Effect.ABSOLUTE),
        question=node["question"].names_or_none(),
        until=node["until"].key_or_none(events, "events"),
        days=node["days"].whole(),
        days_hint=node["days_hint"].whole(),
        min_override_days=node["min_override_days"].whole(),
        also_after=node["also_after"].flag(),
        then_effect=node["then_effect"].choice(Effect, Effect.WARN) if node["then_effect"].given else None,
        override=node["override"].key_or_none(("physician_with_reason",), "overrides"),
        scope=node["scope"].key_or_none(("product",), "scopes"),
        review=node["review"].duration(),
        ends_by_itself=node["ends_by_itself"].flag(),
        applies=_applies(node["applies"]),
        physician_may_set=tuple(entry.choice(Effect, Effect.WARN) for entry in node["physician_may_set"].each()),
        never_tell_patient_to_stop=node["never_tell_patient_to_stop"].flag(),
        same_question_as=node["same_question_as"].key_or_none(keys, "rules"),
        reception_label=node["reception_label"].names_or_none(),
        note=node["note"].names_or_none(),
    )
    _rule_holds_together(rule, node)
    return rule


def _rule_holds_together(rule: Rule, node: Node) -> None:
    if (rule.effect is Effect.UNTIL) != (rule.until is not None):
        node.fault("until_and_event")
    if rule.effect is Effect.DAYS and not rule.days:
        node.fault("days_missing")
    if rule.question is None and rule.same_question_as is None:
        node.fault("no_question")
    if rule.key in _ASKED_WITH_CARE and (rule.ends_by_itself or rule.review is None or rule.applies is None):
        node.fault("may_not_end_by_itself")


def _applies(node: Node) -> Applies | None:
    if not node.given:
        return None
    node.fields("sex age", "age_unknown per_patient")
    ages = [entry.whole(0, 120) for entry in node["age"].each()]
    if len(ages) != 2 or ages[0] > ages[1]:
        node["age"].fault("window_order")
        ages = [0, 120]
    return Applies(
        sex=frozenset(entry.key(("female", "male", "unknown"), "sexes") for entry in node["sex"].each()),
        age_from=ages[0],
        age_to=ages[1],
        ask_if_age_unknown=node["age_unknown"].key_or_none(("ask", "do_not_ask"), "ask, do_not_ask") == "ask",
        can_be_switched_off=node["per_patient"].key_or_none(("do_not_ask",), "do_not_ask") is not None,
    )


def preparation(node: Node, known_rules: Collection[str]) -> dict[str, tuple[CarePoint, ...]]:
    """Lines of preparation by group."""
    return {key: tuple(_care_point(entry, known_rules) for entry in inside.each()) for key, inside in node.items()}


def _care_point(node: Node, known_rules: Collection[str]) -> CarePoint:
    node.fields("lead_days late en tr", "only_if_rule_applies")
    text = node.texts()
    return CarePoint(
        text=text,
        lead_days=node["lead_days"].whole(),
        late=_late(node["late"], text),
        only_if_rule_applies=node["only_if_rule_applies"].key_or_none(known_rules, "rules"),
    )


def _late(node: Node, text: Names) -> Names | None:
    if isinstance(node.value, str):
        return text if node.key(("same", "drop"), "same, drop") == "same" else None
    return node.names_or_none()


def aftercare(node: Node, windows: Collection[str]) -> dict[str, tuple[AfterPoint, ...]]:
    """Lines of aftercare by group."""
    return {
        key: tuple(AfterPoint(entry.fields("window en tr").texts(), entry["window"].key(windows, "windows")) for entry in inside.each())
        for key, inside in node.items()
    }


def red_flags(node: Node) -> dict[str, tuple[RedFlag, ...]]:
    """Signs and whom to call; a line that says "call now" carries the emergency number."""
    return {key: tuple(_red_flag(entry) for entry in inside.each()) for key, inside in node.items()}


def _red_flag(node: Node) -> RedFlag:
    flag = RedFlag(node.fields("call en tr").texts(), node["call"].key(CALLS, "calls"))
    if flag.call == "now_112" and "{emergency_number}" not in flag.text.en:
        node.fault("no_emergency_number")
    return flag


def honesty(node: Node) -> dict[str, HonestyLine]:
    """Lines that are never removed."""
    return {
        key: HonestyLine(key, inside.fields("en tr", "discreet").texts(), inside["discreet"].names_or_none())
        for key, inside in node.items()
    }
