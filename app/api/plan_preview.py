"""POST /api/plan/preview: a plan that is not stored, with a time for every session, the clashes and the ways out (docs/api.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from app import tokens
from app.api.answers import preview_data
from app.api.blueprint import bp
from app.errors import Refused
from app.forms import row_id
from app.front_door.readable import OUR_NAMES
from app.history import viewed
from app.i18n import _
from app.patients import queries as patients
from app.permissions import Permission, needs
from app.plans.builder import fields, looking
from app.plans.builder.decisions import PIN
from app.plans.form import typed
from app.plans.form.plan_form import MOST_COURSES, typed_course
from app.plans.form.typed import Typed
from app.today import today_of
from models import clock
from models.protocol import ProtocolVersion

MOST_BYTES = 100_000
DEEPEST = 5
"""Levels of lists and objects in a question; a length of time between two sessions lies that deep."""
WISHES = ("preferred_staff", "weekdays", "from_time", "to_time", "first_day", "last_day")


@bp.post("/plan/preview")
@needs(Permission.EDIT_PLANS)
def plan_preview() -> ResponseReturnValue:
    """The builder's answer as data. Whatever cannot be read or cannot be is 422, with words; nothing is ever written."""
    now = clock.now()
    try:
        body = _mapping(_read(), "")
        patient = patients.patient_or_404(row_id(str(body.get("patient_id", ""))) or _bad("patient_id"))
        versions = fields.usable()
        page = looking.begun(patient, fields_of(body, versions, today_of(now)), versions, now, posted=True)
    except Refused as no:
        return {"errors": [{"field": "", "words": no.words}]}, 422
    viewed(patient)
    if looking.is_well(page.form):
        looking.look(page)
    if page.dates is None or page.form.errors:
        told = [*(("", words) for words in page.form.form_errors), *page.form.problems()]
        return {"errors": [{"field": name, "words": str(words)} for name, words in told]}, 422
    return preview_data(page.dates)


def _read() -> object:
    """What was sent, of a size and depth that a question can have; None where it cannot be read."""
    if (request.content_length or 0) > MOST_BYTES:
        raise Refused(_("This is too large to be a question: more than %(n)s bytes.", n=MOST_BYTES))
    try:
        found = request.get_json(silent=True)
    except RecursionError:
        return None
    return found if _is_shallow(found, DEEPEST) else None


def _is_shallow(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels >= 0 and all(_is_shallow(one, levels - 1) for one in inner)


def fields_of(body: Mapping[str, Any], versions: fields.Versions, today: date) -> Typed:
    """What a browser would have sent: each course's own numbers over those of its protocol. Raises Refused in words."""
    courses = body.get("courses")
    if not isinstance(courses, list) or not courses:
        raise Refused(_("Choose at least one protocol."))
    if len(courses) > MOST_COURSES:
        raise Refused(_("A plan has at most %(n)s courses.", n=MOST_COURSES))
    found = Typed({"form_token": tokens.new_handle()})
    for place, said in enumerate(courses):
        own = _mapping(said, "courses")
        typed.add_course(found, typed_course(_version(own.get("protocol"), versions), today))
        for name, text in typed.flat({key: value for key, value in own.items() if key != "protocol"}, f"courses-{place}-"):
            found[name] = text
    for name in WISHES:
        said = body.get(name)
        for one in said if isinstance(said, list) else [] if said is None else [said]:
            found.add(name, str(one))
    for key, value in _mapping(body.get("decided", {}), "decided").items():
        found[PIN + str(key)] = str(value)
    if strange := next((name for name in found if not OUR_NAMES.fullmatch(name)), None):
        _bad(strange[:80])
    fields.pressed(found, versions, "preview", today)
    return found


def _version(named: object, versions: fields.Versions) -> ProtocolVersion:
    found = versions.get(str(named)) or next((one for one in versions.values() if one.protocol.key == named), None)
    if found is None:
        raise Refused(_("There is no such protocol in use: %(name)s.", name=str(named)[:80]))
    return found


def _mapping(value: object, name: str) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else _bad(name)


def _bad(name: str) -> Any:
    raise Refused(_("This cannot be read: %(name)s.", name=name or "JSON"))
