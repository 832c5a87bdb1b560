"""The sessions of a stored plan in one go: a time for each, its clashes and the ways out, booked all or none."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import tokens
from app.errors import Refused
from app.history import viewed, who
from app.i18n import _
from app.permissions import Permission, needs
from app.plans import queries
from app.plans.blueprint import bp
from app.plans.builder import decisions
from app.plans.builder.booking_form import SeriesForm
from app.plans.builder.booking_toast import booked_toast
from app.plans.builder.dates import Dates, dates_of
from app.plans.builder.preview import standing
from app.plans.form.typed import Typed
from app.plans.health import evaluations
from app.plans.show.card import may
from app.schedule.limits import Override
from app.schedule.placing import whole_series
from app.schedule.placing.proposals import Key
from app.schedule.placing.whole_series import SessionRefused
from app.today import today_of
from models import clock
from models.base import transaction
from models.treatment import PlanState, TreatmentPlan

BOOK, FIRST = "book", "book-first"


@bp.route("/plan/<int:plan_id>/book", methods=["GET", "POST"])
@needs(Permission.SEE_PLANS)
def book(plan_id: int) -> ResponseReturnValue:
    """Every open session with a time. Every button but those that book only shows the page again with what follows from it."""
    plan, now, here = queries.plan_or_404(plan_id), clock.now(), url_for("plans.show", plan_id=plan_id)
    live = request.method == "POST" and bool(request.headers.get("HX-Request"))
    if not live:
        viewed(plan)
    form, fields, button, trouble = SeriesForm(), Typed(request.form.items(multi=True)), request.form.get("do", ""), dict[Key, str]()
    decisions.pressed(fields, button)
    if form.validate_on_submit() and button in (BOOK, FIRST):
        try:
            return _book(plan, form, fields, now, here)
        except Refused as no:
            plan = queries.plan_or_404(plan_id)
            trouble = _lost(plan, no, fields, now)
            form.form_errors = [_said(trouble) or no.words]
    dates = _shown(plan, fields, now, trouble)
    page = render_template(
        "plans/book_dates.html" if live else "plans/book.html", form=form, plan=plan, patient=plan.patient, dates=dates, back=here,
        stays=decisions.stays_of(fields), name_of=decisions.name_of, live=live, to_begin=_waits_for_its_beginning(plan, now),
        evaluation_ended=evaluations.ended_in_a_pause(plan, today_of(now)),
    )  # fmt: skip
    return page, 422 if form.errors and form.is_submitted() else 200


def _shown(plan: TreatmentPlan, fields: Typed, now: datetime, trouble: dict[Key, str]) -> Dates:
    dates = dates_of(plan, standing(plan, now), decisions.read(fields), now, trouble)
    return dates if may(Permission.DECIDE) else dates.without_leave()


def _book(plan: TreatmentPlan, form: SeriesForm, fields: Typed, now: datetime, here: str) -> ResponseReturnValue:
    told, why = decisions.read(fields), (form.why_early.data or "").strip()
    chosen = decisions.first_visit(told.shown) if fields.get("do") == FIRST else dict(told.shown)
    early = told.early & chosen.keys()
    if early and not why:
        raise Refused(_("Write down why you allow a session below its minimum."))
    with transaction():
        tokens.use_once(form.form_token.data or "", who() or 0, now).result = here
        ids = _ids(plan, now)
        visits = whole_series.book_all(
            plan, [(ids[key], slot) for key, slot in chosen.items() if key in ids], now,
            override=Override(who() or 0, why) if early else None, overridden=[ids[key] for key in early if key in ids],
        )  # fmt: skip
        toast = booked_toast(plan.patient, visits)
    flash(toast, "done")
    return redirect(here, 303)


def _lost(plan: TreatmentPlan, no: Refused, fields: Typed, now: datetime) -> dict[Key, str]:
    """The session that could not be booked as chosen, and why; the others stay where they were shown."""
    if not isinstance(no, SessionRefused):
        return {}
    found = {key: no.words for key, session_id in _ids(plan, now).items() if session_id == no.session_id}
    for key in found:
        decisions.lost(fields, key)
    return found


def _said(trouble: dict[Key, str]) -> str:
    return " ".join(_("Session %(n)s: %(why)s Nothing was booked.", n=key[1], why=why) for key, why in trouble.items())


def _ids(plan: TreatmentPlan, now: datetime) -> dict[Key, int]:
    """The plan's open sessions as the page calls them."""
    return {
        (place, line.label): line.session.id
        for place, one in enumerate(standing(plan, now))
        for line in one.reading.lines
        if line.session is not None and line.due is not None
    }


def _waits_for_its_beginning(plan: TreatmentPlan, now: datetime) -> bool:
    return plan.state is PlanState.DRAFT and evaluations.valid_on(plan.patient, today_of(now)) is not None
