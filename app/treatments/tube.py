"""The tube of a patient's own blood: before it is given, two things written on it are compared with the patient."""

from __future__ import annotations

from collections.abc import Collection

from app.errors import Refused
from app.formats import numeric_day
from app.i18n import _, language
from app.products.amounts import OF_THE_PATIENT
from models.patient import Patient
from models.product import LotUse, Product

NEEDED = 2
NAME, BIRTH_DATE, REGISTER_NO, PHONE = "name", "birth_date", "register_no", "phone"


def to_compare(patient: Patient) -> list[tuple[str, str]]:
    """What a tube can be told by, with what it must say: the name is no proof alone, so a second thing is there for everybody."""
    born = numeric_day(patient.birth_date, language()) if patient.birth_date else ""
    said = {NAME: patient.name, BIRTH_DATE: born, REGISTER_NO: str(patient.id), PHONE: f"…{patient.phone[-4:]}" if patient.phone else ""}
    return [(key, f"{identifier_name(key)}: {value}") for key, value in said.items() if value]


class NotCompared(Refused):
    """A tube was named, and not enough on it was compared."""


def check_tube(product: Product, identifiers: Collection[str]) -> None:
    """Raises NotCompared while fewer than two things on the tube were compared with the patient."""
    if product.kind in OF_THE_PATIENT and len(set(identifiers)) < NEEDED:
        raise NotCompared(_("%(product)s: compare two things on the tube with the patient, and tick them.", product=product.name))


def compared(use: LotUse) -> str:
    """What was compared, in words; nothing where no tube was."""
    return ", ".join(identifier_name(key) for key in use.identifiers)


def identifier_name(key: str) -> str:
    """What is written on a tube."""
    return {NAME: _("Name"), BIRTH_DATE: _("Birth date"), REGISTER_NO: _("Register no."), PHONE: _("Phone")}.get(key, key)
