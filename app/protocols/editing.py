"""From a version's content to the form and back, and each fault to its field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from app.i18n import _
from app.letters import fold
from app.library.content import problems_of
from app.library.loader import shipped
from app.library.problems import ContentProblem
from app.protocols.edit_form import ContentForm, read_length
from app.protocols.problems import problem_words

Data = dict[str, Any]
PHASES = ("preparation", "numbing", "procedure", "afterwards")
LISTS = ("acts", "products", "rules", "pre", "after", "red_flags", "honesty", "measures")
OF_PROCEDURE = ("performer", "room", "skills", "devices")
PARTS = ("absolute_min", "min", "ideal", "max")
UNTYPED = ("records", "messages", "clinic", "attest", "stock")
WAITING = {
    "preparation": {"who": "assistant_else_performer", "place": "any_chair"},
    "numbing": {"who": "patient_only", "place": "any_chair"},
    "afterwards": {"who": "patient_only", "place": "any_chair"},
}


def values_of(content: Mapping[str, Any]) -> Data:
    """What the form shows of a content."""
    maintenance = content.get("maintenance") or {}
    needs = content["needs"]
    procedure = needs.get("procedure", {})
    return (
        {name: list(content.get(name, ())) for name in LISTS}
        | {name: content.get(name) for name in ("area", "lapse", "grace_days", "min_age")}
        | {phase: needs.get(phase, {}).get("minutes") for phase in PHASES}
        | {name: procedure.get(name) for name in OF_PROCEDURE}
        | {part: maintenance.get(part) or {} for part in ("first", "repeat")}
        | {
            "name_en": content["names"].get("en", ""),
            "name_tr": content["names"].get("tr", ""),
            "sessions": len(content["steps"]),
            "steps": [_first_gap(step) for step in content["steps"][1:]],
            "extend_to": (content.get("extension") or {}).get("to"),
            "review_after": ", ".join(str(n) for n in content.get("review_after", ())),
            "times": maintenance.get("times"),
            "delivery": content.get("delivery") or "",
            "lot_required": content.get("lot_required", False),
            "enabled": content.get("enabled", True),
        }
    )


def edited(content: Mapping[str, Any], form: ContentForm) -> Data:
    """The content with what was typed. It is not judged here: give it to the library's checks."""
    data: Data = json.loads(json.dumps(content))
    for name in LISTS:
        data[name] = list(form[name].data or [])
    data["names"] = {"en": (form.name_en.data or "").strip(), "tr": (form.name_tr.data or "").strip()}
    data["area"], data["lapse"] = form.area.data, form.lapse.data
    data["steps"] = _steps(data["steps"], form)
    data["needs"] = _needs(data["needs"], form)
    _put(data, "extension", _extension(form))
    _put(data, "review_after", _numbers(form.review_after.data or "") or None)
    _put(data, "maintenance", _maintenance(data.get("maintenance") or {}, form))
    _put(data, "grace_days", form.grace_days.data)
    _put(data, "min_age", form.min_age.data)
    _put(data, "lot_required", form.lot_required.data or None)
    _put(data, "delivery", form.delivery.data or None)
    _put(data, "enabled", None if form.enabled.data else False)
    return completed(data)


def completed(data: Data) -> Data:
    """The content with what its acts require and nobody types: records, messages, clinic needs, attestations.

    A protocol that needs an attestation is switched on only by its approval.
    """
    data.pop("attest", None)
    for problem in problems_of(data, shipped()):
        if problem.code == "lacks" and problem.path in UNTYPED:
            names = str(problem.params["names"]).split(", ")
            if problem.path == "messages":
                wishes = data["messages"] = dict(data["messages"])
                wishes["skip"] = [kind for kind in wishes.get("skip", ()) if kind not in names]
                wishes["add"] = list(dict.fromkeys([*wishes.get("add", ()), *names]))
            else:
                data[problem.path] = list(dict.fromkeys([*data.get(problem.path, ()), *names]))
    if data.get("attest"):
        data["enabled"] = False
    return data


def place_problems(form: ContentForm, problems: tuple[ContentProblem, ...]) -> None:
    """Show each fault beside the field it is about; one without a field stands on top, and what was typed wrongly is told once."""
    mistyped = [field for field in form if field.errors]
    for problem in problems:
        field = _field_of(problem.path, form)
        words = problem_words(problem)
        if any(field is one for one in mistyped):
            continue
        if field is None:
            form.form_errors = [*form.form_errors, _("%(where)s: %(what)s", where=problem.path or "–", what=words)]
        elif words not in field.errors:
            field.errors = [*field.errors, words]
    form.steps.errors = [entry.errors for entry in form.steps.entries if entry.errors]


def is_of_a_gap(problem: ContentProblem) -> bool:
    """Whether a fault is about a gap that was typed, whatever else is wrong."""
    return problem.path.startswith(("steps[", "maintenance.first", "maintenance.repeat"))


def key_from(name: str) -> str:
    """The key of a new protocol, from its English name."""
    return re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")[:60] or "protocol"


def _field_of(path: str, form: ContentForm) -> Any:
    if gap := re.match(r"steps\[(\d+)\]\.(?:gap|gaps\[0\])(?:\.(\w+))?", path):
        row, part = int(gap[1]) - 1, gap[2] if gap[2] in PARTS else "min"
        return form.gap_rows[row][part] if 0 <= row < len(form.gap_rows) else form.sessions
    if later := re.match(r"maintenance\.(first|repeat)(?:\.(\w+))?", path):
        return {"first": form.first, "repeat": form.repeat}[later[1]].form[later[2] if later[2] in PARTS else "min"]
    if phase := re.match(r"needs(?:\.(\w+))?(?:\.(\w+))?", path):
        return form[phase[2]] if phase[2] in OF_PROCEDURE else form[phase[1] if phase[1] in PHASES else "procedure"]
    top = re.split(r"[.\[]", path)[0]
    others = {"steps": "sessions", "extension": "extend_to", "maintenance": "times"}
    if top == "names":
        return form.name_tr if path.endswith(".tr") else form.name_en
    name = others.get(top, top)
    return form[name] if name in form._fields else None


def _first_gap(step: Mapping[str, Any]) -> Data:
    gap = step.get("gap") or (step.get("gaps") or [{}])[0]
    return {part: str(gap.get(part, "")) for part in PARTS}


def _steps(old: list[Data], form: ContentForm) -> list[Data]:
    """The typed gaps; what a step has beside its first gap stays. Further steps are made like the last one typed."""
    steps: list[Data] = [{"n": 1}] if form.sessions.data else []
    for i, row in enumerate(form.gap_rows[: max((form.sessions.data or 0) - 1, 0)], start=1):
        before = old[i] if i < len(old) else {}
        gaps = [dict(gap) for gap in before.get("gaps") or [before.get("gap") or {}]]
        for part in PARTS:
            _put(gaps[0], part, read_length(row[part].data) if row[part].data else None)
        steps.append({"n": i + 1} | ({"gaps": gaps} if len(gaps) > 1 else {"gap": gaps[0]}))
    return steps


def _needs(old: Data, form: ContentForm) -> Data:
    """The phases with their minutes, in their order; one without minutes is left out."""
    needs = {}
    for phase in PHASES:
        minutes = form[phase].data
        if minutes is not None:
            needs[phase] = (old.get(phase) or WAITING.get(phase, {})) | {"minutes": minutes}
    if "procedure" in needs:
        chosen = {name: form[name].data for name in OF_PROCEDURE}
        needs["procedure"] |= chosen
    return needs


def _extension(form: ContentForm) -> Data | None:
    return {"to": form.extend_to.data, "repeats_gap_of_step": form.sessions.data} if form.extend_to.data else None


def _maintenance(old: Data, form: ContentForm) -> Data | None:
    """The typed maintenance; None when no gap was typed at all."""
    first, repeat = (
        {part: read_length(field.form[part].data) for part in PARTS if field.form[part].data} for field in (form.first, form.repeat)
    )
    if not (first or repeat):
        return None
    made: Data = {"first": first, "repeat": repeat or first, "anchor": "last_performed", "recall": old.get("recall", "recall_then_stop")}
    _put(made, "times", form.times.data)
    return made


def _numbers(text: str) -> list[int | str]:
    return [int(part) if re.fullmatch("[0-9]{1,6}", part) else part for part in re.split(r"[,; ]+", text.strip()) if part]


def _put(data: Data, name: str, value: Any) -> None:
    """Set a field, or leave it out when there is nothing to say."""
    if value is None:
        data.pop(name, None)
    else:
        data[name] = value
