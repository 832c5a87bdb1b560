"""A page behind a link, and how it names visits."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import _
from app.links.queries import Opened
from models.appointment import Appointment


@dataclass(frozen=True)
class Button:
    """One press. `look`: primary, danger, or plain. `opens`: it does nothing yet, but opens this page of the link."""

    label: str
    value: str = ""
    look: str = "primary"
    opens: str = ""


@dataclass(frozen=True)
class Page:
    """A page in the patient's language. `when`: lines of date and time; `call`: what stands, in red,
    before the number to dial now; `also`: lines about visits on which nothing here acts."""

    title: str
    lines: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    call: str = ""
    greet: bool = True
    also: tuple[str, ...] = ()


def told(visit: Appointment, opened: Opened) -> dict[str, str]:
    """A visit's day and time for its reader, as the sentences about it name them."""
    return {"day": opened.reader.day(visit.local_day), "time": opened.reader.time(visit.local_time, visit.zone)}


def come(visit: Appointment, opened: Opened) -> str:
    """When to come."""
    return _("%(day)s, please come at %(time)s", **told(visit, opened))


def appointment(visit: Appointment, opened: Opened) -> str:
    """The same of a visit that has not been named yet."""
    return _("Your appointment: %(day)s, please come at %(time)s", **told(visit, opened))


def times(opened: Opened) -> tuple[str, ...]:
    """When to come to each visit that the link is about."""
    return tuple(come(visit, opened) for visit in opened.visits)


def known(opened: Opened) -> tuple[str, ...]:
    """Where somebody asked for a time, or a link is over, the visits that there are."""
    return tuple(appointment(visit, opened) for visit in opened.visits)


def will_call(_opened: Opened) -> Page:
    """Somebody calls."""
    return Page(_("We will call you."), (_("If you cannot wait, call now."),), call=_("Call now"))
