"""A few rounds of the long campaign (`make kills`): workers killed in the middle of sending, on both engines."""

from __future__ import annotations

from tests.kills.campaign import A_ROUND, Report, campaign
from tests.races.campaign import in_a_file


def test_nothing_is_lost_silent_or_doubled_when_workers_die_on_sqlite() -> None:
    report = Report()
    campaign(A_ROUND, 1, in_a_file, report)
    assert report.troubles == []
    assert report.kills >= A_ROUND
