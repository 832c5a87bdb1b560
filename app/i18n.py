"""The language of a page: the person's own, else the one chosen here before, else the browser's; and typed translation words.

`_` translates now, `_l` when shown, `_n` by number. A variable never carries a suffix: write "Date: %(day)s".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import g, has_request_context, request
from flask_babel import Babel, force_locale, gettext, lazy_gettext, ngettext, refresh

from app.formats import LANGUAGES

COOKIE = "language"
babel = Babel()


def _(text: str, **values: Any) -> str:
    """The text in the page's language."""
    return str(gettext(text, **values))


def _l(text: str, **values: Any) -> str:
    """The text in the language of whoever sees it later (for labels made once)."""
    return cast(str, lazy_gettext(text, **values))


def _n(one: str, many: str, num: int, **values: Any) -> str:
    """The text for a number, in the page's language; `%(num)s` is the number."""
    return str(ngettext(one, many, num, **values))


def language() -> str:
    """The language of the page that is being made."""
    if not has_request_context():
        return "en"
    chosen = getattr(g, "language", None) or request.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(list(LANGUAGES)) or "en"


def speak(code: str) -> None:
    """From here on this page is in another language than its reader's browser or account would have it."""
    g.language = code
    refresh()


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Words made inside are in this language, whatever the page's."""
    with force_locale(code):
        yield


def named(names: dict[str, Any], code: str | None = None) -> str:
    """One of the names of a thing that has one in each language; English where there is none."""
    return str(names.get(code or language()) or names.get("en") or "")
