"""The shipped library loads; a library broken in one place is refused, and the fault is named."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from app.library import loader
from app.library.library import Library
from app.library.problems import LibraryError
from app.planning.findings import Effect
from tests.library.broken import library_data, protocol_in


def test_the_shipped_library_loads() -> None:
    library = loader.shipped()
    assert isinstance(library, Library)
    assert library is loader.shipped()
    assert (len(library.acts), len(library.protocols), len(library.rules)) == (24, 15, 28)


def test_names_are_given_in_a_language() -> None:
    names = loader.shipped().acts["filler"].names
    assert (names.in_("en"), names.in_("tr")) == ("Hyaluronic filler", "Hyaluronik asit dolgu")
    assert names.in_("de") == names.en


def test_a_rule_keeps_what_it_says() -> None:
    rule = loader.shipped().rules["breastfeeding"]
    assert (rule.effect, rule.until, str(rule.review), rule.physician_may_set) == (
        Effect.UNTIL,
        "breastfeeding_end",
        "9m",
        (Effect.WARN,),
    )


def test_reception_sees_only_that_the_physician_decides() -> None:
    library = loader.shipped()
    assert library.reception_label("pregnant").en == "Health answer: the physician decides"
    assert library.reception_label("fish_allergy").en == "Allergy: tell the nurse"
    assert library.reception_label("a rule of the past").en == "Health answer: the physician decides"


def test_a_word_of_the_past_is_shown_by_its_key() -> None:
    library = loader.shipped()
    assert library.name_of("rooms", "laser").tr == "Lazer odası"
    assert library.name_of("rooms", "cellar").en == "cellar"


def test_a_late_course_gets_the_last_row_reached() -> None:
    policy = loader.shipped().lapse_policies["regenerative"]
    assert policy.row_for(0) is None
    assert [row.do for late in (1, 29, 30, 120) if (row := policy.row_for(late))] == [
        "continue_and_flag",
        "continue_and_flag",
        "physician_decides",
        "new_evaluation",
    ]


def test_a_key_given_twice_is_refused_with_its_line() -> None:
    text = loader.SHIPPED.read_text(encoding="utf-8").replace("acts:   #", "acts: {}\nacts:   #", 1)
    with pytest.raises(LibraryError, match=r"'acts' stands twice[\s\S]*line"):
        loader.load(text)


def test_a_key_that_is_not_text_is_refused() -> None:
    with pytest.raises(LibraryError, match="is not text; quote it"):
        loader.load("library:\n  on: 1\n")


@pytest.mark.parametrize("text", ["", "[]", "7", "library: {", "acts: {a: }", "protocols: [1, 2]"])
def test_what_is_no_library_is_refused(text: str) -> None:
    with pytest.raises(LibraryError):
        loader.load(text)


def protocol(data: Any, key: str) -> Any:
    return protocol_in(data, key)


def put(*path: Any) -> Callable[[Any], None]:
    """A change that sets the place named by all but the last value to the last value."""
    *places, last, value = path

    def change(data: Any) -> None:
        for place in places:
            data = data[place]
        data[last] = value

    return change


def cut(*path: Any) -> Callable[[Any], None]:
    """A change that removes a place."""
    *places, last = path

    def change(data: Any) -> None:
        for place in places:
            data = data[place]
        del data[last]

    return change


def without_needling_row(data: Any) -> None:
    data["gaps_same_area"] = [row for row in data["gaps_same_area"] if row["to"] != "cosmetic_care"]
    protocol(data, "peel_superficial")["acts"].append("heat_treatment")


def promise(data: Any) -> None:
    data["after"]["filler"][0]["en"] += " The best result."


def forbidden_and_lifted(data: Any) -> None:
    data["forbid_same_day"].append(["botulinum", "filler"])


def one_order_only(data: Any) -> None:
    data["same_day"].append({"order": ["hydrafacial", "ipl"]})


FAULTS: list[tuple[str, Callable[[Any], None], str, str]] = [
    ("a section is missing", cut("rules"), "rules", "missing"),
    ("a section nobody knows", put("magic", {}), "", "unknown_field"),
    ("no Turkish text", cut("rules", "keloid", "names", "tr"), "rules.keloid.names.tr", "missing"),
    ("an empty text", put("acts", "filler", "names", "tr", " "), "acts.filler.names.tr", "empty_text"),
    ("a group with an unknown act", put("groups", "peel", "acts", 0, "magic"), "groups.peel.acts[0]", "unknown_name"),
    ("an act lost from the group of all", cut("groups", "all_acts", "acts", 0), "groups.all_acts", "not_all_acts"),
    ("an area in an unknown one", put("areas", "lips", "in", "head"), "areas.lips.in", "unknown_name"),
    ("areas that go round in a circle", put("areas", "face", "in", "lips"), "areas.face", "circle"),
    ("a row with an unknown name", put("gaps_same_area", 0, "to", "any_thing"), "gaps_same_area[0].to", "unknown_name"),
    ("a row of no days", put("gaps_same_area", 0, "days", 0), "gaps_same_area[0].days", "not_whole"),
    ("a row with a word for days", put("gaps_same_area", 0, "days", "7"), "gaps_same_area[0].days", "not_whole"),
    ("a same-day pair of one", put("same_day", 0, "order", ["filler"]), "same_day[0].order", "not_two"),
    ("a pair allowed and forbidden", forbidden_and_lifted, "same_day", "lifted_and_forbidden"),
    ("an order nothing enforces", one_order_only, "same_day", "order_without_row"),
    ("an act that has no row", without_needling_row, "acts_without_own_rows", "rows_missing"),
    ("a requirement of an unknown rule", put("requirements", 0, "rules", 0, "magic"), "requirements[0].rules[0]", "unknown_name"),
    ("a requirement with an unknown field", put("requirements", 0, "rule", []), "requirements[0]", "unknown_field"),
    ("an effect nobody knows", put("rules", "keloid", "effect", "never"), "rules.keloid.effect", "not_a_choice"),
    ("an until without its event", cut("rules", "herpes_active", "until"), "rules.herpes_active", "until_and_event"),
    ("days without a number", cut("rules", "tan", "days"), "rules.tan", "days_missing"),
    ("a rule without a question", cut("rules", "keloid", "question"), "rules.keloid", "no_question"),
    ("a pregnancy that ends by itself", put("rules", "pregnant", "ends_by_itself", True), "rules.pregnant", "may_not_end_by_itself"),
    ("a review that is no time", put("rules", "pregnant", "review", "9 months"), "rules.pregnant.review", "not_a_duration"),
    ("an age turned round", put("rules", "pregnant", "applies", "age", [55, 12]), "rules.pregnant.applies.age", "window_order"),
    ("a rule set with an unknown rule", put("rule_sets", "all", 0, "magic"), "rule_sets.all[0]", "unknown_name"),
    ("a care point without lead", cut("pre", "common", 0, "lead_days"), "pre.common[0].lead_days", "missing"),
    ("a care point silent when late", cut("pre", "common", 0, "late"), "pre.common[0].late", "missing"),
    ("an unknown window", put("after", "filler", 0, "window", "d9"), "after.filler[0].window", "unknown_name"),
    ("an unknown call", put("red_flags", "burn", 0, "call", "mother"), "red_flags.burn[0].call", "unknown_name"),
    ("call now without the number", put("red_flags", "burn", 0, "call", "now_112"), "red_flags.burn[0]", "no_emergency_number"),
    (
        "a promise in Turkish capitals",
        put("after", "filler", 0, "tr", "İNDİRİM var."),
        "after.filler[0].tr",
        "promise",
    ),
    (
        "a care text that names the procedure",
        put("pre", "common", 0, "en", "Call us before the filler."),
        "pre.common[0].en",
        "names_procedure",
    ),
    (
        "a care text that names it in Turkish",
        put("pre", "common", 0, "tr", "Dolgudan önce bizi arayın."),
        "pre.common[0].tr",
        "names_procedure",
    ),
    (
        "a text that stops a medicine",
        put("pre", "common", 0, "en", "Stop your blood thinner 5 days before."),
        "pre.common[0].en",
        "stops_medicine",
    ),
    (
        "a cream order without the prescriber",
        put("after", "filler", 0, "en", "No retinol for 7 days."),
        "after.filler[0].en",
        "prescriber_left_out",
    ),
    ("an undeclared variable", put("honesty", "any", {"en": "{price}", "tr": "{price}"}), "honesty.any.en", "unknown_variable"),
    ("a flag that is no flag", put("rules", "tan", "also_after", "maybe"), "rules.tan.also_after", "not_yes_no"),
    (
        "a name of both act and group",
        put("groups", "filler", {"names": {"en": "F", "tr": "F"}, "acts": ["filler"]}),
        "groups.filler",
        "both_act_and_group",
    ),
    ("sending hours turned round", put("defaults", "sending_hours", "to", "08:00"), "defaults.sending_hours", "window_order"),
    ("a window of no hours", put("words", "windows", "h4", "to_hours", 0), "words.windows.h4.to_hours", "not_whole"),
    ("a band that is no share", put("defaults", "band", "share_of_ideal_gap", 7), "defaults.band.share_of_ideal_gap", "not_whole"),
    ("a promise", promise, "after.filler[0].en", "promise"),
    (
        "a suffix on a variable",
        put("red_flags", "emergency", 0, "tr", "Nefes darlığı: {emergency_number}'yi arayın"),
        "red_flags.emergency[0]",
        "suffix_on_variable",
    ),
    (
        "a variable in one language only",
        put("red_flags", "emergency", 0, "tr", "Nefes darlığı: hemen arayın"),
        "red_flags.emergency[0]",
        "variables_differ",
    ),
    ("a lapse that does not fit its rows", put("lapse_policies", "weekly", "lapse_days", 14), "lapse_policies.weekly", "lapse_rows"),
    ("a mail that is a task and urgent", put("message_kinds", "call_list", "urgency", "routine"), "message_kinds.call_list", "urgency"),
    (
        "aftercare that waits for the morning",
        put("message_kinds", "aftercare", "urgency", "routine"),
        "message_kinds.aftercare.urgency",
        "must_be",
    ),
    (
        "an evening message of the next day",
        put("message_kinds", "same_evening", "when", "never_next_day", False),
        "message_kinds.same_evening.when.never_next_day",
        "must_be",
    ),
    ("a cadence with an unknown kind", put("cadences", "standard", 0, "magic"), "cadences.standard[0]", "unknown_name"),
    ("a visit with an unknown person", put("visit_types", "review", "performer", "cook"), "visit_types.review.performer", "unknown_name"),
    (
        "a template of an unknown protocol",
        put("plan_templates", 0, "tracks", 0, "protocol", "magic"),
        "plan_templates[0].tracks[0].protocol",
        "unknown_name",
    ),
    (
        "a template that starts after a step nobody has",
        put("plan_templates", 0, "tracks", 1, "start_after", "step", 9),
        "plan_templates[0].tracks[1].start_after.step",
        "no_such_step",
    ),
    ("a device of an unknown act", put("words", "devices", "centrifuge", "of", "magic"), "words.devices.centrifuge.of", "unknown_name"),
    (
        "a protocol whose gap is turned",
        put("protocols", 3, "steps", 1, "gap", "ideal", 99),
        "protocols[prp_scalp].steps[1].gap.max",
        "gap_order",
    ),
    ("a protocol given twice", put("protocols", 1, "id", "exosome_face_needling"), "protocols[1].id", "twice"),
]


@pytest.mark.parametrize(("change", "path", "code"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_library_is_refused_with(change: Callable[[Any], None], path: str, code: str) -> None:
    data = library_data()
    change(data)
    with pytest.raises(LibraryError) as refused:
        loader.from_data(data)
    assert (path, code) in [(problem.path, problem.code) for problem in refused.value.problems], str(refused.value)
    assert all(str(problem) for problem in refused.value.problems)


def test_an_untouched_copy_is_not_refused() -> None:
    assert loader.from_data(copy.deepcopy(library_data())).protocols == loader.shipped().protocols
