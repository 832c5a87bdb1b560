"""The phases of a visit, counted from the moment the patient must be there."""

import pytest

from app.library import phases
from app.library.loader import shipped, shipped_protocols
from app.library.phases import TimedPhase


def of(*keys: str) -> tuple[TimedPhase, ...]:
    return phases.of_sessions([shipped_protocols()[key] for key in keys])


def times(timed: tuple[TimedPhase, ...]) -> list[tuple[str, int, int]]:
    return [(one.phase.name, one.starts, one.ends) for one in timed]


def test_a_visit_begins_with_its_first_phase() -> None:
    timed = of("prp_scalp")
    assert times(timed) == [("preparation", 0, 10), ("numbing", 10, 40), ("procedure", 40, 70), ("afterwards", 70, 80)]


def test_a_phase_that_is_not_named_does_not_exist() -> None:
    assert times(of("botulinum_upper_face")) == [("preparation", 0, 5), ("procedure", 5, 25)]


def test_a_joined_visit_shares_the_longer_preparation_numbing_and_afterwards() -> None:
    timed = of("mesotherapy_scalp", "prp_scalp")
    assert times(timed) == [
        ("preparation", 0, 10),
        ("numbing", 10, 40),
        ("procedure", 40, 60),
        ("procedure", 60, 90),
        ("afterwards", 90, 100),
    ]
    assert [one.session for one in timed] == [None, None, 0, 1, None]


def test_a_joined_numbing_keeps_every_device() -> None:
    timed = of("mesotherapy_face", "prp_face", "filler_ha")
    numbing = next(one.phase for one in timed if one.phase.name == "numbing")
    assert [use.device for use in numbing.devices] == ["centrifuge"]


def test_one_with_cream_and_one_without_still_has_the_cream() -> None:
    assert "numbing" in [name for name, _, _ in times(of("botulinum_upper_face", "filler_ha"))]


def test_an_evaluation_stands_before_any_cream() -> None:
    kind = shipped().visit_kinds["evaluation_and_treatment"]
    timed = phases.of_kind(kind, shipped(), [shipped_protocols()["prp_scalp"]])
    assert times(timed)[:2] == [("evaluation", 0, 10), ("preparation", 10, 20)]
    assert (timed[0].phase.who, timed[0].phase.room) == ("physician", "consultation")


@pytest.mark.parametrize(("key", "minutes"), [("consultation", 30), ("review", 15), ("complication_check", 20), ("other", 15)])
def test_a_visit_without_a_session_is_one_phase_with_a_physician(key: str, minutes: int) -> None:
    [timed] = phases.of_kind(shipped().visit_kinds[key], shipped())
    assert (timed.phase.who, timed.phase.room, timed.ends) == ("physician", "consultation", minutes)


def test_a_patch_test_borrows_people_room_and_device_of_its_protocol() -> None:
    [timed] = phases.of_kind(shipped().visit_kinds["patch_test"], shipped(), [shipped_protocols()["laser_hair_face"]])
    assert (timed.phase.who, timed.phase.room, timed.phase.skills) == ("physician_or_supervised", "laser", ("laser",))
    assert ([use.device for use in timed.phase.devices], timed.ends) == (["hair_laser"], 10)


def test_a_patch_test_without_its_protocol_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="needs its protocol"):
        phases.of_kind(shipped().visit_kinds["patch_test"], shipped())


def test_a_visit_of_no_sessions_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one"):
        phases.of_sessions([])
