"""Small clinics and visits with speaking defaults, for the tests of slots and placement."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from app.planning.resources import Chair, Days, Device, Person, Resources, Room, Span
from app.planning.series import Placement, place_series
from app.planning.series_tracks import Track, WindowAfter
from app.planning.visit import Assistant, DeviceNeed, Phase, Place, Request, Slot, Wishes

TUESDAY = date(2026, 12, 1)
NINE, SIX_PM = 9 * 60, 18 * 60
OPEN: tuple[Span, ...] = ((NINE, SIX_PM),)
BURCU, ALI, NURSE = 1, 2, 7


def clock(text: str) -> int:
    """Minutes after midnight of a time such as 09:30."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def every_day(spans: tuple[Span, ...] = OPEN, days: int = 120, first: date = TUESDAY) -> Days:
    """The same spans on many days in a row."""
    return {first + timedelta(days=number): spans for number in range(days)}


def a_physician(
    person_id: int = BURCU, hours: Days | None = None, skills: Iterable[str] = ("needling",), busy: Days | None = None
) -> Person:
    """A physician who works whenever the clinic is open."""
    return Person(person_id, frozenset({"physician"}), frozenset(skills), every_day() if hours is None else hours, busy or {})


def a_nurse(person_id: int = NURSE, hours: Days | None = None, skills: Iterable[str] = (), busy: Days | None = None) -> Person:
    """A practitioner who works whenever the clinic is open."""
    return Person(person_id, frozenset({"practitioner"}), frozenset(skills), every_day() if hours is None else hours, busy or {})


def a_room(room_id: int = 1, *kinds: str, busy: Days | None = None) -> Room:
    """A procedure room."""
    return Room(room_id, frozenset(kinds or ("procedure",)), busy or {})


def a_clinic(*people: Person, rooms: tuple[Room, ...] = (), chairs: int = 0, devices: tuple[Device, ...] = ()) -> Resources:
    """Open every day from 9 to 18, with one physician and one procedure room unless others are named."""
    return Resources(every_day(), people or (a_physician(),), rooms or (a_room(),), tuple(Chair(n + 1) for n in range(chairs)), devices)


def a_procedure(minutes: int = 30, assistant: Assistant = Assistant.NONE, devices: tuple[DeviceNeed, ...] = ()) -> Phase:
    """Hands-on needling by a physician in a procedure room."""
    skills = frozenset({"needling"})
    return Phase("procedure", minutes, performer=True, skills=skills, assistant=assistant, room_kind="procedure", devices=devices)


def a_preparation(minutes: int = 10) -> Phase:
    return Phase("preparation", minutes, assistant=Assistant.ELSE_PERFORMER, place=Place.ANY_CHAIR)


def a_numbing(minutes: int = 30, devices: tuple[DeviceNeed, ...] = ()) -> Phase:
    return Phase("numbing", minutes, place=Place.ANY_CHAIR, devices=devices)


def with_cream() -> tuple[Phase, ...]:
    """Preparation 10, numbing 30, procedure 30 with an assistant, 5 afterwards in the same room."""
    return a_preparation(), a_numbing(), a_procedure(assistant=Assistant.WANTED), Phase("afterwards", 5, place=Place.SAME_ROOM)


def a_request(
    clinic: Resources | None = None, phases: tuple[Phase, ...] = (), wishes: Wishes | None = None, patient_busy: Days | None = None
) -> Request:
    """A 30-minute procedure in the usual clinic."""
    return Request(phases or (a_procedure(),), clinic or a_clinic(), patient_busy or {}, wishes or Wishes())


def place(sessions: Sequence[Request], window_after: WindowAfter) -> tuple[Placement, ...]:
    """One course that waits for no other."""
    return place_series(Track(tuple(sessions), lambda first: window_after))


def booked(clinic: Resources, slot: Slot) -> Resources:
    """The clinic after the slot's claims were booked."""

    def add(things: tuple, kind: str) -> tuple:  # type: ignore[type-arg]  # people, rooms, chairs or devices
        return tuple(replace(thing, busy=with_claims(thing.busy, slot, kind, thing.id)) for thing in things)

    return Resources(
        clinic.opening, add(clinic.people, "staff"), add(clinic.rooms, "room"), add(clinic.chairs, "chair"), add(clinic.devices, "device")
    )


def with_claims(busy: Days, slot: Slot, kind: str, thing_id: int | None) -> Days:
    """Busy times and what the slot claims of one person or thing."""
    spans = tuple((claim.start_minute, claim.end_minute) for claim in slot.claims if (claim.kind, claim.id) == (kind, thing_id))
    return {**busy, slot.day: (*busy.get(slot.day, ()), *spans)}


def starts(slots: Iterable[Slot]) -> list[int]:
    return [slot.start_minute for slot in slots]
