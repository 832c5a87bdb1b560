"""Before a view: a request id, who asks, in which language; then the lock on the page."""

from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict

from app import sessions
from app.files import taking
from app.front_door import kept, readable
from app.history import Actor, acting
from app.permissions import Lock, lock_of, open_to_all
from models import clock
from models.base import transaction

READING = frozenset({"GET", "HEAD", "OPTIONS"})
OUR_OWN = frozenset({"same-origin", "none"})


def install(app: Flask) -> None:
    """`begin` comes before everything else, the guard after the CSRF check: nothing is kept of a forged post."""
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.before_request(guard)
    app.teardown_request(finish)
    open_to_all(app.view_functions["static"])


def begin() -> None:
    """Note who acts. One application context may see several requests, so nothing is taken over from before."""
    for leftover in ("_login_user", "language", "frame", "csrf_token", "by_itself", "typed_before", "let_in"):
        g.pop(leftover, None)
    g.started, g.request_id, g.views, g.denied = time.perf_counter(), secrets.token_hex(6), [], False
    lock = _lock()
    g.by_link = lock is not None and lock.by_link
    person = _person()
    if person is not None:
        g.language = person.language
        _take_up(person)
    if person is not None and taking.takes(current_app.view_functions.get(request.endpoint or "")):
        request.max_content_length = taking.LARGEST_UPLOAD
    refresh()
    source = "staff" if person else "link" if g.by_link else "visitor"
    actor = Actor(source, person.id if person else None, ",".join(person.roles) if person else "", g.request_id)
    g.acting = acting.set(actor)


def _person() -> sessions.Person | None:
    """Whoever asks. If the database cannot say, nobody does: the page about that trouble must not ask again."""
    if request.endpoint == "static":
        sessions.nobody_here()
        return None
    try:
        return sessions.person()
    except SQLAlchemyError:
        sessions.nobody_here()
        raise


def _take_up(person: sessions.Person) -> None:
    """A page with a key in its address begins with what this person had typed into it before it was drawn anew."""
    key = request.args.get(kept.KEY, "") if request.method == "GET" else ""
    if key and (row := kept.found(key, person.id)) and urlsplit(row.content["path"]).path == request.path:
        g.typed_before = MultiDict((str(name), str(value)) for name, value in row.content["fields"])


def finish(_error: BaseException | None) -> None:
    if (token := g.pop("acting", None)) is not None:
        acting.reset(token)


def guard() -> ResponseReturnValue | None:
    """Let in who may come in. A page without a lock is shut."""
    if request.endpoint is None:
        return None  # there is no such page: the routing says so
    if request.method not in READING and request.headers.get("Sec-Fetch-Site", "none") not in OUR_OWN:
        abort(403)
    readable.refuse_what_no_page_sends()
    lock = _lock()
    if lock is not None and not lock.signed_in:
        return None
    person = sessions.person()
    if person is None and lock is not None:
        return ask_to_sign_in()
    if person is None or lock is None or not person.may(*lock.permissions):
        g.denied = True
        abort(403)
    g.let_in = True
    return None


def ask_to_sign_in() -> ResponseReturnValue:
    """To the sign-in page and back. What was being sent is kept for whoever sat here until the sign-in ran out."""
    if request.headers.get("HX-Request"):
        return _leave_fragment()
    staff_id = sessions.lapsed_staff_id(clock.now())
    if request.method in READING:
        return _sign_in(next=request.full_path.rstrip("?"), ended="1" if staff_id else "")
    staff_id = staff_id or kept.writer(request.form.get(sessions.IN_FORMS, ""))
    return _sign_in(kept=keep_for(staff_id), ended="1") if staff_id else abort(401)


def keep_for(staff_id: int) -> str:
    """Keep what is being sent for whom the page was shown to; the key under which they, and nobody else, find it."""
    with transaction():
        return kept.keep(staff_id, request.full_path.rstrip("?"), request.form, clock.now())


def unsent() -> ResponseReturnValue | None:
    """A post whose page belongs to a sign-in that is gone: kept for whoever wrote it. None where nobody can be told to have."""
    staff_id = kept.writer(request.form.get(sessions.IN_FORMS, ""))
    ours = request.headers.get("Sec-Fetch-Site", "none") in OUR_OWN and not request.headers.get("HX-Request")
    if not (staff_id and ours and kept.has_words(request.form)):
        return None
    key, person = keep_for(staff_id), sessions.person()
    if person is None:
        return _sign_in(kept=key, ended="1")
    if person.id == staff_id:
        return redirect(url_for("staff.kept_form", key=key), 303)
    return render_template("errors/anothers.html", key=key), 400


def _sign_in(**where: str) -> ResponseReturnValue:
    return redirect(f"{url_for('staff.sign_in')}?{urlencode({name: value for name, value in where.items() if value})}", 303)


def safe_next(target: str | None) -> str | None:
    """An address within this product that can be opened by a link; None for anything else (an open redirect, a post)."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target or any(ord(c) < 33 for c in target):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not _can_be_read(parts.path):
        return None
    return target


def _can_be_read(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(path, "GET")


def _leave_fragment() -> ResponseReturnValue:
    """A fragment cannot show the sign-in page: the whole page goes there. A post is sent again plainly by the script."""
    answer = Response(status=401)
    if request.method == "GET":
        try:
            here = urlsplit(request.headers.get("HX-Current-URL", ""))
        except ValueError:  # "http://[": no browser says so
            abort(400)
        page = safe_next(here.path + (f"?{here.query}" if here.query else ""))
        answer.headers["HX-Redirect"] = url_for("staff.sign_in", ended="1", next=page)
    return answer


def _lock() -> Lock | None:
    view: Any = current_app.view_functions.get(request.endpoint or "")
    return lock_of(view) if view else None
