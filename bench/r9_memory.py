"""R9: what the default process holds in memory over a large file, after a thousand pages of a working day."""

from __future__ import annotations

import http.client
from pathlib import Path

from app.factory import create_app
from bench.process import SECRET, fetch, first_page, free_port, resident_mb, running
from bench.settings import settings
from bench.visitor import cookie_of, signed_in
from bench.world import SESSIONS_A_COURSE, TODAY, make, some

PAGES = 1_000
PATHS = ("/day/{day}", "/patients", "/patients/{row}", "/plan/{row}", "/visits/{row}", "/work", "/messages", "/week/{day}")


def measure(folder: Path, sessions: int) -> list[dict[str, str]]:
    """`python run.py` over the large file; its memory after 100, 500 and 1,000 pages."""
    make(folder / "large", sessions)
    app = create_app(settings(folder / "large", secret_key=SECRET))
    cookie, rows, port = cookie_of(signed_in(app), app), some(PAGES, sessions // SESSIONS_A_COURSE), free_port()
    with running(folder / "large", port) as process:
        first_page(port)
        held = {0: resident_mb(process)}
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for n, row in enumerate(rows, start=1):
            fetch(connection, PATHS[n % len(PATHS)].format(day=TODAY.isoformat(), row=row), cookie)
            held[n] = resident_mb(process) if n in (100, 500, PAGES) else 0.0
    how = " → ".join(f"{held[n]:.0f}" for n in (0, 100, 500, PAGES)) + f" MB after 0, 100, 500, {PAGES:,} pages, {sessions:,} sessions"
    growth = held[PAGES] / held[500]
    return [
        {"id": "R9", "what": "resident memory after 1,000 pages, MB", "value": f"{held[PAGES]:.0f}", "bar": "≤ 200", "how": how},
        {"id": "R9", "what": "  the same ÷ after 500 pages", "value": f"{growth:.3f}", "bar": "flat", "how": "same run"},
    ]
