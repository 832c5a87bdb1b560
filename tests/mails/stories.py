"""One clinic in which every kind of mail has something to say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from flask import current_app

from models.appointment import AppointmentSession, Outcome, VisitState
from models.base import db, transaction
from models.message import ChangeSet, MailLink, Message, MessageClass, Urgency, VisitChange
from models.patient import Detail, Patient
from models.product import LotRecall
from models.staff import StaffMember
from models.treatment import SessionState, TreatmentSession
from tests import builders as a
from tests.conftest import NOON

PUBLIC = "https://ege.example"
_numbers = count(1)


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment by the wall clock of Istanbul."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=3)


def with_public_url(url: str = PUBLIC) -> None:
    """Pages can be reached from outside: mails carry links."""
    current_app.extensions["seans"] = replace(current_app.extensions["seans"], public_url=url)


def a_message(kind: str, thing: Any, *, patient: Patient | None = None, staff: StaffMember | None = None, **facts: Any) -> Message:
    """A message in the outbox about a thing."""
    with transaction():
        row = Message(
            kind=kind, subject_type=type(thing).__tablename__, subject_id=thing.id, cycle=str(next(_numbers)),
            patient_id=patient.id if patient else None, staff_id=staff.id if staff else None, urgency=Urgency.ROUTINE,
            message_class=MessageClass.SERVICE, due_at=NOON, try_at=NOON, useful_until=NOON + timedelta(days=14), facts=facts,
            message_id=f"{next(_numbers)}@ege.example", planned_at=NOON,
        )  # fmt: skip
        db.session.add(row)
    return row


def a_change_set(patient: Patient, *changes: tuple[Any, datetime | None], by_clinic: bool = False) -> tuple[ChangeSet, dict[str, Any]]:
    """Visits changed together, with what the message about them carries: (visit, the start that was told before)."""
    with transaction():
        row = ChangeSet(patient_id=patient.id, at=NOON, mail_after=NOON)
        for visit, old in changes:
            new = visit.starts_at if visit.state in ("booked", "confirmed") else None
            row.changes.append(VisitChange(appointment_id=visit.id, old_start=old, new_start=new, by_clinic=by_clinic))
        db.session.add(row)
    lines = [{"visit": visit.id, "old": old.isoformat() if old else None, "new": visit.starts_at.isoformat()} for visit, old in changes]
    return row, {"changes": lines, "plan": None}


@dataclass
class Story:
    """Everything the messages are about. `told`: every kind's message by its name, with the moment it is composed at."""

    patient: Patient
    told: dict[str, tuple[Message, datetime]]

    def tell(self, name: str, message: Message, now: datetime = NOON) -> None:
        self.told[name] = message, now


def a_story(
    language: str = "en", *, full: bool = False, verified: bool = False, zone: str | None = None, protocol: str = "exosome_face_needling"
) -> Story:
    """A patient in the middle of a series, one who finished it, and the people of the clinic. `verified`: both answered from their
    addresses, as whoever gets full mails did."""
    a.a_clinic()
    doctor = a.a_physician()
    told: dict[str, Any] = {"detail": Detail.FULL if full else Detail.DISCREET}
    told["email_verified_at"] = NOON - timedelta(days=30) if full or verified else None
    patient = a.a_patient(language=language, zone=zone, **told)
    version = a.a_protocol(protocol)
    story = Story(patient, {})
    _before(story, doctor, version)
    _after(story, doctor, version, language, told)
    _people(story, doctor)
    return story


def _before(story: Story, doctor: StaffMember, version: Any) -> None:
    patient = story.patient
    course = a.a_course(a.a_plan(patient, doctor), version, sessions=3)
    one, two, three = course.sessions
    whole: dict[str, Any] = {"performer": doctor, "minutes": 105, "hands_on_after": 40}
    first = a.a_visit(patient, at(2026, 12, 3, 13, 50), one, hands_on_at=at(2026, 12, 3, 14, 30), **whole)
    second = a.a_visit(patient, at(2027, 1, 5, 13, 50), two, hands_on_at=at(2027, 1, 5, 14, 30), **whole)
    gone = a.a_visit(patient, at(2027, 1, 28, 13, 50), three, hands_on_at=at(2027, 1, 28, 14, 30), **whole)
    missed = a.a_visit(patient, at(2026, 11, 26, 10), performer=doctor)
    with transaction():
        db.session.merge(gone).state = VisitState.CANCELLED
        gone.claims.clear()
        gone.sessions[0].outcome = Outcome.RELEASED
        gone.sessions[0].session.state = SessionState.PROPOSED
        missed.state = VisitState.NO_SHOW
        missed.sessions.append(AppointmentSession(session_id=three.id, outcome=Outcome.MISSED))
    day: dict[str, Any] = {"visits": [first.id]}
    story.tell("reminder_1", a_message("reminder_1", first, patient=patient, asks=True, **day))
    story.tell("reminder_2", a_message("reminder_2", first, patient=patient, asks=True, precare=True, late_check=True, **day))
    story.tell("precare", a_message("precare", second, patient=patient, visits=[second.id]))
    told, facts = a_change_set(patient, (first, None))
    story.tell("booked", a_message("booked", told, patient=patient, **facts))
    told, facts = a_change_set(patient, (first, None), (second, None))
    story.tell("plan_summary", a_message("plan_summary", told, patient=patient, **(facts | {"plan": course.plan_id})))
    told, facts = a_change_set(patient, (second, at(2026, 12, 31, 13, 50)), by_clinic=True)
    story.tell("moved", a_message("moved", told, patient=patient, **facts))
    told, facts = a_change_set(patient, (second, at(2026, 12, 31, 13, 50)), (gone, at(2027, 1, 28, 13, 50)))
    story.tell("moved_many", a_message("moved", told, patient=patient, **facts))
    told, facts = a_change_set(patient, (gone, at(2027, 1, 28, 13, 50)))
    story.tell("cancelled", a_message("cancelled", told, patient=patient, **facts))
    story.tell("paused", a_message("paused", told, patient=patient, **facts))
    story.tell("no_show", a_message("no_show", missed, patient=patient))
    free = at(2026, 12, 29, 10)
    story.tell("offer", a_message("offer", second, patient=patient, time="2026-12-29 600", starts_at=free.isoformat(), claims=[]))
    story.tell("choose_time", a_message("choose_time", three, patient=patient))


def _after(story: Story, doctor: StaffMember, version: Any, language: str, told: dict[str, Any]) -> None:
    patient = a.a_patient("Şule", "Öztürk", language=language, **told)
    course = a.a_course(a.a_plan(patient, doctor), version, sessions=3)
    today, later, _last = course.sessions
    visit = a.a_visit(patient, at(2026, 12, 1, 10), today, performer=doctor)
    a.done(today, date(2026, 12, 1), performed_end=at(2026, 12, 1, 11, 30), performed_by_id=doctor.id)
    a.a_visit(patient, at(2026, 12, 31, 13, 50), later, performer=doctor)
    with transaction():
        db.session.merge(visit).state = VisitState.DONE
        visit.sessions[0].outcome = Outcome.DONE
    story.tell("aftercare", a_message("aftercare", visit, patient=patient), at(2026, 12, 1, 11, 45))
    story.tell("aftercare_evening", a_message("aftercare", visit, patient=patient, evening=True), at(2026, 12, 1, 20, 30))
    story.tell("same_evening", a_message("same_evening", visit, patient=patient), at(2026, 12, 1, 20, 30))
    story.tell("checkin_1", a_message("checkin_1", visit, patient=patient), at(2026, 12, 2, 10))
    story.tell("checkin_3", a_message("checkin_3", visit, patient=patient), at(2026, 12, 4, 10))
    late = a_message("late_check_1", today, patient=patient, course=course.id, result=False)
    story.tell("late_check_1", late, at(2026, 12, 22, 10))
    late = a_message("late_check_2", today, patient=patient, course=course.id, result=True)
    story.tell("late_check_2", late, at(2027, 3, 1, 10))
    story.tell("lot_recall", _called_back(patient, today, language), at(2026, 12, 5, 10))
    _finished(story, patient, doctor, version)


def _called_back(patient: Patient, session: TreatmentSession, language: str) -> Message:
    lot = a.a_lot("exosome", "X-7")
    a.a_lot_use(session, lot, used_at=at(2026, 12, 1, 11, 30))
    texts = {
        "en": {"meaning": "The maker found a fault in the making.", "to_do": "Nothing, as long as you feel well.", "signs": "A lump\nPain",
               "calls": "Our doctor calls you by Tuesday 8 December."},
        "tr": {"meaning": "Üretici üretimde bir hata buldu.", "to_do": "Kendinizi iyi hissediyorsanız bir şey yapmanız gerekmez.",
               "signs": "Şişlik\nAğrı", "calls": "Doktorumuz sizi en geç 8 Aralık Salı günü arayacak."},
    }  # fmt: skip
    written = language if language in texts else "en"
    with transaction():
        recall = LotRecall(lots=[lot], reason="letter", texts={written: texts[written]}, call_by=date(2026, 12, 8), opened_at=NOON)
        db.session.add(recall)
    return a_message("lot_recall", recall, patient=patient)


def _finished(story: Story, patient: Patient, doctor: StaffMember, version: Any) -> None:
    over = a.a_course(a.a_plan(patient, doctor), version, start=date(2026, 5, 5), sessions=3)
    for session, day in zip(over.sessions, (date(2026, 5, 5), date(2026, 6, 2), date(2026, 6, 30)), strict=True):
        a.done(session, day)
    story.tell("result", a_message("result", over, patient=patient))
    for kind in ("recall_1", "recall_2"):
        story.tell(kind, a_message(kind, over, patient=patient))


def _people(story: Story, doctor: StaffMember) -> None:
    story.tell("address_check", a_message("address_check", story.patient, patient=story.patient))
    with transaction():
        link = MailLink(
            token_hash="over", purpose="full_text", patient_id=story.patient.id, message_pk=story.told["booked"][0].id, made_at=NOON,
            address=story.patient.email, argument="",
        )  # fmt: skip
        db.session.add(link)
    story.tell("full_text", a_message("full_text", story.patient, patient=story.patient, link=link.id), NOON + timedelta(days=4))
    colleague = a.a_nurse(language=story.patient.language)
    story.tell("staff_invite", a_message("staff_invite", colleague, staff=colleague, by=doctor.id))
    story.tell("staff_reset", a_message("staff_reset", colleague, staff=colleague))
    correction = a_message("correction", story.patient, patient=story.patient, sent_at=NOON.isoformat())
    story.tell("correction", correction)
