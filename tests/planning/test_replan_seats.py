"""Real people, rooms and devices for visits of one day whose times are decided: all of them, or who stands in whose way."""

from dataclasses import replace

from app.planning.replan_seats import Asked, Clash, Sitting, seated, seated_at
from app.planning.resources import Device, Kind, Resources, Room, Span
from app.planning.visit import DeviceNeed, Wishes
from app.planning.visit_on_day import VisitOnDay
from tests.planning.clinic_days import TUESDAY, a_clinic, a_physician, a_procedure, a_request, a_room, clock

HALF = 30


def at(
    clinic: Resources, performer: int, start: str, *devices: DeviceNeed, patient: int | None = None, room_kind: str = "procedure"
) -> Sitting:
    """A procedure of half an hour by this physician from this time on."""
    wishes = Wishes(practitioner=performer, only_practitioner=True)
    visit = VisitOnDay.of(a_request(clinic, (replace(a_procedure(HALF, devices=devices), room_kind=room_kind),), wishes), TUESDAY)
    candidate = next(one for one in visit.candidates(1 << clock(start)) if one.start == clock(start))
    return Sitting(patient or performer, visit, candidate)


def a_room_busy(room_id: int, *spans: Span) -> Room:
    return a_room(room_id, busy={TUESDAY: spans})


def physicians(number: int, *rooms: Room) -> Resources:
    return a_clinic(*(a_physician(n) for n in range(1, number + 1)), rooms=rooms)


def test_who_can_do_with_any_room_leaves_the_only_one_to_who_needs_it() -> None:
    clinic = physicians(2, a_room(1), a_room_busy(2, (clock("10:30"), clock("11:00"))))
    slots = seated([at(clinic, 1, "10:00"), at(clinic, 2, "10:15")]).slots
    assert [slot.room_id for slot in slots] == [2, 1]
    assert [slot.performer_id for slot in slots] == [1, 2]
    assert [(slot.start_minute, slot.end_minute) for slot in slots] == [(clock("10:00"), clock("10:30")), (clock("10:15"), clock("10:45"))]


def test_nothing_is_claimed_twice_and_everything_is_claimed() -> None:
    pens = (Device(1, "pen"), Device(2, "pen"))
    clinic = replace(physicians(2, a_room(1), a_room(2)), devices=pens)
    slots = seated([at(clinic, n, "10:00", DeviceNeed("pen")) for n in (1, 2)]).slots
    claimed = [(claim.kind, claim.id) for slot in slots for claim in slot.claims if claim.kind is not Kind.PATIENT]
    assert sorted(claimed) == sorted((kind, n) for kind in (Kind.STAFF, Kind.ROOM, Kind.DEVICE) for n in (1, 2))


def test_those_who_stand_in_each_others_way_are_named_and_no_others() -> None:
    """Two rooms are enough for any two of them; yet the first can only have one, the last only the other, and one is between."""
    clinic = physicians(4, a_room_busy(1, (clock("10:50"), clock("11:30"))), a_room_busy(2, (clock("09:30"), clock("10:20"))))
    chain = [at(clinic, 1, "10:45"), at(clinic, 2, "10:20"), at(clinic, 3, "10:00")]
    found = seated([at(clinic, 4, "12:00"), *chain])
    assert found.slots == []
    assert found.clashes == [Clash(frozenset({1, 2, 3}), True)]


def test_one_patient_is_not_seated_twice_at_once() -> None:
    clinic = physicians(2, a_room(1), a_room(2))
    assert seated([at(clinic, n, "10:00", patient=9) for n in (1, 2)]).clashes == [Clash(frozenset({0, 1}), True)]
    assert len(seated([at(clinic, 1, "10:00", patient=9), at(clinic, 2, "10:30", patient=9)]).slots) == 2


def crowded(visits: int) -> Resources:
    """Eight rooms for more visits: easily seen by counting, hard by trying."""
    return physicians(visits, *(a_room(n) for n in range(1, 9)))


def test_a_crowd_that_is_not_sorted_out_soon_is_said_to_be_unsure() -> None:
    (clash,) = seated([at(crowded(9), n, "10:00") for n in range(1, 10)]).clashes
    assert clash == Clash(frozenset(range(9)), False)


def test_in_a_crowd_those_who_surely_cannot_be_are_named() -> None:
    """Two ask for the only laser room; the others are a crowd too big to sort out, and have nothing to do with that."""
    clinic = physicians(11, *(a_room(n) for n in range(1, 9)), a_room(9, "procedure", "laser"))
    lasers = [at(clinic, n, "10:00", room_kind="laser") for n in (1, 2)]
    (clash,) = seated([*lasers, *(at(clinic, n, "10:00") for n in range(3, 12))]).clashes
    assert clash == Clash(frozenset({0, 1}), True)


def asked(clinic: Resources, performer: int, start: str, patient: int = 0) -> Asked:
    wishes = Wishes(practitioner=performer, only_practitioner=True)
    return Asked(patient or performer, a_request(clinic, (a_procedure(HALF),), wishes), clock(start))


def test_visits_whose_starts_are_decided_find_their_rooms_together_though_one_after_the_other_they_would_not() -> None:
    clinic = physicians(2, a_room(1), a_room_busy(2, (clock("10:30"), clock("11:00"))))
    slots = seated_at([asked(clinic, 1, "10:00"), asked(clinic, 2, "10:15")], TUESDAY)
    assert [(slot.performer_id, slot.start_minute, slot.room_id) for slot in slots] == [(1, clock("10:00"), 2), (2, clock("10:15"), 1)]


def test_visits_that_cannot_all_be_get_no_place() -> None:
    one_room = physicians(2, a_room(1))
    assert seated_at([asked(one_room, 1, "10:00"), asked(one_room, 2, "10:15")], TUESDAY) == []
    two_rooms = physicians(2, a_room(1), a_room(2))
    assert seated_at([asked(two_rooms, 1, "10:00", patient=9), asked(two_rooms, 2, "10:15", patient=9)], TUESDAY) == []


def test_a_start_at_which_nobody_works_leaves_all_of_them_without_a_place() -> None:
    clinic = physicians(2, a_room(1), a_room(2))
    assert seated_at([asked(clinic, 1, "10:00"), asked(clinic, 2, "03:00")], TUESDAY) == []
