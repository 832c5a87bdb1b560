"""The lines of a record's history as words, in the page's language."""

from __future__ import annotations

from datetime import date

from app import phones
from app.formats import numeric_day
from app.i18n import _, language
from app.patients import consents
from app.patients.changed import CONSENT, CONTACT, GIVEN
from app.patients.words import detail_words, language_words, sex_words, way_words
from models.patient import Channel, ConsentKind, Detail, Sex
from models.patient_change import PatientChange

CLINICAL = frozenset({"never_ask_pregnancy"})  # asked and read by those who may see the record
_YES_OR_NO = frozenset({"fewer_mails", "asks_for_earlier", "never_ask_pregnancy"})


def what(change: PatientChange) -> str:
    """What was changed, in a few words."""
    if change.what.startswith(CONSENT):
        title = consents.title(ConsentKind(change.what.removeprefix(CONSENT)))
        done = _("Consent given") if change.new == GIVEN else _("Consent withdrawn")
        return f"{done}: {title}"
    if change.what == CONTACT:
        return _("Contact changed") if change.old and change.new else _("Contact added") if change.new else _("Contact removed")
    return _fields().get(change.what, change.what)


def values(change: PatientChange) -> tuple[str, str]:
    """The old and the new, as they are written on the card."""
    if change.what.startswith(CONSENT):
        return "", ""
    return _value(change.what, change.old), _value(change.what, change.new)


def _value(name: str, text: str) -> str:
    if name in _YES_OR_NO:
        return _("Yes") if text else _("No")
    if not text:
        return ""
    if name in ("birth_date", "deceased_on"):
        return numeric_day(date.fromisoformat(text), language())
    return _keys(name, text)


def _keys(name: str, text: str) -> str:
    if name == "sex":
        return sex_words(Sex(text))
    if name == "channel":
        return way_words(Channel(text))
    if name == "detail":
        return detail_words(Detail(text))
    if name == "stopped_classes":
        return ", ".join(_stopped().get(key, key) for key in text.split(", "))
    if name == "language":
        return language_words(text)
    return phones.shown(text) if name == "phone" else text


def _stopped() -> dict[str, str]:
    return {"recall": _("Maintenance invitations"), "check_in": _("how it is after a visit"), "result": _("whether the result is good")}


def _fields() -> dict[str, str]:
    return {
        "first_name": _("First name"), "last_name": _("Last name"), "birth_date": _("Birth date"), "sex": _("Sex"),
        "phone": _("Telephone"), "email": _("E-mail"), "language": _("Language"), "zone": _("Time zone"),
        "channel": _("How messages reach the patient"), "fewer_mails": _("Fewer mails: only what is needed"),
        "asks_for_earlier": _("Would like an earlier time when one becomes free"),
        "never_ask_pregnancy": _("Do not ask about pregnancy"), "note": _("Note for the desk"),
        "detail": _("What mails say"), "stopped_classes": _("Mails the patient stopped"), "deceased_on": _("Recorded as deceased"),
    }  # fmt: skip
