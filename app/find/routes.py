"""The page that finds people, pages and actions, and the fragment of it that the dialog shows while somebody types."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.errors import Refused
from app.find import hits, key_sheet
from app.find.blueprint import bp
from app.find.hits import Found
from app.front_door.page_context import has_endpoint, zone
from app.history import who
from app.i18n import _
from app.patients import choosing, typed
from app.patients.terms import LONGEST_SEARCH
from app.permissions import Permission, needs
from models import clock
from models.base import db, transaction
from models.staff import StaffMember

__all__ = ["bp"]
PAGES = {"plan": "plans.create", "hold": "plans.hold", "photos": "photos.of_patient", "complication": "complications.create"}


@bp.get("")
@needs()
def show() -> ResponseReturnValue:
    """Everything that can be called, or what was found for the text kept under the key."""
    text, to = typed.found(request.args.get("s", ""), who() or 0), wanted(request.args.get("to", ""))
    found = hits.find(text, to, clock.now(), people=hits.looks_for_people(text))
    return render_template("find/show.html", found=found, to=to, title=title(to))


@bp.post("")
@needs()
def look() -> ResponseReturnValue:
    """Look for what was typed: a fragment for the dialog; without a script the only hit opens at once, else the page lists them."""
    text, to, now = request.form.get("q", ""), wanted(request.form.get("to", "")), clock.now()
    try:
        words = choosing.counted(text, who() or 0, now) if hits.looks_for_people(text) else text.strip()[:LONGEST_SEARCH]
    except Refused as no:
        page = "find/hits.html" if "HX-Request" in request.headers else "find/show.html"
        return render_template(page, found=Found(text), to=to, title=title(to), trouble=no.words), 422
    found = hits.find(words, to, now, people=hits.looks_for_people(words))
    if "HX-Request" in request.headers:
        return render_template("find/hits.html", found=found, to=to)
    if there := hits.the_only(found):
        return redirect(there, 303)
    with transaction():
        key = typed.keep(words, who() or 0, now) if words else None
    return redirect(url_for("find.show", s=key, to=to or None), 303)


@bp.get("/keys")
@needs()
def keys() -> ResponseReturnValue:
    """Every key that works somewhere; the dialog shows the same list."""
    page = "find/key_list.html" if "HX-Request" in request.headers else "find/keys.html"
    return render_template(page, sections=key_sheet.sections(own_keys(who() or 0)))


@bp.get("/sheet")
@needs(Permission.SEE_DAY)
def sheet() -> ResponseReturnValue:
    """The sheet of today, whichever day that is."""
    return redirect(url_for("schedule.sheet", day=clock.day_of(clock.now(), zone())), 303)


@bp.get("/close")
@needs(Permission.RUN_VISITS)
def close_day() -> ResponseReturnValue:
    """What is left of today, whichever day that is."""
    return redirect(url_for("schedule.close_day", day=clock.day_of(clock.now(), zone())), 303)


def own_keys(staff_id: int) -> dict[str, str]:
    """The letters this person has put in place of the usual ones."""
    return dict(db.session.scalar(select(StaffMember.own_keys).where(StaffMember.id == staff_id)) or {})


def wanted(to: str) -> str:
    """What somebody is looked for, if whoever asks may do it."""
    return to if to in PAGES and has_endpoint(PAGES[to]) else ""


def title(to: str) -> str:
    return {
        "plan": _("New plan: for whom?"), "hold": _("Hold a plan: whose?"), "photos": _("Photos: whose?"),
        "complication": _("New complication: whose?"),
    }.get(to) or _("Find")  # fmt: skip
