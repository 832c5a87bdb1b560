"""Recording what was done in a visit: product, lot, amount, reaction; and mending such a record."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import history
from app.errors import Refused
from app.i18n import _, language
from app.names import area_name
from app.patients.reach import reads_mail
from app.permissions import Permission, needs
from app.schedule.day import preflight
from app.schedule.day.buttons import once_word
from app.schedule.here import Here, here, visit_alone, visit_or_404
from app.schedule.numbing import actions as numbing
from app.schedule.rows import courses_using
from app.schedule.toasts import say
from app.schedule.visit.afterwards import after_words
from app.schedule.visit.card import mails_of
from app.schedule.visit.meanwhile import stale
from app.series.contents import content
from app.treatments import actions, ahead, mend_pages, mend_words, record_view, sheet_pages, usual_pages, would
from app.treatments.actions import Circumstances
from app.treatments.blueprint import bp
from app.treatments.forms import SAVE, CorrectForm, RecordForm, Use
from app.treatments.treated import owner_of, recorded, to_record
from app.treatments.tube import NotCompared, compared
from models.appointment import Appointment, AppointmentSession, Outcome, VisitState
from models.base import db, transaction
from models.product import LotUse

__all__ = ["bp", "mend_pages", "sheet_pages", "usual_pages"]


@bp.route("/visits/<int:appointment_id>/record", methods=["GET", "POST"])
@needs(Permission.RECORD_SESSIONS, Permission.RUN_VISITS)
def record(appointment_id: int) -> ResponseReturnValue:
    """What is clear and what is not, what was used, and Done."""
    at, visit = here(), visit_or_404(appointment_id)
    if not at.asker.records:
        raise Refused(_("In this clinic practitioners and physicians record what was done."))
    form = record_view.prepared(RecordForm(data={"seen": visit.version}), visit, at.now)
    if form.validate_on_submit():
        try:
            return _done(appointment_id, form, at)
        except NotCompared as no:
            record_view.say_at_tubes(form, no.words)
        except Refused as no:
            form.form_errors = [no.words]
    return _page(visit_or_404(appointment_id), form, at), 422 if form.is_submitted() else 200


@bp.route("/lot-uses/<int:use_id>/correct", methods=["GET", "POST"])
@needs(Permission.RECORD_SESSIONS)
def correct(use_id: int) -> ResponseReturnValue:
    """Another lot or amount than was written down; what was written stays, struck through."""
    at, use = here(), db.session.get(LotUse, use_id) or abort(404)
    visit = _visit_of(use)
    course = owner_of(use, visit).course
    form, shown = record_view.correction(CorrectForm(), use, course, visit.local_day), None
    visit_id, named = visit.id, content(course).names.in_(language())
    if form.validate_on_submit():
        try:
            new = form.use.form.chosen()
            if new is None:
                raise Refused(_("Choose the lot that was really used."))
            if form.wants_to_save(request.form.get("do")):
                return _corrected(use_id, visit_id, new, form.why.data or "", at)
            shown = would.would_use(use_id, visit_id, new, form.why.data or "", at.now)
        except Refused as no:
            form.form_errors = [no.words]
    use, visit = db.session.get_one(LotUse, use_id), visit_or_404(visit_id)
    history.viewed(visit)
    page = render_template("treatments/correct.html", form=form, use=use, visit=visit, named=named, shown=shown, save=SAVE)
    return page, 422 if form.errors else 200


def _corrected(use_id: int, visit_id: int, new: Use, why: str, at: Here) -> ResponseReturnValue:
    with transaction():
        actions.correct(db.session.get_one(LotUse, use_id), visit_or_404(visit_id), new, why, at.now)
    flash(_("Corrected. The first entry stays, struck through."), "done")
    return redirect(url_for("treatments.record", appointment_id=visit_id), 303)


def _done(appointment_id: int, form: RecordForm, at: Here) -> ResponseReturnValue:
    with transaction():
        visit = visit_alone(appointment_id)
        if form.seen.data != str(visit.version):
            raise stale(visit, _("done, with what you typed here"))
        entries = form.entries([one.session_id for one in to_record(visit)])
        when = Circumstances(form.ended(visit.zone), int(form.by.data) if form.by.data else None)
        actions.record(visit, entries, when, at.now)
        said = " ".join([_("%(name)s: done.", name=visit.patient.name), after_words(visit, at.now)]).strip()
        toast = {"text": said, "undo": url_for("schedule.undo", appointment_id=visit.id),
                 "fields": {"seen": visit.version}}  # fmt: skip
    say(toast)
    return redirect(url_for("treatments.record", appointment_id=appointment_id), 303)


def _page(visit: Appointment, form: RecordForm, at: Here) -> str:
    history.viewed(visit)
    over = visit.state is VisitState.DONE
    return render_template(
        "treatments/record.html", visit=visit, today=at.today, form=form, over=over, checks=preflight.checks(visit, at.clinical),
        planned=list(zip(to_record(visit), form.sessions, strict=False)),
        may_record=actions.may_be_recorded(visit),
        performed=recorded(visit), uses=actions.uses_of(visit), cream=record_view.asks_for_cream(visit),
        creams=numbing.uses_of(visit), asker=at.asker,
        blocked=record_view.blocked_lots(visit, at.today) if not over else [],
        following=ahead.following(visit, at.today) if over else [],
        mails=mails_of(visit) if over and at.asker.may(Permission.SEE_MESSAGES) else [], area_name=area_name,
        compared=compared, once_word=once_word,
        photos_due=record_view.photos_due(visit) if at.clinical and not over else [],
        measures_due=record_view.measures_due(visit) if at.clinical and not over else [],
        care=None if over else ahead.care_ahead(visit, record_view.usual_end(visit, at.now), at.now),
        cares=bool(courses_using(visit)), on_paper=not reads_mail(visit.patient), corrected=mend_words.lines_of(visit),
    )  # fmt: skip


def _visit_of(use: LotUse) -> Appointment:
    if use.appointment_id is not None:
        return visit_or_404(use.appointment_id)
    link = select(AppointmentSession).where(AppointmentSession.session_id == use.session_id, AppointmentSession.outcome == Outcome.DONE)
    found = db.session.scalar(link)
    return found.appointment if found else abort(404)
