"""How often what is done in the simulated clinic, and what befalls the house itself: absences, new protocols, a channel at rest."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.clinic import queries as clinic
from app.messages import channel
from app.replanning import actions as replanning
from app.replanning import proposals, unfit
from app.staff import actions as staff
from app.staff.forms import AbsenceFacts
from models.base import db
from models.protocol import Protocol, ProtocolVersion, VersionState
from models.staff import Role, StaffMember
from tests.sim import house
from tests.sim.care import (
    changes_an_address,
    clears_a_finding,
    closes_a_plan,
    decides_a_report,
    evaluates_again,
    finds_something,
    goes_on,
    hears_a_report,
    moves_abroad,
    pauses_a_plan,
    records_a_death,
    takes_a_consent_back,
)  # fmt: skip
from tests.sim.desk import books_a_review, books_from_the_lists, cancels_a_visit, moves_a_visit, takes_back
from tests.sim.world import Act, World


def somebody_is_away(world: World) -> None:
    """A practitioner falls ill for some days; what was booked with them is re-planned at once."""
    person = db.session.get_one(StaffMember, world.staff(Role.PHYSICIAN))
    last = world.today + timedelta(days=world.dice.randrange(0, 7))
    staff.add_absence(person, AbsenceFacts(world.today + timedelta(days=1), last + timedelta(days=1), None, None, "ill"), world.now)
    db.session.flush()
    place = clinic.location()
    found = unfit.unfit(place, world.now)
    if found:
        rows = proposals.propose(place, found, world.now)
        replanning.apply([replanning.Choice(v, rows.answer.slots.get(v.id)) for v in (one.visit for one in found)], world.now)


def approves_a_new_version(world: World) -> None:
    """The protocol is edited; running courses keep theirs."""
    key = world.dice.choice(house.PROTOCOLS)
    protocol = db.session.scalars(select(Protocol).where(Protocol.key == key)).one()
    last = protocol.versions[-1]
    last.state = VersionState.RETIRED
    newer = ProtocolVersion(protocol=protocol, n=last.n + 1, content=dict(last.content), made_at=world.now, state=VersionState.APPROVED)
    db.session.add(newer)


def opens_the_channel(world: World) -> None:
    """Somebody has looked why mail stood still."""
    if channel.is_still(world.now):
        channel.open_again(world.now)


def changes_something(world: World) -> None:
    """While a mail is on its way."""
    world.dice.choice((moves_a_visit, cancels_a_visit, takes_back, records_a_death, pauses_a_plan, changes_an_address))(world)


ACTS: dict[Act, float] = {
    books_from_the_lists: 1.1, moves_a_visit: 0.25, cancels_a_visit: 0.06, takes_back: 0.08, books_a_review: 0.05,
    finds_something: 0.015, clears_a_finding: 0.03, pauses_a_plan: 0.04, goes_on: 0.03, hears_a_report: 0.12, decides_a_report: 0.06,
    evaluates_again: 0.15, closes_a_plan: 0.012, changes_an_address: 0.02, moves_abroad: 0.02, records_a_death: 0.006,
    somebody_is_away: 0.02, approves_a_new_version: 0.01, opens_the_channel: 0.2,
    takes_a_consent_back: 0.01,
}  # fmt: skip
"""How often each is done on a working day of a clinic with thirty patients a year."""
