"""What stands around every letter: who reads and who writes it, the numbers to call, and the foot with its links."""

from __future__ import annotations

from app.formats import LANGUAGES
from app.messages import links
from app.messages.letter import rendering
from app.messages.letter.case import Case, Facts
from app.messages.links import Purpose

_STOPS = {"recall": "recall", "result": "result", "check_in": "check_in"}
"""Mails that can be stopped by themselves, and the group they belong to (the kind's `stop_group`)."""
_ABOUT_VISITS = frozenset({"plan_summary", "booked", "moved", "precare", "reminder", "offer"})
_WITHOUT_FOOTER = frozenset({"address_check", "staff_invite", "staff_reset", "staff_on_call", "staff_digest", "correction"})


def of_every_mail(case: Case, letter: str) -> Facts:
    """What the layout and every template may use."""
    reader, patient, reach = case.reader, case.patient, case.reach
    other = next((code for code in LANGUAGES if code != reader.language), "")
    footed = patient is not None and letter not in _WITHOUT_FOOTER
    return {
        "lang": reader.language,
        "dir": reader.direction,
        "full": reader.full,
        "clinic": {"name": case.clinic.name, "address": case.place.address},
        "name": reach.name if reach else "",
        "about": patient.name if patient and reach and reach.contact and footed else "",
        "phones": case.phones,
        "instead": rendering.phrase("instead", "en") if patient is not None and patient.language != reader.language else "",
        "spoken": False,
        "added": "",
        "full_text": None,
        "reply_or_call": not links.public_url(),
        "foot": {
            "shown": footed and case.phones.replies,
            "about_a_visit": letter in _ABOUT_VISITS,
            "language": LANGUAGES[other] if footed else "",
            "language_url": case.link(Purpose.LANGUAGE, argument=other) if footed else "",
            "fewer_url": case.link(Purpose.PREFERENCES) if footed else "",
            "stop_url": _stop_url(case, letter),
        },
    }


def _stop_url(case: Case, letter: str) -> str:
    """Where this kind of mail is stopped: a link, or without a public address a mail to us."""
    group = _STOPS.get(letter)
    if group is None:
        return ""
    return case.link(Purpose.STOP, argument=group) or (f"mailto:{case.reply_to}?subject=stop%20{group}" if case.reply_to else "")


def stop_headers(stop_url: str) -> dict[str, str]:
    """List-Unsubscribe, and for links the one-click POST of RFC 8058."""
    if not stop_url:
        return {}
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if stop_url.startswith("https://") else {}
    return {"List-Unsubscribe": f"<{stop_url}>"} | one_click
