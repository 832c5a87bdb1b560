"""The outcomes of a course: written down, seen over time, and struck out where wrong. For those who treat, each look on record."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import history
from app.errors import Refused
from app.formats import short_day_of_year
from app.forms import row_id
from app.front_door.guard import safe_next
from app.i18n import _, language
from app.names import staff_names
from app.outcomes import actions, queries
from app.outcomes.due import due_after, measures_of
from app.outcomes.forms import OutcomeForm, StrikeForm
from app.outcomes.values import ALWAYS, measure_words, value_words
from app.permissions import Permission, needs
from app.series.contents import content
from app.series.reading import read
from app.today import today_of, typed_day
from app.tokens import use_once
from models import clock
from models.base import transaction
from models.outcome import Measure
from models.treatment import Course, SessionState

bp = Blueprint("outcomes", __name__)
TAKEN_AT = (SessionState.DONE, SessionState.BOOKED)


@bp.route("/courses/<int:course_id>/outcomes", methods=["GET", "POST"])
@needs(Permission.SEE_CLINICAL)
def of_course(course_id: int) -> ResponseReturnValue:
    """What was measured of a course, and a form for the next. In the address `session`: at which session, `back`: where to go then."""
    course, now, here = queries.course_or_404(course_id), clock.now(), url_for("outcomes.of_course", course_id=course_id)
    form = _offered(OutcomeForm(data={"day": typed_day(today_of(now)), "session": _asked_for()}), course)
    if form.validate_on_submit() and form.day.day:
        with transaction():
            course = queries.course_or_404(course_id)
            once = use_once(form.form_token.data or "", history.who() or 0, now)
            once.result = here = safe_next(request.args.get("back")) or here
            actions.write_down(course, form.session_id(), form.day.day, form.values(), now)
        flash(_("Written down."), "done")
        return redirect(here, 303)
    return _page(queries.course_or_404(course_id), form), 422 if form.is_submitted() else 200


@bp.route("/outcomes/<int:outcome_id>/strike-out", methods=["GET", "POST"])
@needs(Permission.SEE_CLINICAL)
def strike_out(outcome_id: int) -> ResponseReturnValue:
    """A value was wrong: it stays, struck through, with the reason."""
    found, form = queries.outcome_or_404(outcome_id), StrikeForm()
    back = url_for("outcomes.of_course", course_id=found.course_id)
    if form.validate_on_submit():
        try:
            with transaction():
                actions.strike_out(queries.outcome_or_404(outcome_id), (form.why.data or "").strip(), clock.now())
            flash(_("Struck out. The value stays readable, with the reason."), "done")
            return redirect(back, 303)
        except Refused as no:
            form.form_errors = [no.words]
    found = queries.outcome_or_404(outcome_id)
    history.viewed(found)
    words = f"{measure_words(found.measure)}: {value_words(found.value)}"
    page = render_template("outcomes/strike_out.html", form=form, it=found, words=words, patient=found.course.plan.patient, back=back)
    return page, 422 if form.is_submitted() else 200


def _asked_for() -> str:
    return str(row_id(request.args.get("session")) or "")


def _offered(form: OutcomeForm, course: Course) -> OutcomeForm:
    kept = {*measures_of(course), *ALWAYS}
    form.offer(_sessions(course), [one for one in Measure if one in kept])
    return form


def _sessions(course: Course) -> list[tuple[str, str]]:
    """Those that were done, and the one of today, as the plan counts them."""
    today, found = today_of(clock.now()), []
    for line in read(course, today).lines:
        if line.session and line.state in TAKEN_AT and line.day and line.day <= today:
            day = short_day_of_year(line.day, language())
            found.append((str(line.session.id), _("session %(n)s", n=line.label) + f" · {day}" if line.label else day))
    return found


def _page(course: Course, form: OutcomeForm) -> str:
    history.viewed(course)
    known = queries.of_courses([course.id])
    return render_template(
        "outcomes/of_course.html", course=course, patient=course.plan.patient, name=content(course).names.in_(language()), form=form,
        known=known, trends=queries.trends(known), due=[measure_words(one) for one in due_after(course, today_of(clock.now()), known)],
        back=safe_next(request.args.get("back")), sessions=dict(_sessions(course)), staff=staff_names(),
        measure_words=measure_words, value_words=value_words,
    )  # fmt: skip
