"""What is known of a person before and beside any treatment: typed values, as a form, a walk-in or an import hands them on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.letters import lower, upper
from models.patient import Channel, Patient, Sex


@dataclass(frozen=True)
class Details:
    """One person's identity and contact. `phone` is E.164, `phone_typed` what was written; `zone` None: the clinic's."""

    first_name: str
    last_name: str
    birth_date: date | None = None
    sex: Sex = Sex.UNKNOWN
    phone: str = ""
    phone_typed: str = ""
    email: str = ""
    language: str = "tr"
    zone: str | None = None
    channel: Channel = Channel.EMAIL
    fewer_mails: bool = False
    asks_for_earlier: bool = False
    never_ask_pregnancy: bool = False
    note: str = ""


NAMES = tuple(Details.__dataclass_fields__)
SEARCHED = frozenset({"first_name", "last_name", "phone"})


def of(patient: Patient) -> Details:
    """The details of a patient as they are now."""
    return Details(**{name: getattr(patient, name) for name in NAMES})


def split_name(text: str) -> tuple[str, str]:
    """A whole name as first names and last name: the last word is the family's."""
    words = text.split()
    return (" ".join(words[:-1]), words[-1]) if len(words) > 1 else (" ".join(words), "")


def as_name(text: str, turkish: bool) -> str:
    """A name typed without capitals gets them, by the Turkish rule or the general one; any other is left as it is typed."""
    return as_names(text, turkish=turkish)[0]


def as_names(*parts: str, turkish: bool) -> list[str]:
    """The parts of one name with capitals where none of them has any: "van beethoven" after "Ludwig" stays as it is typed."""
    if any(part != (lower(part) if turkish else part.lower()) for part in parts):
        return list(parts)
    return [" ".join((upper(word[0]) if turkish else word[0].upper()) + word[1:] for word in part.split()) for part in parts]
