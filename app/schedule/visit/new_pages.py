"""A new visit of any kind: who, what, when. Only what is chosen stands in the address; a search is kept, not shown there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import history, phones
from app.errors import Refused
from app.forms import row_id
from app.front_door import where
from app.i18n import _, language
from app.messages import changes
from app.names import visit_name
from app.patients import choosing
from app.patients import queries as patient_queries
from app.permissions import Permission, needs
from app.schedule import actions
from app.schedule.blueprint import bp
from app.schedule.forms import BookForm
from app.schedule.free import offers
from app.schedule.free.offers import Asked, Offers
from app.schedule.free.phases import carries_sessions, phases_of
from app.schedule.here import Here, here
from app.schedule.looking import asked_day
from app.schedule.session_words import count_words
from app.schedule.toasts import say, told_toast
from app.series import rows as series_rows
from app.series.contents import content
from app.series.reading import SessionLine, read
from app.tokens import use_once
from models.appointment import VisitKind
from models.base import db, transaction
from models.patient import Patient
from models.treatment import Course


@dataclass(frozen=True)
class Waiting:
    """The next session of a course that has no time yet."""

    line: SessionLine
    name: str
    count: str


@bp.route("/visits/new", methods=["GET", "POST"])
@needs(Permission.BOOK)
def new_visit() -> ResponseReturnValue:
    """First the patient, then the kind, then the time."""
    at = here()
    if request.form.get("q") is not None:
        return _look(at)
    patient_id = row_id(request.args.get("patient"))
    if patient_id is None:
        found = choosing.found(request.args.get("s", ""), at.person.id, at.now)
        return render_template("schedule/who.html", found=found, carried=carried(), day=asked_day(at.today))
    patient = patient_queries.patient_or_404(patient_id)
    form = BookForm(data={"exact_day": request.args.get("day", ""), "exact_time": request.args.get("time", "")})
    kind = next((one for one in VisitKind if one.value == request.args.get("kind")), None)
    if form.is_submitted() and kind is not None and form.validate():
        try:
            return _book(patient.id, kind, form, at)
        except Refused as no:
            form.form_errors = [no.words]
    return _page(patient, kind, form, at), 422 if form.is_submitted() else 200


def carried() -> dict[str, str]:
    """What was chosen before the patient: a free time of the day page."""
    names = ("kind", "course", "day", "time", "performer", "room", where.IN_ADDRESS)
    return {name: request.args[name] for name in names if request.args.get(name)}


def _look(at: Here) -> ResponseReturnValue:
    """Look for a patient; one found is chosen at once."""
    chosen = choosing.look(request.form["q"], at.person.id, at.now)
    return redirect(url_for("schedule.new_visit", _external=False, **chosen, **carried()), 303)


def _book(patient_id: int, kind: VisitKind, form: BookForm, at: Here) -> ResponseReturnValue:
    if carries_sessions(kind):
        raise Refused(_("Choose one of the sessions above."))
    chosen = form.chosen()
    with transaction():
        once = use_once(form.form_token.data or "", at.person.id, at.now)
        patient = patient_queries.patient_or_404(patient_id)
        course = _course(patient)
        told = changes.open_set(patient_id, at.now, plan_id=course.plan_id if course else None)
        visit = actions.book(
            patient, kind, chosen.slot, [], told, at.now, plan=course.plan if course else None, course=course, asked_by=chosen.asked_by,
            note=chosen.note, place_id=None if course else at.place_id,
        )  # fmt: skip
        once.result = url_for("schedule.visit", appointment_id=visit.id)
        toast = told_toast(_("Booked"), visit, told)
    say(toast)
    return redirect(once.result, 303)


def _page(patient: Patient, kind: VisitKind | None, form: BookForm, at: Here) -> str:
    history.viewed(patient)
    sees, course, day = at.asker.may(Permission.SEE_PLANS), _course(patient), asked_day(at.today)
    wants_course = kind is not None and _borrows(kind) and course is None
    asked = _asked(patient, kind, course, at) if kind and not carries_sessions(kind) and not wants_course else None
    return render_template(
        "schedule/new.html", patient=patient, kind=kind, course=course, form=form, day=day, today=at.today, wants_course=wants_course,
        kinds=[(one.value, visit_name(one)) for one in VisitKind if not carries_sessions(one)], carried=carried(),
        places=_places(patient, kind, at) if course is None else [],
        courses=[(one.id, content(one).names.in_(language())) for one in _courses(patient)] if sees else [],
        waiting=waiting(patient, at.today) if sees else [], phone_end=phones.last_digits(patient.phone),
        best=offers.suggested(asked, at.today, at.now) if asked and not day else None,
        that_day=_that_day(asked, day, at) if asked and day else None,
    )  # fmt: skip


def _that_day(asked: Asked, day: date, at: Here) -> Offers:
    return offers.on_day(asked, day, at.now)


def _asked(patient: Patient, kind: VisitKind, course: Course | None, at: Here) -> Asked:
    performer, room = (row_id(request.args.get(name)) for name in ("performer", "room"))
    courses, place_id = ([course], None) if course else ([], at.place_id)
    return Asked(patient, kind, courses, performer_id=performer, room_id=room, wished=at.today, place_id=place_id)


def _places(patient: Patient, kind: VisitKind | None, at: Here) -> list[dict[str, object]]:
    """The same visit at another place; a room stays where it is."""
    kept = {name: value for name, value in carried().items() if name not in (where.IN_ADDRESS, "room", "kind")}
    of = kind.value if kind else None
    return where.tabs(at.place_id, lambda one: url_for("schedule.new_visit", patient=patient.id, kind=of, place=one, **kept))  # type: ignore[arg-type]


def waiting(patient: Patient, today: date) -> list[Waiting]:
    """The next session of every running course that has no time yet."""
    found = []
    for course in _courses(patient):
        line = read(course, today).next_line if course.ended_on is None else None
        if line and line.session and line.visit is None:
            found.append(Waiting(line, content(course).names.in_(language()), count_words(line.label, len(course.steps))))
    return found


def _courses(patient: Patient) -> list[Course]:
    return list(series_rows.courses_of([patient.id]))


def _course(patient: Patient) -> Course | None:
    """The course that was chosen, if it is this patient's."""
    asked = row_id(request.args.get("course"))
    course = db.session.get(Course, asked) if asked else None
    if course is not None and course.plan.patient_id != patient.id:
        abort(404)
    return course


def _borrows(kind: VisitKind) -> bool:
    """Whether people and room of this kind are those of a protocol."""
    try:
        phases_of(kind, [])
    except ValueError:
        return True
    return False
