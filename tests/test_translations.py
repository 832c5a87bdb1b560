"""The Turkish catalogue is whole, fresh, and never glues a suffix to a variable."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from config import ROOT

PO = ROOT / "translations" / "tr" / "LC_MESSAGES" / "messages.po"
HOLDER = re.compile(r"%\([a-z_]+\)[sd]")
AVOIDED = ("pencere", "askı", "aralık")


def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="tr")


def entries() -> list[Message]:
    return [message for message in catalogue() if message.id]


def texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def originals(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every text of the pages as they are now."""
    file = tmp_path_factory.mktemp("texts") / "now.pot"
    words = ["-k", "_l", "-k", "_n:1,2", "-k", "N_"]
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "-F", "babel.cfg", *words, "-o", str(file), "."]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with Path(file).open("rb") as made:
        return read_po(made)


def test_every_text_of_the_pages_has_its_turkish(extracted: Catalog) -> None:
    known = {message.id for message in entries() if all(texts(message))}
    missing = [message.id for message in extracted if message.id and message.id not in known]
    assert missing == [], "run make translations, then fill translations/tr"


def test_no_text_hides_inside_an_f_string_where_the_extraction_is_blind() -> None:
    hidden = []
    for file in sorted([*(ROOT / "app").rglob("*.py"), *(ROOT / "jobs").rglob("*.py")]):
        tree = ast.parse(file.read_text())
        inside = (node for text in ast.walk(tree) if isinstance(text, ast.JoinedStr) for node in ast.walk(text))
        calls = (node.func for node in inside if isinstance(node, ast.Call))
        words = (called for called in calls if isinstance(called, ast.Name) and called.id in {"_", "_l", "_n", "N_"})
        hidden += [f"{file.relative_to(ROOT)}:{word.lineno}" for word in words]
    assert hidden == []


def test_nothing_stands_in_the_catalogue_that_no_page_says(extracted: Catalog) -> None:
    said = {message.id for message in extracted}
    assert [message.id for message in entries() if message.id not in said] == []


def test_nothing_is_marked_as_unsure() -> None:
    assert [message.id for message in entries() if message.fuzzy] == []


def test_a_number_takes_one_form_as_turkish_has_it() -> None:
    assert [message.id for message in entries() if message.pluralizable and len(texts(message)) != 1] == []


def test_both_languages_name_the_same_variables() -> None:
    odd = [m.id for m in entries() for text in texts(m) if set(HOLDER.findall(text)) != set(HOLDER.findall(originals(m)[-1]))]
    assert odd == []


def test_no_variable_carries_a_suffix() -> None:
    glued = re.compile(HOLDER.pattern + r"['’]?[a-zçğıöşü]")
    assert [text for message in entries() for text in texts(message) if glued.search(text)] == []


def test_words_that_the_house_avoids_are_not_used() -> None:
    said = [text for message in entries() for text in texts(message)]
    found = [text for text in said for word in AVOIDED if re.search(rf"\b{word}", text.lower())]
    assert found == []


def test_recall_words_are_kept_for_lots() -> None:
    found = [text for message in entries() for text in texts(message) if "geri çağ" in text.lower() and "lot" not in text.lower()]
    assert [text for text in found if "%(product)s" not in text] == []


def test_the_catalogue_compiles_as_make_does_it(tmp_path: Path) -> None:
    made = tmp_path / "messages.mo"
    files = ["-i", str(PO), "-o", str(made)]
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "compile", "--use-fuzzy", "-l", "tr", *files]
    subprocess.run(command, check=True, capture_output=True)
    with made.open("rb") as file:
        turkish = GNUTranslations(file)
    assert [turkish.ngettext("%(num)s day", "%(num)s days", n) for n in (1, 3)] == ["%(num)s gün"] * 2
