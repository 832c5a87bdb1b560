"""One course: its reviews, and sessions done elsewhere."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import tokens
from app.errors import Refused
from app.front_door.guard import safe_next
from app.history import viewed, who
from app.i18n import _
from app.permissions import Permission, needs
from app.plans import life, queries
from app.plans.blueprint import bp
from app.plans.form_page import unfinished
from app.plans.running import elsewhere, reviews
from app.plans.running.reviews import NewReview
from app.plans.running.series_forms import ElsewhereForm, ReviewForm
from app.plans.show.card import may
from app.plans.words import course_name
from app.series.reading import read
from app.today import today_of, typed_day
from models import clock
from models.base import transaction
from models.treatment import Course, ReviewResult


@bp.route("/course/<int:course_id>/review", methods=["GET", "POST"])
@needs(Permission.DECIDE)
def review(course_id: int) -> ResponseReturnValue:
    """The physician's review after the steps done so far."""
    course, now = queries.course_or_404(course_id), clock.now()
    viewed(course.plan)
    here = url_for("plans.show", plan_id=course.plan_id)
    reading = read(course, today_of(now))
    step = reading.review_due or reading.satisfied
    form = ReviewForm(data={"seen": course.plan.version, "day": typed_day(today_of(now))})
    if form.validate_on_submit():
        try:
            with transaction():
                form.check_seen(course.plan, theirs=_("the plan as it is now"), yours=_("this review"), keep_url=here)
                reviews.review(course, form.chosen(step), now)
            flash(_("Review recorded."), "done")
            return redirect(here, 303)
        except Refused as no:
            form.form_errors = [no.words]
    return unfinished("plans/review.html", form, about=course_name(course), patient=course.plan.patient, step=step, reading=reading,
                      visits=life.visits_of([course]), back=here)  # fmt: skip


@bp.post("/course/<int:course_id>/continue")
@needs(Permission.DECIDE)
def go_on(course_id: int) -> ResponseReturnValue:
    """One press: treatment goes on without this review."""
    with transaction():
        course, now = queries.course_or_404(course_id), clock.now()
        due = _review_due(course)
        if due is not None:
            reviews.review(course, NewReview(due, today_of(now), ReviewResult.WAIVED), now)
    flash(_("Treatment goes on; the review is noted as left out."), "done")
    return redirect(safe_next(request.form.get("back")) or url_for("plans.show", plan_id=course.plan_id), 303)


def _review_due(course: Course) -> int | None:
    return read(course, today_of(clock.now())).review_due


@bp.route("/course/<int:course_id>/elsewhere", methods=["GET", "POST"], endpoint="elsewhere")
@needs(Permission.RECORD_SESSIONS, Permission.EDIT_PATIENTS)
def done_elsewhere(course_id: int) -> ResponseReturnValue:
    """Record a session done elsewhere; a physician's own entry can count at once."""
    course, now = queries.course_or_404(course_id), clock.now()
    viewed(course.plan)
    here, form = url_for("plans.show", plan_id=course.plan_id), ElsewhereForm()
    decides = may(Permission.DECIDE)
    if not decides:
        del form.counts
    if form.validate_on_submit():
        try:
            with transaction():
                tokens.use_once(form.form_token.data or "", who() or 0, now).result = here
                elsewhere.add(course, form.chosen(), now, accepted_by=who() if decides and form.counts.data else None)
            flash(_("Written down."), "done")
            return redirect(here, 303)
        except Refused as no:
            form.form_errors = [no.words]
    return unfinished("plans/elsewhere.html", form, about=course_name(course), patient=course.plan.patient, back=here)


@bp.post("/session/<int:session_id>/accept")
@needs(Permission.DECIDE)
def accept(session_id: int) -> ResponseReturnValue:
    """The physician lets a session done elsewhere count."""
    with transaction():
        session = queries.session_or_404(session_id)
        elsewhere.accept(session, who() or 0, clock.now())
    flash(_("The session counts now."), "done")
    return redirect(url_for("plans.show", plan_id=session.course.plan_id), 303)
