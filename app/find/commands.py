"""Every page and action that can be called by its name or by keys. Only those that open for whoever asks are ever shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from app.front_door.page_context import has_endpoint
from app.i18n import _
from app.letters import fold


@dataclass(frozen=True)
class Command:
    """A page or an action by its words. `keys`: what is typed one after the other, "g t".

    `of_somebody`: its page is a patient's or of a plan of theirs, so that it begins with finding them.
    """

    words: str
    endpoint: str
    keys: str = ""
    of_somebody: str = ""

    @property
    def url(self) -> str:
        if self.of_somebody:
            return url_for("find.show", to=self.of_somebody)
        return url_for(self.endpoint)


def pages() -> list[Command]:
    """The main rooms, those with keys first."""
    return _open([
        Command(_("Today"), "schedule.day", "g t"),
        Command(_("Week"), "schedule.week", "g w"),
        Command(_("Patients"), "patients.index", "g p"),
        Command(_("Worklists"), "work.index", "g l"),
        Command(_("Messages"), "messages.index", "g m"),
        Command(_("Call requests"), "work.on_call"),
        Command(_("What came in"), "inbound.index"),
        Command(_("Protocols"), "protocols.index"),
        Command(_("Products and lots"), "products.index"),
        Command(_("Recalled lots"), "lot_recalls.index"),
        Command(_("Reports"), "reports.index"),
        Command(_("Audit"), "audit.index"),
        Command(_("Templates"), "templates.index"),
        Command(_("My account"), "staff.account"),
        Command(_("Keys"), "find.keys", "?"),
    ])  # fmt: skip


def actions() -> list[Command]:
    """What somebody wants to do, wherever they are."""
    return _open([
        Command(_("New plan"), "plans.create", "n p", "plan"),
        Command(_("New patient"), "patients.create", "n a"),
        Command(_("New visit"), "schedule.new_visit", "n v"),
        Command(_("Walk-in"), "schedule.walk_in", "n w"),
        Command(_("Hold a plan"), "plans.hold", of_somebody="hold"),
        Command(_("Photos of a patient"), "photos.of_patient", of_somebody="photos"),
        Command(_("New complication"), "complications.create", of_somebody="complication"),
        Command(_("Close day"), "find.close_day"),
        Command(_("Print the day sheet"), "find.sheet"),
        Command(_("Somebody is away"), "replanning.show"),
        Command(_("Look at a mail before it goes"), "messages.preview"),
    ])  # fmt: skip


def settings() -> list[Command]:
    """The pages of the settings, each by its own name."""
    return _open([
        Command(_("Settings"), "clinic.settings"),
        Command(_("Name, telephones, address"), "clinic.identity"),
        Command(_("Opening hours"), "clinic.hours"),
        Command(_("Closures and holidays"), "clinic.closures"),
        Command(_("Rooms, chairs, devices"), "clinic.rooms"),
        Command(_("Mail and reminders"), "clinic.mailing"),
        Command(_("Working rules"), "clinic.rules"),
        Command(_("On call"), "clinic.on_call"),
        Command(_("Staff"), "staff.index"),
        Command(_("Calendars"), "schedule.room_calendars"),
    ])  # fmt: skip


def matching(text: str, among: Sequence[Command]) -> list[Command]:
    """Those in which every typed word begins a word; all of them for nothing. Turkish letters and case do not matter."""
    asked = fold(text).split()
    return [one for one in among if all(any(word.startswith(part) for word in fold(one.words).split()) for part in asked)]


def is_called(text: str, command: Command) -> bool:
    """Whether this is the command's whole name."""
    return fold(text) == fold(command.words)


def _open(commands: list[Command]) -> list[Command]:
    return [command for command in commands if has_endpoint(command.endpoint)]
