"""Pages for what goes wrong: in plain words, with a reference, without blame, and nothing that was typed is lost."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from flask import Flask, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy import exc
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from app.errors import AlreadyDone, Refused, Stale
from app.front_door import kept
from app.front_door.guard import unsent
from app.i18n import _
from models.states import IllegalMoveError

LONG_TEXT = 15  # letters from which a typed text is worth showing again
log = structlog.get_logger("trouble")


def install(app: Flask) -> None:
    app.register_error_handler(AlreadyDone, already_done)
    app.register_error_handler(Stale, stale)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(IllegalMoveError, moved_meanwhile)
    app.register_error_handler(CSRFError, forged_or_old)
    app.register_error_handler(exc.IntegrityError, at_the_same_moment)
    app.register_error_handler(exc.OperationalError, no_database)
    app.register_error_handler(exc.TimeoutError, no_database)
    app.register_error_handler(InternalServerError, our_fault)
    app.register_error_handler(HTTPException, plain)
    # Flask's own line about a failure carries the address, which may hold a handle; ours does not.
    app.logger.addFilter(lambda record: not record.getMessage().startswith("Exception on "))


def already_done(done: AlreadyDone) -> ResponseReturnValue:
    return redirect(done.url or "/", 303)


def stale(meanwhile: Stale) -> ResponseReturnValue:
    """Both versions; "Apply mine" is the same post with the version that is there now."""
    fields = [(name, str(meanwhile.version) if name == "seen" else value) for name, value in kept.fields_of(request.form)]
    return render_template("errors/stale.html", meanwhile=meanwhile, fields=fields, action=_same_address()), 409


def refused(no: Refused) -> ResponseReturnValue:
    return _page(422, _("This cannot be done"), no.words)


def moved_meanwhile(_error: IllegalMoveError) -> ResponseReturnValue:
    words = _("The record has changed since this page was opened, so this step no longer fits. Nothing was saved.")
    return _page(409, _("This step no longer fits"), words)


def forged_or_old(_error: CSRFError) -> ResponseReturnValue:
    """Kept for its writer where the page says who that is; else shown for copying, not offered for sending: it may come from elsewhere."""
    if answer := unsent():
        return answer
    typed = [value for _name, value in kept.fields_of(request.form) if len(value) > LONG_TEXT and " " in value]
    words = _("The page was open too long, or somebody signed in or out. Nothing was saved. Open it again and send once more.")
    return _page(400, _("This page is too old to be sent"), words, typed=typed)


def plain(error: HTTPException) -> ResponseReturnValue:
    """Every other refusal of the protocol: no such page, not allowed, too large."""
    if error.response is not None:
        return error.response
    code = error.code or 500
    title, words = _words().get(code, (HTTPStatus(code).phrase, _("Please go back and try another way.")))
    answer = _page(code, title, words)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return *answer, {"Allow": ", ".join(error.valid_methods)}
    return answer


def no_database(trouble: exc.SQLAlchemyError) -> ResponseReturnValue:
    """The database is locked, full, or not there. Nothing was written; a post can be sent again from the page."""
    cause = str(getattr(trouble, "orig", trouble)).lower()
    if "full" in cause or "no space" in cause:
        words = _("The disk of the clinic's computer is full. Nothing was saved. Call whoever looks after it, then send again.")
    elif "locked" in cause or "timeout" in cause:
        words = _("The database is busy with something else. Nothing was saved. Wait a few seconds and try again.")
    else:
        words = _("The database cannot be used just now. Nothing was saved. If trying again does not help, call technical support.")
    log.error("database trouble", request_id=g.get("request_id", ""), exc_info=trouble)
    return _our_page(503, _("Please try again"), words)


def at_the_same_moment(trouble: exc.IntegrityError) -> ResponseReturnValue:
    """What was free when we looked is not any more: the database refused the second of two."""
    log.error("refused by the database", request_id=g.get("request_id", ""), exc_info=trouble)
    words = _("Somebody else did the same at this moment, so it was not done twice. Nothing was saved. Look at the page again.")
    return _our_page(409, _("This step no longer fits"), words)


def our_fault(error: InternalServerError) -> ResponseReturnValue:
    cause = error.original_exception or error
    if isinstance(cause, OSError) and "No space" in str(cause):
        return no_database(exc.SQLAlchemyError(str(cause)))
    log.error("failed", request_id=g.get("request_id", ""), exc_info=cause)
    words = _("This is a fault of the product, not yours. Nothing was saved. Tell whoever looks after it the reference below.")
    return _our_page(500, _("Something went wrong"), words)


def _page(code: int, title: str, words: str, typed: list[str] | None = None) -> tuple[str, int]:
    return render_template("errors/page.html", title=title, words=words, typed=typed or [], layout=_layout(), code=code), code


def _our_page(code: int, title: str, words: str) -> tuple[str, int]:
    """A page that asks nothing of the database."""
    g.bare = True
    fields = kept.fields_of(request.form) if request.method == "POST" else []
    try:
        return render_template("errors/ours.html", title=title, words=words, fields=fields, action=_same_address()), code
    finally:
        g.bare = False


def _layout() -> str:
    """Pages behind a mailed link have no menu and no script, their troubles neither."""
    return "base_public.html" if g.get("by_link") else "base.html"


def _same_address() -> str:
    return request.full_path.rstrip("?")


def _most() -> int:
    """How many MB this page takes."""
    return (request.max_content_length or 0) // 1024**2


def _words() -> dict[int, tuple[str, str]]:
    return {
        400: (_("This could not be read"), _("The browser sent something that cannot be understood. Go back and try again.")),
        401: (
            _("You are signed out"),
            _("Nothing was saved. Go back to keep what you typed, sign in on another tab, then send again."),
        ),
        403: (_("This page is not for your role"), _("If you need it for your work, ask your manager.")),
        404: (_("There is no such page"), _("It may have been moved, or the address was mistyped.")),
        405: (_("This cannot be opened like that"), _("Go back to the page before and use its buttons.")),
        413: (
            _("This is too large"),
            _("The most that can be sent at once is %(n)s MB. Nothing was saved. Go back: what you typed is still there.", n=_most()),
        ),
        429: (_("Too many tries"), _("Wait a quarter of an hour and try again.")),
    }
