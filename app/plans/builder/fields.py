"""The builder's steps: which courses it begins with, and what its buttons do to the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.i18n import named
from app.library.loader import shipped
from app.library.vocabulary import PlanTemplate
from app.plans import numbers
from app.plans.builder import gaps
from app.plans.form import typed
from app.plans.form.plan_form import MOST_COURSES, typed_course
from app.plans.form.typed import Typed
from app.protocols import queries as protocols
from app.schedule.free.phases import may_perform
from app.series.contents import content_of
from models.protocol import ProtocolVersion
from models.staff import StaffMember

Versions = Mapping[str, ProtocolVersion]
STEPS = {"fewer": ("sessions", -1), "more": ("sessions", 1), "shorter": ("gap", -7), "longer": ("gap", 7)}
"""Buttons that change a number, with the field and by how much: sessions, and days of the gap, which keep the weekday."""


@dataclass(frozen=True)
class Combination:
    """A plan of several courses from the library. `missing`: protocols of it that may not be used yet, by name."""

    key: str
    name: str
    versions: tuple[ProtocolVersion, ...]
    missing: tuple[str, ...]


def usable() -> dict[str, ProtocolVersion]:
    """Every protocol that a plan may use now, by its version's id as it stands in forms."""
    return {str(version.id): version for version in protocols.approved_versions()}


def combinations(versions: Versions) -> list[Combination]:
    """The library's plans of several courses."""
    return [_combination(template, versions) for template in shipped().plan_templates.values()]


def _combination(template: PlanTemplate, versions: Versions) -> Combination:
    by_key = {version.protocol.key: version for version in versions.values()}
    keys = [track.protocol for track in template.tracks]
    missing = tuple(named(dict(_names(key))) for key in keys if key not in by_key)
    found = tuple(by_key[key] for key in keys if key in by_key)
    return Combination(template.key, named(template.names.to_data()), found, missing)


def _names(key: str) -> dict[str, Any]:
    names = shipped().protocols[key]["names"]
    return dict(names) if isinstance(names, Mapping) else {}


def begun_with(version: ProtocolVersion, today: date) -> Typed:
    """The form for one protocol, with its own numbers."""
    fields: Typed = Typed()
    typed.add_course(fields, typed_course(version, today))
    return fields


def wish_for(typed: Typed, person: StaffMember | None, versions: Versions) -> None:
    """The plan begins with a wish for this person, where they work here and may perform all of it."""
    chosen = [content_of(versions[text]) for name, text in typed.items() if name.endswith("-version_id")]
    if person is not None and person.hours and may_perform(person, chosen):
        typed["preferred_staff"] = str(person.id)


def begun_with_combination(key: str, versions: Versions, today: date) -> Typed | None:
    """The form for one of the library's combinations; None where a protocol of it may not be used."""
    template = shipped().plan_templates.get(key)
    by_key = {version.protocol.key: version for version in versions.values()}
    if template is None or any(track.protocol not in by_key for track in template.tracks):
        return None
    fields: Typed = Typed()
    for track in template.tracks:
        more: dict[str, Any] = {"keep_apart_days": track.keep_apart_days}
        if track.start_after:
            _protocol, more["after_step"], more["after_days"] = track.start_after
        typed.add_course(fields, typed_course(by_key[track.protocol], today, **more))
    return fields


def pressed(fields: Typed, versions: Versions, button: str, today: date) -> None:
    """What a button does to the fields. The courses are brought in order afterwards whatever was pressed."""
    if button == "combine" and (more := versions.get(fields.get("combine", ""))) and len(typed.courses_in(fields)) < MOST_COURSES:
        typed.add_course(fields, typed_course(more, today))
        fields.poplist("combine")
    what, _dash, place = button.rpartition("-")
    if what == "remove" and place.isdecimal():
        typed.remove_course(fields, int(place))
    if what in STEPS and place.isdecimal():
        _step(fields, f"courses-{place}-", *STEPS[what])
    for there in typed.courses_in(fields):
        _tidy(fields, there, versions)


def _step(fields: Typed, prefix: str, name: str, by: int) -> None:
    """A number one step up or down; what is no whole number stays as it is."""
    text = fields.get(prefix + name, "").strip()
    if text.isdecimal() and int(text) + by > 0:
        fields[prefix + name] = str(int(text) + by)


def _tidy(fields: Typed, place: int, versions: Versions) -> None:
    """A variant chosen anew brings its numbers and its area; the rows of lengths follow the number of sessions, and the one gap."""
    version = versions.get(fields.get(f"courses-{place}-version_id", ""))
    if version is None:
        return
    said, variant = content_of(version), fields.get(f"courses-{place}-variant", "")
    if variant not in said.variants:
        variant = ""
    if variant != fields.get(f"courses-{place}-usual_for", ""):
        typed.put_numbers(fields, place, numbers.of_protocol(said, variant or None))
        fields[f"courses-{place}-usual_for"] = variant
        fields[f"courses-{place}-area"] = (said.variants[variant].area if variant else None) or said.area
        fields[f"courses-{place}-gap"] = fields[f"courses-{place}-gap_for"] = ""
    usual = numbers.of_protocol(said, variant or None, typed.sessions_in(fields, place))
    typed.fit_spans(fields, place, usual)
    gaps.share(fields, f"courses-{place}-")
