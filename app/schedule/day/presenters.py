"""A visit as a row of the day page: words, tags, and the buttons whoever looks may press."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import url_for

from app.i18n import _, _l, language
from app.names import visit_name
from app.patients.reach import reads_mail
from app.permissions import Permission, allowed
from app.planning.health_questions import age_on
from app.schedule import flow, rows
from app.schedule.addresses import address
from app.schedule.day.listing import Line
from app.schedule.day.next_steps import Asker, Situation, Step, Steps, steps
from app.schedule.day.preflight import HERE, TREATS, Check
from app.schedule.day.preflight_facts import Facts
from app.schedule.day.usual import usual_of
from app.schedule.late import standing as lateness
from app.schedule.numbing.standing import Cream, standing
from app.series.contents import content
from app.sessions import Person
from models.appointment import COMING, Appointment, AppointmentSession, Outcome, VisitKind, VisitState
from models.clock import day_of
from models.lateness import LateWay
from models.treatment import Course

ALIVE = (*COMING, VisitState.ARRIVED, VisitState.IN_TREATMENT)
LETTERS = {
    "report": "P", "finding": "P", "evaluation": "P", "review": "P", "plan": "P", "consent": "C", "allergy": "A", "paused": "H",
    "patch_test": "T", "lot": "L", "complication": "P", "too_early": "P",
}  # fmt: skip
"""One letter for a check, on paper that others may see: physician, consent, allergy, on hold, test, lot."""


@dataclass(frozen=True)
class Button:
    """Something to press. `post` False: a link. `reason`: a choice of reasons stands beside it."""

    step: Step
    word: str
    url: str
    post: bool = True
    reason: bool = False


@dataclass(frozen=True)
class SessionWords:
    """A session of a visit as it is named in a list: "PRP, scalp", "1 of 3", the gap and where it lies in its window.

    `used_up`: it is still to be done, and none of the agreed sessions is left for it.
    """

    name: str
    count: str
    gap_days: int | None
    band: str
    used_up: bool = False


@dataclass(frozen=True)
class CheckWords:
    """A check as the row shows it, with its remedy for whoever may apply it and need not find it on the main button.

    `once`: what mends it in one press.
    """

    words: str
    stops: bool
    letter: str
    fix: Button | None = None
    once: Button | None = None


@dataclass(frozen=True, eq=False)
class VisitRow:
    """One row of the day page. `for_minutes`: so long late, here or in treatment, where one of these.

    Of who is not coming: `again`, the day for which the same is booked again; `open_session`, the session that still needs a time.
    """

    id: int
    version: int
    state: VisitState
    starts_at: datetime
    hands_on_at: datetime
    minutes: int
    room: str
    performer: str
    performer_id: int | None
    room_id: int | None
    patient_id: int
    patient: str
    age: int | None
    kind: str
    sessions: list[SessionWords]
    tentative: bool
    agreed: bool
    note: str
    checks: list[CheckWords]
    treats: bool
    since: datetime | None
    late: bool
    for_minutes: int
    came_late: lateness.CameLate | None
    cream: Cream | None
    usual: str
    again: date | None
    open_session: int | None
    button: Button | None
    waits: str
    others: list[Button]

    @property
    def alive(self) -> bool:
        return self.state in ALIVE

    @property
    def url(self) -> str:
        """The page of the visit."""
        return address("schedule.visit", self.id)

    @property
    def patient_url(self) -> str:
        """The page of the patient."""
        return address("patients.show", self.patient_id, "patient_id")

    @property
    def short_name(self) -> str:
        """First name and a letter, for paper that others may see."""
        *first, last = self.patient.split() or [""]
        return f"{' '.join(first)} {last[:1]}.".strip()

    @property
    def alert(self) -> bool:
        """Something stands in the way of what is still to come."""
        return any(check.stops for check in self.checks)


def asker_of(person: Person, reception_records: bool) -> Asker:
    """What whoever looks at the day may do."""
    mine = allowed(person.roles)
    return Asker(mine, Permission.RECORD_SESSIONS in mine or (reception_records and Permission.RUN_VISITS in mine))


def row_of(line: Line, checks: Sequence[Check], facts: Facts, asker: Asker, today: date, now: datetime) -> VisitRow:
    """The row of a visit for whoever looks. Without a view of plans nothing says what somebody is treated with."""
    visit, named_too = line.visit, asker.may(Permission.SEE_PLANS)
    clock = clock_of(visit.state, visit.starts_at, line.since, now)
    shown = [check for check in checks if named_too and (check.code != "lot" or lot_matters(visit, asker))]
    numbed = named_too and visit.state in HERE and line.late_way is not LateWay.WITHOUT_CREAM
    cream = standing(facts, visit, [link.session.course for link in visit.sessions]) if numbed else None
    usual = usual_of(facts, visit, [link.session.course for link in visit.sessions]) if lot_matters(visit, asker) and named_too else ()
    shown = [check for check in shown if check.code != "lot" or not usual]
    situation = replace(situation_of(visit, cream, today, now, line.since), lots_known=bool(usual), again=line.again is not None)
    possible = steps(situation, shown, asker)
    return VisitRow(
        id=visit.id, version=visit.version, state=visit.state, starts_at=visit.starts_at, hands_on_at=visit.hands_on_at,
        minutes=visit.hands_on_minutes, room=line.room, performer=visit.performer.name if visit.performer else "",
        performer_id=visit.performer_id, room_id=visit.room_id, patient_id=visit.patient_id, patient=visit.patient.name,
        age=age_on(visit.patient.birth_date, today) if visit.patient.birth_date else None, kind=kind_line(visit, named_too),
        sessions=[session_words(link) for link in visit.sessions] if named_too else [], tentative=visit.tentative and named_too,
        agreed=visit.agreed or visit.state not in COMING,
        note=visit.note, checks=[_check_words(check, possible, asker) for check in shown],
        treats=visit.kind in TREATS and named_too, since=line.since,
        late=visit.state in COMING and clock >= 0 and visit.local_day == today, for_minutes=max(clock, 0), cream=cream,
        came_late=lateness.standing(visit, line.since, line.late_way, may_decide=asker.may(Permission.RUN_VISITS) and not situation.numbed),
        usual=" · ".join(one.words for one in usual),
        again=line.again, open_session=visit.sessions[0].session_id if visit.sessions and possible.next is Step.BOOK_AGAIN else None,
        button=_first(possible, visit), waits=possible.waits.words if possible.waits else "",
        others=[button_of(step, visit) for step in possible.others],
    )  # fmt: skip


def clock_of(state: VisitState, starts_at: datetime, since: datetime | None, now: datetime) -> int:
    """All that the time of day changes in a row: whole minutes since the arrival time, or since the patient came or was begun.

    −1 before it. That a visit is late enough for a no-show follows from it.
    """
    since = starts_at if state in COMING else since if state in HERE else None
    return max(int((now - since).total_seconds() // 60), -1) if since else 0


def _check_words(check: Check, possible: Steps, asker: Asker) -> CheckWords:
    url = check.fix_url if asker.may(check.permission) and check is not possible.fix and check.code != "lot" else None
    fix = Button(Step.FIX, fix_word(check), url, post=False) if url else None
    once_url = check.once_url if asker.may(check.permission) else None
    once = Button(Step.FIX, once_word(check), once_url) if once_url else None
    return CheckWords(check.words, check.blocks is not None, LETTERS.get(check.code, "!"), fix, once)


def situation_of(visit: Appointment, cream: Cream | None, today: date, now: datetime, since: datetime | None) -> Situation:
    """A visit as the rule of next steps sees it. `since`: when it came into its state."""
    return Situation(
        state=visit.state, today=visit.local_day == today, past=visit.local_day < today, late_enough=flow.may_be_no_show(visit, now),
        has_sessions=bool(visit.sessions), needs_lot=needs_lot(visit), follows=next_course(visit) is not None,
        agreed=visit.agreed, cares=bool(rows.courses_using(visit)), on_paper=not reads_mail(visit.patient),
        kept=since is not None and day_of(since, visit.zone) < today,
        numbs=cream is not None, numbed=cream is not None and cream.used, cream_known=cream is not None and cream.known,
    )  # fmt: skip


def lot_matters(visit: Appointment, asker: Asker) -> bool:
    """The lot is recorded by whoever treats, at the end; before that, and for others, its lack is no news."""
    return asker.records and visit.state is VisitState.IN_TREATMENT


def needs_lot(visit: Appointment) -> bool:
    """A protocol of this visit asks for the lot of what was used."""
    return any(content(course).lot_required for course in rows.courses_using(visit))


def next_course(visit: Appointment) -> Course | None:
    """A course of the visit whose next session still needs a time."""
    return next((link.session.course for link in visit.sessions if link.session.course.needs_booking), None)


def session_words(link: AppointmentSession) -> SessionWords:
    """How a session is named in a list."""
    course = link.session.course
    used_up = link.outcome is Outcome.PLANNED and course.agreed_used is not None and course.agreed_used >= (course.agreed_sessions or 0)
    return SessionWords(content(course).names.in_(language()), count_words(link.label, link.of), link.gap_days, link.band, used_up)


def count_words(label: str, of: int | None) -> str:
    """1 of 3 · maintenance 2 · nothing where it does not count."""
    if label.startswith("M"):
        return _("maintenance %(n)s", n=label[1:])
    return _("%(n)s of %(all)s", n=label, all=of) if label and of else label


def kind_line(visit: Appointment, named_too: bool) -> str:
    """The kind of visit, where the sessions alone do not say it."""
    if visit.kind is VisitKind.TREATMENT and visit.sessions and named_too:
        return ""
    if visit.kind is VisitKind.EVALUATION_AND_TREATMENT and named_too:
        return _("Evaluation first, treatment if suitable")
    return visit_name(visit.kind)


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


def _first(possible: Steps, visit: Appointment) -> Button | None:
    if possible.next is None:
        return None
    if possible.next is Step.FIX and possible.fix is not None:
        return Button(Step.FIX, fix_word(possible.fix), possible.fix.fix_url or "", post=False)
    return button_of(possible.next, visit)


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
