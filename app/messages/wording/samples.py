"""A made-up patient for a look at a letter: every condition that a letter can show is there, and nothing is read or written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import TypeVar

from app.clinic import queries
from app.messages.letter.about_changes import Change
from app.messages.letter.care import Aftercare, CareWindow, PreparationDay
from app.messages.letter.case import Case, Facts
from app.messages.letter.phones import phones
from app.messages.letter.reader import Reader
from app.messages.letter.readings import Readings
from app.messages.letter.visits import Period, SessionFacts, VisitFacts
from app.messages.links import Purpose
from app.patients.reach import reach_of
from models import clock
from models.message import Message
from models.patient import Patient

T = TypeVar("T")
_COMES, _BEGINS, _BEFORE = time(13, 50), time(14, 30), time(10, 0)
_NAMES = {"tr": ("Ayşe", "Yılmaz")}
_POINTS = {"en": ("Use sun protection every day.", "Do not rub the area."), "tr": ("Her gün güneşten korunun.", "Bölgeyi ovalamayın.")}
_FLAGS = {"en": ("Fever, or pain that grows", "A rash that spreads"), "tr": ("Ateş veya artan ağrı", "Yayılan döküntü")}
_SPANS = {"en": "The first 24 hours", "tr": "İlk 24 saat"}
_TREATMENT = {"en": "Treatment", "tr": "Tedavi"}
_PLACES = "https://clinic.example/l/"


def a_case(letter: str, language: str, now: datetime, *, full: bool) -> Case:
    """A letter to the made-up patient, from the clinic as it is. Raises Refused before the set-up."""
    clinic, place = queries.the_clinic(), queries.location()
    first, last = _NAMES.get(language, ("Ada", "Smith"))
    patient = Patient(first_name=first, last_name=last, sort_key="", language=language, email="", zone=None)
    reader = Reader(language, full)
    numbers = phones(clinic, queries.calendar(place), now, language, None, own=place.phone)
    message = Message(kind=letter, subject_type="", subject_id=0, facts={})
    readings = Readings(clock.day_of(now, clinic.zone))
    reach = reach_of(patient, readings.today)
    return Case(message, now, clinic, place, reader, numbers, patient, reach, None, shown_link, readings, rehearsed=True)


def shown_link(purpose: Purpose, _message: Message, _now: datetime, **_about: object) -> str:
    """A link as it looks; it opens nothing."""
    return f"{_PLACES}{purpose.value}"


def facts_of(letter: str, case: Case) -> Facts:
    """What the letter's teller would say of the made-up patient."""
    return _FACTS[letter](case)


def _visit(case: Case, days: int = 3) -> VisitFacts:
    reader, day, zone = case.reader, case.today + timedelta(days=days), case.clinic.zone
    named = (SessionFacts(_in(_TREATMENT, case), "2", 3, maintenance=False),) if reader.full else ()
    return VisitFacts(
        day=reader.day(day), plain_day=reader.plain_day(day), time=reader.time(_COMES, zone), begins=reader.time(_BEGINS, zone),
        numbing=reader.full, performer="Dr. Deniz Ege", by_physician=True, address=case.place.address or case.place.name,
        sessions=named, confirmed=False, treatment=True,
    )  # fmt: skip


def _change(case: Case, *, now: bool = True) -> Change:
    reader, zone, visit = case.reader, case.clinic.zone, _visit(case)
    day = case.today + timedelta(days=2)
    before = reader.moment(clock.at(day, _BEFORE, zone), zone)
    return Change(None, visit, before, reader.plain_day(day), reader.time(_BEFORE, zone), now, True, False, False, False, False)  # type: ignore[arg-type]  # no letter reads the row


def _best(case: Case) -> Period:
    first = case.today + timedelta(days=21)
    return Period(case.reader.day(first), case.reader.day(first + timedelta(days=14)))


def _answers(case: Case, purpose: Purpose, *names: str) -> dict[str, str]:
    return {name: case.link(purpose) for name in names}


def _visits(case: Case) -> Facts:
    days = (PreparationDay(case.reader.plain_day(case.today), _in(_POINTS, case)),)
    health = {"pregnancy": True, "n": 3, "url": case.link(Purpose.HEALTH)}
    return {"visits": [_visit(case)], "preparation_days": days, "health": health}


def _reminder(case: Case) -> Facts:
    return _visits(case) | {
        "asks": True, "confirmed": False, "confirm_url": case.link(Purpose.CONFIRM), "other_time_url": case.link(Purpose.OTHER_TIME),
        "cancel_url": case.link(Purpose.CANCEL), "treatment": True, "scalp": False, "preparation_days": (), "late": None,
    }  # fmt: skip


def _plan(case: Case) -> Facts:
    page = case.link(Purpose.MY_PAGE)
    courses = [(_in(_TREATMENT, case), 3)] if case.reader.full else []
    visits = [_visit(case, days) for days in (3, 31, 59)]
    return {"visits": visits, "courses": courses, "note": [], "my_page_url": page, "calendar_url": f"{page}/calendar.ics"}


def _changes(letter: str) -> Callable[[Case], Facts]:
    def told(case: Case) -> Facts:
        lists: Facts = {"booked": [], "moved": [], "stays": [], "cancelled": []}
        into = "cancelled" if letter == "paused" else letter
        lists[into] = [_change(case, now=into != "cancelled")]
        return lists | {
            "by_clinic": into != "booked", "performer_away": False, "others_unchanged": True, "asks": into != "cancelled", "fits": True,
            "best": _best(case), "confirm_url": case.link(Purpose.CONFIRM), "other_time_url": case.link(Purpose.OTHER_TIME),
            "cancel_url": case.link(Purpose.CANCEL), "new_time_url": case.link(Purpose.NEW_TIME),
        }  # fmt: skip

    return told


def _aftercare(case: Case) -> Facts:
    windows = (CareWindow(_in(_SPANS, case), _in(_POINTS, case)),)
    return {"care": Aftercare(windows, _in(_FLAGS, case), gradual=True, honesty=()), "same_evening": False, "next": _visit(case, 28)}


def _no_show(case: Case) -> Facts:
    return _visits(case) | {"plan_goes_on": True, "best": _best(case), "new_time_url": case.link(Purpose.NEW_TIME)}


def _offer(case: Case) -> Facts:
    free = _visit(case, 5)
    return {"day": free.day, "time": free.time, "present": _visit(case, 20), "offer_url": case.link(Purpose.OFFER)}


def _recall(case: Case) -> Facts:
    return {
        "last_day": case.reader.day(case.today - timedelta(days=150)), "physician": "Dr. Deniz Ege", "best": _best(case),
        "pregnancy": True, "new_time_url": case.link(Purpose.NEW_TIME), "no_url": case.link(Purpose.NO_RECALL),
    }  # fmt: skip


_FACTS: Mapping[str, Callable[[Case], Facts]] = {
    "plan_summary": _plan,
    **{letter: _changes(letter) for letter in ("booked", "moved", "cancelled", "paused")},
    "precare": _visits,
    "reminder": _reminder,
    "aftercare": _aftercare,
    "same_evening": lambda _case: {},
    "check_in": lambda case: {
        "red_flags": _in(_FLAGS, case),
        "urls": _answers(case, Purpose.CHECKIN, "fine", "question", "call_me"),
    },
    "late_check": lambda case: {"late": _answers(case, Purpose.LATE_SAFETY, "no", "yes"), "result": None},
    "result": lambda case: {"result": _answers(case, Purpose.RESULT, "yes", "partly", "call_me")},
    "no_show": _no_show,
    "recall": _recall,
    "offer": _offer,
    "choose_time": lambda case: {"best": _best(case), "new_time_url": case.link(Purpose.NEW_TIME)},
}


def _in(words: Mapping[str, T], case: Case) -> T:
    return words.get(case.reader.language, words["en"])
