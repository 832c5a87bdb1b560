"""One exact time, claim by claim: it agrees with the yes or no of `check`, and says what is in the way, when and in which phase."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.planning.claim_by_claim import Piece, claim_by_claim
from app.planning.obstacles import Code
from app.planning.resources import Device, Kind
from app.planning.slots import check
from app.planning.visit import Assistant, DeviceNeed, Request, Slot
from tests.planning.clinic_days import (
    ALI,
    BURCU,
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

TEN = clock("10:00")


def said(pieces: tuple[Piece, ...]) -> list[tuple[Kind | None, tuple[int, ...], str, Code | None]]:
    return [(one.kind, one.ids, one.phase, one.against.code if one.against else None) for one in pieces]


def test_a_free_time_names_everybody_and_everything_it_takes() -> None:
    request = a_request(a_clinic(a_physician(), a_nurse(), chairs=1), with_cream())
    assert said(claim_by_claim(request, TUESDAY, TEN)) == [
        (Kind.STAFF, (BURCU,), "procedure", None), (Kind.STAFF, (NURSE,), "preparation", None), (Kind.STAFF, (NURSE,), "procedure", None),
        (Kind.ROOM, (1,), "procedure", None), (Kind.CHAIR, (1,), "preparation", None),
    ]  # fmt: skip


def test_a_room_is_held_from_the_begin_of_its_first_phase_to_the_end_of_its_last() -> None:
    request = a_request(a_clinic(a_physician(), a_nurse(), chairs=1), with_cream())
    (room,) = (one for one in claim_by_claim(request, TUESDAY, TEN) if one.kind is Kind.ROOM)
    assert (room.begin, room.end) == (clock("10:40"), clock("11:15"))


def test_a_taken_device_is_told_with_its_minutes_and_its_phase() -> None:
    spinning = {TUESDAY: ((clock("10:05"), clock("10:20")),)}
    clinic = a_clinic(devices=(Device(5, "centrifuge", spinning),))
    phases = (a_numbing(devices=(DeviceNeed("centrifuge", 10),)), a_procedure())
    *free, device = claim_by_claim(a_request(clinic, phases), TUESDAY, TEN)
    assert all(one.against is None for one in free)
    assert (device.kind, device.ids, device.phase, device.begin, device.end) == (Kind.DEVICE, (5,), "numbing", TEN, clock("10:10"))
    assert device.against is not None
    assert device.against.code is Code.DEVICE_TAKEN


def test_of_two_who_could_the_one_who_lacks_least_is_looked_at() -> None:
    busy = {TUESDAY: ((NINE, clock("12:00")),)}
    request = a_request(a_clinic(a_physician(BURCU, busy=busy), a_physician(ALI)))
    assert said(claim_by_claim(request, TUESDAY, TEN))[0] == (Kind.STAFF, (ALI,), "procedure", None)
    assert said(claim_by_claim(request, TUESDAY, TEN, BURCU))[0] == (Kind.STAFF, (BURCU,), "procedure", Code.STAFF_BUSY)


def test_a_room_that_is_named_is_the_one_that_is_looked_at() -> None:
    taken = a_room(1, busy={TUESDAY: ((NINE, clock("12:00")),)})
    request = a_request(a_clinic(rooms=(taken, a_room(2))))
    assert said(claim_by_claim(request, TUESDAY, TEN))[1] == (Kind.ROOM, (2,), "procedure", None)
    assert said(claim_by_claim(request, TUESDAY, TEN, room_id=1))[1] == (Kind.ROOM, (1,), "procedure", Code.ROOM_TAKEN)


def test_a_closed_hour_is_told_alone_and_the_patients_other_visit_beside_the_rest() -> None:
    assert said(claim_by_claim(a_request(), TUESDAY, clock("08:00"))) == [(None, (), "", Code.OUTSIDE_OPENING)]
    assert said(claim_by_claim(a_request(), TUESDAY, -5)) == [(None, (), "", Code.OUTSIDE_OPENING)]
    request = a_request(patient_busy={TUESDAY: ((TEN, clock("10:30")),)})
    found = claim_by_claim(request, TUESDAY, TEN)
    assert said(found)[0] == (Kind.PATIENT, (), "", Code.PATIENT_BUSY)
    assert (found[0].begin, found[0].end) == (TEN, clock("10:30"))


def test_where_nobody_can_do_it_and_no_room_is_for_it_both_are_told() -> None:
    clinic = a_clinic(a_physician(skills=()), rooms=(a_room(1, "laser"),))
    found = claim_by_claim(a_request(clinic), TUESDAY, TEN)
    assert said(found) == [(Kind.STAFF, (), "procedure", Code.NOBODY_QUALIFIED), (Kind.ROOM, (), "procedure", Code.NO_SUCH_ROOM)]
    assert {(one.begin, one.end) for one in found} == {(TEN, TEN)}


def test_without_a_physician_in_the_house_the_whole_work_is_told() -> None:
    phase = replace(a_procedure(), performer_roles=frozenset({"practitioner"}), supervised=True)
    clinic = a_clinic(a_nurse(skills=("needling",)), a_physician(hours={TUESDAY: ((clock("14:00"), clock("18:00")),)}))
    (nurse, _room) = claim_by_claim(a_request(clinic, (phase,)), TUESDAY, TEN)
    assert nurse.against is not None
    assert (nurse.against.code, nurse.begin, nurse.end) == (Code.NO_PHYSICIAN_THEN, TEN, clock("10:30"))


@given(
    start=st.integers(NINE - 60, clock("18:30")),
    begin=st.integers(NINE, clock("17:00")),
    long=st.integers(1, 90),
    staff=st.sampled_from([None, BURCU, ALI]),
)
def test_nothing_stands_against_it_exactly_where_it_can_be_booked(start: int, begin: int, long: int, staff: int | None) -> None:
    busy = {TUESDAY: ((begin, begin + long),)}
    clinic = a_clinic(
        a_physician(BURCU, busy=busy), a_physician(ALI), a_nurse(busy=busy), rooms=(a_room(1, busy=busy), a_room(2)), chairs=1
    )
    request: Request = a_request(clinic, (*with_cream()[:2], a_procedure(assistant=Assistant.REQUIRED)))
    bookable = isinstance(check(request, TUESDAY, start, staff), Slot)
    assert all(one.against is None for one in claim_by_claim(request, TUESDAY, start, staff)) == bookable
