"""Stored findings as the planning reads them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Flask

from app.series import health
from models.patient import Finding
from tests.builders import a_clinic


def test_a_finding_is_cleared_on_the_clinics_day_not_the_machines(app: Flask) -> None:
    a_clinic(zone="America/New_York")
    cleared = Finding(rule="pregnant", since=date(2026, 11, 1), cleared_at=datetime(2026, 12, 1, 2, tzinfo=UTC))
    assert [found.cleared_on for found in health.found([cleared])] == [date(2026, 11, 30)]
