"""Whatever is done in whatever order, the promises about series and bookings hold."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.errors import Refused
from app.factory import create_app
from app.messages import planner
from app.schedule import actions, flow, stepping
from app.series import rows as series_rows
from app.series.facts import open_sessions
from app.series.reading import read
from models import clock
from models.appointment import COMING, LIVE, Appointment, Claim, Outcome, VisitState
from models.base import db, transaction
from models.treatment import Course, SessionState
from tests.conftest import NOON, settings_of_a_test
from tests.schedule.scenes import Scene, a_scene, book, days, move

MOVES: dict[str, Callable[[Appointment, datetime], Any]] = {
    "confirm": actions.confirm, "arrive": flow.arrive, "start": flow.start, "done": flow.done, "not_treated": flow.not_treated,
    "no_show": flow.no_show, "undo": flow.step_back, "cancel": lambda visit, now: actions.cancel(visit, now, by_patient=True),
}  # fmt: skip
HOURS = ("09:00", "10:30", "14:00")
ACTS = st.one_of(
    st.tuples(st.just("book"), st.integers(0, 3), st.integers(0, 90), st.sampled_from(HOURS)),
    st.tuples(st.just("move"), st.integers(0, 3), st.integers(0, 90), st.sampled_from(HOURS)),
    st.tuples(st.sampled_from(sorted(MOVES)), st.integers(0, 3), st.just(0), st.just("")),
    st.tuples(st.just("wait"), st.integers(1, 30), st.just(0), st.just("")),
)


@settings(max_examples=25, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True)
@given(story=st.lists(ACTS, min_size=4, max_size=14))
def test_the_promises_hold_through_every_story(empty_database: Path, story: list[tuple[str, int, int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(empty_database, Path(folder) / "seans.db")
        app: Flask = create_app(settings_of_a_test(Path(folder)))
        with app.app_context(), clock.set_to(NOON):
            live_through(a_scene("laser_hair_face", start=days(0)), story)
            db.session.remove()
            db.engine.dispose()


def live_through(scene: Scene, story: list[tuple[str, int, int, str]]) -> None:
    """Do what the story says; what is refused leaves everything as it was."""
    now = NOON
    with transaction():
        scene.course.protocol_version.content = {**scene.course.protocol_version.content, "extra_visits": []}
        scene.course.protocol_version.version += 1
        scene.course.steps[0].bounds = {"not_before": days(0).isoformat(), "latest": days(30).isoformat()}
        planner.plan_for(scene.patient.id, now)
    for what, which, day, start in story:
        if what == "wait":
            now += timedelta(days=which)
            continue
        before = picture()
        try:
            act(scene, what, which, day, start, now)
            assert not planner.missing(scene.patient.id, now)
        except Refused:
            assert picture() == before
        check(scene.course, now)


def act(scene: Scene, what: str, which: int, day: int, start: str, now: datetime) -> None:
    visits = db.session.query(Appointment).order_by(Appointment.id).all()
    if what == "book":
        book(scene.sessions[which % len(scene.sessions)], days((now - NOON).days + day), start, now)
    elif visits and what == "move":
        move(visits[which % len(visits)], days((now - NOON).days + day), start, now)
    elif visits:
        with transaction():
            MOVES[what](visits[which % len(visits)], now)


def check(course: Course, now: datetime) -> None:
    """Every promise, asked of what is stored."""
    today = clock.day_of(now, "Europe/Istanbul")
    reading = read(course, today)
    assert reading.satisfied + len(open_sessions(course)) >= reading.of  # no step without its row
    assert [session.n for session in course.sessions] == sorted({session.n for session in course.sessions})
    assert_nothing_too_early(course, now)
    visits = db.session.query(Appointment).all()
    for visit in visits:
        assert_visit(visit)
    assert_claims_never_overlap()
    for session in course.sessions:
        live = [v for v in visits for link in v.sessions if link.session_id == session.id and link.outcome is Outcome.PLANNED]
        assert len(live) <= 1
        assert (session.state is SessionState.BOOKED) == (len(live) == 1)
        assert (session.state is SessionState.DONE) == (session.performed_on is not None)
    assert_cache_is_what_the_forecast_says(course, now)


def assert_nothing_too_early(course: Course, now: datetime) -> None:
    """Nothing was booked below its minimum; what became too early by what really happened is not ours to refuse."""
    done = [session for session in course.sessions if session.state is SessionState.DONE]
    if not done:
        for line in read(course, clock.day_of(now, "Europe/Istanbul")).lines:
            if line.visit and line.due and line.due.earliest:
                assert line.visit.local_day >= line.due.earliest


def assert_visit(visit: Appointment) -> None:
    there = clock.local(visit.starts_at, visit.zone)
    assert (there.date(), there.time()) == (visit.local_day, visit.local_time)
    assert visit.ends_at - visit.starts_at == timedelta(minutes=visit.minutes)
    assert bool(visit.claims) == (visit.state in LIVE)
    assert visit.statuses[-1].state is visit.state
    planned = [link for link in visit.sessions if link.outcome is Outcome.PLANNED]
    assert bool(planned) == (visit.state in (*COMING, VisitState.ARRIVED, VisitState.IN_TREATMENT))
    assert stepping.standing_rows(visit)[0].state is VisitState.BOOKED


def assert_claims_never_overlap() -> None:
    """Nobody and nothing is claimed twice."""
    for kind in ("staff", "room", "chair", "device", "patient"):
        column = getattr(Claim, f"{kind}_id")
        claims = db.session.query(Claim).filter(column.is_not(None)).order_by(column, Claim.starts_at).all()
        for one, other in pairwise(claims):
            assert getattr(one, f"{kind}_id") != getattr(other, f"{kind}_id") or one.ends_at <= other.starts_at


def assert_cache_is_what_the_forecast_says(course: Course, now: datetime) -> None:
    """Rebuilt from history it is the same."""
    stored = course.due_step, course.due_earliest, course.due_on, course.due_latest, course.needs_booking
    with transaction():
        series_rows.align_sessions(course, clock.day_of(now, "Europe/Istanbul"))
    assert (course.due_step, course.due_earliest, course.due_on, course.due_latest, course.needs_booking) == stored


def picture() -> list[object]:
    """Everything that a refused act must leave as it was."""
    visits = db.session.query(Appointment).order_by(Appointment.id).all()
    return [
        (v.id, v.state, v.starts_at, v.version, len(v.statuses), sorted((c.id, c.starts_at) for c in v.claims),
         [(link.session_id, link.outcome, link.session.state) for link in v.sessions])
        for v in visits
    ]  # fmt: skip
