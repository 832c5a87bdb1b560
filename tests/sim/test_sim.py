"""A short form of the long campaign (`make sim`): a clinic and every promise asked as it goes, and a few planted bugs."""

from __future__ import annotations

import pytest

from tests.sim.campaign import a_story
from tests.sim.planted import catch, planted
from tests.sim.planted_bugs import BUGS, Bug

DAYS = 30
SEED, ZONE, TROUBLE = 11, "Europe/Istanbul", 0.25
SOON = {
    "the dot leaves without its mark", "quiet hours are not kept", "a lost reply counts as sent", "a doubtful delivery is shown to nobody",
    "the fence does not look whether the mail is still ours",
}  # fmt: skip


def test_a_clinic_keeps_its_promises_whatever_goes_wrong() -> None:
    story = a_story(SEED, DAYS, ZONE, trouble=TROUBLE)
    assert story.broken == ""
    assert story.mails > DAYS


def test_the_same_seed_tells_the_same_story() -> None:
    first, second = (a_story(SEED, 8, ZONE, trouble=TROUBLE) for _time in range(2))
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
