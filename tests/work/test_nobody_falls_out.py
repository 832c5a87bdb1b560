"""S13: whatever the desk does, in whatever order and over whatever time, every course with sessions left is booked or on a list."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.errors import Refused
from app.factory import create_app
from app.messages import planner
from app.plans.health import holds
from app.plans.health.holds import Pause
from app.schedule import actions, flow, undo
from app.series.reading import Reading, Standing, read
from app.work import actions as work
from app.work.courses import TO_BOOK, rows_on
from app.work.lists import Worklist
from app.work.queries import tasks
from jobs import close_the_day, end_holds, propose_maintenance, watch_windows
from models import clock
from models.appointment import OPEN, Appointment
from models.base import db, transaction
from models.message import ChangeSet
from models.staff import Role
from models.task import StaffTask
from models.treatment import Hold
from tests.conftest import NOON, settings_of_a_test
from tests.schedule.scenes import Scene, a_scene, book, days, move

EVERYBODY = [role.value for role in Role]
JOBS = (close_the_day.run, end_holds.run, propose_maintenance.run, watch_windows.run)
PRESSES: dict[str, Callable[[Appointment, datetime], Any]] = {
    "confirm": actions.confirm, "arrive": flow.arrive, "start": flow.start, "done": flow.done, "not_treated": flow.not_treated,
    "no_show": flow.no_show, "undo": flow.step_back, "cancel": lambda visit, now: actions.cancel(visit, now, by_patient=True),
}  # fmt: skip
ACTS = st.one_of(
    st.tuples(st.sampled_from(["book", "move"]), st.integers(0, 40)),
    st.tuples(st.just("treat"), st.integers(0, 3)),
    st.tuples(st.sampled_from(sorted(PRESSES)), st.integers(0, 3)),
    st.tuples(st.sampled_from(["take back", "hold", "go on", "close a line", "put off"]), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.integers(1, 60)),
)


@settings(max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True)
@given(story=st.lists(ACTS, min_size=6, max_size=16))
def test_nobody_falls_out_of_sight(empty_database: Path, story: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(empty_database, Path(folder) / "seans.db")
        with create_app(settings_of_a_test(Path(folder))).app_context(), clock.set_to(NOON):
            live_through(a_scene(), story)
            db.session.remove()
            db.engine.dispose()


def live_through(scene: Scene, story: list[tuple[str, int]]) -> None:
    """Act by act; after each, and after the jobs of every day that passes, the course is in sight."""
    now = NOON
    with transaction():
        scene.course.protocol_version.content = {**scene.course.protocol_version.content, "lot": {"required": False}, "products": []}
        planner.plan_for(scene.patient.id, now)
    for what, number in story:
        if what == "wait":
            now += timedelta(days=number)
        else:
            try:
                act(scene, what, number, now)
            except Refused:
                db.session.rollback()
        for run in JOBS:
            run(now)
        assert_in_sight(scene, clock.day_of(now, "Europe/Istanbul"))


def act(scene: Scene, what: str, number: int, now: datetime) -> None:
    visits = db.session.query(Appointment).order_by(Appointment.id.desc()).all()
    if what == "book":
        book(scene.sessions[number % len(scene.sessions)], days((now - NOON).days + number), "10:00", now)
    elif what == "move" and visits:
        move(visits[0], days((now - NOON).days + number), "14:00", now)
    elif what == "treat":
        treat(scene, now)
    elif what in PRESSES and visits:
        with transaction():
            PRESSES[what](visits[number % len(visits)], now)
    else:
        with transaction():
            rarely(scene, what, number, now)


def treat(scene: Scene, now: datetime) -> None:
    """The next session comes today and is done."""
    today = clock.day_of(now, "Europe/Istanbul")
    waiting = next((one for one in scene.sessions if one.state in ("proposed", "missed")), None)
    if waiting is None:
        return
    visit = book(waiting, today, "12:30", now)
    with transaction():
        flow.arrive(visit, now)
        flow.start(visit, now)
        flow.done(visit, now)


def rarely(scene: Scene, what: str, number: int, now: datetime) -> None:
    sets, lines = db.session.query(ChangeSet).all(), open_lines()
    held = holds.open_holds(scene.plan)
    if what == "take back" and sets:
        undo.take_back(sets[-1], now)
    elif what == "hold":
        today = clock.day_of(now, "Europe/Istanbul")
        holds.hold(scene.plan, Pause(reason="travels", until_day=today + timedelta(days=20) if number % 2 else None), now)
    elif what == "go on" and held:
        holds.release(held[0], now, "is back")
    elif what == "close a line" and lines:
        work.tried(lines[number % len(lines)], work.Result.DONE, now)
    elif what == "put off":
        today = clock.day_of(now, "Europe/Istanbul")
        work.snooze(work.line_of(scene.course, now), today + timedelta(days=1 + number), today, now)


def open_lines() -> list[StaffTask]:
    return db.session.query(StaffTask).filter(StaffTask.closed_at.is_(None)).order_by(StaffTask.id).all()


def assert_in_sight(scene: Scene, today: date) -> None:
    """Where the course must be found today: its visit, one list to book from, or a line for a person."""
    db.session.expire_all()
    reading = read(scene.course, today)
    lists = [kind for kind in TO_BOOK for row in rows_on(kind, today) if row.course.id == scene.course.id]
    if reading.standing is Standing.ON_HOLD:
        assert not lists
        assert all(comes_back(held) for held in holds.open_holds(scene.plan))
        assert holds.open_holds(scene.plan)
    elif reading.next is None:
        assert reading.review_due is None or asked_for("review_due", scene.course.id, today)
    elif visit := coming_visit(reading):
        assert not lists
        assert visit.local_day >= today or asked_for("no_outcome", visit.id, today)
    else:
        assert len(lists) == 1 - put_off(scene.course.id, today)


def put_off(course_id: int, today: date) -> bool:
    """Its line comes back by itself on a later day."""
    return any(line.kind == "to_book" and line.subject_id == course_id and (line.snoozed_until or today) > today for line in open_lines())


def coming_visit(reading: Reading) -> Appointment | None:
    line = reading.next_line
    visit = line.visit if line else None
    assert visit is None or visit.state in OPEN
    return visit


def comes_back(held: Hold) -> bool:
    """It has a day on which it ends, or a line on which a physician is asked."""
    return held.until_day is not None or any(line.kind == "hold_review" and line.subject_id == held.id for line in open_lines())


def asked_for(kind: str, subject_id: int, today: date) -> bool:
    """The line stands on a list that is looked at today."""
    shown = [line for name in (Worklist.CALLS, Worklist.PHYSICIAN, Worklist.OTHER) for line in tasks(name, today, EVERYBODY)]
    return any((line.kind, line.subject_id) == (kind, subject_id) for line in shown)
