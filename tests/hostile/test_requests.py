"""The short form of the campaign against every address; `make hostile N=100000` is the long one."""

from __future__ import annotations

from pathlib import Path

from tests.hostile.campaign import Campaign
from tests.hostile.house import a_house

SHORT = 400


def test_no_made_up_request_breaks_anything_shows_a_trace_or_writes_by_reading(empty_database: Path, tmp_path: Path) -> None:
    report = Campaign(a_house(empty_database, tmp_path), seed=2026).run(SHORT)
    assert report.troubles == {}
    assert report.answers[200] > SHORT / 10
    assert report.answers[303] + report.answers[422] > SHORT / 10  # posts came so far that a form was read
