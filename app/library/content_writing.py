"""Writes a protocol's content back into the shape in which it is stored: that of ``app/library/library.yaml``."""

from __future__ import annotations

from app.library.protocol import (
    Extension,
    ExtraVisit,
    Gap,
    Maintenance,
    MessageWishes,
    Phase,
    PhotoPoint,
    ProtocolContent,
    Season,
    Step,
    Variant,
)
from app.planning.durations import Duration

Data = dict[str, object]


def to_data(content: ProtocolContent) -> Data:
    """Plain data that ``parse_content`` reads back as the same content; what says nothing is left out."""
    data: Data = {
        "id": content.key,
        "names": content.names.to_data(),
        "acts": list(content.acts),
        "area": content.area,
        "evaluation_required": content.evaluation_required,
        "steps": [_step(step) for step in content.steps],
        "needs": {phase.name: _phase(phase) for phase in content.needs},
        "products": list(content.products),
        "rules": list(content.rules),
        "pre": list(content.pre),
        "after": list(content.after),
        "red_flags": list(content.red_flags),
        "messages": _messages(content.messages),
        "lapse": content.lapse,
        "photos": [_photo(point) for point in content.photos],
        "honesty": list(content.honesty),
        "basis": dict(content.basis),
    }
    return data | _given(_optional(content)) | ({} if content.enabled else {"enabled": False})


def _optional(content: ProtocolContent) -> Data:
    return {
        "delivery": content.delivery,
        "attest": list(content.attest),
        "variants": {key: _variant(variant) for key, variant in content.variants.items()},
        "review_after": list(content.review_after),
        "extension": _extension(content.extension),
        "extra_visits": [_extra_visit(visit) for visit in content.extra_visits],
        "maintenance": _maintenance(content.maintenance),
        "stock": list(content.stock),
        "records": list(content.records),
        "clinic": list(content.clinic),
        "grace_days": content.grace_days,
        "min_age": content.min_age,
        "must_confirm": list(content.must_confirm),
        "rule_effects": {key: str(effect) for key, effect in content.rule_effects.items()},
        "season": _season(content.season),
        "measures": list(content.measures),
        "lot_required": content.lot_required or None,
        "units_required": content.units_required or None,
    }


def _given(data: Data) -> Data:
    """Only what says something: 0 days of grace do, an empty list does not."""
    return {key: value for key, value in data.items() if value not in (None, [], {})}


def duration_data(duration: Duration | None) -> int | str | None:
    """Whole days as a number, everything else as text."""
    if duration is None:
        return None
    return duration.days if duration == Duration(days=duration.days) else str(duration)


def _gap(gap: Gap) -> Data:
    parts: dict[str, Duration | None] = {"absolute_min": gap.absolute_min, "min": gap.min, "ideal": gap.ideal, "max": gap.max}
    data: Data = {name: duration_data(part) for name, part in parts.items()}
    return _given(data | {"from_step": gap.from_step})


def _step(step: Step) -> Data:
    if len(step.gaps) > 1:
        return {"n": step.n, "gaps": [_gap(gap) for gap in step.gaps]}
    return {"n": step.n} | _given({"gap": _gap(step.gaps[0]) if step.gaps else None})


def _variant(variant: Variant) -> Data:
    return _given(
        {
            "names": variant.names.to_data(),
            "area": variant.area,
            "sessions": variant.sessions,
            "repeats_gap_of_step": variant.repeats_gap_of_step,
            "from_step": variant.from_step,
            "gap": _gap(variant.gap) if variant.gap else None,
        }
    )


def _extension(extension: Extension | None) -> Data | None:
    return {"to": extension.to, "repeats_gap_of_step": extension.repeats_gap_of_step} if extension else None


def _maintenance(maintenance: Maintenance | None) -> Data | None:
    if maintenance is None:
        return None
    gaps: Data = {"first": _gap(maintenance.first), "repeat": _gap(maintenance.repeat)}
    return gaps | {"anchor": "last_performed", "recall": maintenance.recall} | _given({"times": maintenance.times})


def _phase(phase: Phase) -> Data:
    if phase.name == "procedure":
        data: Data = {"minutes": phase.minutes, "performer": phase.who, "skills": list(phase.skills), "room": phase.room}
        return data | _given({"assistant": phase.assistant}) | {"devices": [use.device for use in phase.devices]}
    devices = [{"device": use.device, "minutes": use.minutes} for use in phase.devices]
    return {"minutes": phase.minutes, "who": phase.who, "place": phase.place} | _given({"devices": devices})


def _extra_visit(visit: ExtraVisit) -> Data:
    return {"type": visit.kind, "optional": visit.optional} | _given(
        {
            "after_step": visit.after_step,
            "before_step": visit.before_step,
            "from_days": visit.from_days,
            "to_days": visit.to_days,
            "before_first_hours": visit.before_first_hours,
            "repeat_after_gap_days": visit.repeat_after_gap_days,
            "repeat_on": list(visit.repeat_on),
        }
    )


def _photo(point: PhotoPoint) -> Data:
    return {"at": point.at} | _given({"n": point.n, "of": point.of})


def _season(season: Season | None) -> Data | None:
    if season is None:
        return None
    return {"key": season.key, "avoid_months": list(season.avoid_months), "effect": str(season.effect)}


def _messages(wishes: MessageWishes) -> Data:
    return {"cadence": wishes.cadence} | _given({"add": list(wishes.add), "skip": list(wishes.skip)})
