"""The sessions of a series that are booked together, and how a form carries the time of one."""

from __future__ import annotations

import re

from wtforms import StringField

from app.forms import FormOnce, at_most, iso_day, one_line, row_id
from app.i18n import _l
from app.planning.visit import Slot
from app.schedule.free import resources


class SeriesForm(FormOnce):
    """What was decided of single sessions stands beside it (`app.plans.builder.decisions`)."""

    why_early = StringField(_l("Why you allow a session below its minimum"), [at_most(300), one_line])


def value_of(slot: Slot) -> str:
    """A slot as a form carries it: day, minute, practitioner, room."""
    return f"{slot.day.isoformat()}.{slot.start_minute}.{slot.performer_id or 0}.{slot.room_id or 0}"


def read_value(text: str) -> Slot | None:
    """The slot that was chosen, to be worked out anew before it is booked; None for anything else."""
    parts = text.split(".")
    if len(parts) != 4 or not re.fullmatch("[0-9]{1,4}", parts[1]):
        return None
    try:
        day = iso_day(parts[0])
    except ValueError:
        return None
    minute = int(parts[1])
    return resources.wanted(day, minute, row_id(parts[2]), row_id(parts[3])) if minute < 24 * 60 else None
