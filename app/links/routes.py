"""/l/<handle>: GET shows, POST acts. No sign-in: the handle is the key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from app.clinic import queries as clinic_queries
from app.errors import Refused
from app.i18n import speak
from app.links import actions, full_text, health, pages, queries, wishes
from app.links.forms import Preferences
from app.links.pages import Page
from app.links.queries import Opened, Standing
from app.links.times import TAKE, chosen_time, is_about_times, offered_time, times_page
from app.messages import calendar_file
from app.messages.links import Purpose
from app.permissions import by_link
from app.throttle import Limit, count
from models import clock
from models.base import locked, transaction
from models.message import MailLink
from models.patient import Patient

bp = Blueprint("links", __name__)
GUESSES = Limit("link guess", 30, 10)
PRESSES = Limit("link press", 20, 10)
LETTER_CSP = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"


@bp.get("/l/<handle>")
@by_link
def show(handle: str) -> ResponseReturnValue:
    """Opening a link changes nothing: mail programs and scanners open links too."""
    link, now = _link_or_404(handle), clock.now()
    opened, wanted = _spoken(link, now), request.args.get("do", "")
    own = _page_of_its_own(opened, wanted, now) if opened.standing is Standing.OPEN else None
    if own is not None:
        template, context = own
        return render_template(f"links/{template}.html", opened=opened, handle=handle, **context)
    page = _renewal(opened, now) or pages.page_of(opened, wanted)
    return render_template("links/page.html", opened=opened, page=page, handle=handle), 410 if opened.standing is Standing.OVER else 200


def _renewal(opened: Opened, now: datetime) -> Page | None:
    if opened.purpose is not Purpose.FULL_TEXT or not full_text.may_be_renewed(opened, now):
        return None
    return pages.renewed() if full_text.was_renewed(opened, now) else pages.expired()


def _page_of_its_own(opened: Opened, wanted: str, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """The template and context of an open link that shows more than one question and its buttons."""
    if is_about_times(opened, wanted):
        times = times_page(opened, request.args.get("since", ""), now)
        return ("times", {"page": times, "said": request.args.get("said", ""), "known": pages.known(opened)}) if times else None
    if opened.purpose is Purpose.OFFER:
        return "page", {"page": pages.offer(opened, offered_time(opened, now))}
    if opened.purpose is Purpose.HEALTH:
        form = health.read(opened, {})
        return ("health", {"form": form, "missing": False}) if form.questions else None
    if opened.purpose is Purpose.FULL_TEXT:
        return "full_text", {"form": full_text.asked(opened)}
    return {
        Purpose.PREFERENCES: ("preferences", {"form": wishes.as_recorded(opened)}), Purpose.MY_PAGE: ("my_page", {}),
    }.get(opened.purpose)  # fmt: skip


@bp.post("/l/<handle>")
@by_link
def act(handle: str) -> ResponseReturnValue:
    """The one press. A link that is over, or was used, shows its page and does nothing."""
    link, now = _link_or_404(handle), clock.now()
    _press(link, now)
    if link.purpose == Purpose.HEALTH:
        return _answer_health(handle, link, now)
    if link.purpose == Purpose.FULL_TEXT:
        return _read_in_full(handle, link, now)
    if request.form.get("do") == TAKE:
        return _take(handle, link, now)
    with transaction():
        locked(MailLink, link.id)
        opened = _spoken(link, now)
        if opened.standing is Standing.OPEN and opened.purpose is Purpose.PREFERENCES:
            wishes.change(opened, Preferences(), now)
        elif opened.standing is Standing.OPEN and opened.purpose is not Purpose.MY_PAGE:
            actions.act(opened, now, request.form.get("do", ""))
    return redirect(url_for("links.show", handle=handle, saved="1" if link.purpose == Purpose.PREFERENCES else None), 303)


def _take(handle: str, link: MailLink, now: datetime) -> ResponseReturnValue:
    """The time that was chosen, if it is still free; if not, the visit stays where it is."""
    typed, said = request.form.get("time", ""), None
    try:
        with transaction():
            locked(MailLink, link.id)
            opened = _spoken(link, now)
            chosen = chosen_time(opened, typed)
            if chosen:
                actions.take(opened, chosen, now)
    except Refused:
        said = "lost"
    again = said or (None if typed or link.purpose == Purpose.OFFER else "missing")
    return redirect(url_for("links.show", handle=handle, do=Purpose.OTHER_TIME if again else None, said=again), 303)


def _answer_health(handle: str, link: MailLink, now: datetime) -> ResponseReturnValue:
    """The short questions: all of them are answered, or the page comes back with what was pressed."""
    with transaction():
        locked(MailLink, link.id)
        opened = _spoken(link, now)
        form = health.read(opened, request.form)
        if opened.standing is Standing.OPEN and form.questions and not form.complete:
            return render_template("links/health.html", opened=opened, form=form, handle=handle, missing=True), 422
        if opened.standing is Standing.OPEN and form.complete:
            actions.answer_health(opened, form, now)
    return redirect(url_for("links.show", handle=handle), 303)


def _read_in_full(handle: str, link: MailLink, now: datetime) -> ResponseReturnValue:
    """The year of birth opens the full text. Of many answers at one moment each is counted before the next is looked at."""
    with transaction():
        locked(Patient, link.patient_id)
        locked(MailLink, link.id)
        opened = _spoken(link, now)
        if request.form.get("do") == full_text.RENEW:
            full_text.renew(opened, now)
        if opened.standing is not Standing.OPEN or request.form.get("do") == full_text.RENEW:
            return redirect(url_for("links.show", handle=handle), 303)
        form = full_text.asked(opened)
        if full_text.is_told(opened, form, now):
            return _letter(opened, handle, now)
        if queries.is_closed(link, now):
            return redirect(url_for("links.show", handle=handle), 303)
        return render_template("links/full_text.html", opened=opened, form=form, handle=handle), 422


def _letter(opened: Opened, handle: str, now: datetime) -> ResponseReturnValue:
    mail = full_text.mail_of(opened, now)
    if mail is None:
        return render_template("links/page.html", opened=opened, page=pages.changed(opened), handle=handle)
    answer = make_response(mail.html)
    answer.headers["Content-Security-Policy"] = LETTER_CSP
    return answer


@bp.get("/l/<handle>/stop")
@by_link
def stop_page(handle: str) -> ResponseReturnValue:
    """The address in List-Unsubscribe, opened by a person."""
    return show(handle)


@bp.post("/l/<handle>/stop")
@by_link
def stop_at_once(handle: str) -> ResponseReturnValue:
    """A mail program stops a class of mail for its reader (RFC 8058): no page, no cookie, no token."""
    link, now = _link_or_404(handle), clock.now()
    if link.purpose != Purpose.STOP or request.form.get("List-Unsubscribe") != "One-Click":
        abort(400)
    _press(link, now)
    with transaction():
        locked(MailLink, link.id)
        opened = queries.opened(link, now)
        if opened.standing is Standing.OPEN:
            actions.act(opened, now)
    return Response(status=204)


@bp.get("/l/<handle>/calendar.ics")
@by_link
def calendar(handle: str) -> ResponseReturnValue:
    """All coming visits of the plan's page, for a calendar."""
    link, now = _link_or_404(handle), clock.now()
    opened = _spoken(link, now)
    if opened.purpose is not Purpose.MY_PAGE or opened.standing is not Standing.OPEN or not opened.visits:
        return redirect(url_for("links.show", handle=handle), 303)
    data = calendar_file.of_visits(opened.visits, clinic_queries.the_clinic(), opened.reader.language, opened.phones.day.shown, now)
    answer = Response(data, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="appointments.ics"'
    return answer


@bp.record_once
def _without_token(state: BlueprintSetupState) -> None:
    """Only the one-click address is posted to without a CSRF token: the mail program that posts has never seen a page."""
    state.app.extensions["csrf"].exempt(stop_at_once)


def _link_or_404(handle: str) -> MailLink:
    """The link of a handle. Handles that were never made are counted: whoever guesses is stopped."""
    link = queries.find(handle)
    if link is None:
        with transaction():
            too_many = count(GUESSES, request.remote_addr or "", clock.now())
        abort(429 if too_many else 404)
    return link


def _press(link: MailLink, now: datetime) -> None:
    with transaction():
        too_many = count(PRESSES, str(link.id), now)
    if too_many:
        abort(429)


def _spoken(link: MailLink, now: datetime) -> Opened:
    """The link as it stands, its page in the patient's language."""
    opened = queries.opened(link, now)
    speak(opened.reader.language)
    return opened
