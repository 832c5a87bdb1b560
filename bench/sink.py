"""A mail server in a process of its own, which writes down what it takes: `python -m bench.sink FOLDER SECONDS`, its port on standard output."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from config import ROOT
from tests.mail_server import GOOD, MailServer

OFFERS = ("PIPELINING", "8BITMIME", "SIZE 1000000")
FAR = ("banner", "mail", "rcpt", "data", "dot", "rset")


@contextmanager
def a_sink(folder: Path, seconds: float) -> Iterator[int]:
    """The port of a server that thinks so long before every answer."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "bench.sink", str(folder), str(seconds)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.terminate()


def main(folder: str, seconds: str) -> None:
    """Serve until the standard input ends."""
    slow = {phase: replace(GOOD[phase], pause=float(seconds)) for phase in FAR}
    with MailServer(Path(folder), slow, offers=OFFERS) as server:
        print(server.port, flush=True)  # the answer
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
