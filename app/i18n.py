"""The language of a page: the person's own, else the one chosen here before, else the browser's; and typed translation words.

`_` translates now, `_l` when shown, `_n` by number. A variable never carries a suffix: write "Date: %(day)s".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, cast

from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, refresh
from flask_babel.speaklater import LazyString

from app.formats import LANGUAGES
from config import ROOT

COOKIE = "language"
TRANSLATIONS = ROOT / "translations"
babel = Babel()
_forced: ContextVar[str | None] = ContextVar("forced", default=None)


def install(app: Flask) -> None:
    """Flask-Babel for dates and catalogues; words go the short way, for a page of sixty visits has some thousands of them."""
    babel.init_app(app, locale_selector=spoken, default_translation_directories=str(TRANSLATIONS))
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]  # Jinja's own extension adds it


def _(text: str, **values: Any) -> str:
    """The text in the page's language."""
    words = _gettext(text)
    return words % values if values else words


def _l(text: str, **values: Any) -> str:
    """The text in the language of whoever sees it later (for labels made once)."""
    return cast(str, LazyString(_, text, **values))


def _n(one: str, many: str, num: int, **values: Any) -> str:
    """The text for a number, in the page's language; `%(num)s` is the number."""
    return _ngettext(one, many, num) % {"num": num, **values}


def _gettext(text: str) -> str:
    return str(_catalogue(spoken()).gettext(text))


def _ngettext(one: str, many: str, num: int) -> str:
    return str(_catalogue(spoken()).ngettext(one, many, num))


@lru_cache
def _catalogue(code: str) -> NullTranslations:
    """The words of a language, read once a process."""
    return Translations.load(TRANSLATIONS, [code])


def spoken() -> str:
    """The language in which words are made now."""
    return _forced.get() or language()


def language() -> str:
    """The language of the page that is being made."""
    if not has_request_context():
        return "en"
    chosen = getattr(g, "language", None)
    if chosen not in spoken_languages():
        chosen = request.cookies.get(COOKIE)
        if chosen not in LANGUAGES:
            chosen = request.accept_languages.best_match(list(LANGUAGES)) or "en"
        g.language = chosen
    return str(chosen)


@lru_cache
def spoken_languages() -> frozenset[str]:
    """The languages of staff pages, and those that have a catalogue for the pages behind links."""
    return frozenset(LANGUAGES) | {file.parent.parent.name for file in TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo")}


def speak(code: str) -> None:
    """From here on this page is in another language than its reader's browser or account would have it; English if need be."""
    g.language = code if code in spoken_languages() else "en"
    refresh()


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Words made inside are in this language, whatever the page's; in English where there is no catalogue of it."""
    code = code if code in spoken_languages() else "en"
    token = _forced.set(code)
    try:
        with force_locale(code):
            yield
    finally:
        _forced.reset(token)


def named(names: dict[str, Any], code: str | None = None) -> str:
    """One of the names of a thing that has one in each language; English where there is none."""
    return str(names.get(code or language()) or names.get("en") or "")
