"""A short form of the long campaign (`make sim`): clinics in three zones, every promise asked as they go."""

from __future__ import annotations

import pytest

from tests.sim.campaign import a_story

DAYS = 40


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_a_clinic_keeps_its_promises_whatever_goes_wrong(seed: int) -> None:
    """In Auckland, Istanbul and New York."""
    story = a_story(seed, DAYS)
    assert story.broken == ""
    assert story.mails > DAYS


def test_the_same_seed_tells_the_same_story() -> None:
    first, second = a_story(2, 12), a_story(2, 12)
    assert first.broken == ""
    assert (first.digest, first.did) == (second.digest, second.did)
