"""What is said after a pause was made, ended or taken back, and where its page leads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for

from app.i18n import _
from app.patients.reach import reach_of
from app.permissions import Permission
from app.plans.health import booked_again
from app.plans.health.booked_again import Again, again_words
from app.plans.show.card import may
from app.schedule import agreement
from app.schedule.toasts import Toast, until
from app.today import today_of
from models.patient import Patient
from models.treatment import PlanState, TreatmentPlan


def paused_toast(text: str, undo: str, patient: Patient, now: datetime) -> Toast:
    """The toast of a pause made now, with its undo. Called inside the transaction."""
    sets = booked_again.sets_of(patient.id, now)
    visits = list(booked_again.lost(sets, now))
    toast: dict[str, object] = {"text": text, "undo": undo}
    if any(map(agreement.to_be_called, visits)):
        toast["text"] = text = text + " " + _("A visit was to begin within a day: call the patient. It stands on the call list.")
    if visits and reach_of(patient, today_of(now)).by_mail:
        toast |= {"text": text + " " + _("The mail goes out"), **until(max(one.mail_after for one in sets), visits[0].zone)}
    return toast


def taken_back_words(what: str, again: Sequence[Again]) -> str:
    """That it was taken back, how many visits are booked again, and each that is not, with the reason."""
    lost = [_("Its session waits on the worklist.")] if any(one.why_not for one in again) else []
    return " ".join([what, *again_words(again), *lost])


def placed_anew(plan: TreatmentPlan) -> str | None:
    """The page that proposes a time for every session that lost its own, where there is one."""
    waiting = any(course.needs_booking for course in plan.courses) and may(Permission.BOOK)
    return url_for("plans.book", plan_id=plan.id) if waiting and plan.state is PlanState.ACTIVE else None
