"""Worker processes, born quickly: each line on standard input is one more, whose number is answered. Settings come from the environment."""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import datetime

from flask import Flask

from app.factory import create_app
from jobs import runner
from models import clock
from tests.kills.hurry import clock_from


def main(begun: str, at: str) -> None:
    """Give birth until the standard input ends. The dead are buried by whoever asks the system not to keep them."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    clock.now = clock_from(datetime.fromisoformat(begun), float(at))
    app = create_app()
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(app)
        print(child, flush=True)  # noqa: T201  # the answer


def work(app: Flask) -> None:
    """What `python run.py worker` does, with a heart that beats as fast as the clock runs. Ends by being killed."""
    sys.stdin.close()
    runner.TICK_SECONDS = 0.1  # type: ignore[assignment]  # the heart beats every five seconds of the clinic's otherwise
    runner.start(app)
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
