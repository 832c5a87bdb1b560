"""The races: how sixteen desks go after one slot. Each sets its scene, says what every desk presses, and who may win."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from random import Random
from typing import Any

from werkzeug.datastructures import MultiDict

from app.plans.builder.decisions import SHOWN
from app.tokens import new_handle
from models.appointment import Appointment, VisitKind
from models.base import db, transaction
from models.message import ChangeSet
from models.patient import Patient
from models.staff import Absence
from tests.builders import TODAY
from tests.conftest import NOON
from tests.plans.pages import form_in
from tests.races.clinic import Clinic
from tests.races.desk import FOUND, Answer, Desk
from tests.races.truth import live_visits
from tests.schedule.scenes import book_plain, days, move

AFTERNOON = [f"{hour}:{minute:02d}" for hour in range(13, 17) for minute in (0, 20, 40)]
SERIES = 28
"""Days between the sessions of a series."""


@dataclass(frozen=True)
class Try:
    """What one desk presses, for whom, and whether the answer says that it was done. `undo`: its words stand on the next page."""

    desk: Desk
    patients: frozenset[int]
    press: Callable[[Desk], Answer]
    won: Callable[[Answer], bool] = lambda answer: answer.status_code == FOUND


@dataclass
class Race:
    """A scene set. `winners`: how many may be told that it was done. `holds`: what else must be true, asked afterwards."""

    name: str
    tries: list[Try]
    winners: range = range(1, 2)
    holds: Callable[[], list[str]] = field(default=lambda: list[str]())


def bookings(clinic: Clinic, dice: Random) -> Race:
    """Sixteen patients want the same time: consultations, or the first sessions of their series."""
    day, at, plain = _a_day(dice), dice.choice(AFTERNOON), dice.random() < 0.5
    urls = [_consultation(patient) if plain else f"/session/{clinic.sessions_of(plan)[0]}/book"
            for patient, plan in zip(clinic.patients, clinic.plans, strict=True)]  # fmt: skip
    tries = [_booking(desk, patient, url, day, at) for desk, patient, url in zip(clinic.desks, clinic.patients, urls, strict=True)]
    return Race("sixteen consultations" if plain else "sixteen sessions", tries)


def whole_series(clinic: Clinic, dice: Random) -> Race:
    """Sixteen whole series that cannot all be booked: they meet in their first, in their last, or in every session."""
    day, shared = _a_day(dice), dice.choice([{0}, {2}, {0, 1, 2}])
    tries = []
    for n, (desk, patient, plan) in enumerate(zip(clinic.desks, clinic.patients, clinic.plans, strict=True)):
        fields = {"form_token": new_handle(), "do": "book"}
        for place, _session in enumerate(clinic.sessions_of(plan)):
            # Where they do not meet, each has a day and hour of its own: two weeks, eight hours.
            on = day if place in shared else _open_day(day, n // 3)
            hour = 13 if place in shared else 9 + 3 * (n % 3)
            fields[f"{SHOWN}0-{place + 1}"] = f"{_after(on, SERIES * place)}.{hour * 60}.{clinic.physician_id}.0"
        tries.append(Try(desk, frozenset({patient}), _form(f"/plan/{plan}/book", fields)))

    def whole() -> list[str]:
        numbers = {patient: len(live_visits(patient)) for patient in clinic.patients}
        return [f"patient {patient} has {number} visits of 3" for patient, number in numbers.items() if number not in (0, 3)]

    return Race("sixteen series", tries, holds=whole)


def movers(clinic: Clinic, dice: Random) -> Race:
    """Half of them move a visit to a time that the others book."""
    day, at = _a_day(dice), dice.choice(AFTERNOON)
    tries = []
    for n, (desk, patient) in enumerate(zip(clinic.desks, clinic.patients, strict=True)):
        if n % 2:
            tries.append(_booking(desk, patient, _consultation(patient), day, at))
        else:
            visit = _there(patient, _open_day(day, 1 + n // 4), f"{10 + n % 4 * 2}:00")
            tries.append(_move(desk, visit, day, at))
    return Race("movers against bookers", tries)


def undoing(clinic: Clinic, dice: Random) -> Race:
    """A visit was moved away; one desk takes that back while the others book the place it left."""
    day, at = _a_day(dice), dice.choice(AFTERNOON)
    first = _there(clinic.patients[0], day, at)
    move(first, _open_day(day, 2), at, NOON)
    told = db.session.query(ChangeSet.id).order_by(ChangeSet.id.desc()).limit(1).scalar()
    undo = Try(clinic.desks[0], frozenset({clinic.patients[0]}), _undo(f"/changes/{told}/undo", {}), _said("Undone: everything is as it"))
    rest = zip(clinic.desks[1:], clinic.patients[1:], strict=True)
    return Race("undo against bookers", [undo, *(_booking(desk, patient, _consultation(patient), day, at) for desk, patient in rest)])


def one_row(clinic: Clinic, dice: Random) -> Race:
    """All desks have the same visit before them: arrived here, cancelled there, confirmed, or moved to sixteen other times."""
    patient = clinic.patients[0]
    visit = _there(patient, TODAY, dice.choice(["13:00", "14:00", "15:00"]))
    key, seen = visit.id, visit.version
    mine = frozenset({patient})

    def pressed(desk: Desk, way: int) -> Try:
        if way == 0:
            return Try(desk, mine, _row(f"/visits/{key}/step/arrived", {"seen": seen, "row": 1}), _ok)
        if way == 1:
            return Try(desk, mine, _row(f"/visits/{key}/confirm", {"seen": seen, "row": 1}), _ok)
        if way == 2:
            return Try(desk, mine, _form(f"/visits/{key}/cancel", {"seen": seen, "by": "patient", "why": "ill"}))
        return _move(desk, visit, days(1 + clinic.desks.index(desk) % 4), f"{9 + clinic.desks.index(desk) // 2}:00")

    ways = dice.choice([(0, 2), (3,), (1, 2, 3), (0, 1, 2, 3)])

    def once() -> list[str]:
        db.session.expire_all()
        now = db.session.get_one(Appointment, key)
        return [] if now.version == seen + 1 else [f"the visit went from version {seen} to {now.version}"]

    # The same step pressed at two desks is done once and both are told so.
    return Race("sixteen desks on one visit", [pressed(desk, dice.choice(ways)) for desk in clinic.desks], range(1, 17), once)


def replanned(clinic: Clinic, dice: Random) -> Race:
    """The physician is away; two desks apply the same proposal while the others book the time it would use."""
    day = _a_day(dice)
    hit = [_there(patient, day, f"{10 + 2 * n}:00").id for n, patient in enumerate(clinic.patients[:3])]
    with transaction():
        db.session.add(Absence(staff_id=clinic.physician_id, first_day=day, last_day=day))
    tries = []
    for desk in clinic.desks[:2]:
        page = desk.get("/replan")
        fields = {"form_token": form_in(page)["form_token"]}
        for key in hit:
            offered = re.findall(rf'name="to{key}"[^>]*?value="(\d[^"]*)"', page.text)
            fields |= {f"to{key}": offered[0], f"seen{key}": str(db.session.get_one(Appointment, key).version)}
        tries.append(Try(desk, frozenset(clinic.patients[:3]), _form("/replan", fields)))
    on, minute, *_rest = fields[f"to{dice.choice(hit)}"].split()
    at = f"{time(int(minute) // 60, int(minute) % 60):%H:%M}"
    rest = list(zip(clinic.desks[2:], clinic.patients[3:], strict=False))
    tries += [_booking(desk, patient, _consultation(patient), date.fromisoformat(on), at) for desk, patient in rest]

    def all_or_none() -> list[str]:
        moved = {db.session.get_one(Appointment, key).local_day != day for key in hit}
        return [] if len(moved) == 1 else ["a re-planning moved some of its visits"]

    return Race("re-planning against bookers", tries, holds=all_or_none)


def one_record(clinic: Clinic, dice: Random) -> Race:
    """All desks have the same patient's record open and save it with another first name each."""
    patient = dice.choice(clinic.patients)
    url, seen = f"/patients/{patient}/edit", db.session.get_one(Patient, patient).version
    tries = []
    for n, desk in enumerate(clinic.desks):
        fields = form_in(desk.get(url), "seen")
        fields["first_name"] = f"Hasta{dice.randint(100, 999)}.{n}"
        tries.append(Try(desk, frozenset({patient}), _form(url, fields)))

    def once() -> list[str]:
        db.session.expire_all()
        version = db.session.get_one(Patient, patient).version
        return [] if version == seen + 1 else [f"the record went from version {seen} to {version}"]

    return Race("sixteen desks on one record", tries, holds=once)


KINDS = (bookings, whole_series, movers, undoing, one_row, replanned, one_record)


def _a_day(dice: Random) -> date:
    return _open_day(TODAY, dice.randint(1, 20))


def _open_day(day: date, number: int) -> date:
    """So many opening days later: the clinic rests on Sundays."""
    for _one in range(number):
        day = _after(day, 1)
        if day.weekday() == 6:
            day = _after(day, 1)
    return day


def _after(day: date, number: int) -> date:
    return date.fromordinal(day.toordinal() + number)


def _there(patient: int, day: date, at: str) -> Appointment:
    """A consultation that stands before the race begins."""
    return book_plain(db.session.get_one(Patient, patient), VisitKind.CONSULTATION, day, at, NOON)


def _consultation(patient: int) -> str:
    return f"/visits/new?patient={patient}&kind=consultation"


def _booking(desk: Desk, patient: int, url: str, day: date, at: str) -> Try:
    fields = {"form_token": new_handle(), "exact_day": day.isoformat(), "exact_time": at, "asked_by": "patient"}
    return Try(desk, frozenset({patient}), _form(url, fields))


def _move(desk: Desk, visit: Appointment, day: date, at: str) -> Try:
    fields = {"seen": visit.version, "exact_day": day.isoformat(), "exact_time": at, "asked_by": "patient"}
    return Try(desk, frozenset({visit.patient_id}), _form(f"/visits/{visit.id}/move", fields))


def _form(url: str, fields: dict[str, Any] | MultiDict[str, str]) -> Callable[[Desk], Answer]:
    return lambda desk: desk.post(url, fields)


def _row(url: str, fields: dict[str, Any]) -> Callable[[Desk], Answer]:
    return lambda desk: desk.post(url, fields, row=True)


def _undo(url: str, fields: dict[str, Any]) -> Callable[[Desk], Answer]:
    """Its words stand on the page it leads to."""

    def press(desk: Desk) -> Answer:
        answer = desk.post(url, fields)
        return desk.get(answer.location) if answer.status_code == FOUND else answer

    return press


def _said(text: str) -> Callable[[Answer], bool]:
    return lambda answer: text in answer.words


def _ok(answer: Answer) -> bool:
    return answer.status_code == 200
