"""Finding somebody: the list, and the search that leads to it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import history, sessions
from app.errors import Refused
from app.i18n import _
from app.patients import queries, typed
from app.patients.blueprint import bp
from app.patients.terms import LONGEST_SEARCH
from app.permissions import Permission, needs
from app.throttle import Limit, count
from app.today import today_of
from models import clock
from models.base import transaction

SEARCHES = Limit("patient_search", 120, 5)  # a desk never needs so many; who copies the register does
LAST_PAGE = 10_000


@bp.get("")
@needs(Permission.SEE_PATIENTS)
def index() -> ResponseReturnValue:
    """The patients a search finds, or all of them, a page at a time."""
    now, key = clock.now(), request.args.get("s", "")
    text = typed.found(key, staff_id())
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    rows = queries.search(text, now, skip=(page - 1) * queries.PAGE, limit=queries.PAGE + 1)
    almost = queries.almost(text, now) if text and not rows and page == 1 else []
    return render_template(
        "patients/index.html", rows=rows[: queries.PAGE], more=len(rows) > queries.PAGE, page=page, key=key if text else "", text=text,
        almost=almost, today=today_of(now),
    )  # fmt: skip


@bp.post("/search")
@needs(Permission.SEE_PATIENTS)
def search() -> ResponseReturnValue:
    """Look for what was typed. One person found opens at once; the text is kept, not written into the address."""
    now, text = clock.now(), " ".join(request.form.get("q", "").split())
    if len(text) > LONGEST_SEARCH:
        raise Refused(_("Please search for fewer words: a name, a telephone number or a birth date."))
    if not text:
        return redirect(url_for("patients.index"), 303)
    with transaction():
        until = count(SEARCHES, str(staff_id()), now)
    if until is not None:
        raise Refused(_("Too many searches in a short time. Please wait a few minutes."))
    found = queries.search(text, now, limit=2)
    with transaction():
        history.record("searched", None, now)
        key = "" if len(found) == 1 else typed.keep(text, staff_id(), now)
    if len(found) == 1:
        return redirect(url_for("patients.show", patient_id=found[0].id), 303)
    return redirect(url_for("patients.index", s=key), 303)


def staff_id() -> int:
    """Who is looking; the guard let nobody else in."""
    who = sessions.person()
    assert who is not None
    return who.id
