"""What a patient chose on the page of preferences: class by class, and each consent by the patient's own box."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app import history
from app.links.forms import Preferences
from app.links.queries import Opened
from app.messages import planner
from app.patients import actions as patients
from app.patients import changed, consents
from models.base import db
from models.patient import Channel, ConsentKind, Detail, Patient

CHECK_INS, RESULTS = "check_in", "result"
"""The groups of questions that a patient can stop by themselves; then somebody phones (the kinds' `stop_group`)."""


def as_recorded(opened: Opened) -> Preferences:
    """The page's boxes as the record has them."""
    patient = opened.patient
    return Preferences(
        formdata=None, fewer=patient.fewer_mails, earlier=patient.asks_for_earlier, check_ins=CHECK_INS not in patient.stopped_classes,
        results=RESULTS not in patient.stopped_classes, recall=consents.live(patient, ConsentKind.RECALL) is not None,
        by_phone=opened.reader_row.channel is Channel.PHONE, details=patient.detail is Detail.FULL,
    )  # fmt: skip


def change(opened: Opened, form: Preferences, now: datetime) -> None:
    """How the patient wants to be written to. Withdrawing is as easy as giving."""
    patient, wanted = opened.patient, form.chosen()
    with changed.noted(patient, now):
        patient.fewer_mails, patient.asks_for_earlier = wanted.fewer, wanted.earlier
        patient.stopped_classes = _stopped(patient.stopped_classes, {CHECK_INS: not wanted.check_ins, RESULTS: not wanted.results})
        if wanted.by_phone is not (opened.reader_row.channel is Channel.PHONE):  # the box says nothing about paper
            opened.reader_row.channel = Channel.PHONE if wanted.by_phone else Channel.EMAIL
    _agree(patient, ConsentKind.RECALL, wanted.recall, now)
    _set_details(opened, wanted.details, now)
    patient.version += 1
    opened.link.used_at = now
    history.record("changed", patient, now, fields=["fewer_mails", "channel", "detail", "asks_for_earlier", "stopped_classes"])
    db.session.flush()
    planner.plan_for(patient.id, now)


def _stopped(before: Sequence[str], stops: dict[str, bool]) -> list[str]:
    """The groups that are stopped now; those that the page does not speak of stay as they were."""
    return [*(name for name in before if name not in stops), *(name for name, stop in stops.items() if stop)]


def _agree(patient: Patient, kind: ConsentKind, wanted: bool, now: datetime) -> None:
    given = consents.live(patient, kind)
    if wanted and given is None:
        patients.give_consent(patient, kind, now)
    elif not wanted and given is not None:
        patients.withdraw_consent(given, now)


def _set_details(opened: Opened, wanted: bool, now: datetime) -> None:
    """Treatment words in mail: the patient's own unticked box, and only to an address that was answered from."""
    if not wanted or opened.reach.may_read_all:
        _agree(opened.patient, ConsentKind.MAIL_DETAILS, wanted, now)
    if not wanted:
        opened.patient.detail = Detail.DISCREET
