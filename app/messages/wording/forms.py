"""The words of a letter as they are typed: one field a block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, TextAreaField
from wtforms.validators import Optional

from app.forms import REQUIRED, Form, at_most
from app.i18n import _, _l
from app.messages.wording.blocks import ONE_LINE, Block
from app.messages.wording.faults import Fault, said
from app.messages.wording.labels import block_name
from app.messages.wording.reading import LONGEST
from models.mail_words import MailWords

_FIELD = "words_"
_MORE_LINES = 1
_LETTERS_A_LINE = 60


def mark_of(draft: MailWords | None) -> int:
    """A number that changes with every change of a letter's draft; 0 where there is none."""
    return draft.id * 1_000 + draft.version if draft else 0


class WordsForm(Form):
    """What somebody types; `words_form` adds a field for each block. `seen`: the draft that was there when the page was opened."""

    seen = HiddenField(validators=[REQUIRED])
    full = BooleanField(_l("For a patient who wants treatment details"))
    of = SelectField(_l("Show it for"), coerce=int, validators=[Optional()])

    @property
    def fields(self) -> list[Any]:
        """The fields of the blocks, in the order of the letter."""
        return [self[name] for name in self._fields if name.startswith(_FIELD)]

    def typed(self) -> dict[str, str]:
        """What stands in the fields, by block."""
        return {field.name.removeprefix(_FIELD): field.data or "" for field in self.fields}

    def place(self, faults: Iterable[Fault]) -> None:
        """Each fault beside the words it is in."""
        for fault in faults:
            field = self[f"{_FIELD}{fault.block}"]
            field.errors = [*field.errors, said(fault)]


def words_form(
    blocks: Iterable[Block], words: Mapping[str, str], draft: MailWords | None, patients: Iterable[tuple[int, str]]
) -> WordsForm:
    """The form of a letter, filled with its words; `patients`: the messages by which a letter can be looked at."""
    data, fields = {"seen": str(mark_of(draft)), "of": 0}, dict[str, Any]()
    for block in blocks:
        name = f"{_FIELD}{block.name}"
        fields[name] = TextAreaField(block_name(block.name), [at_most(LONGEST)])
        data[name] = words.get(block.name, block.shipped)
    form: WordsForm = type("WordsOfLetter", (WordsForm,), fields)(data=data)
    form.of.choices = [(0, _("a made-up patient")), *patients]
    return form


def rows_of(field: Any) -> int:
    """How many lines a field is high: for its words, and some more where several lines are usual."""
    needed = sum(len(line) // _LETTERS_A_LINE + 1 for line in (field.data or " ").splitlines())
    return needed if field.name.removeprefix(_FIELD) in ONE_LINE else needed + _MORE_LINES
