"""Tasks in words: what to do, for whom, and where it is done. Reception reads what to do, never why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from app import phones
from app.clinic import queries as clinic_queries
from app.formats import local_moment, plain_day, short_day
from app.i18n import _, _n, in_language, language, spoken
from app.names import message_name
from app.patients.reach import called
from app.patients.words import addressed
from app.planning.windows import still_ahead
from app.work.courses import CourseRow
from app.work.lists import COUNTED, Worklist
from models.base import db
from models.task import StaffTask, TaskKind
from models.treatment import Course, Hold


@dataclass(frozen=True)
class Said:
    """A task in words, and the page where it is done (None: on the list itself)."""

    what: str
    url: str | None = None
    where: str = ""


def list_name(kind: Worklist) -> str:
    """A worklist's name."""
    return {
        Worklist.CALLS: _("Call list"), Worklist.OVERDUE: _("Overdue"), Worklist.CLOSING: _("Window closing"),
        Worklist.NO_SHOWS: _("No-shows"), Worklist.UNBOOKED: _("To book now"), Worklist.MAINTENANCE: _("Maintenance due"),
        Worklist.UNCONFIRMED: _("Not confirmed"), Worklist.CONSENT: _("Consent missing"), Worklist.LAPSED: _("Lapsed"),
        Worklist.PHYSICIAN: _("For the physician"), Worklist.HOLDS: _("Holds ending"), Worklist.OTHER: _("Other"),
        Worklist.LATER: _("To book later"),
    }[kind]  # fmt: skip


def nothing(kind: Worklist) -> str:
    """What an empty list says."""
    if kind is Worklist.UNCONFIRMED:
        return _("Everyone has confirmed.")
    return _("All clear.") if kind is Worklist.CALLS else _("Nothing waits here.")


def said(task: StaffTask) -> Said:
    """What a task asks for."""
    url, where = _place(task)
    if task.kind == TaskKind.CALL and task.subject_type == "message":
        return Said(_mail_words(task), url, where)
    if task.kind == TaskKind.FREED:
        starts = local_moment(datetime.fromisoformat(task.facts["starts_at"]), task.facts["zone"], language())
        return Said(_("A time has become free, and somebody waits for an earlier one: %(when)s", when=starts), url, where)
    words = _WORDS.get(_about(task)) or _WORDS.get(task.kind)
    return Said(words() if words else task.kind.replace("_", " "), url, where)


def paper(task: StaffTask) -> Said | None:
    """What can be handed over instead of the call: the sheet about care after a visit, or the card with the dates."""
    about = task.facts.get("about") if task.kind == TaskKind.CALL and task.subject_type == "message" else None
    if about in _OF_CARE:
        return Said("", url_for("paper.care", appointment_id=task.facts["subject"][1]), _("Care sheet"))
    return Said("", url_for("paper.card", patient_id=task.patient_id), _("Appointment card")) if about in _OF_DATES else None


_OF_CARE = ("aftercare", "same_evening")
_OF_DATES = ("booked", "moved", "cancelled", "plan_summary", "reminder_1", "reminder_2")


def _about(task: StaffTask) -> str:
    """What a task asks for, as a key of `_WORDS`: calls and wishes say it in their facts."""
    if task.kind == TaskKind.NOT_AGREED and task.facts.get("soon"):
        return "moved_soon"
    told: dict[str, str] = {TaskKind.CALL: "about", TaskKind.CALL_PATIENT: "why"}
    return str(task.facts.get(told[task.kind], task.kind)) if task.kind in told else task.kind


def _bad_address() -> str:
    return _("The e-mail address does not work: ask for a new one")


_WORDS: dict[str, Callable[[], str]] = {
    TaskKind.CALL_PATIENT: lambda: _("The patient asks to be called"),
    "wants_a_time": lambda: _("The patient asks for a time"),
    "checkin_question": lambda: _("The patient has a question after the visit"),
    "checkin_call_me": lambda: _("The patient asks to be called after the visit"),
    "result_question": lambda: _("The patient has a question about the result"),
    "result_call_me": lambda: _("The patient asks to be called about the result"),
    "late_safety_yes": lambda: _("The patient noticed something where they were treated: the physician calls"),
    TaskKind.ASKED_TO_MOVE: lambda: _("The patient asks for another time; the present place is kept"),
    "unconfirmed": lambda: _("Visit not confirmed: call"),
    "no_show": lambda: _("Did not come and has no new visit: call"),
    TaskKind.NOT_AGREED: lambda: _("We changed this visit and have no answer: ask whether it suits"),
    "moved_soon": lambda: _("We changed a visit that begins within a day: ask whether it suits"),
    TaskKind.CANCELLED_SOON: lambda: _("We cancelled a visit that was to begin within a day: tell the patient"),
    TaskKind.CANNOT_STAY: lambda: _("This visit cannot stay where it is booked: re-plan it"),
    TaskKind.RECALL_STOPPED: lambda: _("No answer to the maintenance invitations: call"),
    TaskKind.CALL_UNDECIDED: lambda: _("The physician has not decided yet whether this visit can take place: call"),
    TaskKind.REPORT_UNDECIDED: lambda: _("The patient reported something: decide"),
    TaskKind.OF_AGE: lambda: _("Is 18 now: ask for the patient's own telephone, e-mail and consents"),
    TaskKind.HOLD_REVIEW: lambda: _("Ask at the next contact: may treatment be planned again?"),
    TaskKind.HOLD_OVER: lambda: _("The hold has ended: look whether the plan can go on"),
    TaskKind.REVIEW_DUE: lambda: _("Review due"),
    TaskKind.EVALUATION_DUE: lambda: _("Evaluation runs out before a booked visit"),
    TaskKind.PLAN_WAITING: lambda: _("A plan that was never begun: begin it or close it"),
    TaskKind.ACCEPT_ELSEWHERE: lambda: _("Sessions done elsewhere: accept them"),
    TaskKind.NO_OUTCOME: lambda: _("A visit of an earlier day has no outcome"),
    TaskKind.DELIVERY_UNKNOWN: lambda: _("Nobody knows whether this mail arrived: ask the patient"),
    TaskKind.BAD_ADDRESS: _bad_address, TaskKind.ADDRESS_REFUSED: _bad_address,  # the second stands in lines of older databases
    TaskKind.PATIENT_WROTE: lambda: _("The patient wrote to us: a physician or practitioner reads it, then call"),
    TaskKind.MAIL_UNMATCHED: lambda: _("Mails came in that belong to no patient we know: look"),
    TaskKind.PRIVACY_INCIDENT: lambda: _("A mail went to the wrong person: decide whether it must be reported"),
    TaskKind.OUTCOME_DUE: lambda: _("Some days after the session: ask and measure how the course stands"),
    TaskKind.COMPLICATION: lambda: _("A complication is open: follow it until it can be cleared"),
    TaskKind.MAIL_REPORTED: lambda: _("A mail server reports about a mail to this patient: ask whether our mails arrive"),
    TaskKind.MAIL_FAILED: lambda: _("A mail could not be sent"),
}


def _mail_words(task: StaffTask) -> str:
    about = str(task.facts.get("about", task.kind))
    return _("Tell by telephone: %(what)s", what=message_name(about))


def _place(task: StaffTask) -> tuple[str | None, str]:
    """The page where a task is done."""
    if task.kind == TaskKind.REPORT_UNDECIDED:
        return url_for("plans.decide", report_id=task.subject_id), _("Decide")
    if task.kind == TaskKind.CALL and task.subject_type == "message":
        return None, ""  # the words to say stand on the line itself
    if task.kind in (TaskKind.ASKED_TO_MOVE, TaskKind.NOT_AGREED):
        return url_for("schedule.move", appointment_id=task.subject_id), _("Another time")
    if task.kind == TaskKind.FREED:
        return url_for("schedule.freed", change_set_id=task.subject_id), _("Who would gain")
    if task.kind == TaskKind.CANNOT_STAY:
        return url_for("replanning.show"), _("Re-plan")
    if task.subject_type == "appointment":
        return url_for("schedule.visit", appointment_id=task.subject_id), _("Open the visit")
    if task.kind == TaskKind.COMPLICATION:
        return url_for("complications.show", complication_id=task.subject_id), _("Complication")
    if task.kind == TaskKind.OUTCOME_DUE:
        return url_for("outcomes.of_course", course_id=task.subject_id, back=url_for("work.index", list="other")), _("Write down")
    plan_id = _plan_of(task)
    if plan_id is not None and task.kind == TaskKind.HOLD_OVER:
        return url_for("plans.book", plan_id=plan_id), _("Place the sessions anew")
    if plan_id is not None:
        return url_for("plans.show", plan_id=plan_id), _("Open the plan")
    if task.subject_type == "incoming_mail":
        return url_for("inbound.show", mail_id=task.subject_id), _("Read")
    if task.kind == TaskKind.MAIL_UNMATCHED:
        return url_for("inbound.index", tab="unmatched"), _("What came in")
    if task.subject_type == "message":
        return url_for("messages.show", message_id=task.subject_id), _("Open the mail")
    if task.patient_id is not None:
        return url_for("patients.show", patient_id=task.patient_id), _("Open the patient")
    return None, ""


def _plan_of(task: StaffTask) -> int | None:
    if task.subject_type == "course":
        course = db.session.get(Course, task.subject_id)
        return course.plan_id if course else None
    if task.subject_type == "hold":
        held = db.session.get(Hold, task.subject_id)
        return held.plan_id if held else None
    return task.subject_id if task.subject_type == "treatment_plan" else None


def counted(n: int) -> str:
    """A count of lines; counting ends at a hundred."""
    return str(n) if n <= COUNTED else _("%(n)s+", n=COUNTED)


def window_words(row: CourseRow, today: date) -> str:
    """When the next session is due, and how long it still can wait."""
    course = row.course
    if course.due_latest is None:
        return _("recommended from %(day)s", day=_day(course.due_on and max(course.due_on, today)))
    left = (course.due_latest - today).days
    if left < 0:
        return _n("%(num)s day overdue, the window ended on %(day)s", "%(num)s days overdue, the window ended on %(day)s", -left,
                  day=_day(course.due_latest))  # fmt: skip
    closes = _n("window closes in %(num)s day", "window closes in %(num)s days", left)
    first, day, last = still_ahead(course.due_earliest, course.due_on, course.due_latest, today)
    best = _day(day) if first == last else _("%(start)s – %(end)s, best %(day)s", start=_day(first), end=_day(last), day=_day(day))
    return f"{best} · {closes}"


def invitation(row: CourseRow, today: date) -> str:
    """Discreet words for whoever is called, to send by hand: please choose the next appointment. Empty once the window is over."""
    course, clinic = row.course, clinic_queries.the_clinic()
    first, last = max(today, course.due_earliest or today), course.due_latest
    if last is not None and last < first:
        return ""
    whom = called(row.patient, today)
    with in_language(whom.language):
        words = {
            "name": addressed(whom, row.patient), "first": plain_day(first, spoken()),
            "phone": phones.shown(clinic_queries.phone_at(course.plan.location_id)), "clinic": clinic.name,
            "last": plain_day(last, spoken()) if last else "",
        }  # fmt: skip
        if last is None:
            return _("%(name)s, please call us to choose your next appointment. Possible from: %(first)s. %(phone)s %(clinic)s", **words)
        return _(
            "%(name)s, please call us to choose your next appointment. It is best between: %(first)s – %(last)s. %(phone)s %(clinic)s",
            **words,
        )


def ending_words(held: Hold, today: date) -> str:
    """When a pause ends or is looked at; never why."""
    if held.until_day is not None:
        left = (held.until_day - today).days
        return _n("The pause ends in %(num)s day, on %(day)s", "The pause ends in %(num)s days, on %(day)s", left, day=_day(held.until_day))
    return _("The physician looks at it on: %(day)s", day=_day(held.review_on))


def is_lapsed(row: CourseRow, today: date) -> bool:
    """So late that a physician decides how it goes on: its visit begins with a new evaluation, unless there is one since."""
    end, days = row.course.due_latest, row.course.lapse_days
    return end is not None and days is not None and (today - end).days > days and not (row.evaluated_on and row.evaluated_on > end)


def _day(day: date | None) -> str:
    return short_day(day, language()) if day else "–"
