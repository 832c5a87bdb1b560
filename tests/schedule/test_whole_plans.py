"""Whatever the hours, the absences and the courses: what is proposed for a plan keeps every rule, and all of it can be booked."""

from __future__ import annotations

import shutil
import tempfile
from datetime import time
from itertools import combinations, pairwise
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.factory import create_app
from app.schedule.placing import whole_series
from app.schedule.placing.proposals import Proposal
from app.series import other_acts
from app.series.reading import read
from models import clock
from models.base import db, transaction
from models.staff import Absence, WorkingHours
from models.treatment import Course, SessionKind, TreatmentSession
from tests import builders
from tests.builders import TODAY
from tests.conftest import NOON, settings_of_a_test
from tests.schedule.scenes import Scene, a_scene, consent, days

PAIRS = [
    ("microneedling_face", "peel_superficial"), ("filler_ha", "botulinum_upper_face"), ("prp_scalp", "mesotherapy_scalp"),
    ("exosome_scalp", "prp_scalp"), ("skin_booster_face", "botulinum_upper_face"), ("polynucleotide_face", "laser_hair_face"),
]  # fmt: skip
weekdays = st.frozensets(st.integers(0, 5), min_size=1)
hours = st.tuples(st.integers(9, 12), st.integers(3, 7))
absences = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 14)), max_size=3)


@settings(max_examples=25, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.sampled_from(PAIRS), weekdays, hours, absences, st.sampled_from([None, 3, 7]), st.sampled_from([None, 10, 25]), st.booleans())
def test_what_is_proposed_keeps_every_rule_and_can_be_booked(
    empty_database: Path, pair: tuple[str, str], weekdays: frozenset[int], hours: tuple[int, int], away: list[tuple[int, int]],
    keep_apart: int | None, stay: int | None, kept: bool,
) -> None:  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(empty_database, Path(folder) / "seans.db")
        with create_app(settings_of_a_test(Path(folder))).app_context(), clock.set_to(NOON):
            scene = a_scene(pair[0])
            other = builders.a_course(scene.plan, builders.a_protocol(pair[1]), keep_apart_days=keep_apart)
            consent(other, scene.physician)
            works(scene, weekdays, hours, away, stay)
            if kept:
                with_maintenance(scene.course, other)
            found = whole_series.propose(scene.plan, NOON)
            keeps_its_rules(found, (scene.course, other))
            chosen = [(one.session.id, one.slot) for one in found if one.slot]
            if chosen:
                with transaction():
                    visits = whole_series.book_all(scene.plan, chosen, NOON)
                assert sum(len(visit.sessions) for visit in visits) == len(chosen)
                assert minutes_shown(found) == {link.session_id: visit.minutes for visit in visits for link in visit.sessions}
            if len(chosen) == len(found):
                reads_as_proposed(found, (scene.course, other))
            db.session.remove()
            db.engine.dispose()


def minutes_shown(found: list[Proposal]) -> dict[int, int]:
    """How long the visit of each session takes, as it was proposed: a visit that is not shared is no longer than its own session."""
    return {one.session.id: one.slot.end_minute - one.slot.start_minute for one in found if one.slot}


def reads_as_proposed(found: list[Proposal], courses: tuple[Course, Course]) -> None:
    """Once all is booked, each session stands on the plan's page in the band in which it was proposed."""
    read_now = {line.session.id: line.band for course in courses for line in read(course, TODAY).lines if line.session}
    assert {one.session.id: one.band for one in found} == {one.session.id: read_now[one.session.id] for one in found}


def with_maintenance(*courses: Course) -> None:
    """The first maintenance session of each is placed with its series."""
    with transaction():
        for course in courses:
            if course.maintenance:
                course.sessions.append(TreatmentSession(n=len(course.steps) + 1, kind=SessionKind.MAINTENANCE))


def works(scene: Scene, weekdays: frozenset[int], hours: tuple[int, int], away: list[tuple[int, int]], stay: int | None) -> None:
    """The physician's week and absences, and how long the patient is in town."""
    begins, length = hours
    with transaction():
        scene.physician.hours = [WorkingHours(weekday=n, starts=time(begins), ends=time(begins + length)) for n in weekdays]
        db.session.add_all(Absence(staff_id=scene.physician.id, first_day=days(a), last_day=days(a + n)) for a, n in away)
        if stay is not None:
            scene.plan.preferences = {"stay_from": days(0).isoformat(), "stay_to": days(stay).isoformat()}


def keeps_its_rules(found: list[Proposal], courses: tuple[Course, Course]) -> None:
    """Windows, order, distances both ways, one visit a day unless joined; who has no slot says why."""
    assert all(one.slot or one.reasons for one in found)
    placed = [one for one in found if one.slot]
    for one in placed:
        assert one.slot
        assert one.window
        assert one.window.earliest <= one.slot.day <= (one.window.latest or one.slot.day)
    for course in courses:
        own = sorted((one for one in placed if one.session.course is course), key=lambda one: one.session.n)
        assert all(a.slot and b.slot and a.slot.day < b.slot.day for a, b in pairwise(own))
    for first, second in combinations(placed, 2):  # in order of day
        assert first.slot
        assert second.slot
        if second.key in first.joined_with:
            assert first.slot == second.slot
            assert first.key in second.joined_with
        elif first.session.course is not second.session.course:
            least = other_acts.least_days(first.session.course, second.session.course)
            assert (second.slot.day - first.slot.day).days >= max(1, least)
