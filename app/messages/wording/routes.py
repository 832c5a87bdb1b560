"""The words of the mails: which there are, writing them anew, how they look, approving them, the way back."""

from __future__ import annotations

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused, Stale
from app.formats import language_name
from app.forms import row_id
from app.front_door.headers import CSP_WITH_FRAME
from app.history import viewed, who
from app.i18n import _
from app.messages import compose, planner
from app.messages.blueprint import BODY_CSP
from app.messages.wording import actions, blocks, faults, queries
from app.messages.wording.forms import WordsForm, mark_of
from app.messages.wording.labels import letter_name
from app.messages.wording.packed import unpack
from app.messages.wording.page import Page, letters, page_of, real_message
from app.messages.wording.reading import CannotBeSaid
from app.permissions import Permission, needs
from models import clock
from models.base import db, locked, transaction
from models.clinic import Clinic
from models.mail_words import MailWords
from models.protocol import VersionState
from models.staff import StaffMember

bp = Blueprint("templates", __name__, url_prefix="/templates")
LARGEST = 20_000
"""Bytes of a mail's HTML; some programs cut what is longer."""


@bp.get("")
@needs(Permission.PROPOSE_WORDS)
def index() -> ResponseReturnValue:
    languages = sorted({language for letter in letters() for language in blocks.languages_of(letter)})
    return render_template("templates/index.html", letters=letters(), languages=languages, standing=queries.standing(),
                           letter_name=letter_name, language_name=language_name, languages_of=blocks.languages_of)  # fmt: skip


@bp.route("/<letter>/<language>", methods=["GET", "POST"])
@needs(Permission.PROPOSE_WORDS)
def edit(letter: str, language: str) -> ResponseReturnValue:
    page = page_of(letter, language, row_id(request.args.get("from")))
    asked = request.form.get("do", "") if page.form.is_submitted() else "show"
    if asked == "preview":
        page.form.place(faults.in_words(letter, language, page.words))
        return _shown(page, part=request.headers.get("HX-Request") == "true")
    if asked == "show" or not _is_fine(page):
        return _shown(page, 200 if asked == "show" else 422)
    if asked == "try":
        return _tried(page)
    return _kept(page, publish=False)


@bp.post("/<letter>/<language>/publish")
@needs(Permission.APPROVE_WORDS)
def publish(letter: str, language: str) -> ResponseReturnValue:
    page = page_of(letter, language)
    return _kept(page, publish=True) if _is_fine(page) else _shown(page, 422)


@bp.post("/<letter>/<language>/shipped")
@needs(Permission.APPROVE_WORDS)
def shipped(letter: str, language: str) -> ResponseReturnValue:
    """The words of the product are sent again."""
    return _ended(letter, language, VersionState.APPROVED, _("The shipped words are sent again."))


@bp.post("/<letter>/<language>/throw-away")
@needs(Permission.PROPOSE_WORDS)
def throw_away(letter: str, language: str) -> ResponseReturnValue:
    """The draft is given up."""
    return _ended(letter, language, VersionState.DRAFT, _("The draft was thrown away."))


@bp.get("/<letter>/<language>/letter")
@needs(Permission.PROPOSE_WORDS)
def framed(letter: str, language: str) -> ResponseReturnValue:
    """The letter with the words that the address carries, in a frame that runs and loads nothing."""
    if letter not in letters() or language not in blocks.languages_of(letter):
        abort(404)
    of = real_message(letter, language, row_id(request.args.get("of")))
    try:
        words = unpack(request.args.get("words", ""))
        mail = compose.preview(letter, language, words, clock.now(), full="full" in request.args, of=of)
    except (ValueError, CannotBeSaid, compose.NothingToSay):
        abort(404)
    if of is not None:
        viewed(of)
    answer = make_response(mail.html)
    answer.headers["Content-Security-Policy"] = BODY_CSP
    return answer


def _is_fine(page: Page) -> bool:
    """Whether the words can be kept; what is wrong stands beside each."""
    fine = page.form.validate()
    page.form.place(faults.in_words(page.letter, page.language, page.words))
    if page.mail is not None and len(page.mail.html.encode()) > LARGEST:
        page.form.form_errors.append(_("With these words the mail is too large: some programs would cut it. Please shorten them."))
    return fine and not page.form.errors and not page.form.form_errors


def _kept(page: Page, *, publish: bool) -> ResponseReturnValue:
    now = clock.now()
    try:
        with transaction():
            locked(Clinic, 1)  # two who write the first draft of a letter come one after the other
            _check_seen(page, page.form)
            draft = actions.write(page.letter, page.language, page.words, now)
            if publish:
                actions.approve(draft, now)
    except Refused as no:
        page.form.form_errors.append(no.words)
        return _shown(page, 422)
    kept = _("Saved as a draft. It is not sent until a physician publishes it.")
    flash(_("Published: these words are sent from now on.") if publish else kept, "done")
    return redirect(url_for("templates.edit", letter=page.letter, language=page.language), 303)


def _check_seen(page: Page, form: WordsForm) -> None:
    """Raise Stale when the draft is not the one that this page showed."""
    draft = queries.in_state(page.letter, page.language, VersionState.DRAFT)
    if str(mark_of(draft)) != form.seen.data:
        here = url_for("templates.edit", letter=page.letter, language=page.language)
        raise Stale(theirs=_says(draft), yours=_("the words you typed"), version=mark_of(draft), keep_url=here)


def _says(draft: MailWords | None) -> str:
    if draft is None:
        return _("no draft any more")
    by = db.session.get(StaffMember, draft.made_by_id) if draft.made_by_id else None
    return _("a draft of %(name)s", name=by.name) if by else _("another draft")


def _tried(page: Page) -> ResponseReturnValue:
    with transaction():
        reader = db.session.get_one(StaffMember, who())
        planner.try_words(page.letter, page.language, page.words, reader.id, clock.now(), full=bool(page.form.full.data))
    flash(_("The letter goes to %(address)s in a moment; nothing is saved by that.", address=reader.email), "done")
    return _shown(page)


def _ended(letter: str, language: str, state: VersionState, words: str) -> ResponseReturnValue:
    with transaction():
        locked(Clinic, 1)
        version = queries.in_state(letter, language, state)
        if version is not None:
            actions.end(version, clock.now())
    flash(words, "done")
    return redirect(url_for("templates.edit", letter=letter, language=language), 303)


def _shown(page: Page, status: int = 200, *, part: bool = False) -> ResponseReturnValue:
    if page.of is not None:
        viewed(page.of)
    answer = make_response(render_template("templates/preview.html" if part else "templates/edit.html", page=page, form=page.form))
    answer.headers["Content-Security-Policy"] = CSP_WITH_FRAME
    return answer, status
