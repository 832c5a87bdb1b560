"""Seans' own front door in a process of its own, with the clinic's clock standing at noon. Settings come from the environment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import run
from models import clock
from tests.conftest import NOON


def serve() -> None:
    """Pages until the process is ended; no timetable, so that only the desks change anything."""
    inner = run.app.wsgi_app

    def at_noon(environ: Any, start_response: Any) -> Iterable[bytes]:
        with clock.set_to(NOON):
            return inner(environ, start_response)

    run.app.wsgi_app = at_noon  # type: ignore[method-assign]  # Flask's own advice for what stands around the application
    run.door().run()


if __name__ == "__main__":
    serve()
