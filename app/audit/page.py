"""The rows of the trail as a page and a file show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.audit import action_words, field_words, words
from app.i18n import _
from app.names import names_of
from app.permissions import Permission
from app.reports.lists import patient_names
from app.sessions import Person
from app.spreadsheets import Sheet
from models import clock
from models.event import Event
from models.staff import StaffMember


@dataclass(frozen=True)
class Line:
    """One act. `opens`: the page of what it was about, empty where that is shut for whoever asks."""

    at: datetime
    who: str
    roles: str
    act: str
    outcome: str
    patient_id: int | None
    patient: str
    about: str
    opens: str
    fields: str
    why: str
    request_id: str


def lines(events: Sequence[Event], person: Person) -> list[Line]:
    """In words, as far as this person may read them."""
    staff = names_of(StaffMember, {key for one in events for key in (one.staff_id, _member(one))})
    people = patient_names({one.patient_id for one in events}) if person.may(Permission.SEE_PATIENTS) else {}
    clinical, roles = person.may(Permission.SEE_CLINICAL), {text: words.role_names(text) for text in {one.role for one in events}}
    acts, things, fields = action_words.all_of_them(), words.things(), field_words.all_of_them()
    return [
        Line(
            one.at, staff.get(one.staff_id or 0) or words.source(one), roles[one.role], acts.get(one.action, one.action),
            words.outcome(one), one.patient_id, people.get(one.patient_id) or (str(one.patient_id) if one.patient_id else ""),
            words.thing(one, staff, things), words.url(one), field_words.said(one.fields, fields),
            words.reason(one, clinical=clinical), one.request_id,
        )
        for one in events
    ]  # fmt: skip


def sheet(shown: Sequence[Line], zone: str) -> Sheet:
    """The same as a table of a file."""
    head = (_("Time"), _("Who"), _("Roles"), _("Act"), _("Outcome"), _("Patient"), _("About"), _("Fields"), _("Why"), _("Reference"))
    return Sheet(_("Audit"), head, [
        (
            clock.local(one.at, zone).replace(tzinfo=None), one.who, one.roles, one.act, one.outcome, one.patient, one.about,
            one.fields, one.why, one.request_id,
        )
        for one in shown
    ])  # fmt: skip


def _member(event: Event) -> int | None:
    return event.object_id if event.object_type == "staff_member" else None
