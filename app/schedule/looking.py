"""The day that somebody wants to look at, from an address or a form."""

from __future__ import annotations

from datetime import date

from flask import request

from app.forms import read_day


def asked_day(today: date) -> date | None:
    """The day typed into "another day", if it can be read and is not over."""
    try:
        day = read_day(request.values.get("day") or request.form.get("exact_day", ""), today)
    except ValueError:
        return None
    return day if day >= today else None
