"""What is wrong with the words of a mail, each fault with its block, its line and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter

from app.i18n import _
from app.library.loader import shipped
from app.library.names import LANGUAGES
from app.library.problems import N_
from app.library.texts import leads_away, procedure_in, promise_in, stops_medicine
from app.messages.wording import blocks, branches, variables
from app.messages.wording.blocks import ADDED, Block
from app.messages.wording.reading import LONGEST, Choice, NotUnderstood, Part, Text, Value, holds_for, names_in, read
from app.messages.wording.variables import Variable, condition

LONGEST_LINE = 200
_HOW = {"variable": "{{ name }}", "condition": condition("name")}
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_FORBIDDEN = {
    "suffix": re.compile(r"\}\}['’]?\w"),
    "unseen": re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\xad\ufeff]"),
}
_LEFT_OUT = re.compile(r"\{#|\{%[-+]?\s*raw")
"""What the template language drops or leaves unread: words could hide in two halves around it."""


WORDS: Mapping[str, str] = {
    "empty": N_("Something must stand here."),
    "too_long": N_("Please shorten this to at most %(max)s characters."),
    "one_line": N_("This is one line of at most %(max)s characters."),
    "unseen": N_("There is a character here that nobody sees. Please type the line anew."),
    "not_closed": N_("This is not complete. A variable is written %(variable)s, a condition %(condition)s."),
    "too_deep": N_("There are too many conditions inside each other."),
    "only_if": N_("Only a condition can stand here: %(condition)s."),
    "only_names": N_("Only the name of a variable can stand here, such as %(variable)s."),
    "unknown": N_("There is no variable “%(name)s” in this mail. The list shows those there are."),
    "asks": N_("“%(name)s” is answered by yes or no, so it can only stand in a condition: %(condition)s."),
    "may_be_empty": N_("“%(name)s” can be empty. Put it into a condition: %(condition)s."),
    "suffix": N_("Nothing can be joined to a variable. Write “label: value”."),
    "promise": N_("“%(name)s” promises or advertises, which the rules for health care forbid."),
    "procedure": N_("“%(name)s” names a treatment. A subject never does, other words only for those who want it: %(condition)s."),
    "medicine": N_("Somebody may stop a medicine because of this. Write that nobody does so by themselves, or leave it out."),
    "address": N_("Web addresses cannot stand here; the buttons of the mail are the only links."),
}


@dataclass(frozen=True)
class Fault:
    """One fault of a block at a line (from 1). `what`: a key of WORDS, with the values of its sentence."""

    block: str
    line: int
    what: str
    values: Mapping[str, object]


def in_words(letter: str, language: str, words: Mapping[str, str]) -> list[Fault]:
    """Every fault of the clinic's own words of a letter, in the order of the letter."""
    known = variables.of_letter(letter)
    return [
        Fault(block.name, line, what, values)
        for block in blocks.of_letter(letter, language)
        if block.name in words
        for line, what, values in sorted(_of_block(block, words[block.name], known), key=itemgetter(0))
    ]


def said(fault: Fault) -> str:
    """A fault in words: its line, what is wrong and what to do."""
    words = _(WORDS[fault.what], **fault.values) if fault.values else _(WORDS[fault.what])
    return _("Line %(line)s: %(what)s", line=fault.line, what=words)


_Found = tuple[int, str, Mapping[str, object]]


def _of_block(block: Block, words: str, known: Mapping[str, Variable]) -> Iterator[_Found]:
    if not words.strip():
        if block.name != ADDED:
            yield 1, "empty", {}
        return
    if block.one_line and ("\n" in words or len(words) > max(LONGEST_LINE, len(block.shipped))):
        yield 1, "one_line", {"max": LONGEST_LINE}
    plain = [*_of_lines(words)]
    yield from plain
    try:
        parts = read(words)
    except NotUnderstood as error:
        yield error.line, error.what, _HOW | {"max": LONGEST}
    else:
        yield from _of_parts(parts, known, block.given)
        seen = [*plain, *_of_discretion(parts, subject=block.name == "subject")]
        yield from seen[len(plain) :]
        told = {what for _line, what, _values in seen}
        for line, what, values in _over_branches(words, parts, subject=block.name == "subject"):
            if what not in told:
                told.add(what)
                yield line, what, values


def _of_lines(words: str) -> Iterator[_Found]:
    for number, line in enumerate(words.split("\n"), start=1):
        for what, pattern in _FORBIDDEN.items():
            if pattern.search(line):
                yield number, what, {}
        if leads_away(line):
            yield number, "address", {}
        if _LEFT_OUT.search(line):
            yield number, "not_closed", _HOW
    lines = [*enumerate(words.split("\n"), start=1)]
    found = [(number, *fault) for number, line in lines for fault in _of_sentences(line)]
    yield from found or ((1, *fault) for fault in _of_sentences(words))  # a sentence may go over the end of a line


def _of_sentences(words: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    bare = " ".join(_TAG.sub(" ", words).split())
    for language in LANGUAGES:
        if found := promise_in(bare, language, shipped()):
            yield "promise", {"name": found}
        if stops_medicine(bare, language):
            yield "medicine", {}


def _of_parts(parts: Iterable[Part], known: Mapping[str, Variable], given: frozenset[str]) -> Iterator[_Found]:
    """Variables that are not there, that are questions, or that may be empty where they stand."""
    for part in parts:
        if isinstance(part, Value):
            yield from _of_value(part, known, given)
        elif isinstance(part, Choice):
            yield from ((part.line, "unknown", {"name": name}) for name in names_in(part.test) if name not in known)
            yield from _of_parts(part.then, known, given | holds_for(part.test))
            yield from _of_parts(part.otherwise, known, given)


def _of_value(value: Value, known: Mapping[str, Variable], given: frozenset[str]) -> Iterator[_Found]:
    name, variable = value.name, known.get(value.name)
    if variable is None:
        yield value.line, "unknown", {"name": name}
    elif variable.asks:
        yield value.line, "asks", {"name": name, "condition": condition(name)}
    elif variable.needs and variable.needs not in given:
        yield value.line, "may_be_empty", {"name": name, "condition": condition(variable.needs)}


def _over_branches(words: str, parts: Iterable[Part], *, subject: bool) -> Iterator[_Found]:
    """What only the words of some branches together say."""
    yield from ((line, "suffix", {}) for line in branches.suffixes(parts))
    names = branches.asked(parts)
    if len(names) > branches.MOST_ASKED:
        yield 1, "too_deep", {}
        return
    for answers, said in branches.every_way(words, names):
        yield from ((1, *fault) for fault in _of_sentences(said))
        if leads_away(said):
            yield 1, "address", {}
        if subject or not answers.get("full"):
            yield from _procedures(Text(1, " ".join(said.split())))


def _of_discretion(parts: Iterable[Part], *, subject: bool) -> Iterator[_Found]:
    """Names of treatments in a subject, or where a discreet mail would carry them."""
    for part in parts:
        if isinstance(part, Text):
            yield from _procedures(part)
        elif isinstance(part, Choice):
            yield from _of_discretion(part.then if subject or "full" not in holds_for(part.test) else (), subject=subject)
            yield from _of_discretion(part.otherwise, subject=subject)


def _procedures(text: Text) -> Iterator[_Found]:
    for number, line in enumerate(text.words.split("\n"), start=text.line):
        for language in LANGUAGES:
            if found := procedure_in(line, language, shipped()):
                yield number, "procedure", {"name": found, "condition": condition("full")}
