"""The form of a version's content. What is typed goes into the content as it is; the library's own checks judge it."""

from __future__ import annotations

import re
from typing import Any

from wtforms import BooleanField, FieldList, FormField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import NumberRange

from app.forms import OPTIONAL, REQUIRED, FormOfVersion, at_most, one_line, whole_number
from app.i18n import _l, language
from app.letters import fold
from app.library.content_reading import MOST_MINUTES, MOST_SESSIONS
from app.library.loader import shipped
from app.library.names import Names
from app.protocols.problems import name_of

LENGTH = [OPTIONAL, at_most(20), one_line]
UNITS = {
    unit: short
    for short, words in {
        "d": "d g day days gun", "w": "w h week weeks hafta", "m": "m a month months ay", "y": "y year years yil",
    }.items()
    for unit in words.split()
}  # fmt: skip


def read_length(typed: str | int) -> int | str:
    """A length of time in the form the library reads: 28, "4 weeks" → "4w", "6 ay" → "6m"; else what was typed."""
    text = fold(str(typed))  # a number where the post left the field out: what the page showed
    if text.isdecimal() and len(text) < 7:
        return int(text)
    found = re.fullmatch(r"(\d{1,4}) ?([a-z]+)", text)
    return f"{found[1]}{UNITS[found[2]]}" if found and found[2] in UNITS else text.replace(" ", "")


class GapRow(PlainForm):
    """The figures of one gap."""

    absolute_min = StringField(_l("Absolute minimum"), LENGTH)
    min = StringField(_l("Minimum"), LENGTH)
    ideal = StringField(_l("Ideal"), LENGTH)
    max = StringField(_l("Maximum"), LENGTH)


def _whole_or_none(least: int, most: int) -> list[Any]:
    return [OPTIONAL, NumberRange(least, most, message=_l("Enter a whole number from %(least)s to %(most)s.", least=least, most=most))]


class ContentForm(FormOfVersion):
    """One version's content, as far as it is changed by hand."""

    name_en = StringField(_l("Name in English"), [REQUIRED, at_most(120), one_line])
    name_tr = StringField(_l("Name in Turkish"), [REQUIRED, at_most(120), one_line])
    acts = SelectMultipleField(_l("What is done"))
    area = SelectField(_l("Area"))
    delivery = SelectField(_l("How the product is applied"))
    products = SelectMultipleField(_l("Products"))
    devices = SelectMultipleField(_l("Devices in the procedure"))
    skills = SelectMultipleField(_l("Skills the performer must have"))
    performer = SelectField(_l("Who performs it"))
    room = SelectField(_l("Room"))
    sessions = IntegerField(_l("Number of sessions"), whole_number(1, MOST_SESSIONS))
    steps = FieldList(FormField(GapRow), max_entries=MOST_SESSIONS)
    extend_to = IntegerField(_l("May be extended to (sessions)"), _whole_or_none(2, MOST_SESSIONS))
    review_after = StringField(_l("Physician's review after sessions"), [OPTIONAL, at_most(60), one_line])
    first = FormField(GapRow, _l("First maintenance session, after the last of the series"))
    repeat = FormField(GapRow, _l("Each further one"))
    times = IntegerField(_l("How many maintenance sessions"), _whole_or_none(1, 999))
    preparation = IntegerField(_l("Preparation (minutes)"), _whole_or_none(1, MOST_MINUTES))
    numbing = IntegerField(_l("Numbing (minutes)"), _whole_or_none(1, MOST_MINUTES))
    procedure = IntegerField(_l("Procedure (minutes)"), whole_number(1, MOST_MINUTES))
    afterwards = IntegerField(_l("Afterwards (minutes)"), _whole_or_none(1, MOST_MINUTES))
    lapse = SelectField(_l("When the patient is late"))
    grace_days = IntegerField(_l("Days of grace below the minimum"), _whole_or_none(0, 14))
    min_age = IntegerField(_l("Lowest age"), _whole_or_none(0, 120))
    rules = SelectMultipleField(_l("Rules of suitability"))
    pre = SelectMultipleField(_l("Preparation texts"))
    after = SelectMultipleField(_l("Aftercare texts"))
    red_flags = SelectMultipleField(_l("Signs to call about"))
    honesty = SelectMultipleField(_l("Lines of honesty"))
    measures = SelectMultipleField(_l("What is measured"))
    lot_required = BooleanField(_l("A session cannot be closed without its lot"))
    enabled = BooleanField(_l("May be used as soon as it is approved"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        library = shipped()
        words = library.words
        self.delivery.choices = [("", "–"), *((key, name_of(key, "deliveries")) for key in words["deliveries"])]
        self.performer.choices = [(key, name_of(key, "people")) for key, word in words["people"].items() if (word.extra or {}).get("roles")]
        for field, table in ((self.products, "products"), (self.devices, "devices"), (self.skills, "skills"), (self.room, "rooms"),
                             (self.measures, "measures")):  # fmt: skip
            field.choices = [(key, name_of(key, table)) for key in words[table]]
        self.acts.choices = [(key, name_of(key, "acts")) for key in library.acts]
        self.area.choices = [(key, name_of(key, "areas")) for key in library.areas]
        self.lapse.choices = [(key, _lapse_words(key)) for key in library.lapse_policies]
        sets = [(key, _rule_set_words(rules)) for key, rules in library.rule_sets.items()]
        self.rules.choices = sets + [(key, name_of(key, "rules")) for key in library.rules]
        self.pre.choices = [(key, _lines([point.text for point in points])) for key, points in library.pre.items()]
        self.after.choices = [(key, _lines([point.text for point in points])) for key, points in library.after.items()]
        self.red_flags.choices = [(key, _lines([flag.text for flag in flags])) for key, flags in library.red_flags.items()]
        self.honesty.choices = [(key, line.text.in_(language())) for key, line in library.honesty.items()]

    @property
    def gap_rows(self) -> list[Any]:
        """The rows of the steps after the first."""
        return [entry.form for entry in self.steps]

    def fit_rows(self) -> None:
        """As many rows as there are sessions after the first; further ones repeat the last row. A number that cannot be changes nothing."""
        if self.sessions.data is None or not 1 <= self.sessions.data <= MOST_SESSIONS:
            return
        wanted = self.sessions.data - 1
        while len(self.steps) > wanted:
            self.steps.pop_entry()
        while len(self.steps) < wanted:
            self.steps.append_entry(self.steps[-1].data if len(self.steps) else {})


def _rule_set_words(rules: tuple[str, ...]) -> str:
    return " · ".join(name_of(rule, "rules") for rule in rules)


def _lines(texts: list[Names]) -> str:
    """The whole set: two of them may begin alike."""
    return " · ".join(text.in_(language()) for text in texts)


def _lapse_words(key: str) -> str:
    days = shipped().lapse_policies[key].lapse_days
    return _l("lapsed when more than %(days)s days late", days=days)
