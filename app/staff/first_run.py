"""The first run: an empty clinic gets its name, its first manager, and perhaps a physician. There is no default account."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from app import history
from app.library.loader import shipped
from app.passwords import hash_password
from app.staff import actions
from app.staff.forms import FirstRun, PersonFacts
from config import LOOPBACK, Config
from models.base import db
from models.clinic import Clinic, Location
from models.staff import Role, StaffMember


@dataclass(frozen=True)
class Founded:
    """Who was made on the first page."""

    manager: StaffMember
    physician: StaffMember | None


def start_code(settings: Config) -> str:
    """The code that opens the first page from another machine; the command prints it, and it follows from the secret key."""
    return hmac.new(settings.secret_key.encode(), b"first run", hashlib.sha256).hexdigest()[:20]


def needs_code(settings: Config, address: str, host: str, forwarded: bool) -> bool:
    """Only who sits at the machine itself may do without: not through a proxy, and not where the product faces a network.

    `host`: the name it was asked by. Another site's name that leads to this machine is that site's page in a browser here.
    """
    called = urlsplit(f"//{host}").hostname
    return settings.production or forwarded or address not in LOOPBACK or called not in LOOPBACK


def is_code(settings: Config, typed: str) -> bool:
    return hmac.compare_digest(start_code(settings).encode(), typed.strip().encode())


def found_clinic(form: FirstRun, language: str, now: datetime) -> Founded:
    """Make the clinic and its first people, inside a transaction."""
    _clinic(" ".join((form.clinic.data or "").split()), language, now)
    roles = [Role.MANAGER.value] + ([Role.PHYSICIAN.value] if form.is_physician.data else [])
    manager = actions.create(_facts(form.name.data, form.email.data, roles, language), now)
    manager.password_hash = hash_password(form.new_password.data or "")
    physician = None
    if (form.physician_email.data or "").strip():
        physician = actions.create(_facts(form.physician_name.data, form.physician_email.data, [Role.PHYSICIAN.value], language), now)
    return Founded(manager, physician)


def _clinic(name: str, language: str, now: datetime) -> None:
    clinic = db.session.get(Clinic, 1)
    if clinic is None:
        clinic = Clinic(id=1, name=name, language=language, created_at=now)
        db.session.add_all([clinic, Location(name=name)])
    clinic.name, clinic.language = name, language
    history.record("created", clinic, now, fields=["name", "language"])


def _facts(name: str | None, email: str | None, roles: list[str], language: str) -> PersonFacts:
    """A physician of a first day may perform everything; the staff page narrows it."""
    skills = list(shipped().words["skills"]) if Role.PHYSICIAN.value in roles else []
    return PersonFacts(" ".join((name or "").split()), (email or "").strip().casefold(), roles, skills, language)
