"""What a measure may be, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass

from app.formats import number
from app.i18n import _, language
from app.library.loader import shipped
from models.outcome import Measure

ALWAYS = (Measure.GAIS_PHYSICIAN, Measure.GAIS_PATIENT, Measure.SATISFACTION, Measure.PAIN)
"""May be written down of every course, whatever its protocol measures."""


@dataclass(frozen=True)
class Scale:
    """From where to where, and after how many decimals it ends."""

    least: int
    most: int
    decimals: int = 0


SCALES = {
    Measure.GAIS_PHYSICIAN: Scale(1, 5), Measure.GAIS_PATIENT: Scale(1, 5), Measure.SATISFACTION: Scale(0, 10), Measure.PAIN: Scale(0, 10),
    Measure.HAIR_DENSITY: Scale(1, 500), Measure.HAIR_DIAMETER: Scale(5, 200, decimals=1),
}  # fmt: skip
"""GAIS: Narins et al. 2003, 1 very much improved to 5 worse. The ranges of hair only keep out slips of the finger."""


def measure_words(measure: Measure) -> str:
    """Its name, as the library says it."""
    return shipped().words["measures"][measure.value].names.in_(language())


def value_words(value: float) -> str:
    """62.5 · 62,5; a whole number without a point."""
    return number(value, language())


def hint_of(measure: Measure) -> str:
    """What the ends of its scale mean."""
    return {
        Measure.GAIS_PHYSICIAN: _("1 very much improved, 3 improved, 4 no change, 5 worse"),
        Measure.GAIS_PATIENT: _("As the patient says: 1 very much improved, 5 worse"),
        Measure.SATISFACTION: _("As the patient says: 0 not at all, 10 fully"),
        Measure.PAIN: _("As the patient says: 0 none, 10 the worst"),
    }.get(measure, "")  # fmt: skip


def read_value(measure: Measure, typed: str) -> float:
    """The value as typed, with a point or a comma. Raises ValueError, in words, for what its scale does not have."""
    scale = SCALES[measure]
    text = typed.strip().replace(",", ".")
    whole, point, rest = text.partition(".")
    well = whole.isascii() and whole.isdigit() and len(whole) <= 4 and len(rest) <= scale.decimals
    if not well or (point and not (rest.isascii() and rest.isdigit())) or not scale.least <= float(text) <= scale.most:
        raise ValueError(_refusal(scale))
    return float(text)


def _refusal(scale: Scale) -> str:
    if scale.decimals:
        return _("Enter a number from %(least)s to %(most)s, such as 62.5.", least=scale.least, most=scale.most)
    return _("Enter a whole number from %(least)s to %(most)s.", least=scale.least, most=scale.most)
