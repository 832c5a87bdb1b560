"""What words say in every way their conditions can turn out: a fault may stand over the tags, where no line shows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from jinja2 import nodes

from app.messages.wording.reading import Choice, Part, Value, names_in, say

MOST_ASKED = 8
"""So many names a block's conditions can ask about: every answer to all of them is read."""
_SUFFIX = re.compile(r"['’]?\w")


class _Blank(str):
    """A value that is there and says nothing."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True


def asked(parts: Iterable[Part]) -> list[str]:
    """Every name that the conditions ask about."""
    return sorted({name for test in _tests(parts) for name in names_in(test)})


def every_way(words: str, names: list[str]) -> Iterator[tuple[Mapping[str, bool], str]]:
    """What the words say, without the values of variables, for each way in which these names can hold."""
    for holds in product((False, True), repeat=len(names)):
        answers = dict(zip(names, holds, strict=True))
        yield answers, say(words, _answering(answers))


def suffixes(parts: Iterable[Part]) -> list[int]:
    """The lines on which letters come to stand behind a variable in some branch, over the tags between them."""
    found: list[int] = []
    _walk(parts, found, behind=False)
    return found


def _answering(answers: Mapping[str, bool]) -> Callable[[str], Any]:
    return lambda name: _Blank() if answers.get(name) else ""


def _tests(parts: Iterable[Part]) -> Iterator[nodes.Node]:
    for part in parts:
        if isinstance(part, Choice):
            yield part.test
            yield from _tests((*part.then, *part.otherwise))


def _walk(parts: Iterable[Part], found: list[int], *, behind: bool) -> bool:
    """`behind`: a variable may stand right before the parts; whether one may at their end."""
    for part in parts:
        if isinstance(part, Value):
            behind = True
        elif isinstance(part, Choice):
            ends = [_walk(branch, found, behind=behind) for branch in (part.then, part.otherwise)]
            behind = any(ends)
        elif part.words:
            if behind and _SUFFIX.match(part.words):
                found.append(part.line)
            behind = behind and part.words in ("'", "’")
    return behind
