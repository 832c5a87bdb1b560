"""What two records say and hold, as words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app import phones, sessions
from app.formats import numeric_day
from app.i18n import _n, language
from app.patients import words as card_words
from app.patients.consents import title
from app.permissions import Permission
from models.patient import Consent, Patient

CLINICAL = ("finding", "patient_report", "complication", "photo")
"""Of which those who may not read the record do not even learn that there are any."""


def value_words(patient: Patient, group: str) -> str:
    """What a record says about one thing."""
    if group == "birth_date":
        return numeric_day(patient.birth_date, language()) if patient.birth_date else "–"
    ready: dict[str, Callable[[], str]] = {
        "name": lambda: patient.name, "sex": lambda: card_words.sex_words(patient.sex), "phone": lambda: phones.shown(patient.phone),
        "email": lambda: patient.email, "language": lambda: card_words.language_words(patient.language),
        "channel": lambda: card_words.channel_words(patient), "zone": lambda: patient.zone or "–",
    }  # fmt: skip
    return ready[group]()


def holdings(counts: Mapping[str, int]) -> list[str]:
    """What a record holds, thing by thing, the plans first; only what whoever looks may know of."""
    person = sessions.person()
    clinical = person is not None and person.may(Permission.SEE_CLINICAL)
    named = [words(counts[table]) for table, words in _THINGS.items() if counts.get(table) and (clinical or table not in CLINICAL)]
    rest = sum(n for table, n in counts.items() if table not in _THINGS and table not in _UNSAID)
    return [*named, _n("%(num)s further entry", "%(num)s further entries", rest)] if rest else named


def consent_words(consent: Consent) -> str:
    """A consent that ends, by name."""
    return title(consent.kind)


def field_words(names: list[str]) -> str:
    """Fields of a record, by name."""
    return ", ".join(dict.fromkeys(filter(None, map(card_words.field_words, names))))


_THINGS: dict[str, Callable[[int], str]] = {
    "treatment_plan": lambda n: _n("%(num)s plan", "%(num)s plans", n), "appointment": lambda n: _n("%(num)s visit", "%(num)s visits", n),
    "evaluation": lambda n: _n("%(num)s evaluation", "%(num)s evaluations", n),
    "finding": lambda n: _n("%(num)s finding", "%(num)s findings", n),
    "patient_report": lambda n: _n("%(num)s report of the patient", "%(num)s reports of the patient", n),
    "consent": lambda n: _n("%(num)s consent", "%(num)s consents", n), "contact": lambda n: _n("%(num)s contact", "%(num)s contacts", n),
    "message": lambda n: _n("%(num)s message", "%(num)s messages", n),
    "staff_task": lambda n: _n("%(num)s line of the worklists", "%(num)s lines of the worklists", n),
    "incoming_mail": lambda n: _n("%(num)s mail that came in", "%(num)s mails that came in", n),
    "photo": lambda n: _n("%(num)s photo", "%(num)s photos", n),
    "complication": lambda n: _n("%(num)s complication", "%(num)s complications", n),
}  # fmt: skip
_UNSAID = ("claim", "mail_link", "change_set", *CLINICAL)
"""They hang on what is named."""
