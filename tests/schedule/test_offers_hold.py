"""Whatever was booked, missed and done before: every time that is offered is accepted when it is booked at once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.errors import Refused
from app.factory import create_app
from app.planning.obstacles import Code
from app.planning.visit import Slot
from app.schedule import actions, flow, limits
from app.schedule.free import offers
from app.schedule.free.offers import Asked
from app.schedule.knock_on import opened
from app.schedule.move import by_patient
from app.schedule.placing import whole_series
from app.today import today_of
from models import clock
from models.appointment import COMING, Appointment, VisitKind
from models.base import db, transaction
from models.treatment import TreatmentSession
from tests.conftest import NOON, settings_of_a_test
from tests.schedule.scenes import Scene, a_scene, book, days, told
from tests.schedule.test_invariants import ACTS, act

PROTOCOLS = ("laser_hair_face", "prp_scalp", "exosome_scalp")


class Undone(Exception):
    """Raised at the end of a transaction of which nothing is to stay."""


def can_be_done(what: Callable[[], object]) -> None:
    """It is done, without a refusal, and taken back."""
    with suppress(Undone), transaction():
        what()
        raise Undone


@settings(max_examples=40, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.sampled_from(PROTOCOLS), st.lists(ACTS, min_size=6, max_size=16))
def test_every_time_that_is_offered_is_accepted(
    empty_database: Path, protocol: str, story: list[tuple[str, int, int, str]]
) -> None:  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(empty_database, Path(folder) / "seans.db")
        with create_app(settings_of_a_test(Path(folder))).app_context(), clock.set_to(NOON):
            scene, now = a_scene(protocol), NOON
            for what, which, day, start in story:
                if what == "wait":
                    now += timedelta(days=which)
                    continue
                with suppress(Refused):
                    act(scene, what, which, day, start, now)
            the_offers_hold(scene, now)
            db.session.remove()
            db.engine.dispose()


def the_offers_hold(scene: Scene, now: datetime) -> None:
    """Of one session after the other, of the whole plan, and of what the patient may choose."""
    for session in [session for session in scene.sessions if session.state in limits.FREE]:
        for slot in offered(session, now):
            can_be_done(lambda one=session, at=slot: booked(one, at, now))  # type: ignore[misc]
    found = whole_series.propose(scene.plan, now)
    chosen = [(one.session.id, one.slot) for one in found if one.slot]
    if chosen:
        can_be_done(lambda: whole_series.book_all(scene.plan, chosen, now))
    for visit in db.session.query(Appointment).filter(Appointment.state.in_(COMING)):
        for free in by_patient.choices(visit, now).days:
            for value, _start in free.times:
                can_be_done(lambda one=visit, at=value: by_patient.take(one, at, now))  # type: ignore[misc]


def offered(session: TreatmentSession, now: datetime) -> list[Slot]:
    """Every time that pages and lists offer for a session."""
    today = today_of(now)
    one = opened(session, today)
    assert one is not None
    asked = Asked(session.course.plan.patient, VisitKind.TREATMENT, [session.course], [one])
    days_asked = [today + timedelta(days=n) for n in (0, 1, 3, 9, 20, 40)]
    found = [offers.suggested(asked, today, now).offers, [one for one in [offers.best(asked, today, now)] if one]]
    found += [offers.on_day(asked, day, now).offers[:2] for day in days_asked]
    return [slot for each in found for offer in each if (slot := offers.read_value(offer.value))]


def booked(session: TreatmentSession, slot: Slot, now: datetime) -> None:
    patient = session.course.plan.patient
    actions.book(patient, VisitKind.TREATMENT, slot, [session], told(patient, now), now)


def test_a_missed_session_is_offered_no_day_that_leaves_the_one_behind_it_too_early(app: Flask, noon: datetime) -> None:
    scene, later = a_missed_one(noon)
    first = whole_series.propose(scene.plan, later)[-1]
    assert (first.label, first.slot) == ("1", None)
    assert [reason.code for reason in first.reasons] == [Code.BREAKS_LATER]
    one = opened(scene.sessions[0], days(20))
    assert one is not None
    asked = Asked(scene.patient, VisitKind.TREATMENT, [scene.course], [one])
    assert offers.best(asked, days(20), later) is None
    assert offers.on_day(asked, days(22), later).why_none == [
        "A later session, which stays, would then lie outside its days. (Wed 23 Dec 2026)"
    ]  # fmt: skip


def a_missed_one(noon: datetime) -> tuple[Scene, datetime]:
    """The first session was missed while the second is booked ten days ahead."""
    scene, later = a_scene(), noon + timedelta(days=20)
    first = book(scene.sessions[0], days(2), "10:00", noon)
    book(scene.sessions[1], days(30), "10:00", noon)
    with transaction():
        flow.no_show(first, later)
    return scene, later
