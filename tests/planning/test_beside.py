"""A clinic beside slots that are taken: what they claim is busy, everything else is as it was."""

from app.planning.beside import beside
from app.planning.resources import Device, Kind
from app.planning.slots import free_slots
from app.planning.visit import DeviceNeed
from tests.planning.clinic_days import (
    NINE,
    NURSE,
    TUESDAY,
    a_clinic,
    a_numbing,
    a_nurse,
    a_physician,
    a_procedure,
    a_request,
    a_room,
    clock,
    with_cream,
)


def test_a_taken_slot_is_not_offered_again_and_another_room_and_person_are() -> None:
    clinic = a_clinic(a_physician(1), a_physician(2), a_nurse(NURSE), a_nurse(8), rooms=(a_room(1), a_room(2)), chairs=2)
    slot = free_slots(a_request(clinic, with_cream()), TUESDAY)[0]
    after = beside(clinic, [slot])
    again = next(one for one in free_slots(a_request(after, with_cream()), TUESDAY) if one.start_minute == NINE)
    mine = {(claim.kind, claim.id) for claim in slot.claims if claim.id is not None}
    assert not mine & {(claim.kind, claim.id) for claim in again.claims}


def test_every_thing_a_slot_claims_is_busy_for_that_time_and_what_was_busy_stays_so() -> None:
    centrifuge = (DeviceNeed("centrifuge", 10),)
    busy = {TUESDAY: ((clock("17:00"), clock("18:00")),)}
    clinic = a_clinic(a_physician(busy=busy), rooms=(a_room(busy=busy),), chairs=1, devices=(Device(5, "centrifuge", busy=busy),))
    phases = (a_numbing(devices=centrifuge), a_procedure())
    slot = free_slots(a_request(clinic, phases), TUESDAY)[0]
    after = beside(clinic, [slot])
    taken = {(claim.kind, claim.id): (claim.start_minute, claim.end_minute) for claim in slot.claims}
    assert after.chairs[0].busy == {TUESDAY: (taken[Kind.CHAIR, 1],)}
    for thing, kind in ((after.people[0], Kind.STAFF), (after.rooms[0], Kind.ROOM), (after.devices[0], Kind.DEVICE)):
        assert thing.busy == {TUESDAY: (*busy[TUESDAY], taken[kind, thing.id])}


def test_without_slots_nothing_changes() -> None:
    clinic = a_clinic()
    assert beside(clinic, []) == clinic
