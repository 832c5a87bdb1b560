"""A running course moved to another version of its protocol: every date that would change is shown before it is done."""

from __future__ import annotations

from datetime import datetime

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from app.errors import Refused
from app.forms import OPTIONAL, FormOfVersion, at_most, one_line
from app.history import viewed
from app.i18n import _, _l
from app.permissions import Permission, needs
from app.planning.question import Question
from app.plans import life, queries
from app.plans.blueprint import bp
from app.plans.health.booked_again import Again, again_words
from app.plans.running import versions
from app.plans.running.beside import rows_beside
from app.plans.words import course_name
from app.protocols import queries as protocols
from app.schedule.toasts import say
from app.series.facts import question_of
from app.today import today_of
from models import clock
from models.appointment import Appointment
from models.base import rehearsal, transaction
from models.protocol import ProtocolVersion
from models.treatment import Course


class VersionForm(FormOfVersion):
    """The move, with a reason if there is one."""

    why = StringField(_l("Reason"), [OPTIONAL, at_most(300), one_line])


@bp.route("/course/<int:course_id>/version/<int:version_id>", methods=["GET", "POST"])
@needs(Permission.EDIT_PLANS)
def move_version(course_id: int, version_id: int) -> ResponseReturnValue:
    """The dates now and then; one press moves the course, and the same page moves it back."""
    course, now = queries.course_or_404(course_id), clock.now()
    version, here = protocols.version_or_404(version_id), url_for("plans.show", plan_id=course.plan_id)
    viewed(course.plan)
    if not versions.may_move(course, version):
        return redirect(here, 303) if version.protocol_id == course.protocol_version.protocol_id else abort(404)
    form = VersionForm(data={"seen": course.plan.version})
    if form.validate_on_submit():
        try:
            return _move(course_id, version_id, form, here)
        except Refused as no:
            form.form_errors = [no.words]
    return _page(course_id, version_id, form, now), 422 if form.errors else 200


def _move(course_id: int, version_id: int, form: VersionForm, here: str) -> ResponseReturnValue:
    with transaction():
        course, version = queries.course_or_404(course_id), protocols.version_or_404(version_id)
        form.check_seen(course.plan, theirs=_("the plan as it is now"), yours=_("another version of the protocol"), keep_url=here)
        old = course.version_id
        again = versions.move_to(course, version, (form.why.data or "").strip(), clock.now())
        back = url_for("plans.move_version", course_id=course_id, version_id=old)
        text = " ".join([_("The course follows version %(n)s now.", n=version.n), *again_words(again)])
        say({"text": text, "undo": back, "fields": {"seen": course.plan.version}})
    return redirect(here, 303)


def _page(course_id: int, version_id: int, form: VersionForm, now: datetime) -> str:
    then, gone, again = _rehearsed(course_id, version_id, now)
    course, version = queries.course_or_404(course_id), protocols.version_or_404(version_id)
    today = today_of(now)
    return render_template(
        "plans/version.html", form=form, course=course, version=version, patient=course.plan.patient, name=course_name(course),
        rows=rows_beside(question_of(course, today), then, clinical=True), moved=versions.what_moves(course, version, now),
        cancelled=[visit for visit in life.visits_of([course]) if visit.id in gone], again=again,
        forward=version.n > course.protocol_version.n, back=url_for("plans.show", plan_id=course.plan_id),
    )  # fmt: skip


def _rehearsed(course_id: int, version_id: int, now: datetime) -> tuple[Question, set[int], list[Again]]:
    """The course as it would be, the visits cancelled, and those booked again or not: really moved, looked at, and taken back."""
    with rehearsal(), transaction():
        course: Course = queries.course_or_404(course_id)
        version: ProtocolVersion = protocols.version_or_404(version_id)
        before: list[Appointment] = life.visits_of([course])
        again = versions.move_to(course, version, "", now)
        stay = {visit.id for visit in life.visits_of([course])}
        return question_of(course, today_of(now)), {visit.id for visit in before} - stay, again
