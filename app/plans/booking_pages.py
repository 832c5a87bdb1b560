"""The whole series in one go: a proposed time for every session, others to choose from, booked all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import tokens
from app.errors import Refused
from app.history import viewed, who
from app.i18n import _
from app.permissions import Permission, needs
from app.planning.bands import Band
from app.planning.visit import Slot
from app.planning.windows import Window
from app.plans import evaluations, queries
from app.plans.blueprint import bp
from app.plans.booking_form import PREFIX, Choice, SeriesForm, chosen_in, value_of
from app.plans.booking_toast import booked_toast
from app.plans.words import course_name, day_words
from app.schedule import repairs, series_booking
from app.schedule.series_booking import Proposal, SessionRefused
from app.schedule.working_days import time_of
from app.today import today_of
from models import clock
from models.appointment import VisitKind
from models.base import db, transaction
from models.clinic import Room
from models.treatment import PlanState, TreatmentPlan

FIRST = "first"


@dataclass(frozen=True)
class Line:
    """One session with what could be booked for it."""

    session_id: int
    label: str
    name: str
    window: str
    band: Band | None
    choices: list[Choice]
    chosen: str
    reasons: list[str]
    notes: list[str]
    trouble: str


@bp.route("/plan/<int:plan_id>/book", methods=["GET", "POST"])
@needs(Permission.SEE_PLANS)
def book(plan_id: int) -> ResponseReturnValue:
    """Propose a time for every open session; book those that are chosen in one transaction."""
    plan, now, here = queries.plan_or_404(plan_id), clock.now(), url_for("plans.show", plan_id=plan_id)
    viewed(plan)
    form, trouble = SeriesForm(), SessionRefused(0, "")
    if form.validate_on_submit():
        try:
            return _book(plan, form, now, here)
        except SessionRefused as no:
            trouble = no
        except Refused as no:
            form.form_errors = [no.words]
        plan = queries.plan_or_404(plan_id)
    lines = lines_of(plan, now, trouble)
    covered = evaluations.valid_on(plan.patient, today_of(now)) is not None
    page = render_template(
        "plans/book.html", form=form, plan=plan, patient=plan.patient, lines=lines, back=here, prefix=PREFIX, trouble=trouble,
        to_begin=plan.state is PlanState.DRAFT and covered,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _book(plan: TreatmentPlan, form: SeriesForm, now: datetime, here: str) -> ResponseReturnValue:
    chosen = sorted(chosen_in(request.form).items(), key=lambda pair: (pair[1].day, pair[1].start_minute))
    with transaction():
        tokens.use_once(form.form_token.data or "", who() or 0, now).result = here
        wanted = chosen[:1] if request.form.get("do") == FIRST else chosen
        toast = booked_toast(plan.patient, series_booking.book_all(plan, wanted, now))
    flash(toast, "done")
    return redirect(here, 303)


def lines_of(plan: TreatmentPlan, now: datetime, trouble: SessionRefused) -> list[Line]:
    """Every open session, in the order of its proposed day. `trouble`: the one that could not be booked as chosen."""
    names, rooms = queries.names_of_staff(), {room.id: room.name for room in db.session.scalars(select(Room))}
    typed = {key: value_of(slot) for key, slot in chosen_in(request.form).items()}
    said = _Said(names, rooms, now)
    found = series_booking.propose(plan, now)
    return [_line(one, said, typed, trouble, behind=_behind_a_gap(one, found)) for one in found]


def _behind_a_gap(one: Proposal, found: Sequence[Proposal]) -> bool:
    """A session before it in its series has no place: where it would lie is not known, so it is offered but not chosen."""
    mine = [other for other in found if other.session.course_id == one.session.course_id]
    return any(other.slot is None and other.session.n < one.session.n for other in mine)


class _Said:
    """Slots in words."""

    def __init__(self, names: Mapping[int, str], rooms: Mapping[int, str], now: datetime) -> None:
        self.names, self.rooms, self.today = names, rooms, today_of(now)

    def window(self, window: Window | None) -> str:
        if window is None:
            return ""
        first = day_words(window.earliest, self.today)
        return f"{first} – {day_words(window.latest, self.today)}" if window.latest else _("from %(day)s", day=first)

    def slot(self, slot: Slot) -> str:
        who_and_where = [self.names.get(slot.performer_id or 0, ""), self.rooms.get(slot.room_id or 0, "")]
        when = f"{day_words(slot.day, self.today)} {time_of(slot.start_minute):%H:%M}"
        return " · ".join([when, *(part for part in who_and_where if part)])


def _line(one: Proposal, said: _Said, typed: Mapping[int, str], trouble: SessionRefused, *, behind: bool) -> Line:
    slots = [slot for slot in (one.slot, *(other.slot for other in repairs.other_times(one))) if slot]
    lost = trouble.session_id == one.session.id
    values = {value_of(slot): said.slot(slot) for slot in slots}
    before = typed.get(one.session.id)
    if before and before not in values and not lost:
        values[before] = said.slot(chosen_in(request.form)[one.session.id])
    first = next(iter(values), "") if one.slot and not behind else ""
    chosen = (before if before in values and not lost else first) if not request.form or before or lost else ""
    return Line(
        session_id=one.session.id, label=one.label, name=course_name(one.session.course),
        window=said.window(one.window), band=one.band,
        choices=[Choice(value, words) for value, words in values.items()], chosen=chosen or "", reasons=one.words,
        notes=_notes(one, behind=behind), trouble=trouble.words if lost else "",
    )  # fmt: skip


def _notes(one: Proposal, *, behind: bool) -> list[str]:
    found = [_("not chosen: a session before it has no place yet")] if behind else []
    if one.kind is VisitKind.EVALUATION_AND_TREATMENT:
        found.append(_("begins with the evaluation; treatment follows if suitable"))
    elif one.tentative:
        found.append(_("reserved until the evaluation is signed"))
    if one.after_review:
        found.append(_("after the review"))
    return found
