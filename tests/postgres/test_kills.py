"""Workers killed in the middle of sending, on PostgreSQL."""

from __future__ import annotations

import pytest

from tests.kills.campaign import A_ROUND, Report, campaign
from tests.postgres.server import emptied

pytestmark = pytest.mark.postgres


def test_nothing_is_lost_silent_or_doubled_when_workers_die_on_postgresql(server_url: str) -> None:
    report = Report()
    campaign(A_ROUND, 2, lambda _folder: emptied(server_url), report)
    assert report.troubles == []
    assert report.kills >= A_ROUND
