"""Changes of visits that belong together, and what a patient must be told of them: the net truth, once.

Booking a series, moving a visit or putting a plan on hold opens one change set; it becomes one mail after the grace. A set
that was not told yet is taken into the next one, so that only the newest truth is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app import history, tasks
from app.clinic import queries as clinic_queries
from app.messages import call_lines
from app.messages.ends import Why
from models.appointment import COMING, Appointment, VisitState
from models.base import db
from models.message import ChangeSet, Message, MessageState, VisitChange

SUBJECT = "change_set"
REPLACED = "replaced"
"""How a call ends whose set was taken into a newer one."""
STILL_NEWS = timedelta(days=3)
"""A set from before this that called for no mail has nothing left to tell."""
_UNTOLD = (Why.REPLACED, Why.UNDONE, Why.NOTHING_TO_TELL)


@dataclass(frozen=True)
class Net:
    """What changed for the patient about one visit: what they were told before, and what is true now (None: no visit).

    Both the same: it stays at its time, but with somebody else, or for less than it was.
    """

    visit: Appointment
    old: datetime | None
    new: datetime | None


@dataclass(frozen=True)
class News:
    """A set with all that were taken into it, and what is different for the patient because of them."""

    top: ChangeSet
    gathered: tuple[ChangeSet, ...]
    lines: tuple[Net, ...]


def open_set(
    patient_id: int, now: datetime, *, plan_id: int | None = None, because_of_hold: bool = False, by_patient: bool = False
) -> ChangeSet:
    """Begin a set of changes made in one act. The mail about it goes after the clinic's grace."""
    grace = timedelta(minutes=clinic_queries.the_clinic().grace_minutes)
    made = ChangeSet(
        patient_id=patient_id, by_id=history.who(), by_patient=by_patient, at=now, mail_after=now + grace, plan_id=plan_id,
        because_of_hold=because_of_hold, changes=[],
    )  # fmt: skip
    db.session.add(made)
    return made


def note(
    change_set: ChangeSet, appointment: Appointment, *, old_start: datetime | None, new_start: datetime | None, by_clinic: bool = False,
    old_place: dict[str, Any] | None = None,
) -> VisitChange:  # fmt: skip
    """Write down that a visit was booked (no old start), moved, changed at its time (both the same), or cancelled (no new start).

    The visit has its number already. `old_place`: to put it back there.
    """
    made = VisitChange(
        appointment_id=appointment.id, old_start=old_start, new_start=new_start, by_clinic=by_clinic, old_place=old_place
    )  # fmt: skip
    change_set.changes.append(made)
    return made


def undo(change_set: ChangeSet, now: datetime, only: Collection[int] | None = None) -> ChangeSet | None:
    """Take a set back, after its visits were put back as they were. `only`: where not all were, the changes that were.

    Not told yet: of what is as before no mail goes; a set that is so as a whole counts as undone, and None is returned. Told already,
    or not as a whole: a new set says what is as before.
    """
    those = [change for change in change_set.changes if only is None or change.id in only]
    if change_set.undone_at is not None or not those:
        return None
    if len(those) == len(change_set.changes) and not is_told(change_set):
        change_set.undone_at = now
        _forget(change_set, now)
        return None
    back = open_set(change_set.patient_id, now, plan_id=change_set.plan_id, by_patient=change_set.by_patient)
    for change in those:
        visit = db.session.get_one(Appointment, change.appointment_id)
        note(back, visit, old_start=change.new_start, new_start=change.old_start, by_clinic=change.by_clinic)
    return back


def _forget(change_set: ChangeSet, now: datetime) -> None:
    """Nobody reads a set aloud that was taken back, and what it had taken in is told by itself again."""
    call_lines.close_for_messages(_messages_of(change_set), now, "undone")
    for older in db.session.scalars(select(ChangeSet).where(ChangeSet.taken_into_id == change_set.id)):
        older.taken_into_id = None
        for message in _messages_of(older):
            tasks.stand_again(message, change_set.at, REPLACED)


def is_told(change_set: ChangeSet) -> bool:
    """The patient knows, or a mail about it is on its way right now."""
    return any(_tells(message) for message in _messages_of(top_of(change_set)))


def top_of(change_set: ChangeSet) -> ChangeSet:
    """The newest set that this one was taken into."""
    while change_set.taken_into_id is not None:
        change_set = db.session.get_one(ChangeSet, change_set.taken_into_id)
    return change_set


def gather(sets: Sequence[ChangeSet], messages: Iterable[Message], now: datetime) -> list[Message]:
    """Take every set that was not told into the newest of them. May be called at any time. Returns the messages about those taken."""
    said = _by_set(messages)
    untold = [one for one in sets if _is_open(one) and _is_news(one, said.get(one.id, []), now)]
    for older in untold[:-1]:
        older.taken_into_id = untold[-1].id
    return [message for older in untold[:-1] for message in said.get(older.id, [])]


def news(sets: Sequence[ChangeSet], messages: Iterable[Message], visits: Mapping[int, Appointment], now: datetime) -> list[News]:
    """What is still to be told, or on its way right now, by set."""
    said = _by_set(messages)
    found = []
    for top in sets:
        mine = said.get(top.id, [])
        if _is_open(top) and (_is_news(top, mine, now) or any(message.state is MessageState.CLAIMED for message in mine)):
            gathered = tuple(_members(top, sets))
            found.append(News(top, gathered, net(gathered, visits, now)))
    return found


def net(gathered: Iterable[ChangeSet], visits: Mapping[int, Appointment], now: datetime) -> tuple[Net, ...]:
    """What is different for the patient now, by visit, in the order of the visits. `gathered`: sets, oldest first.

    What was told is the oldest old start; what is true is the visit itself. What has begun, or ended, is left out, and so is a
    visit that was cancelled and booked anew at the same time.
    """
    told: dict[int, VisitChange] = {}
    for one in gathered:
        for change in one.changes:
            told.setdefault(change.appointment_id, change)
    lines = []
    for key, first in told.items():
        visit, old = visits.get(key), first.old_start
        if visit is None or visit.state not in (*COMING, VisitState.CANCELLED):
            continue
        true = visit.starts_at if visit.state in COMING else None
        if (old != true or is_other_at_its_time(first, visit)) and (true or old or now) > now:
            lines.append(Net(visit, old, true))
    return tuple(sorted(_as_before(lines), key=lambda line: (line.new or line.old or now, line.visit.id)))


def is_other_at_its_time(before: VisitChange, visit: Appointment) -> bool:
    """Somebody else performs, or it takes less, though it begins when it did. Where nobody wrote down how it was: it stays, and is told."""
    if before.old_place is None:
        return before.old_start is not None and before.old_start == before.new_start
    return bool(before.old_place["performer"] != visit.performer_id or before.old_place["minutes"] > visit.minutes)


def _as_before(lines: Sequence[Net]) -> Iterable[Net]:
    """Without a visit that is off and the one booked anew at its very time: the patient comes as they were told."""
    off = {line.old for line in lines if line.new is None}
    again = off & {line.new for line in lines if line.old is None}
    return (line for line in lines if not ((line.old is None and line.new in again) or (line.new is None and line.old in again)))


def _members(top: ChangeSet, sets: Iterable[ChangeSet]) -> list[ChangeSet]:
    """The set and all that were taken into it, oldest first, without those taken back."""
    into = {one.id: one.taken_into_id for one in sets}

    def belongs(key: int) -> bool:
        higher = into.get(key)
        return key == top.id or (higher is not None and belongs(higher))

    return [one for one in sets if one.undone_at is None and belongs(one.id)]


def _by_set(messages: Iterable[Message]) -> dict[int, list[Message]]:
    said: dict[int, list[Message]] = {}
    for message in messages:
        if message.subject_type == SUBJECT:
            said.setdefault(message.subject_id, []).append(message)
    return said


def _messages_of(one: ChangeSet) -> Sequence[Message]:
    return db.session.scalars(select(Message).where(Message.subject_type == SUBJECT, Message.subject_id == one.id)).all()


def _is_open(one: ChangeSet) -> bool:
    return one.taken_into_id is None and one.undone_at is None


def _is_news(one: ChangeSet, said: Sequence[Message], now: datetime) -> bool:
    if any(message.state is MessageState.WAITING for message in said):
        return True
    return one.at > now - STILL_NEWS and not any(_tells(message) for message in said)


def _tells(message: Message) -> bool:
    """The message is with the patient, on its way, in the hands of staff, or over."""
    if message.state is MessageState.WITHDRAWN and message.reason == Why.BY_PHONE:
        return not call_lines.is_open(message)
    return message.state is not MessageState.WAITING and not (message.state is MessageState.WITHDRAWN and message.reason in _UNTOLD)
