"""What no mail may say, whatever the protocol."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from flask import Flask

from app.library.loader import shipped
from app.library.texts import procedure_in, promise_in
from app.messages import compose
from app.messages.kinds import KINDS
from app.messages.letter import tellers
from app.messages.letter.rendering import FOLDER
from app.messages.links import without_handles
from app.patients.reach import reach_of
from models.base import transaction
from tests.mails.stories import a_story, with_public_url

LANGUAGES = ("en", "tr")
LARGEST_PAGE = 15_000
PARTS = ("subject", "txt", "html")


def test_every_kind_has_its_words_in_every_language_and_part() -> None:
    for kind in KINDS.keys() - {compose.TEST}:  # a test has the words of the letter that is tried
        for language in LANGUAGES:
            for part in PARTS:
                assert (FOLDER / tellers.folder_of(kind) / f"{language}.{part}").is_file(), kind


def test_no_folder_of_templates_is_without_a_kind() -> None:
    there = {path.name for path in FOLDER.iterdir() if path.is_dir()} - {"shared"}
    assert there == tellers.folders()
    assert there == {tellers.folder_of(kind) for kind in KINDS} - {compose.TEST}


def test_no_variable_carries_a_suffix() -> None:
    for path in FOLDER.rglob("*.*"):
        if path.suffix in (".subject", ".txt", ".html"):
            text = path.read_text("utf-8")
            assert not re.search(r"\}\}['’]?\w", re.sub(r"\}\}\{\{", "}} {{", text)), path
            assert "}}'" not in text, path
            assert "}}’" not in text, path


def test_expressions_hold_nothing_that_the_inliner_would_change() -> None:
    for path in FOLDER.rglob("*.html"):
        for expression in re.findall(r"\{\{(.*?)\}\}", path.read_text("utf-8"), re.DOTALL):
            assert not set(expression) & set('<>&"'), path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("protocol", sorted(shipped().protocols))
def test_discreet_mails_never_name_a_procedure_and_no_mail_promises(app: Flask, noon: object, protocol: str, language: str) -> None:
    with_public_url()
    story = a_story(language, protocol=protocol, verified=True)
    for name, (message, now) in story.told.items():
        with transaction():
            mail = compose.compose(message, now)
        assert message.patient_id is None or len(compose.in_full(message, now, reach_of).html.encode()) <= LARGEST_PAGE, name
        said = chain([mail.subject], without_handles(mail.text).splitlines())  # a link's letters are drawn by lot
        for line in said:
            assert procedure_in(line, language, shipped()) is None, (name, line)
            assert promise_in(line, language, shipped()) is None, (name, line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_subjects_never_name_a_procedure_even_in_full_mails(app: Flask, noon: object, language: str) -> None:
    with_public_url()
    story = a_story(language, full=True)
    for message, now in story.told.values():
        with transaction():
            assert procedure_in(compose.compose(message, now).subject, language, shipped()) is None
