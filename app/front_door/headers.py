"""What every answer carries, and the line it leaves in the log."""

from __future__ import annotations

import time

import structlog
from flask import Flask, Response, g, request

from app import sessions
from config import Config

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
CSP_WITH_FRAME = f"{CSP}; frame-src 'self'"  # the page around a mail's preview
TWO_YEARS = 63_072_000
log = structlog.get_logger("request")


def install(app: Flask, settings: Config) -> None:
    @app.after_request
    def dress(answer: Response) -> Response:
        """A view that sets one of these itself keeps its own."""
        head = answer.headers
        head.setdefault("Content-Security-Policy", CSP)
        head.setdefault("X-Content-Type-Options", "nosniff")
        head.setdefault("Referrer-Policy", "no-referrer")
        head.setdefault("X-Frame-Options", "SAMEORIGIN" if "frame-ancestors 'self'" in head["Content-Security-Policy"] else "DENY")
        head.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        head.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        head.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if settings.https:
            head["Strict-Transport-Security"] = f"max-age={TWO_YEARS}; includeSubDomains"
        if request.endpoint != "static":
            if "no-store" not in head.get("Cache-Control", ""):
                head["Cache-Control"] = "no-store"
            _note(answer)
        return answer


def _note(answer: Response) -> None:
    """One line per answer. The address is written as its rule: what stands in it is nobody's business."""
    who = sessions.person()
    log.info(
        "answered",
        request_id=g.get("request_id", ""),
        method=request.method,
        route=request.url_rule.rule if request.url_rule else "-",
        status=answer.status_code,
        ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000),
        staff_id=who.id if who else None,
    )
