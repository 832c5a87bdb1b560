"""What the library's things are called, in the page's language; and people, rooms, chairs and devices by their ids."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.i18n import _, language
from app.library.loader import shipped
from models.appointment import VisitKind
from models.base import db
from models.clinic import Chair, Device, Room
from models.staff import StaffMember


def area_name(key: str) -> str:
    """Where on the body."""
    known = shipped().areas.get(key)
    return known.names.in_(language()) if known else key


def message_name(kind: str) -> str:
    """A kind of message; those to colleagues, and about a link, are no matter of the library."""
    known = shipped().message_kinds.get(kind)
    if known is not None:
        return known.names.in_(language())
    others = {
        "staff_invite": _("Invitation of a colleague"), "staff_reset": _("New password of a colleague"),
        "staff_on_call": _("A patient asked to be called: to the person on call"), "staff_digest": _("Numbers of the day"),
        "words_test": _("Test of a template"), "full_text": _("New link to the full text of a mail"),
    }  # fmt: skip
    return others.get(kind, kind.replace("_", " "))


def rule_name(rule_or_reason: str) -> str:
    """A rule of suitability, for clinical eyes; a reason in somebody's own words stays as it is."""
    known = shipped().rules.get(rule_or_reason)
    return known.names.in_(language()) if known else rule_or_reason


def visit_name(kind: VisitKind) -> str:
    """A kind of visit."""
    return shipped().visit_kinds[kind.value].names.in_(language())


def staff_names() -> dict[int, str]:
    """Everybody who works or worked here, by id: for "by whom"."""
    return {key: name for key, name in db.session.execute(select(StaffMember.id, StaffMember.name))}  # noqa: C416  # typed rows


def names_of(table: type[StaffMember] | type[Room] | type[Chair] | type[Device], ids: Iterable[int | None]) -> dict[int, str]:
    """People or things of one kind by their ids; nothing is asked where there are none."""
    wanted = {key for key in ids if key is not None}
    rows = db.session.execute(select(table.id, table.name).where(table.id.in_(wanted))) if wanted else ()
    return {key: name for key, name in rows}  # noqa: C416  # typed rows
