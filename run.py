"""The front door: `python run.py` serves pages and keeps the timetable, `python run.py worker` only the timetable."""

from __future__ import annotations

from app.factory import create_app

app = create_app()
