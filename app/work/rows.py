"""A line of a worklist as the page shows it: what to do, what to say, and which button ends it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from jinja2 import TemplateError

from app.clinic import queries as clinic_queries
from app.formats import local_moment
from app.i18n import language
from app.messages import compose
from app.messages.wording.reading import CannotBeSaid
from app.schedule import agreement
from app.schedule.visit.read_aloud import sentence, will_not_take_place, with_a_form
from app.work import actions, words
from app.work.lists import Worklist
from models.appointment import COMING, Appointment, VisitState
from models.base import db
from models.message import Message
from models.task import StaffTask, TaskKind


@dataclass(frozen=True)
class TaskRow:
    """A task as the page shows it. `to_say`: the discreet words for a call, in the language of whoever is called.

    `visit`: the one the patient may confirm at this call; `to_agree`: a time that we moved is agreed at this call; `mine`:
    whoever looks may end the line or put it off. `when`: the time of the visit it is about; `paper`: what can be handed over instead.
    """

    task: StaffTask
    said: words.Said
    to_say: str
    visit: Appointment | None
    to_agree: bool
    mine: bool
    when: str
    paper: words.Said | None


def task_row(task: StaffTask, now: datetime, roles: Collection[str]) -> TaskRow:
    """A task for whoever looks at it with these roles."""
    to_agree, mine = bool(agreement.visits_about(task)), actions.may_work(task, roles)
    return TaskRow(task, words.said(task), _to_say(task, now), _to_confirm(task), to_agree, mine, _when(task), words.paper(task))


@dataclass(frozen=True)
class VisitRow:
    """A coming visit as the page shows it, and the discreet words for a call about it, in the language of whoever is called."""

    visit: Appointment
    to_say: str


def visit_rows(kind: Worklist, visits: Sequence[Appointment], now: datetime) -> list[VisitRow]:
    """The lines of a list of visits: about a missing consent the call also says that there is a form to sign."""
    say, clinic = with_a_form if kind is Worklist.CONSENT else sentence, clinic_queries.the_clinic()
    return [VisitRow(visit, say(visit, clinic, now)) for visit in visits]


def _when(task: StaffTask) -> str:
    visit = db.session.get(Appointment, task.subject_id) if task.subject_type == Appointment.__tablename__ else None
    return when_of(visit) if visit is not None else ""


def when_of(visit: Appointment) -> str:
    """When the patient of a visit must be there."""
    return local_moment(visit.starts_at, visit.zone, language())


def _to_confirm(task: StaffTask) -> Appointment | None:
    visit = db.session.get(Appointment, task.subject_id) if task.facts.get("about") == "unconfirmed" else None
    return visit if visit is not None and visit.state is VisitState.BOOKED else None


def _to_say(task: StaffTask, now: datetime) -> str:
    """The words of the mail that this call stands for, or the time of the visit it is about; discreet."""
    if task.subject_type == Appointment.__tablename__:
        visit = db.session.get_one(Appointment, task.subject_id)
        if task.kind == TaskKind.CANCELLED_SOON:
            return will_not_take_place(visit, clinic_queries.the_clinic(), now)
        return sentence(visit, clinic_queries.the_clinic(), now) if visit.state in COMING else ""
    message = db.session.get(Message, task.subject_id) if task.kind == TaskKind.CALL and task.subject_type == "message" else None
    if message is None:
        return ""
    try:
        return compose.to_say(message, now)
    except (TemplateError, LookupError, AttributeError, CannotBeSaid):
        return ""
