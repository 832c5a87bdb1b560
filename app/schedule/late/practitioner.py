"""A practitioner who runs late: by how much, who waits for it, whom to telephone first and what to say. Nothing is mailed by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app import phones
from app.clinic.queries import phone_at
from app.formats import clock_time
from app.i18n import _, in_language
from app.patients.reach import Reach, called
from app.patients.words import addressed
from app.planning.delays import Running, Stage, behind, set_aside, unready, waits
from app.schedule.late.today import minute, running, visits_on
from app.today import today_of
from models import clock
from models.appointment import COMING, Appointment
from models.clinic import Clinic
from models.staff import StaffMember

WORTH_A_CALL = 10
"""Minutes; for less nobody changes their way."""
GRAIN = 5
"""Minutes to which a time that is told is rounded down: who comes by it is never late."""
ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Waits:
    """Somebody who waits, here or at home. `call`: in which turn to telephone them, 0: not at all; `words`: what to say then."""

    visit: Appointment
    minutes: int
    whom: Reach
    call: int = 0
    words: str = ""

    @property
    def here(self) -> bool:
        return self.visit.state not in COMING

    @property
    def arrive(self) -> time:
        return _later(self.visit.starts_at, self.minutes, self.visit)

    @property
    def hands_on(self) -> time:
        return _later(self.visit.hands_on_at, self.minutes, self.visit)


@dataclass(frozen=True)
class RunningLate:
    """How a practitioner's day goes on. `found`: the minutes that follow from what was pressed; `minutes`: those it is reckoned with.

    `current`: who is being treated, or waits to be treated next; `waits`: the practitioner's own patients; `others`: who waits
    with them; `aside`: who is here, but was passed over.
    """

    who: StaffMember
    found: int
    minutes: int
    current: Appointment | None
    waits: list[Waits]
    others: list[Waits]
    aside: list[str]


def running_late(who: StaffMember, location_id: int, clinic: Clinic, now: datetime, told: int | None = None) -> RunningLate:
    """The rest of a practitioner's day. `told`: the minutes somebody in the room says; else what the presses say."""
    day = _Day(visits_on(location_id, clock.day_of(now, clinic.zone)), now)
    own = [visit for visit in day.left if visit.performer_id == who.id]
    current = _current(own, day.there)
    late = {visit.id: behind(day.there[visit.id], day.minute) for visit in day.left}
    found = late[current.id] if current else 0
    if told is not None:
        late |= {visit.id: unready(day.there[visit.id]) for visit in own} | ({current.id: told} if current else {})
    left = [day.there[visit.id] for visit in day.left]
    minutes, caused = waits(left, late), waits(left, {visit.id: late[visit.id] for visit in own})
    waiting = [visit for visit in day.left if day.there[visit.id].stage is not Stage.UNDER_WAY]
    mine = [visit for visit in waiting if visit.performer_id == who.id]
    others = [visit for visit in waiting if visit.performer_id != who.id and caused[visit.id] >= GRAIN]
    turn = {visit.id: n for n, visit in enumerate(_to_call([*mine, *others], minutes), start=1)}

    def told_of(some: Iterable[Appointment]) -> list[Waits]:
        return [_waits(visit, minutes[visit.id], turn.get(visit.id, 0), clinic, now) for visit in some]

    aside = [visit.patient.name for visit in day.aside if visit.performer_id == who.id]
    return RunningLate(who, found, found if told is None else told, current, told_of(mine), told_of(others), aside)


class _Day:
    """The visits of a day by how far they have come. `left`: who has still to be treated or is; `aside`: who was passed over."""

    def __init__(self, visits: Sequence[Appointment], now: datetime) -> None:
        self.there = running(visits, now)
        self.minute = minute(now, visits[0]) if visits else 0
        aside = set_aside(list(self.there.values()), self.minute)
        self.aside = [visit for visit in visits if visit.id in aside]
        self.left = [visit for visit in visits if visit.id not in aside and self.there[visit.id].stage is not Stage.OVER]


def _current(own: Sequence[Appointment], there: dict[int, Running]) -> Appointment | None:
    """Who is being treated; else who is here, else who comes first."""
    order = (Stage.UNDER_WAY, Stage.HERE, Stage.COMING)
    return min(own, key=lambda visit: (order.index(there[visit.id].stage), visit.hands_on_at, visit.id), default=None)


def _to_call(visits: Iterable[Appointment], minutes: dict[int, int]) -> list[Appointment]:
    """Who is not here yet and would wait long, the one who sets off first first."""
    far = [visit for visit in visits if visit.state in COMING and minutes[visit.id] >= WORTH_A_CALL]
    return sorted(far, key=lambda visit: (visit.starts_at, visit.id))


def _waits(visit: Appointment, minutes: int, turn: int, clinic: Clinic, now: datetime) -> Waits:
    whom = called(visit.patient, today_of(now))
    return Waits(visit, minutes, whom, turn, _sentence(visit, minutes, whom, clinic) if turn else "")


def _sentence(visit: Appointment, minutes: int, whom: Reach, clinic: Clinic) -> str:
    """In the language of whoever is called: today's new time, and nothing of what is treated."""
    new = _later(visit.starts_at, minutes, visit)
    new = new.replace(minute=new.minute - new.minute % GRAIN)
    with in_language(whom.language):
        return _(
            "%(name)s, we are running late today. Please come at %(new)s instead of %(old)s. We are sorry. Our phone: %(phone)s. "
            "%(clinic)s", name=addressed(whom, visit.patient), new=clock_time(new), old=clock_time(visit.local_time),
            phone=phones.shown(phone_at(visit.location_id)), clinic=clinic.name,
        )  # fmt: skip


def _later(moment: datetime, minutes: int, visit: Appointment) -> time:
    return clock.local(moment + minutes * ONE_MINUTE, visit.zone).time()
