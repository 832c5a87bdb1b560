"""Joining two records, and taking them apart. One transaction each; neither commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, select

from app import history, tasks
from app.errors import Refused
from app.i18n import _
from app.merging import consents, moving, obstacles
from app.merging.values import Pair, as_kept, as_was
from app.messages.ends import Why
from app.patients import actions as patients
from app.patients import changed
from app.patients.consents import live
from app.patients.listeners import Change, tell
from app.series.rows import align_patients
from app.today import today_of
from models.base import db, locked
from models.merge import PatientMerge
from models.message import Message, MessageState
from models.patient import Consent, ConsentKind, Detail, Patient
from models.task import StaffTask

Row = TypeVar("Row", Message, StaffTask)


def join(kept_id: int, gone_id: int, taken: Collection[str], now: datetime) -> PatientMerge:
    """Everything of one record goes to the other, which stays; the first becomes a pointer to it. Raises Refused with what stands
    in the way.

    `taken`: what the record that goes is right about, where the two differ.
    """
    pair = locked_pair(kept_id, gone_id)
    for words in obstacles.blocks(pair):
        raise Refused(words)
    merge = PatientMerge(kept=pair.kept, gone=pair.gone, at=now, by_id=history.who(), consents=_end_consents(pair, now))
    with changed.noted(pair.kept, now):
        _change(merge, pair.result(taken))
    db.session.add(merge)
    db.session.flush()
    _settle_what_is_about(pair, now)
    merge.moved = moving.move_all(pair.gone, pair.kept)
    _mend_detail(merge)
    pair.gone.merged_into_id = pair.kept.id
    _both_changed(pair, "joined with another record", now, [pair.kept])
    return merge


def part(merge_id: int, now: datetime) -> None:
    """Take a joining back: what went goes back, with what was made about it since. What was changed since stays as it is.

    Raises Refused when the kept record was itself joined or erased since, or this was taken back already.
    """
    merge = db.session.get_one(PatientMerge, merge_id)
    pair = locked_pair(merge.kept_id, merge.gone_id, joined=True)
    db.session.refresh(merge)
    if merge.undone_at is not None:
        raise Refused(_("This was taken back already."))
    merge.undone_at, merge.undone_by_id = now, history.who()
    pair.gone.merged_into_id = None
    with changed.noted(pair.kept, now):
        _change_back(merge)
    db.session.flush()
    moving.give_back(merge.moved, pair.kept, pair.gone, merge.at)
    _let_wait_again(pair.gone, merge.at)
    _both_changed(pair, "joining taken back", now, [pair.kept, pair.gone])


def changed_since(merge: PatientMerge) -> list[str]:
    """What the joining changed and somebody has changed again: it stays as it is now."""
    return [name for name, (_old, new) in merge.changed.items() if as_kept(getattr(merge.kept, name)) != new]


def locked_pair(kept_id: int, gone_id: int, *, joined: bool = False) -> Pair:
    """Both records, kept from everybody else until the transaction ends. Raises Refused when one is not what it was."""
    both = {key: locked(Patient, key) for key in sorted((kept_id, gone_id))}
    kept, gone = both[kept_id], both[gone_id]
    if kept is None or gone is None or kept.merged_into_id or kept.erased_at or gone.erased_at:
        raise Refused(_("One of the two records was joined with another one meanwhile. Look at them again."))
    if gone.merged_into_id != (kept.id if joined else None):
        raise Refused(_("One of the two records was joined with another one meanwhile. Look at them again."))
    return Pair(kept, gone)


def _change(merge: PatientMerge, wanted: dict[str, object]) -> None:
    merge.changed = {name: [as_kept(getattr(merge.kept, name)), as_kept(value)] for name, value in wanted.items()}
    for name, value in wanted.items():
        setattr(merge.kept, name, value)


def _change_back(merge: PatientMerge) -> None:
    since = changed_since(merge)
    for name, (old, _new) in merge.changed.items():
        if name not in since:
            setattr(merge.kept, name, as_was(name, old))
    for consent in db.session.scalars(select(Consent).where(Consent.id.in_(merge.consents), Consent.withdrawn_at == merge.at)):
        consent.withdrawn_at = None


def _end_consents(pair: Pair, now: datetime) -> list[int]:
    ended = consents.ending(pair)
    for consent in ended:
        consent.withdrawn_at = now
    return [consent.id for consent in ended]


def _mend_detail(merge: PatientMerge) -> None:
    """Mails name the treatment only where that consent stands on the joined record."""
    wanted = Detail.FULL if live(merge.kept, ConsentKind.MAIL_DETAILS) else Detail.DISCREET
    if merge.kept.detail is not wanted:
        merge.changed = merge.changed | {"detail": [merge.kept.detail.value, wanted.value]}
        with changed.noted(merge.kept, merge.at):
            merge.kept.detail = wanted


def _settle_what_is_about(pair: Pair, now: datetime) -> None:
    """What waits about the record that goes, as a person, is asked or written about the one that stays, if at all."""
    for message in _about(Message, pair.gone, Message.state == MessageState.WAITING):
        message.move_to(MessageState.WITHDRAWN)
        message.reason, message.settled_at = Why.MERGED, now
    for task in _about(StaffTask, pair.gone, StaffTask.closed_at.is_(None)):
        tasks.end(task, now, Why.MERGED)


def _let_wait_again(gone: Patient, since: datetime) -> None:
    for message in _about(Message, gone, (Message.reason == Why.MERGED) & (Message.settled_at >= since)):
        message.move_to(MessageState.WAITING)
        message.reason, message.settled_at = "", None
    tasks.stand_again(gone, since, Why.MERGED)


def _about(rows: type[Row], patient: Patient, also: ColumnElement[bool]) -> Sequence[Row]:
    """The rows whose subject is this person."""
    mine = rows.subject_type == Patient.__tablename__, rows.subject_id == patient.id
    return db.session.scalars(select(rows).where(*mine, also)).all()


def _both_changed(pair: Pair, what: str, now: datetime, tell_of: Sequence[Patient]) -> None:
    for patient in (pair.kept, pair.gone):
        patient.sort_key = patients.sorted_by(patient.first_name, patient.last_name)
        patients.set_terms(patient)
        patient.version += 1
        history.record(what, patient, now, fields=["patient"])
    db.session.flush()
    for patient in tell_of:
        tell(patient, Change.CONTACT, now)
    align_patients([patient.id for patient in tell_of], today_of(now))
