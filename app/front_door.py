"""The front door: who is here, may they come in, what is written down, and what every answer carries. (Filled next.)"""

from __future__ import annotations

from flask import Flask

from config import Config


def build(app: Flask, settings: Config) -> None:
    """Hang the guard, the answer headers, the trail of views and the error pages on the application."""
