"""The front door: `python run.py` serves pages and keeps the timetable, `python run.py worker` only the timetable."""

from __future__ import annotations

import gc

gc.disable()  # nothing that is imported is let go again: to look for it over and over is a fifth of the start

import os
import sys
import threading

from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from app.commands import troubles
from app.commands.database import know_migrations
from app.commands.prepare import prepare
from app.factory import create_app
from app.files.taking import LARGEST_UPLOAD
from app.front_door import too_large
from config import Config, ConfigError
from jobs import runner
from jobs.by_hand import jobs_group

LARGEST_BODY = LARGEST_UPLOAD + 1024 * 1024  # what is larger than any page takes, the server does not even store

os.umask(0o077)  # the database, its copies, the outbox and the keys are nobody else's to read
try:
    app = create_app()
except ConfigError as fault:
    sys.exit(f"Seans cannot start. {fault}")
settings: Config = app.extensions["seans"]
gc.freeze()
gc.enable()
app.cli.add_command(jobs_group)
troubles.speak_plainly(app.cli, settings)


def main(arguments: list[str]) -> int:
    """Prepare the database, start the timetable, serve. With `worker`: no pages."""
    if arguments not in ([], ["worker"]):
        print("Use: python run.py, or python run.py worker", file=sys.stderr)  # noqa: T201  # said to whoever called
        return 2
    try:
        server = None if arguments else door()  # a port that is taken is known before anything is promised
        prepare(app)
    except troubles.Trouble as trouble:
        print(f"Seans cannot start. {troubles.in_words(trouble, settings)}", file=sys.stderr)  # noqa: T201  # as above
        return 1
    scheduler = runner.start(app)
    try:
        server.run() if server else wait()
    except KeyboardInterrupt:
        return 0
    finally:
        scheduler.shutdown(wait=False)
    return 0


def door() -> MultiSocketServer | BaseWSGIServer:
    """The place where pages are asked for. Raises OSError when it is taken."""
    # Which proxy headers to believe is decided by TRUSTED_PROXIES; the first run must see that there is a proxy at all.
    server = create_server(
        app, host=settings.host, port=settings.port, threads=8, ident="seans", channel_timeout=60, clear_untrusted_proxy_headers=False,
        max_request_body_size=LARGEST_BODY,
    )  # fmt: skip
    too_large.say_it_in_words(server)
    return server


def wait() -> None:
    """Stay until told to stop."""
    threading.Event().wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
know_migrations(app)  # `flask --app run db …`
