"""The front door: who is here, may they come in, what is written down, and what every answer carries.

Rooms hang their own things on it: `banner(…)` for lines over the whole page, `count(…)` for numbers in the menu.
"""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import logs, sessions
from app.front_door import assets, error_pages, guard, headers, page_context, trail
from app.front_door.headers import CSP, CSP_WITH_FRAME
from app.front_door.page_context import Banner, banner, count
from config import Config

__all__ = ["CSP", "CSP_WITH_FRAME", "Banner", "banner", "build", "count"]


def build(app: Flask, settings: Config) -> None:
    """Hang the guard, the answer headers, the trail of views and the error pages on the application."""
    logs.configure()
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]  # Flask's documented way
    sessions.install(app)
    guard.install(app)
    headers.install(app, settings)
    trail.install(app)  # after the headers: what is registered last is done first, so its refusals carry them too
    error_pages.install(app)
    page_context.install(app)
    assets.install(app)
