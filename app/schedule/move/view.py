"""What the panel to move a visit shows: from where to where, what that takes, what becomes of the rest, and who is told how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from app.formats import short_day_of_year
from app.i18n import _, language
from app.messages import rules
from app.messages.kinds import KINDS
from app.patients.reach import reach_of
from app.permissions import Permission
from app.planning.visit import Slot
from app.schedule import rows
from app.schedule.free import offers
from app.schedule.free.offers import Offer, Offers, asked_of
from app.schedule.free.working_days import minute_of, time_of
from app.schedule.here import Here
from app.schedule.knock_on import Fall, Open, opens_in
from app.schedule.move import rest
from app.schedule.move.new_place import NewPlace, best_times, new_place
from app.schedule.session_words import SessionWords, session_words
from models.appointment import Appointment
from models.patient import Patient


@dataclass(frozen=True)
class MoveView:
    """Everything the panel shows of one visit. `place` None: no time was asked about yet, `best` has some."""

    visit: Appointment
    sessions: list[SessionWords]
    falls: list[Fall]
    day: date
    minute: int
    place: NewPlace | None
    ways: list[rest.Rest]
    best: Offers | None
    that_day: list[Offer]
    mail: str
    may_allow: bool

    @property
    def day_words(self) -> str:
        """The day as it can be typed again."""
        return short_day_of_year(self.day, language())

    @property
    def start(self) -> time:
        return time_of(self.minute)

    @property
    def shift(self) -> int:
        """By how many days the visit moves."""
        return (self.day - self.visit.local_day).days

    @property
    def leave_needed(self) -> bool:
        """A physician's reason is needed for the time itself."""
        return bool(self.place and self.place.may_go and self.place.rules)

    def may_take(self, way: rest.Rest) -> bool:
        """Whoever looks may choose this way for the later sessions."""
        return way.possible and (self.may_allow or not way.early)

    def first_way(self, wished: str) -> str:
        """The way that is ticked: the one wished for, else the first that can be: kept, placed anew, shifted."""
        able = [way.key for way in self.ways if self.may_take(way)]
        return next((key for key in (wished, rest.KEEP, rest.RESPACE, rest.SHIFT) if key in able), "")

    @property
    def may_move(self) -> bool:
        """Move can be pressed."""
        return bool(self.place and self.place.may_go and (not self.ways or self.first_way(rest.KEEP)))


def opens_of(visit: Appointment, at: Here) -> list[Open]:
    """Its sessions in their courses, for whoever may see them."""
    if not at.asker.may(Permission.SEE_PLANS):
        return []
    return opens_in(visit, at.today)


def view_of(visit: Appointment, at: Here, wanted: Slot | None) -> MoveView:
    """The panel for a time that is wanted, or for none yet."""
    opens, may_allow = opens_of(visit, at), at.asker.may(Permission.DECIDE)
    place = new_place(visit, opens, wanted, at.now, at.person.id if may_allow else None) if wanted else None
    ways = rest.ways(visit, opens, place.slot, at.now) if place and place.slot and place.may_go else []
    sees = at.asker.may(Permission.SEE_PLANS)
    return MoveView(
        visit, [session_words(link) for link in visit.sessions] if sees else [], [one.falls(visit.local_day) for one in opens],
        wanted.day if wanted else visit.local_day, wanted.start_minute if wanted else rows.start_minute(visit), place, ways,
        None if place else best_times(visit, opens, at.now),
        offers.on_day(asked_of(visit, opens), wanted.day, at.now).offers if wanted else [], _mail_words(visit.patient, at), may_allow,
    )  # fmt: skip


def ghosts(visit: Appointment, way: rest.Rest) -> list[dict[str, Any]]:
    """Where the later visits would lie by one way, for the script that draws them in the week."""
    moved = (line for line in way.lines if line.start and (line.later.after, line.start) != (line.later.day, line.now_start))
    return [
        {"day": line.later.after.isoformat(), "minute": minute_of(line.start), "minutes": line.minutes,
         "name": f"{line.later.label} · {visit.patient.name}"}
        for line in moved if line.start
    ]  # fmt: skip


def _mail_words(patient: Patient, at: Here) -> str:
    """How the patient hears of it."""
    reach = reach_of(patient, at.today)
    if not rules.carrier_for(patient, reach, KINDS["moved"]):
        return _("Put a line on the call list: no mail reaches the patient.")
    tongue = _("in Turkish") if reach.language == "tr" else _("in English")
    return _("Send one mail, old → new time, %(language)s, in %(n)s min.", language=tongue, n=at.clinic.grace_minutes)
