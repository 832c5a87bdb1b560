"""What the groups of a report are called, by their keys: a few questions for all of them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from app.i18n import _, language, named
from app.library.loader import shipped
from app.names import message_name, visit_name
from models.appointment import VisitKind
from models.base import db
from models.message import MessageState
from models.product import Lot, Product
from models.protocol import Protocol, ProtocolVersion


def nothing(_keys: Collection[str]) -> dict[str, str]:
    """It is not grouped."""
    return {}


def protocols(keys: Collection[str]) -> dict[str, str]:
    rows = db.session.execute(select(Protocol.id, Protocol.names).where(Protocol.id.in_([int(key) for key in keys])))
    return {str(key): named(names) for key, names in rows}


def acts(keys: Collection[str]) -> dict[str, str]:
    """What is done in a session, by the version of its protocol."""
    versions = db.session.scalars(select(ProtocolVersion).where(ProtocolVersion.id.in_([int(key) for key in keys])))
    known = shipped().acts
    return {
        str(version.id): " + ".join(known[act].names.in_(language()) for act in version.content.get("acts", ()) if act in known)
        for version in versions
    }


def lots(keys: Collection[str]) -> dict[str, str]:
    rows = db.session.execute(
        select(Lot.id, Product.name, Lot.number).join(Product, Product.id == Lot.product_id).where(Lot.id.in_([int(key) for key in keys]))
    )
    return {str(key): f"{name} · {number}" for key, name, number in rows}


def visits(keys: Collection[str]) -> dict[str, str]:
    return {key: visit_name(VisitKind(key)) for key in keys}


def mail_kinds(keys: Collection[str]) -> dict[str, str]:
    return {key: message_name(key) for key in keys}


def calls(_keys: Collection[str]) -> dict[str, str]:
    return {"task reached": _("Reached"), "task no_answer": _("No answer"), "task left_word": _("Left word")}


def bands(_keys: Collection[str]) -> dict[str, str]:
    return {"early": _("early"), "ideal": _("ideal"), "late": _("late"), "too_early": _("too early"), "overdue": _("overdue")}


def ways(_keys: Collection[str]) -> dict[str, str]:
    """How a series ended, or that it runs."""
    return {"running": _("running"), "finished": _("complete"), "closed": _("ended early"), "lapsed": _("lapsed")}


def mail_ends(_keys: Collection[str]) -> dict[str, str]:
    return {
        MessageState.SENT: _("Sent"), MessageState.FILED: _("Filed"), MessageState.BOUNCED: _("Bounced"), MessageState.FAILED: _("Failed"),
        MessageState.UNKNOWN: _("Delivery unknown"), MessageState.MISSED: _("Too late to send"),
    }  # fmt: skip
