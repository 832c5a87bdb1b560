"""Which letter a kind of message is, and who tells what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.messages.letter import about_changes, about_courses, about_lots, about_offers, about_people, about_visits
from app.messages.letter.case import Case, Facts

Teller = Callable[[Case], Facts]

TELLERS: Mapping[str, Teller] = {
    "plan_summary": about_changes.plan_summary,
    "booked": about_changes.changed,
    "moved": about_changes.changed,
    "cancelled": about_changes.changed,
    "paused": about_changes.changed,
    "precare": about_visits.precare,
    "reminder": about_visits.reminder,
    "aftercare": about_visits.aftercare,
    "same_evening": about_visits.same_evening,
    "check_in": about_visits.check_in,
    "late_check": about_visits.late_check,
    "result": about_courses.result,
    "no_show": about_visits.no_show,
    "recall": about_courses.recall,
    "choose_time": about_courses.choose_time,
    "lot_recall": about_lots.lot_recall,
    "offer": about_offers.offer,
    "address_check": about_people.address_check,
    "staff_invite": about_people.staff_link,
    "staff_reset": about_people.staff_link,
    "staff_on_call": about_people.on_call,
    "staff_digest": about_people.morning,
    "correction": about_people.correction,
    "full_text": about_people.full_text,
}
_SHARED = {
    "reminder_1": "reminder", "reminder_2": "reminder", "checkin_1": "check_in", "checkin_3": "check_in", "late_check_1": "late_check",
    "late_check_2": "late_check", "recall_1": "recall", "recall_2": "recall", "recall_3": "recall",
}  # fmt: skip


def folder_of(kind: str) -> str:
    """The folder of templates that has this kind's words."""
    return _SHARED.get(kind, kind)


def folders() -> frozenset[str]:
    """Every folder of templates that a kind can name."""
    return frozenset(TELLERS)
