"""Nothing in the shipped library is there for nothing, and derived figures agree with what they are derived from."""

from collections.abc import Iterable, Mapping

import pytest

from app.library.loader import shipped, shipped_protocols
from app.library.protocol import ProtocolContent
from app.outcomes.values import ALWAYS

L = shipped()
P = tuple(shipped_protocols().values())


def every(*lists: Iterable[str]) -> set[str]:
    return {name for names in lists for name in names}


def used_in_rows() -> set[str]:
    rows = every(*(names for row in L.gaps for names in (row.from_, row.to)))
    pairs = every(*((pair.first, pair.second) for pair in L.same_day), *L.forbidden_same_day)
    return rows | pairs | every(*(requirement.acts for requirement in L.requirements))


def required(section: str) -> set[str]:
    return every(*(requirement.needs.get(section, ()) for requirement in L.requirements))


def phases() -> list[str]:
    return [name for c in P for phase in c.needs for name in (phase.who, phase.assistant, phase.room, phase.place) if name]


VISITS = [name for kind in L.visit_kinds.values() for name in (kind.performer, kind.room) if name]
LAPSE_ROWS = [row for policy in L.lapse_policies.values() for row in policy.rows]

TABLES: list[tuple[str, Mapping[str, object], set[str]]] = [
    ("rules", L.rules, every(*(L.expand_rules(c.rules) for c in P)) | required("rules")),
    ("rule sets", L.rule_sets, every(*(c.rules for c in P))),
    ("groups", L.groups, used_in_rows()),
    ("acts", L.acts, set(L.acts_of(used_in_rows()))),
    ("preparation", L.pre, every(*(c.pre for c in P))),
    ("aftercare", L.after, every(*(c.after for c in P))),
    ("red flags", L.red_flags, every(*(c.red_flags for c in P))),
    ("honesty", L.honesty, every(*(c.honesty for c in P))),
    ("lapse policies", L.lapse_policies, {c.lapse for c in P}),
    ("lapse steps", L.words["lapse_steps"], {row.do for row in LAPSE_ROWS}),
    ("lapse suggestions", L.words["lapse_suggestions"], every(*(row.suggest for row in LAPSE_ROWS))),
    ("products", L.words["products"], every(*(c.products + c.stock for c in P)) | {"numbing_cream"}),
    ("devices", L.words["devices"], every(*(c.devices for c in P))),
    ("rooms", L.words["rooms"], {*phases(), *VISITS}),
    ("people", L.words["people"], {*phases(), *VISITS}),
    ("places", L.words["places"], set(phases())),
    ("skills", L.words["skills"], every(*(c.procedure.skills for c in P))),
    ("measures", L.words["measures"], every(*(c.measures for c in P)) | set(ALWAYS)),
    ("attestations", L.words["attestations"], every(*(c.attest for c in P))),
    ("records", L.words["records"], every(*(c.records for c in P))),
    ("clinic needs", L.clinic_needs, every(*(c.clinic for c in P))),
    ("message kinds", L.message_kinds, every(*L.cadences.values(), *(c.messages.add for c in P))),
]


@pytest.mark.parametrize(("table", "used"), [t[1:] for t in TABLES], ids=[t[0] for t in TABLES])
def test_everything_defined_is_used(table: Mapping[str, object], used: set[str]) -> None:
    assert set(table) - used == set()


def own_minimum(content: ProtocolContent) -> list[int]:
    gaps = [gap.min.days for step in content.steps for gap in step.gaps if gap.min]
    first = content.maintenance.first.min if content.maintenance and len(content.steps) == 1 else None
    return gaps + ([first.days] if first else [])


@pytest.mark.parametrize("row", [row for row in L.gaps if row.basis == "D"], ids=lambda row: row.from_[0])
def test_two_courses_of_one_act_keep_the_smallest_own_minimum_of_its_protocols(row: object) -> None:
    [known] = [gap for gap in L.gaps if gap is row]
    assert known.days == min(days for c in P if known.from_[0] in c.acts for days in own_minimum(c))


@pytest.mark.parametrize("content", P, ids=lambda content: content.key)
def test_every_default_protocol_waits_for_a_physician_and_has_an_evaluation(content: ProtocolContent) -> None:
    assert content.evaluation_required
    assert content.maintenance is not None
    assert content.basis
