"""Asking the forecast in the words of its contract, with a quiet day and course to start from."""

from datetime import date
from typing import Any

from app.planning.answer import Answer, Due
from app.planning.forecast import forecast
from app.planning.question import Question
from app.planning.reading import read_question

MONTHLY = {"gaps": [{"min": "3w", "ideal": "4w", "max": "6w"}]}


def after(**lengths: str) -> dict[str, Any]:
    """A step with one gap from the previous session."""
    return {"gaps": [lengths]}


def bounded(**bounds: str) -> dict[str, Any]:
    """A step with nothing but dates."""
    return {"bounds": bounds}


def question(*steps: dict[str, Any], done: list[Any] | None = None, today: str = "2026-06-01", **more: Any) -> Question:
    """A course of these steps; `done` are days or whole entries of `performed`."""
    performed = [{"date": day} if isinstance(day, str) else day for day in done or []]
    return read_question({"today": today, "steps": list(steps), "performed": performed, **more})


def ask(*steps: dict[str, Any], **more: Any) -> Answer:
    """The answer for a course as `question` takes it."""
    return forecast(question(*steps, **more))


def kinds(answer: Answer) -> list[str]:
    return [verdict.kind.value for verdict in answer.verdicts]


def dates(due: Due | None) -> tuple[str | None, ...]:
    """Earliest, recommended and latest day as text."""
    assert due is not None
    return tuple(day.isoformat() if day else None for day in (due.earliest, due.recommended, due.latest))


def next_dates(*steps: dict[str, Any], **more: Any) -> tuple[str | None, ...]:
    return dates(ask(*steps, **more).next)


def day(text: str) -> date:
    return date.fromisoformat(text)
