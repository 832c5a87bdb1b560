"""Loads a library file, and refuses one that names what it does not define or contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # built without libyaml: the same in Python, which takes a fifth of a second at every start
    from yaml import SafeLoader  # type: ignore[assignment]

from app.library import care_sections, library_checks, sections, texts
from app.library.content import parse_content, problems_of
from app.library.library import Library
from app.library.problems import ContentProblem, LibraryError
from app.library.protocol import ProtocolContent
from app.library.reading import Node
from app.library.vocabulary import Act, Area, Group, Word

SHIPPED = Path(__file__).with_name("library.yaml")
_TOP = (
    "library defaults variables forbidden_words procedure_words acts groups areas gaps_same_area acts_without_own_rows same_day"
    " forbid_same_day requirements clinic_needs words visit_types lapse_policies rules rule_sets pre after red_flags honesty"
    " message_kinds cadences mail_rules protocols plan_templates"
)
_WORD_KINDS = (
    "products devices rooms places people skills phases deliveries events measures attestations records photo_points windows"
    " lapse_steps lapse_suggestions seasons"
)


@lru_cache(maxsize=1)
def shipped() -> Library:
    """The default library, read once. Raises LibraryError when the file has been damaged."""
    return load(SHIPPED.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def shipped_protocols() -> Mapping[str, ProtocolContent]:
    """The typed content of every default protocol, by its key."""
    library = shipped()
    return {key: parse_content(data, library) for key, data in library.protocols.items()}


def load(text: str) -> Library:
    """A library from the text of its file. Raises LibraryError that names every fault with its path."""
    try:
        data = yaml.load(text, Loader=_UniqueKeys)  # noqa: S506  a SafeLoader that also refuses a key given twice
    except yaml.YAMLError as error:
        raise LibraryError([ContentProblem("", "unreadable", {"why": str(error)})]) from error
    return from_data(data)


def from_data(data: object) -> Library:
    """A library from plain data, as ``load`` reads it. Raises LibraryError that names every fault with its path."""
    problems: list[ContentProblem] = []
    library = _read(Node(data, "", problems))
    if not problems:  # contradictions are only looked for between names that exist
        problems += [*library_checks.problems(library), *texts.problems(library)]
    for key, content in library.protocols.items():
        found = problems_of(content, library)
        problems += [ContentProblem(f"protocols[{key}].{fault.path}", fault.code, fault.params) for fault in found]
    if problems:
        raise LibraryError(problems)
    return library


def _read(node: Node) -> Library:
    """Every section; those first that others look names up in."""
    acts, groups, areas, words = _looked_up(node.fields(_TOP))
    known = acts.keys() | groups.keys()
    rules = care_sections.rules(node["rules"], words["events"])
    kinds = sections.message_kinds(node["message_kinds"])
    windows = sections.windows(node["words"]["windows"])
    protocols = _protocols(node["protocols"])
    library = Library(
        version=node["library"].fields("version status locale gap_unit")["version"].whole(1),
        defaults=sections.defaults(node["defaults"]),
        variables=_variables(node["variables"]),
        forbidden_words=sections.word_lists(node["forbidden_words"]),
        procedure_words=sections.word_lists(node["procedure_words"]),
        acts=acts,
        groups=groups,
        areas=areas,
        gaps=sections.gap_rows(node["gaps_same_area"], known),
        same_day=sections.same_day_pairs(node["same_day"], known),
        forbidden_same_day=sections.forbidden_pairs(node["forbid_same_day"], known),
        acts_without_own_rows=node["acts_without_own_rows"].keys(acts, "acts"),
        requirements=(),
        clinic_needs=sections.table(node["clinic_needs"], known),
        words=words,
        windows=windows,
        visit_kinds=sections.visit_kinds(node["visit_types"], words),
        lapse_policies=sections.lapse_policies(node["lapse_policies"], words["lapse_steps"], words["lapse_suggestions"]),
        rules=rules,
        rule_sets=sections.key_lists(node["rule_sets"], rules, "rules"),
        pre=care_sections.preparation(node["pre"], rules),
        after=care_sections.aftercare(node["after"], windows),
        red_flags=care_sections.red_flags(node["red_flags"]),
        honesty=care_sections.honesty(node["honesty"]),
        message_kinds=kinds,
        cadences=sections.key_lists(node["cadences"], kinds, "message_kinds"),
        mail_rules={key: part.value for key, part in node["mail_rules"].items()},
        protocols=protocols,
        plan_templates=sections.plan_templates(node["plan_templates"], _steps_of(protocols)),
    )
    return replace(library, requirements=sections.requirements(node["requirements"], library))


_LookedUp = tuple[dict[str, Act], dict[str, Group], dict[str, Area], dict[str, dict[str, Word]]]


def _looked_up(node: Node) -> _LookedUp:
    """The sections that all others look names up in; with a fault in these nothing else can be said."""
    acts = sections.acts(node["acts"])
    groups = sections.groups(node["groups"], acts)
    areas = sections.areas(node["areas"])
    words = sections.words(node["words"].fields(_WORD_KINDS), acts.keys() | groups.keys())
    if node.problems:
        raise LibraryError(node.problems)
    return acts, groups, areas, words


def _variables(node: Node) -> dict[str, Mapping[str, object]]:
    return {key: {name: part.value for name, part in inside.items()} for key, inside in node.items()}


def _steps_of(protocols: Mapping[str, Mapping[str, object]]) -> dict[str, int]:
    steps = {key: content.get("steps") for key, content in protocols.items()}
    return {key: len(entries) if isinstance(entries, list) else 0 for key, entries in steps.items()}


def _protocols(node: Node) -> dict[str, Mapping[str, object]]:
    """The raw content of every protocol by its id, which stands once."""
    found: dict[str, Mapping[str, object]] = {}
    for entry in node.each():
        key = entry["id"].text(60)
        if not isinstance(entry.value, Mapping):
            entry.fault("not_fields")
        elif not entry["id"].given:
            entry["id"].fault("missing")
        elif key in found:
            entry["id"].fault("twice", name=key)
        else:
            found[key] = entry.value
    return found


class _UniqueKeys(SafeLoader):
    """Refuses a key given twice, and a key that is not text (an unquoted on, off, yes or no)."""


def _mapping(loader: _UniqueKeys, node: yaml.MappingNode) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is not text; quote it", key_node.start_mark)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
