"""What may be pressed on a visit, as buttons: their words and where they lead."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app.i18n import _, _l
from app.schedule.addresses import address
from app.schedule.day.check import Check
from app.schedule.day.next_steps import Step, Steps
from models.appointment import Appointment
from models.treatment import Course


@dataclass(frozen=True)
class Button:
    """Something to press. `post` False: a link. `reason`: a choice of reasons stands beside it."""

    step: Step
    word: str
    url: str
    post: bool = True
    reason: bool = False


def first_button(possible: Steps, visit: Appointment) -> Button | None:
    """The main button of a row; None where nothing is to be pressed."""
    if possible.next is None:
        return None
    if possible.next is Step.FIX and possible.fix is not None:
        return Button(Step.FIX, fix_word(possible.fix), possible.fix.fix_url or "", post=False)
    return button_of(possible.next, visit)


def button_of(step: Step, visit: Appointment) -> Button:
    """The button of a step: its word and where it leads."""
    if step in LINKS:
        return Button(step, step_word(step), address(LINKS[step], visit.id), post=False)
    if step in (Step.BOOK_AGAIN, Step.BOOK_NEXT):
        return Button(step, step_word(step), book_url(step, visit), post=False)
    if step in POSTS:
        return Button(step, step_word(step), address(POSTS[step], visit.id))
    return Button(step, step_word(step), address("schedule.step", visit.id, to=step.value), reason=step is Step.NOT_TREATED)


POSTS = {Step.BACK: "schedule.undo", Step.CREAM: "schedule.cream_on", Step.USUAL: "treatments.done",
         Step.CONFIRMED: "schedule.confirm", Step.AGREED: "schedule.agreed"}  # fmt: skip
LINKS = {Step.RECORD: "treatments.record", Step.CREAM_FORM: "schedule.cream", Step.CARE: "paper.care", Step.MOVE: "schedule.move",
         Step.CANCEL: "schedule.cancel"}  # fmt: skip


def book_url(step: Step, visit: Appointment) -> str:
    """Where the next session of a course, or the same session again, gets a time."""
    course = next_course(visit) if step is Step.BOOK_NEXT else None
    if course is not None:
        return url_for("schedule.book_next", course_id=course.id)
    if visit.sessions:
        return address("schedule.book_session", visit.sessions[0].session_id, "session_id")
    return url_for("schedule.new_visit", patient=visit.patient_id, kind=visit.kind.value, course=visit.course_id)


def next_course(visit: Appointment) -> Course | None:
    """A course of the visit whose next session still needs a time."""
    return next((link.session.course for link in visit.sessions if link.session.course.needs_booking), None)


def fix_word(check: Check) -> str:
    """What mends a check, as a button."""
    return str(FIXES.get(check.code, STEPS[Step.FIX]))


def once_word(check: Check) -> str:
    """What mends a check in one press, as a button."""
    return _("Continue without review") if check.once == "plans.go_on" else _("Sign the evaluation")


def step_word(step: Step) -> str:
    """What a step is called on its button."""
    return str(STEPS[step])


# Made once, translated when shown: sixty rows ask for hundreds of these.
FIXES = {
    "consent": _l("Get consent"), "report": _l("Decide"), "finding": _l("Open the record"), "allergy": _l("Open the record"),
    "paused": _l("Open the plan"), "evaluation": _l("Evaluate"), "review": _l("Review"), "plan": _l("Open the plan"),
    "patch_test": _l("Book the patch test"), "lot": _l("Record lot"), "age": _l("Add birth date"),
    "complication": _l("Complication"), "too_early": _l("Allow it"), "route": _l("Allow it"),
}  # fmt: skip
STEPS = {
    Step.ARRIVED: _l("Arrived"), Step.IN_TREATMENT: _l("Start"), Step.DONE: _l("Done"), Step.USUAL: _l("Done"),
    Step.AGREED: _l("Agreed by phone"),
    Step.CONFIRMED: _l("Confirmed by phone"), Step.NO_SHOW: _l("No-show"), Step.NOT_TREATED: _l("Not treated"),
    Step.CREAM: _l("Cream on"), Step.CREAM_FORM: _l("Cream…"), Step.BACK: _l("One step back"), Step.RECORD: _l("Record"),
    Step.CARE: _l("Care sheet"), Step.MOVE: _l("Move…"), Step.CANCEL: _l("Cancel…"),
    Step.BOOK_AGAIN: _l("Book again"), Step.BOOK_NEXT: _l("Book next"), Step.FIX: _l("Mend"),
}  # fmt: skip
