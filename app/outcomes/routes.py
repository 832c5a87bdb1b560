"""The outcomes of a course: written down, seen over time, and struck out where wrong. For those who treat, each look on record."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import history
from app.errors import Refused
from app.formats import short_day_of_year
from app.forms import row_id
from app.i18n import _, language
from app.names import staff_names
from app.outcomes import actions, queries
from app.outcomes.due import due_after, measures_of
from app.outcomes.forms import OutcomeForm, StrikeForm
from app.outcomes.values import measure_words, value_words
from app.permissions import Permission, needs
from app.series.contents import content
from app.today import today_of, typed_day
from app.tokens import use_once
from models import clock
from models.base import transaction
from models.outcome import Measure
from models.treatment import Course, SessionState, TreatmentSession

bp = Blueprint("outcomes", __name__)
ALWAYS = (Measure.GAIS_PHYSICIAN, Measure.GAIS_PATIENT, Measure.SATISFACTION, Measure.PAIN)


@bp.route("/courses/<int:course_id>/outcomes", methods=["GET", "POST"])
@needs(Permission.SEE_CLINICAL)
def of_course(course_id: int) -> ResponseReturnValue:
    """What was measured of a course, and a form for the next. `session` of the address: at which session."""
    course, now, here = queries.course_or_404(course_id), clock.now(), url_for("outcomes.of_course", course_id=course_id)
    form = _offered(OutcomeForm(data={"day": typed_day(today_of(now)), "session": _asked_for()}), course)
    if form.validate_on_submit() and form.day.day:
        with transaction():
            course = queries.course_or_404(course_id)
            once = use_once(form.form_token.data or "", history.who() or 0, now)
            once.result = here
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
    sessions = [one for one in course.sessions if one.state in (SessionState.DONE, SessionState.BOOKED)]
    form.offer([(str(one.id), _session_words(one)) for one in sessions], [one for one in Measure if one in kept])
    return form


def _session_words(session: TreatmentSession) -> str:
    day = short_day_of_year(session.performed_on, language()) if session.performed_on else _("not done yet")
    return _("session %(n)s", n=session.n) + f" · {day}"


def _page(course: Course, form: OutcomeForm) -> str:
    history.viewed(course)
    known = queries.of_courses([course.id])
    return render_template(
        "outcomes/of_course.html", course=course, patient=course.plan.patient, name=content(course).names.in_(language()), form=form,
        known=known, trends=queries.trends(known), due=[measure_words(one) for one in due_after(course, today_of(clock.now()), known)],
        staff=staff_names(), measure_words=measure_words, value_words=value_words,
    )  # fmt: skip
