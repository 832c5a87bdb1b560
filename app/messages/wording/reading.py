"""Words with variables as staff write them: `{{ day }}`, `{% if best %} … {% else %} … {% endif %}`, and nothing else.

They are parsed with the template language's own parser and said by walking the tree: no loop, call, attribute or filter is
understood, so they run no code, reach nothing but the values they are given, and end after as many steps as they have parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, UndefinedError, nodes

LONGEST = 2_000
LONGEST_SAID = 6_000
_parser = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)  # it parses only; nothing is rendered with it


class NotUnderstood(ValueError):
    """Words that cannot be read, at a line; the pages turn `what` into a sentence."""

    def __init__(self, line: int, what: str, name: str = "") -> None:
        super().__init__(f"line {line}: {what} {name}".rstrip())
        self.line, self.what, self.name = line, what, name


class CannotBeSaid(Exception):
    """Approved words that could not be filled for one letter: that letter is not sent, and a person is told."""


@dataclass(frozen=True)
class Text:
    """Words as they stand."""

    line: int
    words: str


@dataclass(frozen=True)
class Value:
    """A variable."""

    line: int
    name: str


@dataclass(frozen=True)
class Choice:
    """Words for when something holds, and for when it does not. `test`: names with and, or, not."""

    line: int
    test: nodes.Node
    then: tuple[Part, ...]
    otherwise: tuple[Part, ...]


Part = Text | Value | Choice


@lru_cache(maxsize=512)
def read(source: str) -> tuple[Part, ...]:
    """The parts of what was written. Raises NotUnderstood for the first thing that is no such part."""
    if len(source) > LONGEST:
        raise NotUnderstood(source[:LONGEST].count("\n") + 1, "too_long")
    try:
        return _parts(_parser.parse(source).body)
    except TemplateSyntaxError as error:
        raise NotUnderstood(error.lineno, "not_closed") from error
    except RecursionError as error:
        raise NotUnderstood(1, "too_deep") from error


def say(source: str, value_of: Callable[[str], Any]) -> str:
    """The words for one letter. Raises CannotBeSaid when they cannot be read, name what is not there, or grow too long."""
    try:
        said = _said(read(source), value_of)
    except (NotUnderstood, UndefinedError, LookupError, TypeError, RecursionError) as error:
        raise CannotBeSaid(f"{type(error).__name__}: {error}") from error
    if len(said) > LONGEST_SAID:
        raise CannotBeSaid("too long")
    return said


def names_in(test: nodes.Node) -> list[str]:
    """Every name that a condition asks about."""
    return [name.name for name in (test, *test.find_all(nodes.Name)) if isinstance(name, nodes.Name)]


def holds_for(test: nodes.Node) -> frozenset[str]:
    """The names that are surely there where the condition holds."""
    if isinstance(test, nodes.And):
        return holds_for(test.left) | holds_for(test.right)
    return frozenset({test.name}) if isinstance(test, nodes.Name) else frozenset()


def _parts(body: Sequence[nodes.Node]) -> tuple[Part, ...]:
    found: list[Part] = []
    for node in body:
        if isinstance(node, nodes.Output):
            found += [_part(one) for one in node.nodes]
        elif isinstance(node, nodes.If):
            found.append(_choice(node))
        else:
            raise NotUnderstood(node.lineno, "only_if")
    return tuple(found)


def _part(node: nodes.Node) -> Part:
    if isinstance(node, nodes.TemplateData):
        return Text(node.lineno, node.data)
    if isinstance(node, nodes.Name):
        return Value(node.lineno, node.name)
    raise NotUnderstood(node.lineno, "only_names")


def _choice(node: nodes.If) -> Choice:
    """`elif` is a choice inside `else`."""
    _check(node.test)
    otherwise = _parts(node.else_)
    for branch in reversed(node.elif_):
        _check(branch.test)
        otherwise = (Choice(branch.lineno, branch.test, _parts(branch.body), otherwise),)
    return Choice(node.lineno, node.test, _parts(node.body), otherwise)


def _check(test: nodes.Node) -> None:
    if isinstance(test, nodes.Not):
        _check(test.node)
    elif isinstance(test, (nodes.And, nodes.Or)):
        _check(test.left)
        _check(test.right)
    elif not isinstance(test, nodes.Name):
        raise NotUnderstood(test.lineno, "only_names")


def _said(parts: Sequence[Part], value_of: Callable[[str], Any]) -> str:
    said = []
    for part in parts:
        match part:
            case Text():
                said.append(part.words)
            case Value():
                said.append(str(value_of(part.name)))
            case Choice():
                said.append(_said(part.then if _holds(part.test, value_of) else part.otherwise, value_of))
    return "".join(said)


def _holds(test: nodes.Node, value_of: Callable[[str], Any]) -> bool:
    if isinstance(test, nodes.Not):
        return not _holds(test.node, value_of)
    if isinstance(test, nodes.And):
        return _holds(test.left, value_of) and _holds(test.right, value_of)
    if isinstance(test, nodes.Or):
        return _holds(test.left, value_of) or _holds(test.right, value_of)
    assert isinstance(test, nodes.Name)
    return bool(value_of(test.name))
