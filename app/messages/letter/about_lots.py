"""What the mail about a lot that is called back says: what was given and when, and the physician's words."""

from __future__ import annotations

from typing import Any

from app.library.names import LANGUAGES
from app.messages.letter.case import Case, Facts, NothingToSay
from app.products.exposure import given_of
from models import clock
from models.base import db
from models.product import LotRecall

PARTS = ("meaning", "to_do", "signs", "calls")


def lot_recall(case: Case) -> Facts:
    """The product is named in full mails only; a discreet one names the days."""
    recall = db.session.get(LotRecall, case.message.subject_id)
    if recall is None or case.patient is None:
        raise NothingToSay("this recall is gone")
    given = given_of([lot.id for lot in recall.lots], [case.patient.id])
    if not given:
        raise NothingToSay("nothing of these lots was given to this patient")
    language = _language(recall, case)
    said = [(one.use.lot.product.name, case.reader.day(clock.day_of(one.use.used_at, case.clinic.zone))) for one in given]
    return {
        "received": list(dict.fromkeys(f"{name}: {day}" for name, day in said)) if case.reader.full else [],
        "days": list(dict.fromkeys(day for _name, day in said)),
        "foreign": language != case.reader.language,
        "text_language": language,
    } | _parts(recall.texts[language])


def _language(recall: LotRecall, case: Case) -> str:
    """The reader's where the physician wrote in it, else English, else what there is."""
    wanted = (case.reader.language, "en", *LANGUAGES)
    found = next((code for code in wanted if code in recall.texts), None)
    if found is None:
        raise NothingToSay("nobody has written what this recall says")
    return found


def _parts(text: dict[str, Any]) -> dict[str, list[str]]:
    return {part: [line.strip() for line in str(text.get(part, "")).splitlines() if line.strip()] for part in PARTS}
