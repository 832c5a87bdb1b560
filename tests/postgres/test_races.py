"""A few races of the long campaign (`make races`), through two server processes over one PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres.server import emptied
from tests.races.test_races import race

pytestmark = pytest.mark.postgres


def test_sixteen_desks_after_one_slot_on_postgresql(server_url: str, tmp_path: Path) -> None:
    """Movers against bookers; one visit that all have before them; a re-planning against bookers."""
    report = race(tmp_path, emptied(server_url), 2, (2, 4, 5))
    assert report.troubles == []
    assert sum(report.races.values()) == 3
