"""The clinic's nouns: the tables, their states and the facts they keep. Imports nothing of ours but itself."""

from models import (
    appointment,
    changes,
    clinic,
    contact,
    event,
    guards,
    heartbeat,
    inbound,
    mail_words,
    message,
    patient,
    product,
    protocol,
    staff,
    task,
    treatment,
)

__all__ = [
    "appointment",
    "changes",
    "clinic",
    "contact",
    "event",
    "guards",
    "heartbeat",
    "inbound",
    "mail_words",
    "message",
    "patient",
    "product",
    "protocol",
    "staff",
    "task",
    "treatment",
]
