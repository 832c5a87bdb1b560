"""What a text for patients may not say: promises, the name of a procedure where mail is discreet, "stop your medicine".

Sources: the promotion rules of 12 November 2025 (no. 33075), the clinic's privacy by default, and the rule that
nobody but the prescriber ends a prescribed medicine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.library.library import Library
from app.library.names import LANGUAGES, Names
from app.library.problems import ContentProblem

_VARIABLE = re.compile(r"\{(\w+)\}")
_ADDRESS = re.compile(
    r"\w:/|www\.|\S@\S|\b[\w-]+\.[a-z]{2,24}/\S|\b[\w-]+\.(?:com|net|org|info|biz|io|co|tr|me|ly|gl|eu|de|uk|fr|ru|xyz|app|dev|link|site"
    r"|shop|store|online|page|top|click|live|clinic|health|istanbul)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.;:?!]")
_MEDICINES = {
    "en": ("medicine*", "medication*", "drug*", "pill*", "tablet*", "thinner*", "aspirin*", "antibiotic*", "cream*", "lotion*",
           "taking", "isotretinoin*", "roaccutane*", "accutane*", "warfarin*", "coumadin*", "heparin*", "ibuprofen*", "steroid*",
           "insulin*"),
    "tr": ("ilac*", "ilaç*", "hap", "haplar*", "hapı*", "sulandırıcı*", "aspirin*", "antibiyotik*", "losyon*",
           "almayı", "içmeyi", "izotretinoin*", "isotretinoin*", "roaccutane*", "roakutan*", "varfarin*", "warfarin*", "coumadin*",
           "heparin*", "ibuprofen*", "kortizon*", "insülin*"),
}
_STOPS = {
    "en": ("stop", "stopping", "discontinue*", "quit"),
    "tr": ("kesin", "kesiniz", "bırakın", "bırakınız", "kullanmayın", "kullanmayınız", "almayın"),
}
_LEFT_TO_THE_DOCTOR = {"en": ("do not stop", "prescribed", "ask us first"), "tr": ("doktorunuz yazdıysa", "bize sorun", "kendiniz")}
_PRESCRIBED_CREAMS = {"en": ("retinol*", "tretinoin*"), "tr": ("retinol*", "tretinoin*")}
_PRESCRIBER = {"en": ("prescribed",), "tr": ("doktorunuz yazdıysa",)}


@dataclass(frozen=True, slots=True)
class PatientText:
    """A text that a patient can read. ``care``: discreet mail carries it whole. ``order``: it tells what to do."""

    path: str
    text: Names
    care: bool = False
    order: bool = False


def fold(text: str, language: str) -> str:
    """Small letters, right for Turkish: I becomes ı and İ becomes i."""
    return (text.replace("İ", "i").replace("I", "ı") if language == "tr" else text).casefold()


def as_seen(text: str) -> str:
    """What a reader and a mail program make of it: unseen marks gone, wide letters and dots of other scripts as the plain ones."""
    plain = unicodedata.normalize("NFKC", text).replace("\u3002", ".")
    return "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")


def first_of(words: Iterable[str], text: str, language: str) -> str | None:
    """The first of the words that stands in the text; whole words, a trailing * stands for any ending."""
    found = _pattern(tuple(words), language).search(fold(as_seen(text), language))
    return found.group(0) if found else None


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...], language: str) -> re.Pattern[str]:
    endings = ((re.escape(fold(word.rstrip("*"), language)), r"\w*" if word.endswith("*") else "") for word in words)
    return re.compile(r"(?<!\w)(?:" + "|".join(f"{word}{ending}" for word, ending in endings) + r")(?!\w)")


def promise_in(text: str, language: str, library: Library) -> str | None:
    """The word that promises or advertises, or None. To be asked of every patient text when it is saved."""
    return first_of(library.forbidden_words[language], text, language)


def leads_away(text: str) -> bool:
    """Whether a mail program may make a link of something in the text."""
    return _ADDRESS.search(as_seen(text)) is not None


def procedure_in(text: str, language: str, library: Library) -> str | None:
    """The word that names a procedure, or None. To be asked of every text that discreet mail carries."""
    return first_of(library.procedure_words[language], text, language)


def stops_medicine(text: str, language: str) -> bool:
    """Whether the text may lead someone to stop a medicine that a doctor prescribed."""
    if first_of(_LEFT_TO_THE_DOCTOR[language], text, language):
        return False
    sentences = _SENTENCE_END.split(as_seen(text))
    return any(first_of(_STOPS[language], s, language) and first_of(_MEDICINES[language], s, language) for s in sentences)


def leaves_out_the_prescriber(text: str, language: str) -> bool:
    """Whether the text orders about a cream that may be prescribed, and does not leave that to the doctor."""
    named = first_of(_PRESCRIBED_CREAMS[language], text, language)
    return named is not None and first_of(_PRESCRIBER[language], text, language) is None


def problems(library: Library) -> list[ContentProblem]:
    """Every fault of the library's own patient texts."""
    return [problem for text in patient_texts(library) for language in LANGUAGES for problem in _faults(text, language, library)]


def _faults(text: PatientText, language: str, library: Library) -> Iterator[ContentProblem]:
    words, path = text.text.in_(language), f"{text.path}.{language}"
    if found := promise_in(words, language, library):
        yield ContentProblem(path, "promise", {"name": found})
    if text.care and (found := procedure_in(words, language, library)):
        yield ContentProblem(path, "names_procedure", {"name": found})
    if stops_medicine(words, language):
        yield ContentProblem(path, "stops_medicine")
    if text.order and leaves_out_the_prescriber(words, language):
        yield ContentProblem(path, "prescriber_left_out")
    for name in _VARIABLE.findall(words):
        if name not in library.variables:
            yield ContentProblem(path, "unknown_variable", {"name": name})


def patient_texts(library: Library) -> Iterator[PatientText]:
    """Everything of the library that a patient can read."""
    yield from _care_texts(library)
    for line in library.honesty.values():
        yield PatientText(f"honesty.{line.key}", line.text, care=line.discreet is None)
        if line.discreet:
            yield PatientText(f"honesty.{line.key}.discreet", line.discreet, care=True)
    for rule in library.rules.values():
        if rule.question:
            yield PatientText(f"rules.{rule.key}.question", rule.question)
    for kind in library.message_kinds.values():
        yield PatientText(f"message_kinds.{kind.key}.names", kind.names)
    for visit in library.visit_kinds.values():
        yield PatientText(f"visit_types.{visit.key}.names", visit.names)
    for area in library.areas.values():
        yield PatientText(f"areas.{area.key}.names", area.names)
    for template in library.plan_templates.values():
        yield PatientText(f"plan_templates.{template.key}.names", template.names)


def _care_texts(library: Library) -> Iterator[PatientText]:
    for group, points in library.pre.items():
        for i, point in enumerate(points):
            yield PatientText(f"pre.{group}[{i}]", point.text, care=True, order=True)
            if point.late and point.late != point.text:
                yield PatientText(f"pre.{group}[{i}].late", point.late, care=True)
    for group, lines in library.after.items():
        for i, line in enumerate(lines):
            yield PatientText(f"after.{group}[{i}]", line.text, care=True, order=True)
    for group, flags in library.red_flags.items():
        for i, flag in enumerate(flags):
            yield PatientText(f"red_flags.{group}[{i}]", flag.text, care=True)
    for window in library.windows.values():
        yield PatientText(f"words.windows.{window.key}", window.names, care=True)
