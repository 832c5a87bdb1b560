"""The way to the first visit, step by step: each ticks itself from the clinic's own records, and may be left for later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app import cached
from app.clinic.queries import the_clinic
from app.clinic.readiness import Need, missing_in_its_life, missing_in_the_house
from app.front_door.page_context import has_endpoint
from app.history import record
from app.permissions import Permission
from app.sessions import Person
from models.base import held
from models.clinic import Clinic

DOORS = {
    Need.TELEPHONE: ("clinic.identity",),
    Need.REPLY_ADDRESS: ("clinic.identity",),
    Need.OPENING_HOURS: ("clinic.hours",),
    Need.ROOM: ("clinic.rooms",),
    Need.MANAGER: ("staff.index",),
    Need.PHYSICIAN: ("staff.index",),
    Need.WORKING_HOURS: ("staff.index",),
    Need.PROTOCOL: ("protocols.approve_read", "protocols.index"),
    Need.MAIL_TEST: ("messages.trial",),
    Need.PATIENT: ("patients.create", "patients.index"),
}
"""Where a step is done; the first that opens for whoever looks."""
Step = tuple[Need, str]


@dataclass(frozen=True)
class FirstSteps:
    """What somebody can do now, and what was left for later, each with its page; how many are done, of how many."""

    now: list[Step]
    later: list[Step]
    done: int
    of: int = len(Need)


def for_me(person: Person | None) -> FirstSteps | None:
    """The steps of whoever sets the clinic up or approves its protocols; None for others, and when nothing is left to do."""
    if person is None or not person.may(Permission.MANAGE_CLINIC, Permission.EDIT_PROTOCOLS):
        return None
    in_the_house, left = cached.while_the_house_stands("first steps", _of_the_house)
    lacking = {*in_the_house, *cached.while_unchanged("first steps", missing_in_its_life)}
    now, later = (_open(need for need in Need if need in lacking and (need in left) is put_off) for put_off in (False, True))
    return FirstSteps(now, later, len(Need) - len(lacking)) if now or later else None


def _of_the_house() -> tuple[list[Need], list[str]]:
    return missing_in_the_house(), list(the_clinic().left_for_later)


def _open(needs: Iterable[Need]) -> list[Step]:
    doors = ((need, next(filter(has_endpoint, DOORS[need]), None)) for need in needs)
    return [(need, door) for need, door in doors if door]


def leave(clinic: Clinic, need: Need, now: datetime, *, later: bool) -> None:
    """Leave a step for later, or take it up again. It ticks itself all the same once it is done."""
    held(clinic)
    left = [name for name in clinic.left_for_later if name != need]
    clinic.left_for_later = [*left, need.value] if later else left
    record("left for later" if later else "taken up again", clinic, now, fields=[need.value])
