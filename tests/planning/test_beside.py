"""A clinic beside slots that are taken: what they claim is busy, everything else is as it was."""

from app.planning.beside import beside
from app.planning.slots import free_slots
from tests.planning.clinic_days import NINE, NURSE, TUESDAY, a_clinic, a_nurse, a_physician, a_request, a_room, with_cream


def test_a_taken_slot_is_not_offered_again_and_another_room_and_person_are() -> None:
    clinic = a_clinic(a_physician(1), a_physician(2), a_nurse(NURSE), a_nurse(8), rooms=(a_room(1), a_room(2)), chairs=2)
    slot = free_slots(a_request(clinic, with_cream()), TUESDAY)[0]
    after = beside(clinic, [slot])
    again = next(one for one in free_slots(a_request(after, with_cream()), TUESDAY) if one.start_minute == NINE)
    mine = {(claim.kind, claim.id) for claim in slot.claims if claim.id is not None}
    assert not mine & {(claim.kind, claim.id) for claim in again.claims}


def test_without_slots_nothing_changes() -> None:
    clinic = a_clinic()
    assert beside(clinic, []) == clinic
