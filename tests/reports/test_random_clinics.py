"""Whatever a clinic has lived through: a figure, its parts and its groups count exactly the rows of the lists behind them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from flask import Flask

from app.reports import lists
from app.reports.asked import Asked
from app.reports.counting import Figure
from app.reports.lists import Wanted
from app.reports.table import BY_KEY
from models.appointment import Appointment, AppointmentSession, Outcome, VisitKind, VisitState
from models.base import db, transaction
from models.clinic import Location
from models.event import Event
from models.message import Message, MessageState
from models.patient import Patient
from models.staff import StaffMember
from models.treatment import Course, SessionKind
from tests import builders
from tests.reports.scene import figure, listed, november

PATIENTS = 14
LIVED = [VisitState.DONE, VisitState.DONE, VisitState.NO_SHOW, VisitState.CANCELLED, VisitState.NOT_TREATED, VisitState.BOOKED]
PRESSES = ["task reached", "task no_answer", "task left_word", "task taken back", "viewed"]


def a_random_clinic(chance: Random) -> None:
    """Two places, three people, and some months around November 2026 of which nothing is as it should be."""
    builders.a_clinic()
    with transaction():
        db.session.add(Location(name="Other place"))
    people = [builders.a_physician(), builders.a_physician("Dr. Can Efe"), builders.a_nurse()]
    versions, lots = [builders.a_protocol(), builders.a_protocol("mesotherapy_scalp")], [builders.a_lot(), builders.a_lot(number="L-2")]
    for n in range(PATIENTS):
        course = builders.a_course(builders.a_plan(builders.a_patient("Ada", f"Nr{n}"), chance.choice(people[:2])), chance.choice(versions))
        _its_visits(chance, course, people, n)
        if chance.random() < 0.6:
            voided = chance.choice([None, a_moment(chance)])
            builders.a_lot_use(course.sessions[0], chance.choice(lots), used_at=a_moment(chance), voided_at=voided, used_by_id=people[2].id)
        _its_end(chance, course)
    _mails_and_calls(chance, people)


def a_day(chance: Random) -> date:
    return date(2026, 11, 1) + timedelta(days=chance.randint(-40, 45))


def a_moment(chance: Random) -> datetime:
    return datetime.combine(a_day(chance), datetime.min.time(), UTC) + timedelta(minutes=chance.randint(0, 1439))


def _its_visits(chance: Random, course: Course, people: list[StaffMember], n: int) -> None:
    patient = db.session.get_one(Patient, course.plan.patient_id)
    for k, session in enumerate(course.sessions[:2]):
        day, state, who = date(2026, 10, 1) + timedelta(days=37 * k + 2 * n), chance.choice(LIVED), chance.choice(people)
        starts = datetime(day.year, day.month, day.day, 7, tzinfo=UTC) + timedelta(hours=n % 8)
        visit = builders.a_visit(patient, starts, session, performer=who if state is not VisitState.CANCELLED else None, state=state)
        if state is VisitState.DONE:
            builders.done(session, day, performed_by_id=who.id, kind=chance.choice([SessionKind.SERIES, SessionKind.MAINTENANCE]))
        with transaction():
            link = db.session.query(AppointmentSession).filter_by(session_id=session.id).one()
            link.outcome = Outcome.DONE if state is VisitState.DONE else link.outcome
            link.band, link.label, link.of = chance.choice(["", "ideal", "early", "late"]), str(k + 1), chance.choice([2, 3])
            db.session.get_one(Appointment, visit.id).kind = chance.choice([VisitKind.CONSULTATION, VisitKind.TREATMENT])


def _its_end(chance: Random, course: Course) -> None:
    with transaction():
        row = db.session.get_one(Course, course.id)
        row.live, row.needs_booking = chance.random() < 0.7, chance.random() < 0.5
        row.due_step, row.due_on = chance.choice(["2", "M1"]), a_day(chance)
        row.due_latest, row.due_lapsed = (chance.choice([None, a_day(chance)]) for _ in range(2))
        row.ended_on, row.completed_early_on = (chance.choice([None, None, a_day(chance)]) for _ in range(2))


def _mails_and_calls(chance: Random, people: list[StaffMember]) -> None:
    patients = [one.id for one in db.session.query(Patient)]
    with transaction():
        for k in range(40):
            due = a_moment(chance)
            db.session.add(Message(
                kind="result", subject_type="course", subject_id=k, patient_id=chance.choice([None, *patients]), urgency="routine",
                message_class="service", due_at=due, try_at=due, planned_at=due, message_id=f"<{k}@x>",
                state=chance.choice([*MessageState]),
            ))  # fmt: skip
            db.session.add(Event(
                at=due, action=chance.choice(PRESSES), object_type="staff_task", object_id=chance.randint(1, 6),
                staff_id=chance.choice(people).id, patient_id=chance.choice(patients),
            ))  # fmt: skip


def some_question(chance: Random, now: datetime) -> Asked:
    """Some days, one place or all, one person or everybody."""
    first = a_day(chance)
    places = tuple(db.session.scalars(db.select(Location.id)))
    place = chance.choice([None, *places])
    staff = chance.choice([None, *db.session.scalars(db.select(StaffMember.id))])
    return november(
        now, first=first, last=first + timedelta(days=chance.choice([0, 6, 29, 100, 800])), place_id=place,
        places=places if place is None else (place,), staff_id=staff,
    )  # fmt: skip


def agrees(found: Figure, asked: Asked) -> None:
    key, all_rows = found.report.key, listed(found.report.key, asked)
    assert found.all.n == len(all_rows) == lists.how_many(BY_KEY[key], asked, Wanted()), key
    assert found.all.hits == sum(row.hit for row in all_rows) == len(listed(key, asked, hit=True)), key
    assert found.all.n - found.all.hits == len(listed(key, asked, hit=False)), key
    assert found.all.minutes == sum(row.amount or 0 for row in all_rows), key
    assert sum(part.n for part in found.parts) == sum(sum(group.parts) for group in found.groups) == found.all.n, key
    for group in found.groups:
        rows = listed(key, asked, by=group.by, staff_id=group.staff_id or 0, place_id=group.place_id or 0)
        assert (group.tally.n, group.tally.hits) == (len(rows), sum(row.hit for row in rows)), (key, group)


@pytest.mark.parametrize("seed", range(6))
def test_a_figure_counts_exactly_the_rows_of_its_list(app: Flask, noon: datetime, seed: int) -> None:
    chance = Random(seed)
    a_random_clinic(chance)
    seen = set()
    for _ in range(6):
        asked = some_question(chance, noon)
        for key in BY_KEY:
            found = figure(key, asked)
            agrees(found, asked)
            seen |= {key} if found.all.n else set()
    assert len(seen) >= len(BY_KEY) - 3, f"a clinic in which nothing happens proves nothing: {set(BY_KEY) - seen}"
