"""What the page of a letter shows: its words, how they look, what can be named in them, and what there was before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import abort, url_for

from app.formats import direction, language_name
from app.forms import row_id
from app.messages import compose
from app.messages.compose import Mail, NothingToSay
from app.messages.kinds import KINDS
from app.messages.letter.tellers import folder_of
from app.messages.wording import actions, blocks, queries, variables
from app.messages.wording.forms import WordsForm, rows_of, words_form
from app.messages.wording.labels import letter_name, meaning
from app.messages.wording.packed import pack
from app.messages.wording.reading import CannotBeSaid
from app.names import staff_names
from app.permissions import Permission
from app.sessions import person
from models import clock
from models.base import db
from models.mail_words import MailWords
from models.message import Message, MessageClass
from models.protocol import VersionState


def letters() -> list[str]:
    """The letters to patients whose words can be written anew, in the order of their kinds."""
    to_patients = dict.fromkeys(folder_of(name) for name, kind in KINDS.items() if kind.message_class is not MessageClass.INTERNAL)
    return [letter for letter in to_patients if letter not in blocks.FIXED]


def real_message(letter: str, language: str, message_id: int | None) -> Message | None:
    """The message by which a letter is looked at; None for the made-up patient. 404 for what this person may not read."""
    if not message_id:
        return None
    message, reader = db.session.get(Message, message_id), person()
    if message is None or message.patient is None or reader is None or not reader.may(Permission.READ_MAILS):
        abort(404)
    if folder_of(message.kind) != letter or message.patient.language != language:
        abort(404)
    return message


@dataclass(frozen=True)
class Page:
    """One letter in one language."""

    letter: str
    language: str
    form: WordsForm
    draft: MailWords | None
    approved: MailWords | None
    older: MailWords | None
    of: Message | None

    @property
    def title(self) -> str:
        return letter_name(self.letter)

    @property
    def direction(self) -> str:
        return direction(self.language)

    @property
    def tabs(self) -> list[dict[str, object]]:
        """The languages of this letter."""
        found = sorted(blocks.languages_of(self.letter))
        urls = {code: url_for("templates.edit", letter=self.letter, language=code) for code in found}
        return [{"word": language_name(code), "url": urls[code], "n": None, "here": code == self.language} for code in found]

    @cached_property
    def words(self) -> dict[str, str]:
        """What was typed, as far as it differs from the shipped words."""
        return actions.own_of(self.letter, self.language, self.form.typed())

    @cached_property
    def shipped(self) -> dict[str, str]:
        """The shipped words of every block that was written anew."""
        return {f"words_{block.name}": block.shipped for block in blocks.of_letter(self.letter, self.language) if block.name in self.words}

    @cached_property
    def mail(self) -> Mail | None:
        """The letter with these words; None where they cannot be filled."""
        try:
            return compose.preview(self.letter, self.language, self.words, clock.now(), full=bool(self.form.full.data), of=self.of)
        except (CannotBeSaid, NothingToSay):
            return None

    @property
    def frame_url(self) -> str:
        """Where the frame finds the letter as it stands on this page."""
        full, of = "1" if self.form.full.data else None, self.of.id if self.of else None
        return url_for("templates.framed", letter=self.letter, language=self.language, words=pack(self.words), full=full, of=of)

    @property
    def variables(self) -> list[tuple[str, str, str, str]]:
        """Every variable: as it is written, what it means, what it says of the made-up patient, and what is inserted."""
        values = compose.sample_values(self.letter, self.language, clock.now())
        return [
            (name, meaning(name), values[name], f"{{% if {name} %}}  {{% endif %}}" if one.asks else f"{{{{ {name} }}}}")
            for name, one in variables.of_letter(self.letter).items()
        ]

    @cached_property
    def versions(self) -> list[MailWords]:
        return list(queries.versions(self.letter, self.language))

    @cached_property
    def names(self) -> dict[int, str]:
        """By whom."""
        return staff_names()

    @staticmethod
    def rows_of(field: Any) -> int:
        """How many lines a field is high."""
        return rows_of(field)


def page_of(letter: str, language: str, older_id: int | None = None) -> Page:
    """The page of a letter: with what was posted, else an older version, else the draft, else what is sent. 404 for no letter."""
    if letter not in letters() or language not in blocks.languages_of(letter):
        abort(404)
    draft, approved = (queries.in_state(letter, language, state) for state in (VersionState.DRAFT, VersionState.APPROVED))
    older = db.session.get(MailWords, older_id) if older_id else None
    if older is not None and (older.letter, older.language) != (letter, language):
        abort(404)
    shown = older or draft or approved
    form = words_form(blocks.of_letter(letter, language), shown.words if shown else {}, draft, _patients(letter, language))
    return Page(letter, language, form, draft, approved, older, real_message(letter, language, row_id(str(form.of.data))))


def _patients(letter: str, language: str) -> list[tuple[int, str]]:
    reader = person()
    if reader is None or not reader.may(Permission.READ_MAILS):
        return []
    kinds = [kind for kind in KINDS if folder_of(kind) == letter]
    return [(message.id, message.patient.name) for message in queries.messages_of(kinds, language) if message.patient]
