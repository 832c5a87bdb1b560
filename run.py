"""The front door: `python run.py` serves pages and keeps the timetable, `python run.py worker` only the timetable."""

from __future__ import annotations

import sys
import threading

from app.commands.prepare import prepare
from app.factory import LARGEST_POST, create_app
from config import Config, ConfigError
from jobs import runner
from jobs.by_hand import jobs_group

LARGEST_BODY = 4 * LARGEST_POST  # beyond what a page refuses in words, the server does not even store it

try:
    app = create_app()
except ConfigError as fault:
    sys.exit(f"Seans cannot start. {fault}")
app.cli.add_command(jobs_group)


def main(arguments: list[str]) -> int:
    """Prepare the database, start the timetable, serve. With `worker`: no pages."""
    settings: Config = app.extensions["seans"]
    if arguments not in ([], ["worker"]):
        print("Use: python run.py, or python run.py worker", file=sys.stderr)  # noqa: T201  # said to whoever called
        return 2
    prepare(app)
    scheduler = runner.start(app)
    try:
        wait() if arguments else serve(settings)
    except KeyboardInterrupt:
        return 0
    finally:
        scheduler.shutdown(wait=False)
    return 0


def serve(settings: Config) -> None:
    """Serve the pages until told to stop."""
    from waitress import serve as answer  # noqa: PLC0415  # a worker needs no web server

    # Which proxy headers to believe is decided by TRUSTED_PROXIES; the first run must see that there is a proxy at all.
    answer(
        app, host=settings.host, port=settings.port, threads=8, ident="seans", channel_timeout=60, clear_untrusted_proxy_headers=False,
        max_request_body_size=LARGEST_BODY,
    )  # fmt: skip


def wait() -> None:
    """Stay until told to stop."""
    threading.Event().wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
