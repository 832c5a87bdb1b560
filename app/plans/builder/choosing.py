"""Which protocol a new plan follows: all that may be used, or those whose name has what was typed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import render_template, request

from app.i18n import named
from app.letters import fold
from app.library.names import LANGUAGES
from app.names import rule_name
from app.plans.builder import fields
from app.plans.health import findings, reports
from app.series import health
from app.series.contents import content_of, names_of
from app.today import today_of
from models.patient import Patient
from models.protocol import ProtocolVersion


def page(patient: Patient, versions: fields.Versions, now: datetime) -> str:
    """`?q=` narrows the list; a script narrows it at every letter. What would hold a plan at once is said beside its protocol."""
    typed = request.args.get("q", "").strip()[:80]
    shown = sorted((version for version in versions.values() if _fits(version, typed)), key=lambda version: fold(named(names_of(version))))
    together = [one for one in fields.combinations(versions) if _has(typed, [one.name, *(named(names_of(v)) for v in one.versions)])]
    return render_template(
        "plans/choose.html", patient=patient, versions=shown, combinations=together, typed=typed, any=bool(versions),
        paused=_paused(patient, [*shown, *(version for one in together for version in one.versions)], now),
        undecided=reports.undecided(patient),
    )  # fmt: skip


def _paused(patient: Patient, versions: Iterable[ProtocolVersion], now: datetime) -> dict[int, str]:
    """Version id → the findings that would hold a plan of it at once, in words."""
    today, standing = today_of(now), findings.standing(patient)
    found = {}
    for version in versions if standing else ():
        said = content_of(version)
        given = [answer for answer in health.answers_for(patient, said, said.area, today) if answer.blocks and answer.finding]
        found[version.id] = ", ".join(dict.fromkeys(rule_name(answer.rule) for answer in given))
    return found


def _fits(version: ProtocolVersion, typed: str) -> bool:
    """In whatever language it was typed."""
    names = names_of(version)
    return _has(typed, (names.get(language, "") for language in LANGUAGES))


def _has(typed: str, names: Iterable[str]) -> bool:
    """Every word that was typed stands in the names, without regard to case and Turkish letters."""
    said = fold(" ".join(names))
    return all(word in said for word in fold(typed).split())
