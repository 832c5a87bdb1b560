"""The plan builder: choose a protocol, set this patient's numbers, see a time for every session, make and book it in one press."""

from __future__ import annotations

from datetime import datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import tokens
from app.errors import Refused
from app.front_door import kept, where
from app.history import viewed, who
from app.i18n import _
from app.patients import queries as patients
from app.permissions import Permission, needs
from app.plans.blueprint import bp
from app.plans.builder import choosing, decisions, fields, looking, making, showing
from app.plans.builder.booking_toast import booked_toast
from app.plans.builder.showing import Builder
from app.plans.form.plan_form import MOST_COURSES
from app.plans.form.typed import Typed, courses_in
from app.today import today_of
from models import clock
from models.base import db, transaction
from models.staff import StaffMember

BOOK, FIRST, DRAFT, START = "book", "book-first", "draft", "start"
MAKES = (BOOK, FIRST, DRAFT, START)


@bp.route("/patients/<int:patient_id>/plan/new", methods=["GET", "POST"])
@needs(Permission.EDIT_PLANS)
def create(patient_id: int) -> ResponseReturnValue:
    """A new plan. Every button but those that make it only shows the form again with what follows from it."""
    patient, now = patients.patient_or_404(patient_id), clock.now()
    live = request.method == "POST" and bool(request.headers.get("HX-Request"))
    if not live:
        viewed(patient)  # once, not again at every letter
    versions, button = fields.usable(), request.form.get("do", "preview")
    typed = _typed(versions, now)
    if typed is None:
        return choosing.page(patient, versions, now)
    before = Typed(typed)
    fields.pressed(typed, versions, button, today_of(now))
    decisions.pressed(typed, button)
    page = looking.begun(patient, typed, versions, now, posted=request.method == "POST")
    if looking.is_well(page.form):
        if button in MAKES and (made := _make(page, button)):
            return made
        looking.look(page)
    elif button not in (*MAKES, "preview"):
        page.form.form_errors = []
    status = 422 if page.form.errors and page.form.is_submitted() else 200
    return showing.panel(page, before) if live else showing.page(page), status


def _typed(versions: fields.Versions, now: datetime) -> Typed | None:
    """What stands in the form: as it was sent, or as it begins; None where nothing was chosen yet."""
    found: Typed | None
    if request.method == "POST":
        found = Typed(request.form.items(multi=True))
        return found if len(courses_in(found)) <= MOST_COURSES else abort(400)
    if before := kept.typed_before():
        return Typed(before.items(multi=True))
    if chosen := versions.get(request.args.get("with", "")):
        found = fields.begun_with(chosen, today_of(now))
    else:
        found = fields.begun_with_combination(request.args.get("together", ""), versions, today_of(now))
    if found is not None:
        fields.wish_for(found, db.session.get(StaffMember, who()), versions)
        found["form_token"], found["place"] = tokens.new_handle(), str(where.in_address(where.looked_at()) or "")
    return found


def _make(page: Builder, button: str) -> ResponseReturnValue | None:
    """Make the plan and book what was chosen, in one transaction; None where the page is shown again, with nothing stored."""
    try:
        if button in (BOOK, FIRST):
            return _book(page, button)
        with transaction():
            used = tokens.use_once(page.form.form_token.data or "", who() or 0, page.now)
            new = page.form.chosen(who() or 0)
            plan = making.make(page.patient, new, page.now, begin=button == START)
            used.result = here = url_for("plans.show", plan_id=plan.id)
        flash(_("The plan is made."), "done")
        return redirect(here, 303)
    except making.Lost as no:
        decisions.lost(page.typed, no.key)
        page.told, page.trouble = decisions.read(page.typed), {no.key: no.words}
        page.form.form_errors = [_("Session %(n)s: %(why)s Nothing was booked.", n=no.key[1], why=no.words)]
    except Refused as no:
        page.form.form_errors = [no.words]
    page.patient = patients.patient_or_404(page.patient.id)
    return None


def _book(page: Builder, button: str) -> ResponseReturnValue | None:
    told = page.told
    if told.changed:
        page.form.form_errors = [_("The plan was changed after its dates were shown. Look at the new dates, then book.")]
        return None
    if told.early and not (page.form.why_early.data or "").strip():
        page.form.form_errors = [_("Write down why you allow a session below its minimum.")]
        return None
    chosen = decisions.first_visit(told.shown) if button == FIRST else told.shown
    with transaction():
        used = tokens.use_once(page.form.form_token.data or "", who() or 0, page.now)
        new = page.form.chosen(who() or 0)
        plan, visits = making.make_and_book(
            page.patient, new, chosen, page.now, early=told.early & chosen.keys(), why_early=(page.form.why_early.data or "").strip()
        )
        used.result = here = url_for("plans.show", plan_id=plan.id)
        toast = booked_toast(page.patient, visits)
    flash(toast, "done")
    return redirect(here, 303)
