"""A whole `python run.py` of its own, on loopback, for what only a process has: its start and its memory."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0  # seconds until a process that says nothing has failed
SECRET = "a-key-for-measurements-0123456789abcdef"


def free_port() -> int:
    """A port of loopback that nobody holds."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The product as it is started by hand, over the database in the folder."""
    surroundings = os.environ | {
        "SEANS_INSTANCE": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'seans.db'}", "SECRET_KEY": SECRET, "PORT": str(port),
        "DEMO": "0", "MAIL_URL": "", "PYTHONDONTWRITEBYTECODE": "",  # as at a clinic's second start: what was compiled is kept
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "run.py"], cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def first_page(port: int, path: str = "/sign-in") -> None:
    """Return when the process has answered a page. Raises TimeoutError when it never does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            fetch(http.client.HTTPConnection("127.0.0.1", port), path)
        except OSError:
            time.sleep(0.005)
        else:
            return
    raise TimeoutError(f"No page after {PATIENCE:.0f} s.")


def fetch(connection: http.client.HTTPConnection, path: str, cookie: str = "") -> None:
    """One page that is well. Raises RuntimeError for any other answer."""
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")


def resident_mb(process: subprocess.Popen[bytes]) -> float:
    """The memory this process holds in the machine, in megabytes of 1,000,000 bytes (Linux)."""
    line = next(line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / 1e6
