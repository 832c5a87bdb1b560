"""Which words of a letter can be written anew: its subject, its first line in the inbox, its blocks, and a paragraph added.

What is shipped in `emails/` is the one truth: the blocks inside a letter's body, in their order. Numbers to call, signs to call
about, dates, buttons, greeting and foot stand outside the blocks, so nobody can write them away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import nodes

from app.messages.letter.rendering import FOLDER, environment
from app.messages.wording import variables
from app.messages.wording.reading import CannotBeSaid, holds_for, say

ADDED = "added"
ONE_LINE = frozenset({"subject", "preheader"})
FIXED = frozenset({
    "address_check", "correction", "staff_invite", "staff_reset", "staff_on_call", "staff_digest", "lot_recall", "full_text",
})  # fmt: skip
"""Letters nobody writes anew: to an address that is not proven, to colleagues, with nothing but a link, or in words that a physician
writes each time."""


@dataclass(frozen=True)
class Block:
    """Words of a letter. `shipped`: as the product says them. `given`: what surely holds where they stand."""

    name: str
    shipped: str
    given: frozenset[str] = frozenset()

    @property
    def one_line(self) -> bool:
        return self.name in ONE_LINE


@cache
def of_letter(folder: str, language: str) -> tuple[Block, ...]:
    """What of a letter can be written anew, in the order of the letter. Raises FileNotFoundError for a language without it."""
    subject = Block("subject", variables.with_names(folder, _source(folder, language, "subject").strip()))
    html, text = _source(folder, language, "html"), _source(folder, language, "txt")
    blocks = [
        Block(name, variables.with_names(folder, _words(text, name)), _named(folder, given))
        for name, given in _inner(environment().parse(text).find_all(nodes.Block))
    ]
    return subject, Block("preheader", variables.with_names(folder, _words(html, "preheader"))), *blocks, Block(ADDED, "")


def said(folder: str, own: Mapping[str, str], facts: Mapping[str, Any]) -> dict[str, str]:
    """The clinic's own words of a letter, filled for one reader. Raises CannotBeSaid with the name of the block."""
    filled = {}
    for name, source in own.items():
        try:
            filled[name] = say(source, variables.value_of(folder, facts)).strip()
        except CannotBeSaid as error:
            raise CannotBeSaid(f"{folder}, {name}: {error}") from error
    return filled


@cache
def languages_of(folder: str) -> frozenset[str]:
    """The languages in which a letter is shipped whole."""
    parts = [{path.stem for path in (FOLDER / folder).glob(f"*.{part}")} for part in ("subject", "txt", "html")]
    return frozenset(set.intersection(*parts))


def _source(folder: str, language: str, part: str) -> str:
    return (FOLDER / folder / f"{language}.{part}").read_text("utf-8")


def _words(source: str, name: str) -> str:
    found = re.search(r"\{% block " + name + r" %\}(.*?)\{% endblock \+?%\}", source, re.DOTALL)
    return found[1].strip() if found else ""


def _named(folder: str, given: Iterable[str]) -> frozenset[str]:
    known = {variable.source: variable.name for variable in variables.of_letter(folder).values()}
    return frozenset(known[name] for name in given if name in known)


def _inner(found: Iterable[nodes.Block]) -> list[tuple[str, frozenset[str]]]:
    """The blocks inside the body, each with the conditions it stands under."""
    body = next(block for block in found if block.name == "body")
    return list(_under(body.body, frozenset()))


def _under(body: Iterable[nodes.Node], given: frozenset[str]) -> Iterable[tuple[str, frozenset[str]]]:
    for node in body:
        if isinstance(node, nodes.Block):
            yield node.name, given
        elif isinstance(node, nodes.If):
            yield from _under(node.body, given | holds_for(node.test))
            yield from _under([*node.elif_, *node.else_], given)
