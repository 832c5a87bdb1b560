"""What is typed and chosen about visits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from wtforms import BooleanField, Field, RadioField, SelectField, StringField, ValidationError

from app.forms import OPTIONAL, REQUIRED, DayField, Form, FormOfVersion, FormOnce, TimeField, at_most, one_line
from app.i18n import _, _l
from app.patients.forms import WithTelephone
from app.planning.visit import Slot
from app.schedule.free import resources
from app.schedule.free.offers import read_value
from app.schedule.reasons import CANCELLED, cancelled_words

ASKED_BY = ("patient", "guardian", "helper", "clinic")
ASKED_HOW = ("phone", "desk", "message")


def asked_by_words(key: str) -> str:
    """Who asked for a time."""
    return {
        "patient": _("the patient"), "guardian": _("a guardian"), "helper": _("a helper"), "clinic": _("the clinic"),
        "link": _("the patient, through a link"),
    }.get(key, key)  # fmt: skip


def asked_how_words(key: str) -> str:
    """By which way somebody asked for a time."""
    return {"phone": _("by phone"), "desk": _("at the desk"), "message": _("by message")}.get(key, key)


def asked_words(asked_by: str, asked_how: str) -> str:
    """Who asked for a change and by which way; empty where that was not written down."""
    return _("asked by: %(who)s, %(how)s", who=asked_by_words(asked_by), how=asked_how_words(asked_how)) if asked_by else ""


@dataclass(frozen=True)
class TimeChosen:
    """A time and how it came about. `why` is a physician's reason to allow what the rules do not."""

    slot: Slot
    asked_by: str
    note: str
    why: str


class TimeForm(Form):
    """One of the free times offered, or an exact time of the day that is shown."""

    slot = StringField(_l("Free time"), [at_most(60)])
    exact_day = DayField(_l("Day"), [OPTIONAL, at_most(40)])
    exact_time = TimeField(_l("or exactly at"), [OPTIONAL, at_most(10)])
    asked_by = RadioField(_l("Asked by"), default="patient")
    note = StringField(_l("Note for the desk"), [OPTIONAL, at_most(300), one_line])
    why = StringField(_l("Physician's reason to allow what the rules do not"), [OPTIONAL, at_most(300), one_line])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked_by.choices = [(key, asked_by_words(key)) for key in ASKED_BY]

    def validate_slot(self, field: Field) -> None:
        exactly = (self.exact_day.data or "").strip() and (self.exact_time.data or "").strip()
        if not exactly and read_value(field.data or "") is None:
            raise ValidationError(_("Choose a time."))

    def chosen(self) -> TimeChosen:
        """The time that was chosen; an exact one stands before the list."""
        day, at = self.exact_day.day, self.exact_time.time
        slot = resources.wanted(day, at.hour * 60 + at.minute) if day and at else read_value(self.slot.data or "")
        assert slot is not None
        return TimeChosen(slot, str(self.asked_by.data), (self.note.data or "").strip(), (self.why.data or "").strip())


class BookForm(TimeForm, FormOnce):
    """A visit to be booked."""


class MoveForm(TimeForm, FormOfVersion):
    """A visit to be moved. `rest`: what becomes of the later ones; `looked`: the time for which that was shown.

    `use`: a time that was offered and pressed; it stands before what is typed. A day typed as +10d or -2d counts from the
    day the visit has.
    """

    exact_day = DayField(_l("Day"), [OPTIONAL, at_most(40)])
    exact_time = TimeField(_l("Time"), [OPTIONAL, at_most(10)])
    rest = RadioField(_l("Later sessions"), default="keep", choices=[("keep", ""), ("shift", ""), ("respace", "")])
    looked = StringField(default="", validators=[at_most(60)])
    use = StringField(default="", validators=[at_most(60)])
    asked_how = SelectField(_l("How"), default="phone")
    may_send = StringField(default="")
    send = BooleanField(_l("Send it"), default=True)

    def __init__(self, *args: Any, lies_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exact_day.counted_from = lies_on
        self.rest.data = self.rest.data or "keep"
        self.asked_how.choices = [(key, asked_how_words(key)) for key in ASKED_HOW]
        self.asked_how.data = self.asked_how.data or ASKED_HOW[0]
        self.send.data = self.send.data or not self.may_send.data

    @property
    def told_at_once(self) -> bool:
        """The mail was offered and unticked: whoever moves the visit has told the patient."""
        return not self.send.data

    def chosen(self) -> TimeChosen:
        """The time that was pressed, else typed; one that was looked at keeps its people and room while it is the same time."""
        found = super().chosen()
        looked, pressed = read_value(self.slot.data or ""), read_value(self.use.data or "")
        same = looked is not None and (looked.day, looked.start_minute) == (found.slot.day, found.slot.start_minute)
        slot = pressed or (looked if same else None) or found.slot
        return replace(found, slot=slot)

    def was_looked_at(self) -> bool:
        """The time that is chosen is the one that was shown, or nothing was shown yet: no other time may be moved to."""
        looked, chosen = read_value(self.slot.data or ""), self.chosen().slot
        return not self.use.data and (looked is None or (looked.day, looked.start_minute) == (chosen.day, chosen.start_minute))

    def validate_slot(self, field: Field) -> None:
        if read_value(self.use.data or "") is None:
            super().validate_slot(field)


class CancelForm(FormOfVersion):
    """A visit that will not take place."""

    by = RadioField(_l("Cancelled by"), [REQUIRED])
    why = SelectField(_l("Why"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by.choices = [("patient", _("the patient")), ("clinic", _("the clinic"))]
        self.why.choices = [(key, cancelled_words(key)) for key in CANCELLED]


class WalkInForm(WithTelephone, FormOnce):
    """Somebody who is here without a visit. `same`: one of those who have this name, or a new person."""

    name = StringField(_l("Name"), [REQUIRED, at_most(120), one_line])
    phone = StringField(_l("Telephone"), [OPTIONAL, at_most(40), one_line])
    reason = StringField(_l("Reason"), [OPTIONAL, at_most(300), one_line])
    kind = RadioField(_l("Kind of visit"), default="consultation")
    same = RadioField(_l("Which?"), [OPTIONAL], validate_choice=False)
