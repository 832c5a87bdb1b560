"""A time for one session of a course: suggested inside its window, or any other day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import history
from app.errors import Refused
from app.forms import row_id
from app.front_door.guard import safe_next
from app.i18n import _, language
from app.library.loader import shipped
from app.messages import changes
from app.permissions import Permission, needs
from app.planning import acts
from app.planning.acts import Done
from app.schedule import actions, evaluation, limits
from app.schedule.blueprint import bp
from app.schedule.forms import BookForm, TimeChosen
from app.schedule.free import offers
from app.schedule.free.offers import Asked
from app.schedule.here import Here, here
from app.schedule.knock_on import Open, opened
from app.schedule.limits import FREE, Override
from app.schedule.looking import asked_day
from app.schedule.session_words import count_words
from app.schedule.toasts import say, told_toast
from app.series import rows as series_rows
from app.series.contents import content
from app.series.reading import SessionLine, label, read
from app.series.words import reason_words
from app.tokens import use_once
from models import clock
from models.appointment import AppointmentSession, Outcome, VisitKind
from models.base import db, transaction
from models.treatment import Course, TreatmentSession


@dataclass(frozen=True)
class SessionCard:
    """A session as the page names it: protocol, count, its window and why."""

    session: TreatmentSession
    name: str
    count: str
    open: Open
    why: list[str]

    @property
    def course(self) -> Course:
        return self.session.course


@bp.get("/course/<int:course_id>/book")
@needs(Permission.SEE_PLANS)
def book_next(course_id: int) -> ResponseReturnValue:
    """To the next session of a course that has no time yet."""
    course = db.session.get(Course, course_id) or abort(404)
    waiting = [line.session for line in read(course, here().today).lines if line.due and line.session and line.visit is None]
    if not waiting:
        flash(_("Every session of this course has a time."), "done")
        return redirect(url_for("schedule.new_visit", patient=course.plan.patient_id), 303)
    return redirect(url_for("schedule.book_session", session_id=waiting[0].id, day=request.args.get("day")), 303)


@bp.route("/session/<int:session_id>/book", methods=["GET", "POST"])
@needs(Permission.SEE_PLANS)
def book_session(session_id: int) -> ResponseReturnValue:
    """Choose a time for a session, alone or joined with another of the same patient, and book it."""
    at = here()
    session = db.session.get(TreatmentSession, session_id) or abort(404)
    if session.state not in FREE:
        return _taken(session)
    cards = [card_for(one, at) for one in [session, *_joined(session)]]
    form = BookForm(data={"exact_day": request.args.get("day", "")})
    if form.validate_on_submit():
        try:
            return _book([card.session.id for card in cards], form, at)
        except Refused as no:
            form.form_errors = [no.words]
    return _page(cards, form, at), 422 if form.is_submitted() else 200


def _book(session_ids: Sequence[int], form: BookForm, at: Here) -> ResponseReturnValue:
    chosen = form.chosen()
    with transaction():
        once = use_once(form.form_token.data or "", at.person.id, at.now)
        sessions = [db.session.get_one(TreatmentSession, key) for key in session_ids]
        plan = sessions[0].course.plan
        told = changes.open_set(plan.patient_id, at.now, plan_id=plan.id)
        visit = actions.book(
            plan.patient, VisitKind.TREATMENT, chosen.slot, sessions, told, at.now, plan=plan, asked_by=chosen.asked_by, note=chosen.note,
            override=override_of(chosen, at),
        )  # fmt: skip
        once.result = safe_next(request.form.get("back")) or url_for("schedule.visit", appointment_id=visit.id)
        toast = told_toast(_("Booked"), visit, told)
    say(toast)
    return redirect(once.result, 303)


def override_of(chosen: TimeChosen, at: Here) -> Override | None:
    """A physician's reason to allow what the rules do not; typed by anybody else it is refused."""
    if not chosen.why:
        return None
    if not at.asker.may(Permission.DECIDE):
        raise Refused(_("Only a physician may allow this."))
    return Override(at.person.id, chosen.why)


def _page(cards: Sequence[SessionCard], form: BookForm, at: Here) -> str:
    patient, day = cards[0].course.plan.patient, asked_day(at.today)
    history.viewed(cards[0].course.plan)
    begins, asked = asked_for(cards, at)
    return render_template(
        "schedule/book.html", cards=cards, form=form, patient=patient, begins=begins.words, day=day, partners=_partners(cards, at),
        best=None if day else offers.suggested(asked, at.today, at.now), that_day=offers.on_day(asked, day, at.now) if day else None,
        may_allow=at.asker.may(Permission.DECIDE), held=any(_held(card) for card in cards), today=at.today,
        joined=[card.session.id for card in cards[1:]],
    )  # fmt: skip


def _held(card: SessionCard) -> bool:
    """A hold stands open: there is no day yet from which this session could be done."""
    return card.open.due is None or card.open.due.recommended is None


def asked_for(cards: Sequence[SessionCard], at: Here) -> tuple[evaluation.Beginning, Asked]:
    """The joint visit of these sessions: how it begins on its best day, and the time that is looked for it."""
    patient, sessions = cards[0].course.plan.patient, [card.session for card in cards]
    courses, leave = [card.course for card in cards], at.asker.may(Permission.DECIDE)
    asked = Asked(patient, VisitKind.TREATMENT, courses, [card.open for card in cards], leave=leave)
    stands = limits.stands_of(sessions, limits.readings_of(sessions, at.today))
    day = offers.window_of(asked, at.today).recommended
    begins = evaluation.beginning(patient, VisitKind.TREATMENT, stands, day, clock.day_bounds(day, at.zone)[1])
    return begins, replace(asked, kind=begins.kind)


def card_for(session: TreatmentSession, at: Here) -> SessionCard:
    found = opened(session, at.today) or abort(404)
    due = found.due
    reading = read(session.course, at.today)
    why = reason_words(due.reasons, clinical=at.clinical) if due else []
    count = count_words(label(due), reading.of) if due else ""
    return SessionCard(session, content(session.course).names.in_(language()), count, found, why)


def _joined(session: TreatmentSession) -> list[TreatmentSession]:
    """The sessions that are to be done in the same visit, from the address or the form."""
    wanted = {key for text in request.values.getlist("with") if (key := row_id(text))} - {session.id}
    found = [db.session.get(TreatmentSession, key) for key in sorted(wanted)]
    return [one for one in found if one and one.state in FREE and one.course.plan.patient_id == session.course.plan.patient_id]


def _partners(cards: Sequence[SessionCard], at: Here) -> list[tuple[SessionLine, str, str]]:
    """Next sessions of the patient's other courses that may be done in the same visit."""
    mine = {card.course.id for card in cards}
    found = []
    for course in series_rows.courses_of([cards[0].course.plan.patient_id]):
        if course.id in mine or course.ended_on is not None or not may_share_a_visit([*(card.course for card in cards), course]):
            continue
        line = read(course, at.today).next_line
        if line and line.session and line.visit is None and line.due and line.due.earliest:
            found.append((line, content(course).names.in_(language()), count_words(line.label, len(course.steps))))
    return found


def may_share_a_visit(courses: Sequence[Course]) -> bool:
    """There is an order in which these may be done on one day (clinic.md §5)."""
    asked = [Done(content(course).acts, course.area, date.min, course.id, None, course.id) for course in courses]
    return acts.in_same_day_order(shipped().act_rules, asked) is not None


def _taken(session: TreatmentSession) -> ResponseReturnValue:
    """Somebody booked it before, or it is done: to its visit."""
    live = select(AppointmentSession.appointment_id).where(
        AppointmentSession.session_id == session.id, AppointmentSession.outcome.in_((Outcome.PLANNED, Outcome.DONE))
    )
    visit_id = db.session.scalar(live)
    flash(_("This session is booked or done already."), "error")
    if visit_id is None:
        return redirect(url_for("schedule.new_visit", patient=session.course.plan.patient_id), 303)
    return redirect(url_for("schedule.visit", appointment_id=visit_id), 303)
