"""The library as one value: every table under its own name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.library.names import Names
from app.library.vocabulary import (
    Act,
    ActGap,
    AfterPoint,
    Area,
    CarePoint,
    Defaults,
    Group,
    HonestyLine,
    LapsePolicy,
    MessageKindDefaults,
    PlanTemplate,
    RedFlag,
    Requirement,
    Rule,
    SameDayPair,
    VisitKind,
    Window,
    Word,
)
from app.planning import act_rules
from app.planning.act_rules import ActRules


@dataclass(frozen=True)
class Library:
    """Everything a protocol may name. Built by the loader, which refuses a library that contradicts itself.

    ``words`` holds the smaller tables (products, devices, rooms, people, skills, …) by kind. ``protocols`` is the
    raw content of every default protocol, in the shape that is stored with a protocol version; ``parse_content``
    gives its typed view.
    """

    version: int
    defaults: Defaults
    variables: Mapping[str, Mapping[str, object]]
    forbidden_words: Mapping[str, tuple[str, ...]]
    procedure_words: Mapping[str, tuple[str, ...]]
    acts: Mapping[str, Act]
    groups: Mapping[str, Group]
    areas: Mapping[str, Area]
    gaps: tuple[ActGap, ...]
    same_day: tuple[SameDayPair, ...]
    forbidden_same_day: tuple[tuple[str, str], ...]
    acts_without_own_rows: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    clinic_needs: Mapping[str, Word]
    words: Mapping[str, Mapping[str, Word]]
    windows: Mapping[str, Window]
    visit_kinds: Mapping[str, VisitKind]
    lapse_policies: Mapping[str, LapsePolicy]
    rules: Mapping[str, Rule]
    rule_sets: Mapping[str, tuple[str, ...]]
    pre: Mapping[str, tuple[CarePoint, ...]]
    after: Mapping[str, tuple[AfterPoint, ...]]
    red_flags: Mapping[str, tuple[RedFlag, ...]]
    honesty: Mapping[str, HonestyLine]
    message_kinds: Mapping[str, MessageKindDefaults]
    cadences: Mapping[str, tuple[str, ...]]
    mail_rules: Mapping[str, object]
    protocols: Mapping[str, Mapping[str, object]]
    plan_templates: Mapping[str, PlanTemplate]

    @cached_property
    def parents(self) -> dict[str, str | None]:
        """Every area and the one that contains it."""
        return {area.key: area.parent for area in self.areas.values()}

    @cached_property
    def act_rules(self) -> ActRules:
        """The rules between acts, computable. Raises act_rules.UnknownName for a name that is not defined."""
        return act_rules.build(
            self.acts,
            {group.key: group.acts for group in self.groups.values()},
            self.parents,
            (act_rules.GapRow(row.from_, row.to, row.days, row.except_same_act) for row in self.gaps),
            (act_rules.SameDayRow(pair.first, pair.second, pair.either_order) for pair in self.same_day),
            self.forbidden_same_day,
        )

    def contains(self, outer: str, inner: str) -> bool:
        """Whether an area is, or lies in, another. Raises act_rules.UnknownName for one that is not defined."""
        return outer in act_rules.chain(self.parents, inner)

    def acts_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """Acts and groups as single acts, each once."""
        expanded = [act for name in names for act in (self.groups[name].acts if name in self.groups else (name,))]
        return tuple(dict.fromkeys(expanded))

    def expand_rules(self, names: Iterable[str]) -> tuple[str, ...]:
        """Rules and rule sets as single rules, each once, in their order."""
        return tuple(dict.fromkeys(rule for name in names for rule in self.rule_sets.get(name, (name,))))

    def reception_label(self, rule: str) -> Names:
        """All that reception sees of a rule (never its name)."""
        known = self.rules.get(rule)
        return (known.reception_label if known else None) or self.defaults.reception_label

    def name_of(self, kind: str, key: str) -> Names:
        """The words for a key of one of the small tables; the key itself where the table has none."""
        word = self.words.get(kind, {}).get(key)
        return word.names if word else Names(key, key)
