"""The steps of a course: the protocol's own, a variant's, fewer or more."""

import pytest

from app.library import series
from app.library.loader import shipped, shipped_protocols
from app.library.series import TooManySessions, UnknownVariant
from app.planning.durations import Duration

P = shipped_protocols()


def ideals(key: str, **choice: object) -> list[int | None]:
    steps = series.steps(P[key], **choice)  # type: ignore[arg-type]  # the test names the choice
    return [step.gaps[0].ideal.days if step.gaps and step.gaps[0].ideal else None for step in steps]


def test_a_course_has_the_steps_of_its_protocol() -> None:
    assert ideals("prp_scalp") == [None, 30, 30]


def test_an_extension_repeats_the_gap_it_names() -> None:
    assert ideals("mesotherapy_scalp", sessions=8) == [None, 10, 10, 10, 14, 14, 14, 14]
    assert [step.n for step in series.steps(P["prp_scalp"], 4)] == [1, 2, 3, 4]


def test_fewer_sessions_are_the_first_ones() -> None:
    assert ideals("mesotherapy_scalp", sessions=2) == [None, 10]


def test_beyond_the_extension_a_physician_must_allow_it() -> None:
    with pytest.raises(TooManySessions) as refused:
        series.steps(P["prp_scalp"], 5)
    assert refused.value.most == 4
    assert len(series.steps(P["prp_scalp"], 5, physician_allows_more=True)) == 5


def test_a_protocol_of_one_session_gets_no_gap_it_does_not_have() -> None:
    assert [step.gaps for step in series.steps(P["filler_ha"], 2, physician_allows_more=True)] == [(), ()]


def test_a_variant_changes_the_number_of_sessions() -> None:
    assert ideals("microneedling_face", variant="acne_scar") == [None, 35, 35, 35, 35, 35]
    assert ideals("microneedling_face", variant="rejuvenation") == [None, 35, 35]


def test_a_variants_gap_replaces_the_gaps_from_its_step_on() -> None:
    assert ideals("laser_hair_body", variant="legs") == [None, 42, 42, 70, 70, 70]
    assert ideals("laser_hair_body", variant="legs", sessions=7)[-1] == 70


def test_an_unknown_variant_is_refused() -> None:
    with pytest.raises(UnknownVariant):
        series.steps(P["prp_scalp"], variant="magic")


def test_a_course_without_a_session_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one session"):
        series.steps(P["prp_scalp"], 0)


@pytest.mark.parametrize(
    ("key", "sessions", "points"),
    [
        ("prp_scalp", 3, (3,)),
        ("prp_scalp", 4, (3, 4)),
        ("prp_scalp", 2, (2,)),
        ("mesotherapy_scalp", 6, (4, 6)),
        ("mesotherapy_scalp", 5, (4, 5)),
        ("botulinum_upper_face", 1, ()),
    ],
)
def test_the_physician_reviews_where_the_protocol_says_and_at_the_end(key: str, sessions: int, points: tuple[int, ...]) -> None:
    assert series.review_points(P[key], sessions) == points


def test_lateness_and_grace_come_from_the_policy_and_the_defaults() -> None:
    library = shipped()
    assert series.lapse_days(P["prp_scalp"], library) == 29
    assert series.grace_days(P["prp_scalp"], library) == 3
    assert series.grace_days(P["botulinum_upper_face"], library) == 0


def test_maintenance_reads_as_the_forecasts_rule() -> None:
    maintenance = P["prp_scalp"].maintenance
    assert maintenance is not None
    rule = maintenance.as_question()
    assert (rule.first.ideal, rule.repeat.ideal if rule.repeat else None, rule.times) == (Duration(days=150), Duration(days=180), None)
