"""Delivery reports as RFC 3464 has them: what became of the mail, for each recipient."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from email.message import Message

from app.inbound.reading import severity
from app.inbound.reading.mime import addresses, header, headers_in, leaves
from app.inbound.reading.values import Fate, Report
from app.letters import one_line

REPORT_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_ENDED_WELL = frozenset({"delivered", "relayed", "expanded"})
_GRAVEST = (Fate.NO_SUCH_ADDRESS, Fate.REFUSED, Fate.NOT_DELIVERED, Fate.UNCLEAR, Fate.DELAYED, Fate.DELIVERED)


def report_in(mail: Message) -> Report | None:
    """The gravest of what is reported (a mail of ours has one recipient). None where there is no report that can be read."""
    found = [report for fields in _recipients(mail) if (report := _report(fields)) is not None]
    return min(found, key=lambda one: _GRAVEST.index(one.fate), default=None)


def _recipients(mail: Message) -> Iterator[Message]:
    for part in leaves(mail):
        if part.get_content_type() in REPORT_TYPES:
            yield from (fields for fields in _groups(part) if fields.get("Action") or fields.get("Status"))


def _groups(part: Message) -> Iterator[Message]:
    """The groups of fields, one about the mail and one a recipient."""
    held = part.get_payload()
    for group in held if isinstance(held, list) else ():
        if isinstance(group, Message):
            yield group if group.keys() else from_base64(group)


def from_base64(group: Message) -> Message:
    """Some servers encode what must not be encoded; then the groups stand in one text."""
    text = group.get_payload()
    try:
        plain = b64decode(text if isinstance(text, str) else "", validate=False).decode("utf-8", "replace")
    except (NotBase64, ValueError):
        return group
    return headers_in("\n".join(line for line in plain.splitlines() if line.strip()))


def _report(fields: Message) -> Report | None:
    action, status = header(fields, "Action").split(" ")[0].lower(), severity.status_in(header(fields, "Status"))
    said = header(fields, "Diagnostic-Code").partition(";")[2].strip() or header(fields, "Diagnostic-Code")
    fate = _fate(action, status, said)
    if fate is None:
        return None
    named = header(fields, "Original-Recipient") + " " + header(fields, "Final-Recipient")
    return Report(fate, tuple(addresses(named.replace(";", " "))), status or severity.status_in(said), one_line(said)[:500])


def _fate(action: str, status: str, said: str) -> Fate | None:
    if action in _ENDED_WELL:
        return Fate.DELIVERED
    if action == "delayed":
        return Fate.DELAYED
    if action == "failed" or status.startswith("5"):
        return severity.fate_of(status, said)
    return Fate.DELAYED if status.startswith("4") else None
