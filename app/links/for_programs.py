"""What programs ask of a link: a mail program stops a class of mail, a calendar takes the visits."""

from __future__ import annotations

from flask import Response, abort, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from app.clinic import queries as clinic_queries
from app.links import actions
from app.links.blueprint import bp
from app.links.opening import alone, link_or_404, press, spoken
from app.links.queries import Standing
from app.messages.links import Purpose
from app.permissions import by_link
from models import clock
from models.base import transaction


@bp.post("/l/<handle>/stop")
@by_link
def stop_at_once(handle: str) -> ResponseReturnValue:
    """A mail program stops a class of mail for its reader (RFC 8058): no page, no cookie, no token."""
    link, now = link_or_404(handle), clock.now()
    if link.purpose != Purpose.STOP or request.form.get("List-Unsubscribe") != "One-Click":
        abort(400)
    press(link, now)
    with transaction():
        opened = alone(link, now)
        if opened.standing is Standing.OPEN:
            actions.act(opened, now)
    return Response(status=204)


@bp.get("/l/<handle>/calendar.ics")
@by_link
def calendar(handle: str) -> ResponseReturnValue:
    """All coming visits of the plan's page, for a calendar."""
    link, now = link_or_404(handle), clock.now()
    opened = spoken(link, now)
    if opened.purpose is not Purpose.MY_PAGE or opened.standing is not Standing.OPEN or not opened.visits:
        return redirect(url_for("links.show", handle=handle), 303)
    from app.messages import calendar_file  # noqa: PLC0415  # with it comes icalendar, which a start does not need

    data = calendar_file.of_visits(opened.visits, clinic_queries.the_clinic(), opened.reader.language, opened.phones.day.shown, now)
    answer = Response(data, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="appointments.ics"'
    return answer


@bp.record_once
def _without_token(state: BlueprintSetupState) -> None:
    """Only the one-click address is posted to without a CSRF token: the mail program that posts has never seen a page."""
    state.app.extensions["csrf"].exempt(stop_at_once)
