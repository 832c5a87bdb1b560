"""A course asked "what if": later sessions now and then. Nothing is written."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.history import viewed
from app.permissions import Permission, needs
from app.planning.what_if import falls_away
from app.plans import queries
from app.plans.blueprint import bp
from app.plans.running.beside import rows_beside
from app.plans.running.what_if_form import What, WhatIfForm
from app.plans.show.card import may
from app.plans.words import course_name, day_words
from app.series.reading import read
from app.today import today_of
from models import clock


@bp.get("/course/<int:course_id>/what-if")
@needs(Permission.SEE_PLANS)
def what_if(course_id: int) -> ResponseReturnValue:
    """The dates as they would be with one session on another day, missed or left out, a pause, or one session more."""
    course, today = queries.course_or_404(course_id), today_of(clock.now())
    viewed(course.plan)
    reading = read(course, today)
    form = WhatIfForm(request.args, meta={"csrf": False})
    steps = {line.due.step: line.day for line in reading.lines if line.due and not line.due.maintenance}
    form.offer(steps, [one.step for one in reading.question.booked if one.step in steps], today)
    asked = form.asked(reading.question) if form.what.data in set(What) and form.validate() else None
    rows, gone = [], []
    if asked is not None:
        rows = rows_beside(reading.question, asked.question, left_out=asked.left_out, clinical=may(Permission.SEE_CLINICAL))
        gone = [day_words(day, today) for day in falls_away(reading.question, asked.question)]
    page = render_template(
        "plans/what_if.html", form=form, course=course, patient=course.plan.patient, name=course_name(course), rows=rows, gone=gone,
        what=What, back=url_for("plans.show", plan_id=course.plan_id),
    )  # fmt: skip
    return page, 422 if form.errors else 200
