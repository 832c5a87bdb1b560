"""Scenes from a clinic's week, on the shipped library: what may follow what, after how many days."""

from datetime import date, timedelta

import pytest

from app.library.loader import shipped, shipped_protocols
from app.library.protocol import ProtocolContent
from app.planning.acts import Done, clashes, in_same_day_order

MONDAY = date(2027, 3, 1)
PROTOCOLS = sorted(shipped_protocols())


def blocked(first: str, second: str, days: int, areas: tuple[str | None, str | None] = (None, None)) -> bool:
    """Whether ``second`` may not be done ``days`` days after ``first`` (0: the same day, in this order)."""
    protocols = shipped_protocols()
    before = done(protocols[first], MONDAY, areas[0], 1, 540)
    after = done(protocols[second], MONDAY + timedelta(days=days), areas[1], 2, 600)
    return bool(clashes(shipped().act_rules, [after], [before]))


def done(content: ProtocolContent, day: date, area: str | None, course: int, at: int) -> Done:
    """A session of a protocol on a day, on its own area unless another is named."""
    return Done(content.acts, area or content.area, day, course, at)


def joined(*keys: str) -> list[object] | None:
    """The courses' order in one visit on the face; None where there is none."""
    found = in_same_day_order(shipped().act_rules, [Done(shipped_protocols()[key].acts, "face", MONDAY, key) for key in keys])
    return [one.course for one in found] if found else None


SCENES = [
    ("filler on Monday blocks exosome with needling on Friday", "filler_ha", "exosome_face_needling", 4, True),
    ("filler blocks exosome with needling on the same day", "filler_ha", "exosome_face_needling", 0, True),
    ("filler blocks exosome with needling for 27 days", "filler_ha", "exosome_face_needling", 27, True),
    ("filler no longer blocks exosome with needling after 28 days", "filler_ha", "exosome_face_needling", 28, False),
    ("a skin booster blocks needling as a filler does", "skin_booster_face", "exosome_face_needling", 27, True),
    ("botulinum in the upper face blocks needling on the face for 13 days", "botulinum_upper_face", "microneedling_face", 13, True),
    ("botulinum no longer blocks needling after 14 days", "botulinum_upper_face", "microneedling_face", 14, False),
    ("botulinum in the upper face does not touch the scalp", "botulinum_upper_face", "exosome_scalp", 1, False),
    ("two needling courses on one face keep 14 days", "microneedling_face", "exosome_face_needling", 13, True),
    ("two needling courses keep 14 days the other way round", "exosome_face_needling", "microneedling_face", 13, True),
    ("two needling courses are free after 14 days", "exosome_face_needling", "microneedling_face", 14, False),
    ("the same course twice in two plans keeps 14 days", "microneedling_face", "microneedling_face", 13, True),
    ("filler blocks mesotherapy on the face for 13 days", "filler_ha", "mesotherapy_face", 13, True),
    ("mesotherapy blocks filler for 13 days", "mesotherapy_face", "filler_ha", 13, True),
    ("botulinum, then filler, may share a day", "botulinum_upper_face", "filler_ha", 0, False),
    ("filler, then botulinum, may share a day", "filler_ha", "botulinum_upper_face", 0, False),
    ("hair laser, then filler, may share a day", "laser_hair_face", "filler_ha", 0, False),
    ("filler, then hair laser, may not share a day", "filler_ha", "laser_hair_face", 0, True),
    ("a peel blocks hair laser on the face the next day", "peel_superficial", "laser_hair_face", 1, True),
    ("face and scalp never meet", "prp_face", "prp_scalp", 1, False),
    ("PRP and mesotherapy on one scalp may not lie 3 days apart", "prp_scalp", "mesotherapy_scalp", 3, True),
    ("PRP and mesotherapy on one scalp may lie 4 days apart", "prp_scalp", "mesotherapy_scalp", 4, False),
]


@pytest.mark.parametrize(("first", "second", "days", "expected"), [s[1:] for s in SCENES], ids=[s[0] for s in SCENES])
def test_scene(first: str, second: str, days: int, expected: bool) -> None:
    assert blocked(first, second, days) is expected


def test_lips_and_forehead_do_not_overlap() -> None:
    assert not blocked("filler_ha", "exosome_face_needling", 4, ("lips", "forehead"))


def test_lips_lie_in_the_face() -> None:
    assert blocked("filler_ha", "exosome_face_needling", 4, ("lips", "face"))


def test_a_topical_exosome_follows_needling_on_one_day_but_not_the_other_way_round() -> None:
    needling, exosome = Done(("microneedling",), "face", MONDAY, 1, 540), Done(("exosome_topical",), "face", MONDAY, 2, 600)
    rules = shipped().act_rules
    assert not clashes(rules, [exosome], [needling])
    assert clashes(rules, [Done(("exosome_topical",), "face", MONDAY, 2, 500)], [needling])


@pytest.mark.parametrize("key", PROTOCOLS)
def test_every_act_injected_into_the_face_carries_the_evening_message_and_the_vessel_flags(key: str) -> None:
    content, library = shipped_protocols()[key], shipped()
    on_face = library.contains("face", content.area) and bool(set(content.acts) & set(library.acts_of(["injectable"])))
    assert ("same_evening" in content.messages.add) is on_face
    assert ("vessel" in content.red_flags) is on_face
    assert ("out_of_hours_number" in content.clinic) is on_face


@pytest.mark.parametrize("key", PROTOCOLS)
def test_only_botulinum_and_superficial_peels_ask_nobody_how_they_are(key: str) -> None:
    content = shipped_protocols()[key]
    assert ({"checkin_1", "checkin_3"} <= set(content.messages.skip)) is bool({"botulinum", "peel_superficial"} & set(content.acts))


def test_hair_laser_goes_before_filler_in_one_visit_whichever_way_they_are_given() -> None:
    assert joined("filler_ha", "laser_hair_face") == ["laser_hair_face", "filler_ha"]
    assert joined("laser_hair_face", "filler_ha") == ["laser_hair_face", "filler_ha"]


def test_filler_and_needling_have_no_order_in_one_visit() -> None:
    assert joined("filler_ha", "microneedling_face") is None
