"""From a protocol's rules to the answers of suitability."""

from datetime import date

from app.library import health
from app.library.content import parse_content
from app.library.loader import shipped, shipped_protocols
from app.planning.findings import Effect, Finding, PatientFacts, Sex, Treatment
from app.planning.health_questions import to_ask
from app.planning.suitability import answers
from tests.library.broken import protocol_data

TODAY = date(2027, 3, 1)
P = shipped_protocols()


def test_rule_sets_are_flattened_and_each_rule_stands_once() -> None:
    keys = [rule.key for rule in health.rules_for([P["laser_hair_face"], P["peel_superficial"]], shipped())]
    assert len(keys) == len(set(keys))
    assert {"pregnant", "tan", "herpes_history", "keloid"} <= set(keys)


def test_absolute_rules_are_never_overridden_but_the_one_that_says_so() -> None:
    never = [key for key, rule in shipped().rules.items() if health.suitability_rule(rule).never_override]
    assert never == ["cancer_area", "pacemaker", "allergy_product", "photo_epilepsy"]


def test_pregnancy_is_looked_at_again_after_nine_months() -> None:
    rules = health.rules_for([P["prp_scalp"]], shipped())
    found = answers(rules, [Finding("pregnant", since=TODAY)], PatientFacts(), TODAY, Treatment("scalp"), shipped().parents)
    [answer] = [answer for answer in found if answer.blocks]
    assert (answer.rule, answer.until_event, answer.review_on) == ("pregnant", "pregnancy_end", date(2027, 12, 1))


def test_a_man_is_not_asked_about_pregnancy_by_any_protocol() -> None:
    for content in P.values():
        asked = to_ask(health.rules_for([content], shipped()), PatientFacts(Sex.MALE, date(1990, 1, 1)), TODAY)
        assert asked
        assert not {"pregnant", "breastfeeding"} & set(asked)


def test_a_changed_effect_holds_for_its_protocol_and_the_stricter_one_in_a_joined_visit() -> None:
    laser = parse_content(protocol_data("laser_hair_face") | {"rule_effects": {"breastfeeding": "warn"}}, shipped())

    def effect(*contents: object) -> Effect:
        rules = health.rules_for(contents, shipped())  # type: ignore[arg-type]  # contents of two sources
        return next(rule.effect for rule in rules if rule.key == "breastfeeding")

    assert effect(laser) is Effect.WARN
    assert effect(laser, P["filler_ha"]) is Effect.UNTIL
    assert effect(P["filler_ha"], laser) is Effect.UNTIL


def test_a_joined_visit_is_blocked_by_the_rule_of_either() -> None:
    rules = health.rules_for([P["botulinum_upper_face"], P["filler_ha"]], shipped())
    found = answers(rules, [Finding("neuromuscular")], PatientFacts(), TODAY, Treatment("face"), shipped().parents)
    assert [answer.rule for answer in found if answer.blocks] == ["neuromuscular"]
