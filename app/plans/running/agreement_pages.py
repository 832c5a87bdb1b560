"""What counts against the agreed number of sessions of a course, and staff's word about it."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField

from app import history
from app.errors import Refused
from app.forms import REQUIRED, FormOfVersion, at_most, one_line, row_id
from app.history import viewed
from app.i18n import _, _l
from app.names import staff_names
from app.permissions import Permission, needs
from app.plans import queries
from app.plans.blueprint import bp
from app.plans.words import course_name, day_words
from app.series import agreement, rows
from app.series.agreement import Used
from app.series.reading import read
from app.today import today_of
from models import clock
from models.agreement import AgreementWord
from models.base import db, transaction
from models.treatment import Course


class WordForm(FormOfVersion):
    """Does it count, and why. `counts`: y or n."""

    session = HiddenField(validators=[REQUIRED])
    visit = HiddenField()
    counts = HiddenField(validators=[REQUIRED])
    why = StringField(_l("Why"), [REQUIRED, at_most(300), one_line])


@bp.route("/course/<int:course_id>/agreement", methods=["GET", "POST"])
@needs(Permission.RUN_VISITS)
def agreed(course_id: int) -> ResponseReturnValue:
    """Each session and no-show of a course: whether it counts against the agreement, by whose word and why."""
    course, now, here = queries.course_or_404(course_id), clock.now(), url_for("plans.agreed", course_id=course_id)
    viewed(course.plan)
    form = WordForm(data={"seen": course.plan.version})
    if form.validate_on_submit():
        try:
            with transaction():
                course = queries.course_or_404(course_id)
                form.check_seen(course.plan, theirs=_("the plan as it is now"), yours=_("your word"), keep_url=here)
                _say(course, form, now)
            flash(_("Written down."), "done")
            return redirect(here, 303)
        except Refused as no:
            form.form_errors = [no.words]
    course = queries.course_or_404(course_id)
    today, reading = today_of(now), read(course, today_of(now))
    page = render_template(
        "plans/agreement.html", course=course, plan=course.plan, patient=course.plan.patient, name=course_name(course), form=form,
        uses=agreement.uses(reading), balance=agreement.balance(reading), staff=staff_names(), day=lambda one: day_words(one, today),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _say(course: Course, form: WordForm, now: datetime) -> None:
    """Write staff's word down. Raises Refused for a session or no-show that is not there (any more)."""
    key, today = (row_id(form.session.data), row_id(form.visit.data)), today_of(now)
    found: Used | None = next((one for one in agreement.uses(read(course, today)) if (one.session_id, one.visit_id) == key), None)
    if found is None:
        raise Refused(_("This session has changed since the page was opened. Please look again."))
    why, counts = (form.why.data or "").strip(), form.counts.data == "y"
    db.session.add(
        AgreementWord(session_id=found.session_id, appointment_id=found.visit_id, counts=counts, why=why, by_id=history.who(), at=now)
    )
    course.plan.version += 1
    history.plan_changed(course.plan, "agreement changed", now, why=why, course=course)
    history.record("agreement changed", course, now, fields=["counts"], reason=why)
    rows.align_patient(course.plan.patient_id, today)
