"""Reads the parts of a protocol's content; every fault is noted at its own path."""

from __future__ import annotations

from itertools import pairwise

from app.library.library import Library
from app.library.protocol import (
    PHASES,
    DeviceUse,
    Extension,
    ExtraVisit,
    Gap,
    Maintenance,
    MessageWishes,
    Phase,
    PhotoPoint,
    ProtocolContent,
    Season,
    Step,
    Variant,
)
from app.library.reading import Node, rough_days
from app.planning.findings import Effect

_MUST = "id names acts area evaluation_required steps needs products rules pre after red_flags messages lapse photos honesty basis"
_MAY = (
    "maintenance delivery enabled attest variants review_after extension extra_visits stock records clinic grace_days min_age"
    " must_confirm rule_effects season measures lot_required units_required"
)
_GAP_PARTS = ("absolute_min", "min", "ideal", "max")
MOST_SESSIONS = 60
MOST_MINUTES = 720


def content(node: Node, library: Library) -> ProtocolContent:
    """The whole content. Names are checked here; what belongs together is checked by ``content_checks``."""
    return ProtocolContent(
        key=node.fields(_MUST, _MAY)["id"].text(60),
        names=node["names"].names(),
        acts=node["acts"].keys(library.acts, "acts"),
        area=node["area"].key(library.areas, "areas"),
        delivery=node["delivery"].key_or_none(library.words["deliveries"], "deliveries"),
        enabled=node["enabled"].flag(default=True),
        evaluation_required=node["evaluation_required"].flag(),
        attest=node["attest"].keys(library.words["attestations"], "attestations"),
        steps=_steps(node["steps"]),
        variants={key: _variant(key, inside, library) for key, inside in node["variants"].items()},
        review_after=tuple(entry.whole(1, MOST_SESSIONS) for entry in node["review_after"].each()),
        extension=_extension(node["extension"]),
        extra_visits=tuple(_extra_visit(entry, library) for entry in node["extra_visits"].each()),
        maintenance=_maintenance(node["maintenance"], library),
        needs=tuple(_phase(name, inside, library) for name, inside in node["needs"].items()),
        products=node["products"].keys(library.words["products"], "products"),
        stock=node["stock"].keys(library.words["products"], "products"),
        rules=node["rules"].keys(library.rules.keys() | library.rule_sets.keys(), "rules"),
        rule_effects=_rule_effects(node["rule_effects"]),
        pre=node["pre"].keys(library.pre, "pre"),
        after=node["after"].keys(library.after, "after"),
        red_flags=node["red_flags"].keys(library.red_flags, "red_flags"),
        honesty=node["honesty"].keys(library.honesty, "honesty"),
        messages=_messages(node["messages"], library),
        records=node["records"].keys(library.words["records"], "records"),
        clinic=node["clinic"].keys(library.clinic_needs, "clinic_needs"),
        lapse=node["lapse"].key(library.lapse_policies, "lapse_policies"),
        grace_days=node["grace_days"].whole_or_none(0, 14),
        min_age=node["min_age"].whole_or_none(0, 120),
        must_confirm=node["must_confirm"].keys(library.rules.keys() | {"min_age", "grace_days"}, "rules"),
        season=_season(node["season"], library),
        photos=tuple(_photo(entry, library) for entry in node["photos"].each()),
        measures=node["measures"].keys(library.words["measures"], "measures"),
        lot_required=node["lot_required"].flag(),
        units_required=node["units_required"].flag(),
        basis=_basis(node["basis"]),
    )


def _rule_effects(node: Node) -> dict[str, Effect]:
    return {key: inside.choice(Effect, Effect.WARN) for key, inside in node.items()}


def _basis(node: Node) -> dict[str, str]:
    return {key: inside.text() for key, inside in node.items()}


def _steps(node: Node) -> tuple[Step, ...]:
    steps = tuple(_step(entry) for entry in node.each())
    if node.given and not steps:
        node.fault("no_steps")
    if len(steps) > MOST_SESSIONS:
        node.fault("too_many_sessions", most=MOST_SESSIONS)
    if [step.n for step in steps] != list(range(1, len(steps) + 1)):
        node.fault("steps_not_counted")
    return steps


def _step(node: Node) -> Step:
    node.fields("n", "gap gaps")
    n = node["n"].whole(1, MOST_SESSIONS)
    if node["gap"].given and node["gaps"].given:
        node.fault("two_ways_of_gaps")
    entries = [node["gap"]] if node["gap"].given else node["gaps"].each()
    if n == 1 and entries:
        node.fault("first_step_has_gap")
    if n > 1 and not entries:
        node.fault("step_without_gap")
    return Step(n, tuple(_gap(entry, n) for entry in entries))


def _gap(node: Node, here: int | None = None) -> Gap:
    """A gap whose parts do not contradict each other. Months are compared by their usual length."""
    node.fields("", " ".join(_GAP_PARTS) + (" from_step" if here else ""))
    parts = {name: node[name].duration() for name in _GAP_PARTS}
    given = [(name, rough_days(part)) for name, part in parts.items() if part is not None]
    if node.given and not any(node[name].given for name in _GAP_PARTS):
        node.fault("gap_empty")
    for (earlier, less), (later, more) in pairwise(given):
        if less > more:
            node[later].fault("gap_order", earlier=earlier, later=later)
    from_step = node["from_step"].whole_or_none(1, MOST_SESSIONS)
    if here and from_step is not None and from_step >= here:
        node["from_step"].fault("step_not_earlier", step=from_step, here=here)
    return Gap(**parts, from_step=from_step)


def _variant(key: str, node: Node, library: Library) -> Variant:
    node.fields("names", "area sessions repeats_gap_of_step from_step gap")
    if node["gap"].given and not node["from_step"].given:
        node["from_step"].fault("missing")
    return Variant(
        key=key,
        names=node["names"].names(),
        area=node["area"].key_or_none(library.areas, "areas"),
        sessions=node["sessions"].whole_or_none(1, MOST_SESSIONS),
        repeats_gap_of_step=node["repeats_gap_of_step"].whole_or_none(1, MOST_SESSIONS),
        from_step=node["from_step"].whole_or_none(2, MOST_SESSIONS),
        gap=_gap(node["gap"]) if node["gap"].given else None,
    )


def _extension(node: Node) -> Extension | None:
    if not node.given:
        return None
    node.fields("to repeats_gap_of_step")
    return Extension(node["to"].whole(1, MOST_SESSIONS), node["repeats_gap_of_step"].whole(1, MOST_SESSIONS))


def _maintenance(node: Node, library: Library) -> Maintenance | None:
    if not node.given:
        return None
    node.fields("first repeat anchor recall", "times")
    if node["anchor"].given and node["anchor"].text() != "last_performed":
        node["anchor"].fault("must_be", name="last_performed")
    return Maintenance(
        first=_gap(node["first"]),
        repeat=_gap(node["repeat"]),
        recall=node["recall"].key(library.cadences, "cadences"),
        times=node["times"].whole_or_none(1, 999),
    )


def _phase(name: str, node: Node, library: Library) -> Phase:
    if name not in PHASES:
        node.fault("unknown_name", name=name, table="phases")
    return _procedure(node, library) if name == "procedure" else _waiting(name, node, library)


def _procedure(node: Node, library: Library) -> Phase:
    node.fields("minutes performer skills room devices", "assistant")
    words = library.words
    return Phase(
        name="procedure",
        minutes=node["minutes"].whole(1, MOST_MINUTES),
        who=node["performer"].key(words["people"], "people"),
        room=node["room"].key(words["rooms"], "rooms"),
        assistant=node["assistant"].key_or_none(words["people"], "people"),
        skills=node["skills"].keys(words["skills"], "skills"),
        devices=tuple(DeviceUse(device) for device in node["devices"].keys(words["devices"], "devices")),
    )


def _waiting(name: str, node: Node, library: Library) -> Phase:
    node.fields("minutes who place", "devices")
    minutes = node["minutes"].whole(1, MOST_MINUTES)
    return Phase(
        name=name,
        minutes=minutes,
        who=node["who"].key(library.words["people"], "people"),
        place=node["place"].key(library.words["places"], "places"),
        devices=tuple(_device_use(entry, minutes, library) for entry in node["devices"].each()),
    )


def _device_use(node: Node, phase_minutes: int, library: Library) -> DeviceUse:
    node.fields("device minutes")
    minutes = node["minutes"].whole(1, MOST_MINUTES)
    if minutes > phase_minutes:
        node["minutes"].fault("device_outlasts_phase", minutes=phase_minutes)
    return DeviceUse(node["device"].key(library.words["devices"], "devices"), minutes)


def _extra_visit(node: Node, library: Library) -> ExtraVisit:
    node.fields("type optional", "after_step before_step from_days to_days before_first_hours repeat_after_gap_days repeat_on")
    if not node["after_step"].given and not node["before_step"].given:
        node["after_step"].fault("missing")
    visit = ExtraVisit(
        kind=node["type"].key(library.visit_kinds, "visit_types"),
        optional=node["optional"].flag(),
        after_step=node["after_step"].whole_or_none(1, MOST_SESSIONS),
        before_step=node["before_step"].whole_or_none(1, MOST_SESSIONS),
        from_days=node["from_days"].whole_or_none(1),
        to_days=node["to_days"].whole_or_none(1),
        before_first_hours=node["before_first_hours"].whole_or_none(1),
        repeat_after_gap_days=node["repeat_after_gap_days"].whole_or_none(1),
        repeat_on=node["repeat_on"].keys(library.words["events"], "events"),
    )
    if visit.from_days is not None and visit.to_days is not None and visit.from_days > visit.to_days:
        node["to_days"].fault("window_order")
    return visit


def _photo(node: Node, library: Library) -> PhotoPoint:
    node.fields("at", "n of")
    point = PhotoPoint(
        at=node["at"].key(library.words["photo_points"], "photo_points"),
        n=node["n"].whole_or_none(1),
        of=node["of"].key_or_none(("each", "last"), "each, last"),
    )
    if point.n is None and point.at in ("before_session", "after_days"):
        node["n"].fault("missing")
    return point


def _season(node: Node, library: Library) -> Season | None:
    if not node.given:
        return None
    node.fields("key avoid_months effect")
    return Season(
        key=node["key"].key(library.words["seasons"], "seasons"),
        avoid_months=tuple(entry.whole(1, 12) for entry in node["avoid_months"].each()),
        effect=node["effect"].choice(Effect, Effect.WARN),
    )


def _messages(node: Node, library: Library) -> MessageWishes:
    node.fields("cadence", "add skip")
    return MessageWishes(
        cadence=node["cadence"].key(library.cadences, "cadences"),
        add=node["add"].keys(library.message_kinds, "message_kinds"),
        skip=node["skip"].keys(library.message_kinds, "message_kinds"),
    )
