"""What a person must do because a moment has come: calls before and after visits, evaluations, reports, drafts, invitations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.clinic.queries import clinic_or_none
from app.messages import coming_of_age, watch
from app.outcomes.watch import ask_for_outcomes
from app.plans import watch as plans
from app.replanning.watch import ask_about_unfit
from models.base import transaction

WATCHED: tuple[tuple[str, Callable[[datetime], int]], ...] = (
    ("unconfirmed", watch.call_the_unconfirmed),
    ("did not come", watch.call_who_did_not_come),
    ("invitations stopped", watch.stop_inviting),
    ("evaluations due", watch.ask_for_evaluations),
    ("undecided", plans.call_where_nobody_decided),
    ("drafts waiting", plans.ask_for_drafts),
    ("cannot stay", ask_about_unfit),
    ("outcomes due", ask_for_outcomes),
    ("lines over", watch.close_what_is_over),
)


def run(now: datetime) -> str:
    """Put every line that is due on the worklist, and close those that help no more."""
    if clinic_or_none() is None:
        return "no clinic yet"
    said = []
    for words, look in WATCHED:
        with transaction():
            said.append(f"{look(now)} {words}")
    return ", ".join([*said, f"{_came_of_age(now)} came of age"])


def _came_of_age(now: datetime) -> int:
    """One patient at a time."""
    asked = 0
    for patient_id in coming_of_age.who(now):
        with transaction():
            asked += coming_of_age.ask(patient_id, now)
    return asked
