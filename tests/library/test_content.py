"""A protocol's content: every default one parses and is written back; a broken one is refused with every fault."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.library.content import ContentError, parse_content, problems_of, to_data
from app.library.loader import shipped, shipped_protocols
from app.library.problems import WORDS
from app.planning.durations import Duration
from app.planning.findings import Effect
from tests.library.broken import protocol_data
from tests.library.test_loader import cut, put

KEYS = sorted(shipped_protocols())


@pytest.mark.parametrize("key", KEYS)
def test_a_default_protocol_parses_and_is_written_back_as_it_was(key: str) -> None:
    data = protocol_data(key)
    content = parse_content(data, shipped())
    assert to_data(content) == data
    assert parse_content(to_data(content), shipped()) == content


def test_days_are_read_as_durations() -> None:
    [gap] = shipped_protocols()["prp_scalp"].steps[1].gaps
    assert (gap.min, gap.ideal, gap.max) == (Duration(days=21), Duration(days=30), Duration(days=45))
    assert gap.as_question().absolute_min == Duration(days=21)


def test_a_clinic_may_write_weeks_months_and_several_gaps() -> None:
    data = protocol_data("prp_scalp")
    data["steps"][2] = {"n": 3, "gaps": [{"min": "3w", "ideal": "1m", "max": "6w+3d"}, {"from_step": 1, "min": "8w"}]}
    content = parse_content(data, shipped())
    assert content.steps[2].gaps[1].from_step == 1
    assert to_data(content)["steps"] == data["steps"]


def test_a_protocol_without_maintenance_ends_with_its_series() -> None:
    data = protocol_data("prp_scalp")
    del data["maintenance"]
    content = parse_content(data, shipped())
    assert content.maintenance is None
    assert "maintenance" not in to_data(content)


def test_a_physician_may_set_an_effect_where_rule_and_protocol_allow_it() -> None:
    data = protocol_data("laser_hair_face") | {"rule_effects": {"breastfeeding": "warn"}}
    content = parse_content(data, shipped())
    assert content.rule_effects == {"breastfeeding": Effect.WARN}
    assert to_data(content) == data


def remove(section: str, name: str) -> Callable[[Any], None]:
    """A change that takes a name out of a list."""
    return lambda data: data[section].remove(name)


def extra(section: str, value: Any) -> Callable[[Any], None]:
    """A change that adds an entry to a list."""
    return lambda data: data.setdefault(section, []).append(value)


def phases_turned(data: Any) -> None:
    data["needs"] = dict(reversed(data["needs"].items()))


FAULTS: list[tuple[str, str, Callable[[Any], None], str, str]] = [
    ("a field nobody knows", "prp_scalp", put("magic", 1), "", "unknown_field"),
    ("no acts named", "prp_scalp", put("acts", []), "acts", "empty_list"),
    ("a missing field", "prp_scalp", cut("lapse"), "lapse", "missing"),
    ("an unknown act", "prp_scalp", put("acts", ["magic"]), "acts[0]", "unknown_name"),
    ("an act given twice", "prp_scalp", extra("acts", "prp_injected"), "acts", "twice"),
    ("an unknown area", "prp_scalp", put("area", "tail"), "area", "unknown_name"),
    ("an unknown rule", "prp_scalp", extra("rules", "magic"), "rules[3]", "unknown_name"),
    ("an unknown product", "prp_scalp", put("products", ["magic"]), "products[0]", "unknown_name"),
    ("an unknown skill", "prp_scalp", put("needs", "procedure", "skills", ["magic"]), "needs.procedure.skills[0]", "unknown_name"),
    ("an unknown room", "prp_scalp", put("needs", "procedure", "room", "cellar"), "needs.procedure.room", "unknown_name"),
    ("no room", "prp_scalp", cut("needs", "procedure", "room"), "needs.procedure.room", "missing"),
    ("an unknown device", "prp_scalp", put("needs", "procedure", "devices", ["magic"]), "needs.procedure.devices[0]", "unknown_name"),
    ("no session", "prp_scalp", put("steps", []), "steps", "no_steps"),
    ("a step too few", "prp_scalp", put("steps", 1, "n", 3), "steps", "steps_not_counted"),
    ("a gap before the first session", "prp_scalp", put("steps", 0, "gap", {"min": 3}), "steps[0]", "first_step_has_gap"),
    ("a step without a gap", "prp_scalp", cut("steps", 1, "gap"), "steps[1]", "step_without_gap"),
    ("a gap and a list of gaps", "prp_scalp", put("steps", 1, "gaps", []), "steps[1]", "two_ways_of_gaps"),
    ("an empty gap", "prp_scalp", put("steps", 1, "gap", {}), "steps[1].gap", "gap_empty"),
    ("a maximum below the minimum", "prp_scalp", put("steps", 1, "gap", {"min": 30, "max": 20}), "steps[1].gap.max", "gap_order"),
    ("an ideal above the maximum", "prp_scalp", put("steps", 1, "gap", "ideal", 99), "steps[1].gap.max", "gap_order"),
    ("a firm minimum above the minimum", "prp_scalp", put("steps", 1, "gap", "absolute_min", "4w"), "steps[1].gap.min", "gap_order"),
    ("months above the maximum in days", "prp_scalp", put("steps", 1, "gap", "ideal", "2m"), "steps[1].gap.max", "gap_order"),
    ("an unknown unit", "prp_scalp", put("steps", 1, "gap", "min", "3 moons"), "steps[1].gap.min", "not_a_duration"),
    ("a gap of nothing", "prp_scalp", put("steps", 1, "gap", "min", 0), "steps[1].gap.min", "not_above_zero"),
    ("a gap below nothing", "prp_scalp", put("steps", 1, "gap", "min", "1w-9d"), "steps[1].gap.min", "not_above_zero"),
    (
        "a gap from a step that is not earlier",
        "prp_scalp",
        put("steps", 1, {"n": 2, "gaps": [{"from_step": 2, "min": 9}]}),
        "steps[1].gaps[0].from_step",
        "step_not_earlier",
    ),
    ("a review after a step nobody has", "prp_scalp", put("review_after", [9]), "review_after[0]", "no_such_step"),
    ("an extension that extends nothing", "prp_scalp", put("extension", "to", 3), "extension.to", "no_extension"),
    (
        "an extension that repeats no gap",
        "prp_scalp",
        put("extension", "repeats_gap_of_step", 1),
        "extension.repeats_gap_of_step",
        "step_has_no_gap",
    ),
    (
        "a variant that does not say which gap repeats",
        "microneedling_face",
        cut("variants", "acne_scar", "repeats_gap_of_step"),
        "variants.acne_scar.repeats_gap_of_step",
        "step_has_no_gap",
    ),
    (
        "a variant with too many sessions",
        "microneedling_face",
        put("variants", "acne_scar", "sessions", 9),
        "variants.acne_scar.sessions",
        "too_many_sessions",
    ),
    ("a variant on another area", "laser_hair_body", put("variants", "legs", "area", "scalp"), "variants.legs.area", "area_outside"),
    ("a variant's gap from nowhere", "laser_hair_body", cut("variants", "legs", "from_step"), "variants.legs.from_step", "missing"),
    (
        "a touch-up after a step nobody has",
        "filler_ha",
        put("extra_visits", 0, "after_step", 2),
        "extra_visits[0].after_step",
        "no_such_step",
    ),
    ("a touch-up window turned round", "filler_ha", put("extra_visits", 0, "to_days", 3), "extra_visits[0].to_days", "window_order"),
    ("a visit of an unknown kind", "filler_ha", put("extra_visits", 0, "type", "party"), "extra_visits[0].type", "unknown_name"),
    ("phases out of order", "prp_scalp", phases_turned, "needs", "phase_order"),
    ("no procedure", "prp_scalp", cut("needs", "procedure"), "needs", "no_procedure"),
    ("a phase nobody knows", "prp_scalp", put("needs", "party", {}), "needs.party", "unknown_name"),
    ("a phase of no minutes", "prp_scalp", put("needs", "numbing", "minutes", 0), "needs.numbing.minutes", "not_whole"),
    (
        "a centrifuge that outlasts the cream",
        "prp_scalp",
        put("needs", "numbing", "devices", 0, "minutes", 60),
        "needs.numbing.devices[0].minutes",
        "device_outlasts_phase",
    ),
    ("a device whose act is not named", "exosome_scalp", remove("acts", "microneedling"), "acts", "act_not_named"),
    ("a product whose act is not named", "exosome_face_needling", remove("acts", "exosome_topical"), "acts", "act_not_named"),
    ("no vessel flags on an injected face", "prp_face", remove("red_flags", "vessel"), "red_flags", "lacks"),
    ("no evening message on an injected face", "skin_booster_face", put("messages", "add", []), "messages", "lacks"),
    ("an evening message added and skipped", "prp_face", put("messages", "skip", ["same_evening"]), "messages", "lacks"),
    ("no out-of-hours number on an injected face", "filler_ha", cut("clinic"), "clinic", "lacks"),
    ("no fish question for polynucleotide", "polynucleotide_face", remove("rules", "fish_allergy"), "rules", "lacks"),
    ("no pregnancy question", "peel_superficial", remove("rules", "all"), "rules", "lacks"),
    ("no cream record where there is cream", "prp_scalp", cut("records"), "records", "lacks"),
    ("no eye shields with a laser", "laser_hair_body", cut("records"), "records", "lacks"),
    ("no hyaluronidase beside a filler", "filler_ha", cut("stock"), "stock", "lacks"),
    ("no late checks for exosomes", "exosome_scalp", cut("messages", "add"), "messages", "lacks"),
    ("no honesty about exosomes", "exosome_scalp", remove("honesty", "exosome"), "honesty", "lacks"),
    ("no honesty line at all", "prp_scalp", put("honesty", []), "honesty", "honesty_missing"),
    ("a missing attestation", "exosome_face_injected", put("attest", []), "attest", "lacks"),
    ("an attestation, but switched on", "exosome_face_injected", put("enabled", True), "enabled", "attest_but_enabled"),
    ("the tan told too late", "microneedling_face", remove("pre", "tan"), "pre", "tan_told_too_late"),
    (
        "an effect the rule does not allow",
        "laser_hair_face",
        put("rule_effects", {"keloid": "warn"}),
        "rule_effects.keloid",
        "effect_not_allowed",
    ),
    ("an effect nobody confirms", "prp_scalp", put("rule_effects", {"breastfeeding": "warn"}), "must_confirm", "effect_not_confirmed"),
    ("a name with a line break", "prp_scalp", put("names", "en", "PRP\nBcc: x"), "names.en", "control_character"),
    ("a name of ten thousand letters", "prp_scalp", put("names", "tr", "x" * 10_000), "names.tr", "too_long"),
    ("a month that is none", "peel_superficial", put("season", "avoid_months", [13]), "season.avoid_months[0]", "not_whole"),
    ("a photo before no session", "prp_scalp", put("photos", [{"at": "before_session"}]), "photos[0].n", "missing"),
    ("maintenance from another day", "prp_scalp", put("maintenance", "anchor", "first"), "maintenance.anchor", "must_be"),
]


@pytest.mark.parametrize(("key", "change", "path", "code"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_protocol_is_refused_with(key: str, change: Callable[[Any], None], path: str, code: str) -> None:
    data = protocol_data(key)
    change(data)
    with pytest.raises(ContentError) as refused:
        parse_content(data, shipped())
    assert (path, code) in [(problem.path, problem.code) for problem in refused.value.problems], str(refused.value)


def test_every_fault_is_told_at_once_with_words() -> None:
    data = protocol_data("prp_scalp")
    data["steps"][1]["gap"]["ideal"] = 99
    data["area"] = "tail"
    problems = problems_of(data, shipped())
    assert [str(problem) for problem in problems] == [
        "area: “tail” is not defined in the library (areas).",
        "steps[1].gap.max: ideal must not be longer than max.",
    ]


def test_every_code_used_has_words() -> None:
    assert all(WORDS[code] for *_, code in FAULTS)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=5,
)
places = [(), ("steps",), ("steps", 1), ("steps", 1, "gap"), ("needs",), ("needs", "numbing"), ("needs", "procedure"), ("messages",)]
places += [("maintenance",), ("extension",), ("variants",), ("extra_visits",), ("photos",), ("names",), ("season",)]


@given(st.sampled_from(KEYS), st.sampled_from(places), st.data())
def test_whatever_stands_anywhere_the_answer_is_a_content_or_a_list_of_faults(key: str, place: tuple[Any, ...], data: Any) -> None:
    content = protocol_data(key)
    target = content
    for step in place:
        if not isinstance(target, list | dict) or (isinstance(target, dict) and step not in target):
            return
        if isinstance(target, list) and step >= len(target):
            return
        target = target[step]
    if not target:
        return
    name = data.draw(st.sampled_from(sorted(target)) if isinstance(target, dict) else st.sampled_from(range(len(target))))
    target[name] = data.draw(anything)
    faults = problems_of(content, shipped())
    assert all(str(fault) for fault in faults)
    if not faults:
        parsed = parse_content(content, shipped())
        assert parse_content(to_data(parsed), shipped()) == parsed
