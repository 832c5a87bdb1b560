"""Finding somebody: the list, and the search that leads to it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import sessions
from app.patients import choosing, queries, typed
from app.patients.blueprint import bp
from app.permissions import Permission, needs
from app.today import today_of
from models import clock

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
        almost=almost, namesakes=choosing.namesakes(text, rows) if text else 0, today=today_of(now),
    )  # fmt: skip


@bp.post("/search")
@needs(Permission.SEE_PATIENTS)
def search() -> ResponseReturnValue:
    """Look for what was typed. One person found opens at once; the text is kept, not written into the address."""
    chosen = choosing.look(request.form.get("q", ""), staff_id(), clock.now())
    if "patient" in chosen:
        return redirect(url_for("patients.show", patient_id=chosen["patient"]), 303)
    return redirect(url_for("patients.index", _external=False, **chosen), 303)


def staff_id() -> int:
    """Who is looking; the guard let nobody else in."""
    who = sessions.person()
    assert who is not None
    return who.id
