"""A protocol version's content, from the data that is stored to its typed view and back."""

from __future__ import annotations

from collections.abc import Mapping

from app.library import content_checks, content_reading
from app.library.content_writing import to_data
from app.library.library import Library
from app.library.problems import ContentError, ContentProblem
from app.library.protocol import ProtocolContent
from app.library.reading import Node

__all__ = ["ContentError", "ContentProblem", "ProtocolContent", "parse_content", "problems_of", "to_data"]


def parse_content(data: Mapping[str, object], library: Library) -> ProtocolContent:
    """The typed view of a protocol's content.

    Raises ContentError with every fault found: unknown names, gaps that contradict themselves, zero sessions, and
    whatever the acts require that is not there.
    """
    content, problems = _read(data, library)
    if problems:
        raise ContentError(problems)
    return content


def problems_of(data: Mapping[str, object], library: Library) -> tuple[ContentProblem, ...]:
    """Every fault of a protocol's content, for a form; empty when it can be used."""
    return tuple(_read(data, library)[1])


def _read(data: Mapping[str, object], library: Library) -> tuple[ProtocolContent, list[ContentProblem]]:
    problems: list[ContentProblem] = []
    node = Node(data, "", problems)
    content = content_reading.content(node, library)
    content_checks.series(content, node, library)
    content_checks.visit(content, node, library)
    content_checks.requirements(content, node, library)
    content_checks.rule_effects(content, node, library)
    return content, _once(problems)


def _once(problems: list[ContentProblem]) -> list[ContentProblem]:
    return [problem for i, problem in enumerate(problems) if problem not in problems[:i]]
