"""What the machine writes down about itself: one JSON line per thing, to stderr, without anything about people.

Only keys known to be harmless keep their value; texts lose addresses, numbers, handles and query strings; of an exception
its kind and its place are kept, never its message, which may quote what was typed.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import structlog

HARMLESS = {
    "event", "level", "timestamp", "logger", "request_id", "route", "method", "status", "ms", "seconds", "job", "said", "kind", "source",
    "state", "phase", "tries", "code", "count", "n", "at", "version", "host", "port", "transport", "error", "where",
}  # fmt: skip
_SECRETS = (
    (re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"']+"), "[mail]"),
    (re.compile(r"\?[^\s\"']+"), "?[query]"),
    (re.compile(r"(?<![\w.-])\+?\d(?:[ ()/.-]?\d){8,}(?![\w.])"), "[number]"),
    (re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}(?![\w-])"), "[handle]"),
)
Line = MutableMapping[str, Any]


def configure() -> None:
    """Send structlog's and the standard library's lines through one chain. May be called at any time."""
    root = logging.getLogger()
    if not any(isinstance(handler, ToStderr) for handler in root.handlers):
        root.addHandler(ToStderr())
        root.setLevel(logging.INFO)
    for talkative in ("werkzeug", "apscheduler", "alembic", "waitress"):  # whole addresses, or a line a tick
        logging.getLogger(talkative).setLevel(logging.WARNING)
    structlog.configure(
        processors=[structlog.stdlib.add_logger_name, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Inside, only warnings are written: for long work that a person watches."""
    root, before = logging.getLogger(), logging.getLogger().level
    root.setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.setLevel(before)


class ToStderr(logging.Handler):
    """Writes to whatever stderr is now, one JSON object per line."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[structlog.stdlib.add_logger_name],
                processors=[
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.stdlib.add_log_level,
                    redact,
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            )
        )

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except (ValueError, OSError):  # stderr is closed: nobody reads
            return


def redact(_logger: object, _method: str, line: Line) -> Line:
    """The one place where lines lose what must not be in a log."""
    kept: dict[str, Any] = {}
    failure = line.pop("exc_info", None)
    for key, value in line.items():
        if key in HARMLESS or key.endswith(("_id", "_count")):
            kept[key] = cleaned(value)
        else:
            kept[key] = "[left out]"
    if failure:
        kept |= _place_of(failure)
    return kept


def cleaned(value: object) -> object:
    """A value without addresses, numbers and handles."""
    if isinstance(value, bool | int | float) or value is None:
        return value
    text = str(value)
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text[:500]


def _place_of(failure: object) -> dict[str, object]:
    """The kind of an exception and the lines it came through."""
    if failure is True:
        failure = sys.exc_info()
    error = failure[1] if isinstance(failure, tuple) else failure
    if not isinstance(error, BaseException):
        return {}
    return {"error": type(error).__name__, "where": _frames(error.__traceback__)}


def _frames(trail: TracebackType | None) -> list[str]:
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trail)[-12:]]
