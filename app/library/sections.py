"""Reads the sections of a library file into typed values: acts, areas, rules between them, words, visits, messages."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.library.library import Library
from app.library.names import LANGUAGES
from app.library.reading import Node
from app.library.vocabulary import (
    Act,
    ActGap,
    Area,
    Defaults,
    Group,
    LapsePolicy,
    LapseRow,
    MessageKindDefaults,
    PlanTemplate,
    Requirement,
    SameDayPair,
    Track,
    VisitKind,
    Window,
    Word,
)

_WORD_FIELDS = "of roles practitioner_only_if limits must_confirm from_hours to_hours"
_CLASSES = ("service", "recall", "staff_task")
_URGENCIES = ("at_once", "change", "routine", "invitation")


def defaults(node: Node) -> Defaults:
    """Figures that hold where nothing else is said."""
    node.fields(
        "evaluation grace_days min_age band recall_max sending_hours reception_label",
        "calendar assistant",
    )
    evaluation, band, hours = node["evaluation"], node["band"], node["sending_hours"]
    share = band["share_of_ideal_gap"].value
    if not isinstance(share, float) or not 0 <= share <= 1:
        band["share_of_ideal_gap"].fault("not_whole", least=0, most=1)
        share = 0.0
    found = Defaults(
        evaluation_valid_days=evaluation.fields("valid_days task_before_days phase_minutes basis")["valid_days"].whole(1),
        evaluation_task_before_days=evaluation["task_before_days"].whole(),
        evaluation_minutes=evaluation["phase_minutes"].whole(1),
        grace_days=node["grace_days"].fields("days basis")["days"].whole(0, 7),
        min_age=node["min_age"].fields("years basis")["years"].whole(0, 120),
        band_at_least_days=band.fields("at_least_days share_of_ideal_gap")["at_least_days"].whole(),
        band_share_of_ideal_gap=share,
        recall_max=node["recall_max"].whole(0, 3),
        sending_from=hours.fields("from to zone during_recorded_stay")["from"].text(5),
        sending_to=hours["to"].text(5),
        reception_label=node["reception_label"].names(),
    )
    if found.sending_from >= found.sending_to:
        hours.fault("window_order")
    return found


def word_lists(node: Node) -> dict[str, tuple[str, ...]]:
    """Words by language; whole words, a trailing * stands for any ending."""
    node.fields(" ".join(LANGUAGES))
    return {language: tuple(word.text() for word in node[language].each()) for language in LANGUAGES}


def acts(node: Node) -> dict[str, Act]:
    """What is done to the tissue."""
    return {key: Act(key, inside.fields("names")["names"].names()) for key, inside in node.items()}


def groups(node: Node, known: Collection[str]) -> dict[str, Group]:
    """Flat lists of acts; one of them holds every act."""
    found = {}
    for key, inside in node.items():
        inside.fields("names acts")
        if key in known:
            inside.fault("both_act_and_group", name=key)
        found[key] = Group(key, inside["names"].names(), inside["acts"].keys(known, "acts"))
    differing = set(known) ^ set(found["all_acts"].acts if "all_acts" in found else ())
    if differing:
        node["all_acts"].fault("not_all_acts", names=", ".join(sorted(differing)))
    return found


def areas(node: Node) -> dict[str, Area]:
    """The tree of areas; every branch ends at a root."""
    keys = [key for key, _ in node.items()]
    found = {
        key: Area(key, inside.fields("names", "in")["names"].names(), inside["in"].key_or_none(keys, "areas"))
        for key, inside in node.items()
    }
    for key in found:
        seen, at = [key], found[key].parent
        while at in found and at not in seen:
            seen.append(at)
            at = found[at].parent
        if at in seen:
            node[key].fault("circle", name=key)
    return found


def gap_rows(node: Node, known: Collection[str]) -> tuple[ActGap, ...]:
    """Days between acts on overlapping areas."""
    return tuple(_gap_row(entry, known) for entry in node.each())


def _gap_row(node: Node, known: Collection[str]) -> ActGap:
    node.fields("from to days basis", "except_same_act")
    return ActGap(
        from_=node["from"].one_or_more(known, "acts, groups"),
        to=node["to"].one_or_more(known, "acts, groups"),
        days=node["days"].whole(1),
        basis=node["basis"].text(),
        except_same_act=node["except_same_act"].flag(),
    )


def same_day_pairs(node: Node, known: Collection[str]) -> tuple[SameDayPair, ...]:
    """Ordered pairs that may share a day."""
    found = []
    for entry in node.each():
        pair = _pair(entry.fields("order", "either_order")["order"], known)
        found.append(SameDayPair(*pair, either_order=entry["either_order"].flag()))
    return tuple(found)


def forbidden_pairs(node: Node, known: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Pairs that may never share a day."""
    return tuple(_pair(entry, known) for entry in node.each())


def _pair(node: Node, known: Collection[str]) -> tuple[str, str]:
    entries = [entry.key(known, "acts, groups") for entry in node.each()]
    if node.given and len(entries) != 2:
        node.fault("not_two")
    first, second = [*entries, "", ""][:2]
    return first, second


def requirements(node: Node, library: Library) -> tuple[Requirement, ...]:
    """What acts and phases bring with them: keys by section that a protocol may not lack."""
    tables: dict[str, Collection[str]] = {
        "rules": library.rules,
        "red_flags": library.red_flags,
        "pre": library.pre,
        "honesty": library.honesty,
        "messages": library.message_kinds,
        "records": library.words["records"],
        "clinic": library.clinic_needs,
        "stock": library.words["products"],
        "attest": library.words["attestations"],
    }
    return tuple(_requirement(entry, tables, library) for entry in node.each())


def _requirement(node: Node, tables: Mapping[str, Collection[str]], library: Library) -> Requirement:
    node.fields("", " ".join(["acts", "area", "phase", *tables]))
    return Requirement(
        acts=node["acts"].one_or_more(library.acts.keys() | library.groups.keys(), "acts, groups"),
        area=node["area"].key_or_none(library.areas, "areas"),
        phase=node["phase"].key_or_none(library.words["phases"], "phases"),
        needs={name: node[name].keys(table, name) for name, table in tables.items() if node[name].given},
    )


def words(node: Node, known: Collection[str]) -> dict[str, dict[str, Word]]:
    """The small tables, each by its kind."""
    return {kind: table(inside, known) for kind, inside in node.items()}


def table(node: Node, known: Collection[str]) -> dict[str, Word]:
    """One small table: named things, some of which belong to acts."""
    found = {}
    for key, inside in node.items():
        inside.fields("names", _WORD_FIELDS)
        extra = {name: part.value for name, part in inside.items() if name not in ("names", "of")}
        found[key] = Word(key, inside["names"].names(), inside["of"].one_or_more(known, "acts, groups"), extra or None)
    return found


def windows(node: Node) -> dict[str, Window]:
    """Hours of aftercare, in the order in which they are shown."""
    found = {}
    for key, inside in node.items():
        inside.fields("names from_hours to_hours")
        found[key] = Window(key, inside["names"].names(), inside["from_hours"].whole(), inside["to_hours"].whole(1))
        if found[key].from_hours >= found[key].to_hours:
            inside["to_hours"].fault("window_order")
    return found


def lapse_policies(node: Node, steps: Collection[str], suggestions: Collection[str]) -> dict[str, LapsePolicy]:
    """What lateness means; the lapse begins with the first row that is more than "continue"."""
    found = {}
    for key, inside in node.items():
        inside.fields("lapse_days basis rows")
        rows = tuple(_lapse_row(entry, steps, suggestions) for entry in inside["rows"].each())
        found[key] = LapsePolicy(key, inside["lapse_days"].whole(), rows, inside["basis"].text())
        starts = [row.late_from for row in rows]
        firm = [row.late_from for row in rows if not row.do.startswith("continue")]
        if starts != sorted(set(starts)) or starts[:1] != [1] or firm[:1] != [found[key].lapse_days + 1]:
            inside.fault("lapse_rows")
    return found


def _lapse_row(node: Node, steps: Collection[str], suggestions: Collection[str]) -> LapseRow:
    node.fields("late_from do", "suggest")
    return LapseRow(
        node["late_from"].whole(1), node["do"].key(steps, "lapse_steps"), node["suggest"].keys(suggestions, "lapse_suggestions")
    )


def visit_kinds(node: Node, kinds: Mapping[str, Mapping[str, Word]]) -> dict[str, VisitKind]:
    """Kinds of visit that can be booked; only two of them carry sessions."""
    return {key: _visit_kind(key, inside, kinds) for key, inside in node.items()}


def _visit_kind(key: str, node: Node, kinds: Mapping[str, Mapping[str, Word]]) -> VisitKind:
    own = "names minutes performer room records gives first_phase"
    of_protocol = "phases then devices products care lot start_waits_for at_any_time basis"
    node.fields("names" if key == "treatment" else "names minutes performer room", f"{own} {of_protocol}")
    extra = {name: part.value for name, part in node.items() if name in of_protocol.split()}
    return VisitKind(
        key=key,
        names=node["names"].names(),
        minutes=node["minutes"].whole_or_none(1, 720),
        performer=node["performer"].key_or_none({*kinds["people"], "of_protocol"}, "people"),
        room=node["room"].key_or_none({*kinds["rooms"], "of_protocol"}, "rooms"),
        records=node["records"].keys(kinds["records"], "records"),
        gives=node["gives"].text_or_none(),
        first_phase=node["first_phase"].key_or_none(kinds["phases"], "phases"),
        carries_sessions=key in ("treatment", "evaluation_and_treatment"),
        extra=extra or None,
    )


def message_kinds(node: Node) -> dict[str, MessageKindDefaults]:
    """Every kind of message with its class, urgency and time."""
    return {key: _message_kind(key, inside) for key, inside in node.items()}


def _message_kind(key: str, node: Node) -> MessageKindDefaults:
    own = "names class urgency when useful_until only_if reply ignores_recall_opt_out goes_on_in_a_hold"
    extra_fields = "replaces booked_later asks_confirm working_day followed_days at_most_every_days"
    node.fields("names class when", f"{own} {extra_fields}")
    message_class = node["class"].key(_CLASSES, "classes")
    urgency = node["urgency"].key_or_none(_URGENCIES, "urgencies")
    if (urgency is None) != (message_class == "staff_task") or (urgency == "invitation") != (message_class == "recall"):
        node.fault("urgency")
    return MessageKindDefaults(
        key=key,
        names=node["names"].names(),
        message_class=message_class,
        urgency=urgency,
        when={name: part.value for name, part in node["when"].items()},
        useful_until={name: part.value for name, part in node["useful_until"].items()} or None,
        only_if=node["only_if"].text_or_none(),
        reply=tuple(entry.text() for entry in node["reply"].each()),
        ignores_recall_opt_out=node["ignores_recall_opt_out"].flag(),
        goes_on_in_a_hold=node["goes_on_in_a_hold"].flag(),
        extra={name: part.value for name, part in node.items() if name in extra_fields.split()},
    )


def key_lists(node: Node, known: Collection[str], kind: str) -> dict[str, tuple[str, ...]]:
    """Named lists of keys: rule sets, cadences."""
    return {key: inside.keys(known, kind) for key, inside in node.items()}


def plan_templates(node: Node, steps_of: Mapping[str, int]) -> dict[str, PlanTemplate]:
    """Several courses in one plan; ``steps_of`` counts the steps of every protocol."""
    found = {}
    for entry in node.each():
        entry.fields("id names tracks")
        key = entry["id"].text(60)
        tracks = tuple(_track(track, steps_of) for track in entry["tracks"].each())
        for i, track in enumerate(tracks):
            if track.start_after and track.start_after[0] not in {other.protocol for other in tracks if other is not track}:
                entry[f"tracks[{i}].start_after"].fault("unknown_name", name=track.start_after[0], table="tracks")
        found[key] = PlanTemplate(key, entry["names"].names(), tracks)
    return found


def _track(node: Node, steps_of: Mapping[str, int]) -> Track:
    node.fields("protocol", "start_after keep_apart_days")
    start = node["start_after"].fields("track step days")
    after = (start["track"].key(steps_of, "protocols"), start["step"].whole(1), start["days"].whole(1)) if start.given else None
    if after and after[1] > steps_of.get(after[0], 0):
        start["step"].fault("no_such_step", step=after[1])
    return Track(node["protocol"].key(steps_of, "protocols"), after, node["keep_apart_days"].whole_or_none(1))
