"""A version's content as people read it: everything in words, in the page's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from babel.dates import get_month_names

from app.i18n import _, _n, language
from app.library.content import ProtocolContent
from app.library.loader import shipped
from app.library.names import Names
from app.library.protocol import ExtraVisit, Gap, Phase, PhotoPoint
from app.library.reading import rough_days
from app.library.series import lowest_age
from app.planning.findings import Effect
from app.protocols.problems import name_of
from app.series.words import duration_words


@dataclass(frozen=True)
class GapLine:
    """One gap of a step, its figures as words."""

    step: int
    origin: str
    absolute_min: str
    min: str
    ideal: str
    max: str


@dataclass(frozen=True)
class TextLine:
    """A line for patients in both languages, with where or when it stands."""

    group: str
    when: str
    text: Names


def names_of(keys: Iterable[str], table: str = "") -> str:
    """Keys of one of the library's tables as one line."""
    return " · ".join(name_of(key, table) for key in keys)


def gap_lines(content: ProtocolContent) -> list[GapLine]:
    """Every step with its gaps; the first has none."""
    lines = [GapLine(1, _("start of the series"), "", "", "", "")]
    for step in content.steps[1:]:
        lines += [_gap_line(step.n, gap) for gap in step.gaps]
    return lines


def gap_words(gap: Gap) -> str:
    """A gap in one line: 28 days (14 days – 42 days)."""
    ideal, least, most = (duration_words(part) if part else "" for part in (gap.ideal or gap.min, gap.min, gap.max))
    if least and most:
        return _("%(ideal)s (%(least)s – %(most)s)", ideal=ideal, least=least, most=most)
    return ideal or (_("at most %(most)s", most=most) if most else "–")


def _gap_line(step: int, gap: Gap) -> GapLine:
    parts = [duration_words(part) if part else "–" for part in (gap.absolute_min, gap.min, gap.ideal, gap.max)]
    origin = _("after session %(n)s", n=gap.from_step) if gap.from_step else _("after the session before")
    return GapLine(step, origin, *parts)


def phase_line(phase: Phase) -> tuple[str, int, str]:
    """A phase: its name, its minutes, what it needs."""
    devices = [
        name_of(use.device, "devices") + (" (" + _n("%(num)s minute", "%(num)s minutes", use.minutes) + ")" if use.minutes else "")
        for use in phase.devices
    ]
    claimed = ((phase.who, "people"), (phase.assistant, "people"), (phase.room, "rooms"), (phase.place, "places"))
    needs = [name_of(key, table) for key, table in claimed if key] + devices
    if phase.skills:
        needs.append(_("skills: %(names)s", names=", ".join(name_of(skill, "skills") for skill in phase.skills)))
    return name_of(phase.name, "phases"), phase.minutes, " · ".join(needs)


def rule_lines(content: ProtocolContent) -> list[tuple[str, str]]:
    """Every rule with what it does here."""
    library = shipped()
    lines = []
    for key in library.expand_rules(content.rules):
        rule = library.rules[key]
        effect = content.rule_effects.get(key, rule.effect)
        lines.append((rule.names.in_(language()), effect_words(effect, rule.until, rule.days)))
    return lines


def effect_words(effect: Effect, until: str | None = None, days: int = 0) -> str:
    """What a rule does to a treatment."""
    return {
        Effect.ABSOLUTE: _("no treatment"),
        Effect.UNTIL: _("no treatment until: %(event)s", event=name_of(until, "events") if until else "–"),
        Effect.DAYS: _n("no treatment for %(num)s day afterwards", "no treatment for %(num)s days afterwards", days),
        Effect.CLEARANCE: _("a physician must clear it"),
        Effect.WARN: _("a warning is shown"),
    }[effect]


def care_lines(content: ProtocolContent, emergency_number: str) -> dict[str, list[TextLine]]:
    """What patients are told: before, after, whom to call, and the lines of honesty."""
    library = shipped()
    calls = {"now_112": _("call the emergency number"), "clinic_day_and_night": _("call us, day and night"), "clinic": _("call us")}
    return {
        "pre": [
            TextLine(group, _n("at least %(num)s day before", "at least %(num)s days before", point.lead_days), point.text)
            for group in content.pre
            for point in library.pre[group]
        ],
        "after": [
            TextLine(group, library.windows[point.window].names.in_(language()), point.text)
            for group in content.after
            for point in library.after[group]
        ],
        "red_flags": [
            TextLine(group, calls[flag.call], _with_number(flag.text, emergency_number))
            for group in content.red_flags
            for flag in library.red_flags[group]
        ],
        "honesty": [TextLine(key, "", library.honesty[key].text) for key in content.honesty],
    }


def _with_number(text: Names, number: str) -> Names:
    return Names(*(words.replace("{emergency_number}", number) for words in (text.en, text.tr)))


def lapse_lines(content: ProtocolContent) -> list[str]:
    """What lateness means here: from so many days late, what is done and what is suggested."""
    lines = []
    for row in shipped().lapse_policies[content.lapse].rows:
        what = name_of(row.do, "lapse_steps")
        if row.suggest:
            what += f" ({', '.join(name_of(key, 'lapse_suggestions') for key in row.suggest)})"
        lines.append(_n("from %(num)s day late: %(what)s", "from %(num)s days late: %(what)s", row.late_from, what=what))
    return lines


def season_words(content: ProtocolContent) -> str:
    """The season in which the physician is warned."""
    if content.season is None:
        return ""
    months = [get_month_names("wide", locale=language())[month] for month in content.season.avoid_months]
    return name_of(content.season.key, "seasons") + ": " + ", ".join(months)


def variant_words(content: ProtocolContent) -> list[str]:
    """Other defaults for an area, a goal or a severity, one line each."""
    lines = []
    for variant in content.variants.values():
        said = [_n("%(num)s session", "%(num)s sessions", variant.sessions)] if variant.sessions else []
        if variant.gap:
            said.append(_("from session %(n)s on: %(gap)s", n=variant.from_step, gap=gap_words(variant.gap)))
        lines.append(f"{variant.names.in_(language())} ({', '.join(said)})")
    return lines


def extra_visit_words(visit: ExtraVisit) -> str:
    """A visit beside the sessions, in one line."""
    kind = shipped().visit_kinds[visit.kind].names.in_(language())
    if visit.before_step:
        hours = visit.before_first_hours or 0
        when = _("before session %(n)s, %(hours)s hours or more", n=visit.before_step, hours=hours)
    else:
        when = _("%(start)s to %(end)s days after session %(n)s", start=visit.from_days, end=visit.to_days, n=visit.after_step)
    return f"{kind}: {when}" + (" · " + _("if wished") if visit.optional else "")


def photo_words(point: PhotoPoint) -> str:
    """When photos are taken, in words."""
    words = shipped().words["photo_points"][point.at].names.in_(language()).replace("{n}", str(point.n))
    if point.of:
        words += " · " + (_("of each session") if point.of == "each" else _("of the last session"))
    return words


def basis_words(content: ProtocolContent) -> list[tuple[str, str]]:
    """Where the figures come from."""
    sources = {
        "S": _("seen in a source"), "S-range": _("inside a range that was seen"), "G": _("our guess"), "D": _("derived from other figures"),
    }  # fmt: skip
    figures = {
        "steps": _("Sessions"), "gap": _("Gaps"), "min": _("Minimum"), "ideal": _("Ideal"), "maintenance": _("Maintenance"),
        "times": _("Minutes"), "review": _("Physician's review"), "late_check": _("Late check"),
        "same_evening": _("Message on the same evening"),        "stock": _("Stock"), "touch_up": _("Touch-up"),
        "patch_test": _("Patch test"), "season": _("Season"),
    }  # fmt: skip
    return [(figures.get(key, key), sources.get(said, said)) for key, said in content.basis.items()]


def age_words(content: ProtocolContent) -> str:
    """The lowest age in years; said to be the usual one where the protocol names none."""
    years = str(lowest_age(content, shipped()))
    return years if content.min_age is not None else _("%(years)s, as usual", years=years)


def strip(content: ProtocolContent) -> dict[str, object]:
    """The series on a line from 0 to 100: a point and a window for each session, maintenance last."""
    days, at = [(0.0, 0.0, 0.0)], 0.0
    gaps = [step.gaps[0] for step in content.steps[1:] if step.gaps] + ([content.maintenance.first] if content.maintenance else [])
    for gap in gaps:
        least, best, most = (rough_days(part) if part else None for part in (gap.min, gap.ideal, gap.max))
        best = best or least or most or 0.0
        days.append((at + (least or best), at + best, at + (most or best)))
        at += best
    scale = 94 / max(last for _first, _best, last in days) if at else 0.0
    place = [tuple(round(3 + day * scale, 1) for day in three) for three in days]
    labels = [str(n + 1) for n in range(len(content.steps))] + ([_("M")] if content.maintenance else [])
    return {
        "summary": _strip_words(content, [best for _first, best, _last in days]),
        "points": [{"x": best, "state": "proposed", "label": label} for (_f, best, _l), label in zip(place, labels, strict=False)],
        "windows": [{"from": first, "to": last} for first, _best, last in place[1:]],
    }


def _strip_words(content: ProtocolContent, days: list[float]) -> str:
    """The same picture in words: for whoever does not see it, and for the phone."""
    n = len(content.steps)
    words = _n("%(num)s session", "%(num)s sessions", n)
    if n > 1:
        whole = round(days[n - 1])
        words += " · " + _n("about %(num)s day from the first to the last", "about %(num)s days from the first to the last", whole)
    if content.maintenance:
        words += " · " + _("maintenance %(time)s later", time=gap_words(content.maintenance.first))
    return words
