"""/l/<handle>: GET shows, POST acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused
from app.links import about_visits, actions, for_programs, full_text, health, wishes
from app.links.blueprint import bp
from app.links.forms import Preferences
from app.links.in_full import read_in_full, renewal
from app.links.opening import alone, link_or_404, press, spoken
from app.links.page import known
from app.links.pages import page_of
from app.links.queries import Opened, Standing
from app.links.times import TAKE, chosen_time, is_about_times, offered_time, times_page
from app.messages.links import Purpose
from app.permissions import by_link
from models import clock
from models.base import transaction
from models.message import MailLink

__all__ = ["bp", "for_programs"]


@bp.get("/l/<handle>")
@by_link
def show(handle: str) -> ResponseReturnValue:
    """Opening a link changes nothing: mail programs and scanners open links too."""
    link, now = link_or_404(handle), clock.now()
    opened, wanted = spoken(link, now), request.args.get("do", "")
    own = _page_of_its_own(opened, wanted, now) if opened.standing is Standing.OPEN else None
    if own is not None:
        template, context = own
        return render_template(f"links/{template}.html", opened=opened, handle=handle, **context)
    page = renewal(opened, now) or page_of(opened, wanted)
    return render_template("links/page.html", opened=opened, page=page, handle=handle), 410 if opened.standing is Standing.OVER else 200


def _page_of_its_own(opened: Opened, wanted: str, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """The template and context of an open link that shows more than one question and its buttons."""
    if is_about_times(opened, wanted):
        times = times_page(opened, request.args.get("since", ""), now)
        return ("times", {"page": times, "said": request.args.get("said", ""), "known": known(opened)}) if times else None
    if opened.purpose is Purpose.OFFER:
        return "page", {"page": about_visits.offer(opened, offered_time(opened, now))}
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
    link, now = link_or_404(handle), clock.now()
    press(link, now)
    if link.purpose == Purpose.HEALTH:
        return _answer_health(handle, link, now)
    if link.purpose == Purpose.FULL_TEXT:
        return read_in_full(handle, link, now)
    if request.form.get("do") == TAKE:
        return _take(handle, link, now)
    with transaction():
        opened = alone(link, now)
        if opened.standing is Standing.OPEN and opened.purpose is Purpose.PREFERENCES:
            wishes.change(opened, Preferences(), now)
        elif opened.standing is Standing.OPEN:
            actions.act(opened, now, request.form.get("do", ""))
    return redirect(url_for("links.show", handle=handle, saved="1" if link.purpose == Purpose.PREFERENCES else None), 303)


def _take(handle: str, link: MailLink, now: datetime) -> ResponseReturnValue:
    """The time that was chosen, if it is still free; if not, the visit stays where it is."""
    typed, said = request.form.get("time", ""), None
    try:
        with transaction():
            opened = alone(link, now)
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
        opened = alone(link, now)
        form = health.read(opened, request.form)
        if opened.standing is Standing.OPEN and form.questions and not form.complete:
            return render_template("links/health.html", opened=opened, form=form, handle=handle, missing=True), 422
        if opened.standing is Standing.OPEN and form.complete:
            actions.answer_health(opened, form, now)
    return redirect(url_for("links.show", handle=handle), 303)


@bp.get("/l/<handle>/stop")
@by_link
def stop_page(handle: str) -> ResponseReturnValue:
    """The address in List-Unsubscribe, opened by a person."""
    return show(handle)
