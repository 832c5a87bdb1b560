"""A page that is one form: shown until it is filled in rightly."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from app.forms import Form


def unfinished(template: str, form: Form, **context: Any) -> ResponseReturnValue:
    """The page as it is opened, or with what must be mended. `context`: who it is about (`patient`), where it leads `back` to."""
    return render_template(template, form=form, **context), 422 if form.errors else 200
