"""Arabic beside the shipped languages, as a clinic would add it: texts of mails, and a catalogue for the pages behind their links."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app import formats, i18n
from app.messages.letter import rendering
from app.messages.wording import blocks

ARABIC = Path(__file__).parent / "arabic"
PAGES = Path(__file__).parent / "arabic_pages.po"
READ_ONCE = (
    formats.mail_languages, rendering.environment, rendering._phrases, blocks.of_letter, blocks.languages_of,
    i18n.spoken_languages, i18n._catalogue,
)  # fmt: skip


@contextmanager
def arabic_beside(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the mails' texts, in a place of its own, while Arabic stands in it."""
    emails, pages = place / "emails", place / "translations"
    shutil.copytree(formats.EMAILS, emails)
    shutil.copytree(ARABIC, emails, dirs_exist_ok=True)
    shutil.copytree(i18n.TRANSLATIONS, pages)
    _compile(pages / "ar" / "LC_MESSAGES" / "messages.mo")
    with monkeypatch.context() as changed:
        for module, name in ((formats, "EMAILS"), (rendering, "FOLDER"), (blocks, "FOLDER")):
            changed.setattr(module, name, emails)
        changed.setattr(i18n, "TRANSLATIONS", pages)
        read_anew()
        yield emails
    read_anew()


def _compile(target: Path) -> None:
    target.parent.mkdir(parents=True)
    with PAGES.open("rb") as source, target.open("wb") as compiled:
        write_mo(compiled, read_po(source, locale="ar"))


def read_anew() -> None:
    """What is read once a process is read again."""
    for kept in READ_ONCE:
        kept.cache_clear()
