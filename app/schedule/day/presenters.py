"""A visit as a row of the day page: words, tags, and the buttons whoever looks may press."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.patients.reach import reads_mail
from app.permissions import Permission, allowed
from app.planning.health_questions import age_on
from app.schedule import flow, rows
from app.schedule.addresses import address
from app.schedule.day.buttons import Button, button_of, first_button, fix_word, next_course, once_word
from app.schedule.day.check import Check
from app.schedule.day.listing import Line
from app.schedule.day.next_steps import Asker, Situation, Step, Steps, steps
from app.schedule.day.preflight import HERE, TREATS
from app.schedule.day.preflight_facts import Facts
from app.schedule.day.usual import usual_of
from app.schedule.late import standing as lateness
from app.schedule.numbing.standing import Cream, standing
from app.schedule.session_words import SessionWords, kind_line, session_words
from app.series.contents import content
from app.sessions import Person
from models.appointment import COMING, Appointment, VisitState
from models.clock import day_of
from models.lateness import LateWay

ALIVE = (*COMING, VisitState.ARRIVED, VisitState.IN_TREATMENT)
LETTERS = {
    "report": "P", "finding": "P", "evaluation": "P", "review": "P", "plan": "P", "consent": "C", "allergy": "A", "paused": "H",
    "patch_test": "T", "lot": "L", "complication": "P", "too_early": "P",
}  # fmt: skip
"""One letter for a check, on paper that others may see: physician, consent, allergy, on hold, test, lot."""


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
        button=first_button(possible, visit), waits=possible.waits.words if possible.waits else "",
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
