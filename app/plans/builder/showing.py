"""What the builder's page shows: all of it, or, while somebody types, the dates and what else follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import render_template

from app.plans.builder import decisions
from app.plans.builder.dates import Dates, hours_missing
from app.plans.builder.decisions import Decisions
from app.plans.form import typed
from app.plans.form.plan_form import PlanForm
from app.plans.form.typed import Typed
from app.plans.health import evaluations, findings, reports
from app.plans.words import day_words
from app.schedule.placing.proposals import Key
from app.today import today_of
from models.patient import Patient


@dataclass
class Builder:
    """The page while it is answered. `trouble`: sessions that somebody else was faster with, and how."""

    patient: Patient
    form: PlanForm
    typed: Typed
    told: Decisions
    now: datetime
    dates: Dates | None = None
    trouble: Mapping[Key, str] = field(default_factory=dict)


def page(shown: Builder) -> str:
    """The whole page."""
    today = today_of(shown.now)
    return render_template(
        "plans/builder.html", **_dates(shown), standing=findings.standing(shown.patient), undecided=reports.undecided(shown.patient),
        day=lambda one: day_words(one, today),
    )  # fmt: skip


def panel(shown: Builder, before: Typed) -> str:
    """The dates alone. Fields that the answer itself has filled in come with them: a course whose variant brought its numbers,
    the lengths that follow the number of sessions or the one gap."""
    places = typed.courses_in(shown.typed)
    anew = [place for place in places if _changed(shown, before, place, "usual_for")]
    rows = [place for place in places if place not in anew and _changed(shown, before, place, "spans-", "gap_for")]
    return render_template("plans/builder_dates.html", **_dates(shown), anew=anew, rows=rows, live=True)


def _dates(shown: Builder) -> dict[str, Any]:
    stays = {} if shown.told.changed else decisions.stays_of(shown.typed)
    return {
        "patient": shown.patient, "form": shown.form, "dates": shown.dates, "digest": decisions.digest(shown.typed), "stays": stays,
        "evaluation": evaluations.valid_on(shown.patient, today_of(shown.now)), "no_hours": hours_missing(shown.form.chosen_place()),
        "name_of": decisions.name_of,
    }  # fmt: skip


def _changed(shown: Builder, before: Typed, place: int, *names: str) -> bool:
    prefixes = tuple(f"courses-{place}-{name}" for name in names)
    return _these(shown.typed, prefixes) != _these(before, prefixes)


def _these(fields: Typed, prefixes: tuple[str, ...]) -> list[tuple[str, str]]:
    return sorted((name, text) for name, text in fields.items(multi=True) if name.startswith(prefixes))
