"""What the mail says that offers an earlier time: that time, the one the patient has, and who gets it."""

from __future__ import annotations

from datetime import datetime

from app.messages.letter import visits
from app.messages.letter.case import Case, Facts, NothingToSay
from app.messages.links import Purpose
from models import clock
from models.appointment import COMING, Appointment
from models.base import db


def offer(case: Case) -> Facts:
    """Facts: `time` as its link names it, `starts_at` (ISO)."""
    visit = db.session.get(Appointment, case.message.subject_id)
    starts_at = case.message.facts.get("starts_at")
    if visit is None or visit.state not in COMING or starts_at is None:
        raise NothingToSay("there is nothing to put earlier")
    there = clock.local(datetime.fromisoformat(starts_at), visit.zone)
    return {
        "day": case.reader.day(there.date()),
        "time": case.reader.time(there.time(), visit.zone),
        "present": visits.visit_facts(visit, case.reader, case.readings),
        "offer_url": case.link(Purpose.OFFER, appointment=visit, argument=case.message.facts.get("time", "")),
    }
