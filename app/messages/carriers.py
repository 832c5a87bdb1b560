"""What carries a message to a person: each carrier has its own kind of address, its own form, its own way out and its own standstill.

Mail is the one there is. Another (a text message) is one more class in `CARRIERS`, under the channel that patients choose for it;
tests/messages/test_another_carrier.py has one. To patients of a channel without a carrier a person speaks.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from app.messages import channel, setting
from app.messages.compose import Mail
from app.messages.mime import mime
from app.messages.transports import Envelope, MailEnvelope, Transport
from app.patients.reach import Reach
from models.base import db
from models.clinic import Clinic
from models.message import Message
from models.patient import Channel, Patient


class Carrier(Protocol):
    """One way to reach people."""

    @property
    def name(self) -> str:
        """Under which its standstill is kept (`ChannelState.name`)."""
        ...

    def address_of(self, patient: Patient, reach: Reach) -> str:
        """Where it reaches whoever reads for the patient; empty where it does not."""
        ...

    def pack(self, words: Mail, message: Message, address: str, now: datetime) -> Envelope:
        """What was composed, in the form in which it travels. Raises CannotBeAddressed or EnvelopeError."""
        ...

    def way(self) -> Transport:
        """How it leaves the house."""
        ...


class ByMail:
    """Text, HTML and calendar file to a mail address."""

    name = channel.MAIL

    def address_of(self, _patient: Patient, reach: Reach) -> str:
        """See `Carrier.address_of`."""
        return reach.email

    def pack(self, words: Mail, message: Message, address: str, now: datetime) -> Envelope:
        """See `Carrier.pack`."""
        clinic = db.session.get_one(Clinic, 1)
        sender = setting.sender_address(clinic)
        data = mime(
            words, sender=sender, sender_name=words.sender_name or setting.sender_name(clinic), recipient=address,
            reply_to=words.reply_to or clinic.reply_address, message_id=message.message_id.strip("<>"), date=now,
        )  # fmt: skip
        return MailEnvelope(setting.return_address(message, sender), address, message.message_id, data)

    def way(self) -> Transport:
        """See `Carrier.way`."""
        return setting.transport()


MAIL = ByMail()
CARRIERS: dict[Channel, Carrier] = {Channel.EMAIL: MAIL}
