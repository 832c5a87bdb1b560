"""Whether the patient knows of the time a visit has: one that the clinic moved stays "not agreed" until the patient answers.

It is agreed once the patient confirms it, asks for another time and gets it, or is reached on the telephone. Who was to come
within a day and is cancelled by the clinic is called at once, whatever cancelled it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app import history, tasks
from app.errors import Refused
from app.i18n import _
from app.messages import changes
from app.schedule import guards
from app.today import today_of
from models.appointment import COMING, Appointment
from models.base import db
from models.message import Message, VisitChange
from models.staff import Role
from models.task import StaffTask, TaskKind

SOON = timedelta(hours=24)
"""A visit that begins so soon is told by telephone first: a mail may be read too late."""
ANSWER_WITHIN = timedelta(days=2)
"""How long the mail waits for an answer before somebody calls."""


def is_soon(visit: Appointment, now: datetime) -> bool:
    """Whether it begins within a day, so that a mail may be read too late."""
    return visit.starts_at - now <= SOON


def ask(visits: Iterable[Appointment], now: datetime) -> None:
    """Somebody calls if no answer comes: at once for a visit within a day, else after two days and the day before it at the latest."""
    tasks.ask_all(TaskKind.NOT_AGREED, {visit: _to_answer(visit, now) for visit in visits}, now, role=Role.RECEPTION)


def _to_answer(visit: Appointment, now: datetime) -> tasks.Line:
    today, soon = today_of(now), is_soon(visit, now)
    late = min(today + ANSWER_WITHIN, visit.local_day - timedelta(days=1))
    return tasks.Line(visit.patient_id, today if soon else max(today, late), {"soon": soon})


def tell_at_once(visit: Appointment, now: datetime) -> None:
    """The clinic cancelled it: who was to come within a day is called. Nobody is called about a patient who has died."""
    if is_soon(visit, now) and visit.patient.alive_here:
        tasks.ask(TaskKind.CANCELLED_SOON, visit, now, patient_id=visit.patient_id, due_on=today_of(now), role=Role.RECEPTION)


def stands_again(visit: Appointment, change: VisitChange, now: datetime, *, knows: bool) -> None:
    """It was cancelled by this change and is not any more: what was asked about it before is asked again.

    `knows`: a message of the cancellation has gone. Who comes within a day and may have heard of it, so or by telephone, is called.
    """
    since = change.change_set.at
    called = tasks.was_tried(TaskKind.CANCELLED_SOON, visit, since)
    tasks.close(TaskKind.CANCELLED_SOON, visit, now, "undone")
    tasks.stand_again(visit, since, tasks.OVER, revision=visit.revision)
    if called or (knows and is_soon(visit, now)):
        visit.agreed = False
    if not visit.agreed and visit.state in COMING:
        ask([visit], now)


def to_be_called(visit: Appointment) -> bool:
    """Somebody still has to tell the patient that it was cancelled."""
    return tasks.standing(TaskKind.CANCELLED_SOON, visit) is not None


def reached(task: StaffTask, now: datetime) -> None:
    """The patient was told in one call of all that one message tells: the other lines about it end with this one."""
    if task.kind == TaskKind.CANCELLED_SOON:
        _end_calls(db.session.get_one(Appointment, task.subject_id), now, task.closed_as)
    elif task.kind == TaskKind.CALL and task.subject_type == Message.__tablename__:
        for visit in visits_of(db.session.get_one(Message, task.subject_id)):
            tasks.close(TaskKind.CANCELLED_SOON, visit, now, task.closed_as)


def agree(visit: Appointment, now: datetime) -> None:
    """The patient was reached and the time suits. Raises Refused for a visit that is not coming any more."""
    guards.alone(visit.location_id, visit)
    if visit.state not in COMING:
        raise Refused(_("This visit is not coming any more."))
    if visit.agreed:
        return
    note(visit, now)
    visit.version += 1
    history.record("agreed", visit, now, fields=["agreed"])


def note(visit: Appointment, now: datetime) -> None:
    """The time is agreed: nobody needs to call about it any more, nor read the mail of its change aloud."""
    visit.agreed = True
    tasks.close(TaskKind.NOT_AGREED, visit, now, "agreed")
    _end_calls(visit, now, "agreed")


def take_back(visit: Appointment, now: datetime) -> None:
    """It was pressed by mistake: the patient has not agreed."""
    guards.alone(visit.location_id, visit)
    if visit.state in COMING and visit.agreed:
        visit.agreed = False
        visit.version += 1
        ask([visit], now)
        history.record("undone", visit, now, fields=["agreed"])


def visits_about(task: StaffTask) -> list[Appointment]:
    """The coming visits whose time a line asks about and nobody has agreed to yet."""
    if task.subject_type == Appointment.__tablename__ and task.kind == TaskKind.NOT_AGREED:
        found = [db.session.get(Appointment, task.subject_id)]
    elif task.subject_type == Message.__tablename__ and task.kind == TaskKind.CALL:
        message = db.session.get(Message, task.subject_id)
        found = list(visits_of(message)) if message is not None else []
    else:
        found = []
    return [visit for visit in found if visit is not None and visit.state in COMING and not visit.agreed]


def visits_of(message: Message) -> Sequence[Appointment]:
    """The visits that a message about a change tells of."""
    if message.subject_type != changes.SUBJECT:
        return ()
    mine = select(VisitChange.appointment_id).where(VisitChange.change_set_id == message.subject_id)
    return db.session.scalars(select(Appointment).where(Appointment.id.in_(mine)).order_by(Appointment.starts_at)).all()


def _end_calls(visit: Appointment, now: datetime, how: str) -> None:
    """Nobody need read aloud a message about this visit, unless another visit in it still asks for a call."""
    for message in _told_in(visit):
        if not any(_waits(other) for other in visits_of(message)):
            tasks.close(TaskKind.CALL, message, now, how)


def _waits(visit: Appointment) -> bool:
    return not visit.agreed if visit.state in COMING else to_be_called(visit)


def _told_in(visit: Appointment) -> Sequence[Message]:
    sets = select(VisitChange.change_set_id).where(VisitChange.appointment_id == visit.id)
    return db.session.scalars(select(Message).where(Message.subject_type == changes.SUBJECT, Message.subject_id.in_(sets))).all()
