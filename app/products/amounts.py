"""How much of a product: what may be typed as an amount, and in which units."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import Field, ValidationError

from app.i18n import _

BIOLOGICAL_UNIT = "U"
OF_THE_PATIENT = frozenset({"prp_kit"})
"""Made of the patient's own blood: whoever gives it has compared the tube with the patient."""
UNITS = ("ml", "vial", BIOLOGICAL_UNIT, "mg", "g", "piece")


def amount_of(typed: str) -> str | None:
    """An amount with a point, "" for none; None where it is no amount."""
    text = typed.strip().replace(",", ".")
    if not text:
        return ""
    try:
        return text if 0 < float(text) < 10_000 else None
    except ValueError:
        return None


def an_amount(_form: object, field: Field) -> None:
    """What is typed is an amount, or nothing."""
    if amount_of(field.data or "") is None:
        raise ValidationError(_("Enter an amount such as 2 or 2.5."))


def added_up(amounts: Iterable[str]) -> float:
    """Several amounts of one unit together."""
    return sum(float(amount) for amount in amounts if amount)
