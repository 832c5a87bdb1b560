"""A short form of the long campaign (`make sim`): clinics in three zones, every promise asked as they go."""

from __future__ import annotations

import pytest

from tests.sim.campaign import a_story, stories
from tests.sim.planted import catch, planted
from tests.sim.planted_bugs import BUGS, Bug

DAYS = 30
SOON = {
    "what is wanted is not written down", "the dot leaves without its mark", "quiet hours are not kept",
    "a discreet reader gets full mails", "a visit that is off keeps its places",
}  # fmt: skip


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_a_clinic_keeps_its_promises_whatever_goes_wrong(seed: int) -> None:
    """In Auckland, Istanbul and New York."""
    story = a_story(seed, DAYS)
    assert story.broken == ""
    assert story.mails > DAYS


def test_the_same_seed_tells_the_same_story_in_any_process() -> None:
    first, second = (next(stories(range(2, 3), 12)) for _process in range(2))
    assert first.broken == ""
    assert (first.digest, first.did) == (second.digest, second.did)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.what)
def test_every_planted_bug_still_has_its_place(bug: Bug) -> None:
    """A rule that was written anew needs its bug written anew."""
    with planted(bug):
        pass


def test_a_handful_of_planted_bugs_is_caught() -> None:
    """`make planted` lives with all of them."""
    caught = {one.what: one.by for one in catch([bug for bug in BUGS if bug.what in SOON])}
    assert caught.keys() == SOON
    assert all(caught.values()), caught
