"""Free times of a visit on one day, and why there are none."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.planning.obstacles import Code, Obstacle, Refusal
from app.planning.resources import Chair, Device, Kind, Resources
from app.planning.slots import check, free_slots, why_none
from app.planning.visit import Assistant, Claim, DeviceNeed, Phase, Place, Request, Slot, Wishes
from tests.planning.clinic_days import (
    ALI,
    BURCU,
    NINE,
    NURSE,
    SIX_PM,
    TUESDAY,
    a_clinic,
    a_numbing,
    a_nurse,
    a_physician,
    a_preparation,
    a_procedure,
    a_request,
    a_room,
    booked,
    clock,
    every_day,
    starts,
    with_cream,
)


def codes(obstacles: tuple[Obstacle, ...]) -> set[Code]:
    return {obstacle.code for obstacle in obstacles}


def refused(answer: Slot | Refusal) -> set[Code]:
    assert isinstance(answer, Refusal)
    return codes(answer.reasons)


def given(answer: Slot | Refusal) -> Slot:
    assert isinstance(answer, Slot), answer
    return answer


def claims_of(slot: Slot, kind: Kind) -> list[tuple[str, int | None, int, int]]:
    return [(claim.phase, claim.id, claim.start_minute, claim.end_minute) for claim in slot.claims if claim.kind is kind]


# ------------------------------------------------------------------ free times


def test_an_empty_day_offers_every_five_minutes_until_the_last_that_fits() -> None:
    assert starts(free_slots(a_request(), TUESDAY)) == list(range(NINE, SIX_PM - 30 + 1, 5))


def test_a_closed_day_offers_nothing() -> None:
    assert free_slots(a_request(), TUESDAY + timedelta(days=500)) == []


def test_a_visit_never_spans_the_lunch_break() -> None:
    clinic = replace(a_clinic(), opening={TUESDAY: ((NINE, clock("12:00")), (clock("13:00"), SIX_PM))})
    assert not [start for start in starts(free_slots(a_request(clinic), TUESDAY)) if clock("11:30") < start < clock("13:00")]


def test_a_busy_performer_is_not_offered() -> None:
    clinic = a_clinic(a_physician(busy={TUESDAY: ((NINE, clock("17:00")),)}))
    assert starts(free_slots(a_request(clinic), TUESDAY))[0] == clock("17:00")


def test_busy_times_off_the_grain_are_kept_to_the_minute() -> None:
    clinic = a_clinic(a_physician(busy={TUESDAY: ((NINE, clock("10:03")),)}))
    assert starts(free_slots(a_request(clinic), TUESDAY))[0] == clock("10:05")
    assert given(check(a_request(clinic), TUESDAY, clock("10:03"))).start_minute == clock("10:03")


def test_a_person_without_every_skill_is_never_offered() -> None:
    clinic = a_clinic(a_physician(BURCU, skills=["peel"]), a_physician(ALI))
    assert {slot.performer_id for slot in free_slots(a_request(clinic), TUESDAY)} == {ALI}


def test_the_wished_practitioner_comes_first_where_free() -> None:
    clinic = a_clinic(a_physician(BURCU), a_physician(ALI, busy={TUESDAY: ((NINE, clock("12:00")),)}))
    slots = free_slots(a_request(clinic, wishes=Wishes(practitioner=ALI)), TUESDAY)
    assert {slot.performer_id for slot in slots if slot.start_minute < clock("12:00")} == {BURCU}
    assert {slot.performer_id for slot in slots if slot.start_minute >= clock("12:00")} == {ALI}


def test_only_the_wished_practitioner_where_no_other_will_do() -> None:
    clinic = a_clinic(a_physician(BURCU), a_physician(ALI, busy={TUESDAY: ((NINE, clock("12:00")),)}))
    slots = free_slots(a_request(clinic, wishes=Wishes(practitioner=ALI, only_practitioner=True)), TUESDAY)
    assert starts(slots)[0] == clock("12:00")


def test_the_patients_other_visit_is_left_alone() -> None:
    request = a_request(patient_busy={TUESDAY: ((NINE, clock("17:30")),)})
    assert starts(free_slots(request, TUESDAY)) == [clock("17:30")]


def test_times_already_past_are_not_offered() -> None:
    request = replace(a_request(), not_before=(TUESDAY, clock("17:12")))
    assert starts(free_slots(request, TUESDAY)) == [clock("17:15"), clock("17:20"), clock("17:25"), clock("17:30")]
    assert free_slots(replace(request, not_before=(TUESDAY + timedelta(days=1), 0)), TUESDAY) == []


def test_a_stay_in_town_limits_the_days() -> None:
    request = a_request(wishes=Wishes(stay_from=TUESDAY + timedelta(days=1), stay_to=TUESDAY + timedelta(days=2)))
    free = [bool(free_slots(request, TUESDAY + timedelta(days=number))) for number in range(4)]
    assert free == [False, True, True, False]


# ------------------------------------------------------------------ what a slot claims


def test_a_visit_with_cream_claims_each_phase_for_itself() -> None:
    clinic = a_clinic(a_physician(), a_nurse(), chairs=1)
    slot = free_slots(a_request(clinic, with_cream()), TUESDAY)[0]
    assert (slot.start_minute, slot.hands_on_minute, slot.end_minute) == (NINE, NINE + 40, NINE + 75)
    assert (slot.performer_id, slot.room_id) == (BURCU, 1)
    assert claims_of(slot, Kind.STAFF) == [
        ("preparation", NURSE, NINE, NINE + 10), ("procedure", BURCU, NINE + 40, NINE + 70), ("procedure", NURSE, NINE + 40, NINE + 70),
    ]  # fmt: skip
    assert claims_of(slot, Kind.CHAIR) == [("preparation", 1, NINE, NINE + 10), ("numbing", 1, NINE + 10, NINE + 40)]
    assert claims_of(slot, Kind.ROOM) == [("procedure", 1, NINE + 40, NINE + 70), ("afterwards", 1, NINE + 70, NINE + 75)]


def test_the_patient_is_claimed_from_the_start_to_the_end_of_the_procedure() -> None:
    slot = free_slots(a_request(a_clinic(), with_cream()), TUESDAY)[0]
    assert claims_of(slot, Kind.PATIENT) == [("visit", None, NINE, NINE + 70)]


def test_one_physician_and_one_nurse_overlap_two_patients_during_the_cream() -> None:
    clinic = a_clinic(a_physician(), a_nurse(), rooms=(a_room(1), a_room(2)), chairs=2)
    first = given(check(a_request(clinic, with_cream()), TUESDAY, NINE))
    second = given(check(a_request(booked(clinic, first), with_cream()), TUESDAY, NINE + 30))
    assert second.start_minute < first.hands_on_minute
    assert second.hands_on_minute == NINE + 70


def test_with_one_chair_nobody_else_waits_in_it() -> None:
    clinic = a_clinic(a_physician(), a_nurse(), rooms=(a_room(1), a_room(2)), chairs=1)
    first = given(check(a_request(clinic, with_cream()), TUESDAY, NINE))
    later = a_request(booked(clinic, first), with_cream())
    assert refused(check(later, TUESDAY, NINE + 30)) == {Code.CHAIR_TAKEN}
    assert free_slots(later, TUESDAY)[0].start_minute == NINE + 70  # when the nurse is free to prepare


def test_a_clinic_that_lists_no_chairs_has_enough() -> None:
    slot = free_slots(a_request(a_clinic(), with_cream()), TUESDAY)[0]
    assert claims_of(slot, Kind.CHAIR) == []


def test_who_sits_stays_in_one_chair() -> None:
    clinic = replace(a_clinic(), chairs=(Chair(1, {TUESDAY: ((NINE + 10, NINE + 20),)}), Chair(2)))
    slot = given(check(a_request(clinic, with_cream()), TUESDAY, NINE))
    assert {chair for _, chair, _, _ in claims_of(slot, Kind.CHAIR)} == {2}


def test_without_an_assistant_at_work_the_performer_prepares() -> None:
    slot = free_slots(a_request(a_clinic(), with_cream()), TUESDAY)[0]
    assert [(phase, who) for phase, who, _, _ in claims_of(slot, Kind.STAFF)] == [("preparation", BURCU), ("procedure", BURCU)]


def test_a_nurse_who_works_must_be_free_to_prepare() -> None:
    nurse = a_nurse(busy={TUESDAY: ((NINE, clock("12:00")),)})
    clinic = a_clinic(a_physician(), nurse)
    assert free_slots(a_request(clinic, (a_preparation(), a_procedure())), TUESDAY)[0].start_minute == clock("12:00")


def test_the_performer_prepares_before_the_nurse_comes() -> None:
    clinic = a_clinic(a_physician(), a_nurse(hours={TUESDAY: ((clock("13:00"), SIX_PM),)}))
    slot = free_slots(a_request(clinic, (a_preparation(), a_procedure())), TUESDAY)[0]
    assert claims_of(slot, Kind.STAFF)[0] == ("preparation", BURCU, NINE, NINE + 10)


def test_a_wanted_assistant_is_needed_on_every_day_one_works() -> None:
    clinic = a_clinic(a_physician(), a_nurse(hours={TUESDAY: ((clock("13:00"), SIX_PM),)}))
    request = a_request(clinic, (a_procedure(assistant=Assistant.WANTED),))
    assert free_slots(request, TUESDAY)[0].start_minute == clock("13:00")
    assert free_slots(request, TUESDAY + timedelta(days=1))[0].start_minute == NINE


def test_a_required_assistant_cannot_be_missing() -> None:
    request = a_request(a_clinic(), (a_procedure(assistant=Assistant.REQUIRED),))
    assert why_none(request, TUESDAY) == (Obstacle(Code.NOBODY_QUALIFIED, "procedure", "assistant", days=(TUESDAY,)),)


def test_nobody_assists_themselves() -> None:
    both = replace(a_physician(), roles=frozenset({"physician", "practitioner"}))
    request = a_request(a_clinic(both), (a_procedure(assistant=Assistant.REQUIRED),))
    assert free_slots(request, TUESDAY) == []


def test_the_simplest_suitable_room_is_taken_first() -> None:
    clinic = a_clinic(rooms=(a_room(1, "procedure", "laser"), a_room(2, "procedure"), a_room(3, "consultation")))
    assert {slot.room_id for slot in free_slots(a_request(clinic), TUESDAY)} == {2}


def test_a_device_is_claimed_only_while_it_runs() -> None:
    spin = a_numbing(devices=(DeviceNeed("centrifuge", 10),))
    clinic = a_clinic(devices=(Device(4, "centrifuge", {TUESDAY: ((NINE + 10, SIX_PM),)}),))
    request = a_request(clinic, (spin, a_procedure()))
    assert [claims_of(slot, Kind.DEVICE) for slot in free_slots(request, TUESDAY)] == [[("numbing", 4, NINE, NINE + 10)]]


def test_two_devices_of_a_kind_are_two_devices() -> None:
    twice = a_procedure(devices=(DeviceNeed("pen"), DeviceNeed("pen", 10)))
    assert codes(why_none(a_request(a_clinic(devices=(Device(1, "pen"),)), (twice,)), TUESDAY)) == {Code.NO_SUCH_DEVICE}
    slot = free_slots(a_request(a_clinic(devices=(Device(1, "pen"), Device(2, "pen"))), (twice,)), TUESDAY)[0]
    assert [claim[1:] for claim in claims_of(slot, Kind.DEVICE)] == [(1, NINE, NINE + 30), (2, NINE, NINE + 10)]


def supervised(minutes: int = 30) -> Phase:
    roles = frozenset({"physician", "practitioner"})
    return Phase("procedure", minutes, performer=True, performer_roles=roles, supervised=True, skills=frozenset({"laser"}))


def test_a_practitioner_performs_only_while_a_physician_works() -> None:
    physician = a_physician(hours={TUESDAY: ((clock("10:00"), clock("11:00")),)}, busy={TUESDAY: ((NINE, SIX_PM),)})
    request = a_request(a_clinic(physician, a_nurse(skills=["laser"])), (supervised(),))
    slots = free_slots(request, TUESDAY)
    assert (starts(slots)[0], starts(slots)[-1]) == (clock("10:00"), clock("10:30"))
    assert {slot.performer_id for slot in slots} == {NURSE}
    assert codes(why_none(request, TUESDAY + timedelta(days=1))) == {Code.NO_PHYSICIAN_THEN}


def test_an_evaluation_before_a_laser_may_be_by_another_person() -> None:
    evaluation = Phase("evaluation", 10, performer=True, room_kind="consultation")
    clinic = a_clinic(a_physician(), a_nurse(skills=["laser"]), rooms=(a_room(1, "consultation"),))
    slot = free_slots(a_request(clinic, (evaluation, supervised())), TUESDAY)[0]
    assert [(phase, who) for phase, who, _, _ in claims_of(slot, Kind.STAFF)] == [("evaluation", BURCU), ("procedure", NURSE)]
    assert (slot.performer_id, slot.hands_on_minute, slot.room_id) == (NURSE, NINE + 10, None)


def test_two_procedures_of_a_joined_visit_have_one_performer_with_all_skills() -> None:
    needling, meso = a_procedure(), replace(a_procedure(20), skills=frozenset({"injection"}))
    clinic = a_clinic(a_physician(BURCU), a_physician(ALI, skills=["needling", "injection"]))
    slot = free_slots(a_request(clinic, (needling, meso)), TUESDAY)[0]
    assert [who for _, who, _, _ in claims_of(slot, Kind.STAFF)] == [ALI, ALI]
    assert [room for _, room, _, _ in claims_of(slot, Kind.ROOM)] == [1, 1]


# ------------------------------------------------------------------ why not


@pytest.mark.parametrize(
    ("clinic", "expected"),
    [
        (replace(a_clinic(), opening={}), {Code.CLOSED}),
        (replace(a_clinic(), opening={TUESDAY: ((NINE, NINE + 20),)}), {Code.OUTSIDE_OPENING}),
        (a_clinic(a_physician(skills=[])), {Code.NOBODY_QUALIFIED}),
        (a_clinic(a_physician(hours={})), {Code.NOT_WORKING}),
        (a_clinic(a_physician(busy=every_day())), {Code.STAFF_BUSY}),
        (a_clinic(rooms=(a_room(1, "laser"),)), {Code.NO_SUCH_ROOM}),
        (a_clinic(rooms=(a_room(busy=every_day()),)), {Code.ROOM_TAKEN}),
        (a_clinic(a_physician(hours={}), rooms=(a_room(busy=every_day()),)), {Code.NOT_WORKING, Code.ROOM_TAKEN}),
    ],
)
def test_a_day_without_a_free_time_says_every_reason(clinic: Resources, expected: set[Code]) -> None:
    assert codes(why_none(a_request(clinic), TUESDAY)) == expected


def test_a_reason_names_the_phase_what_was_asked_and_who_is_in_the_way() -> None:
    clinic = a_clinic(a_physician(BURCU, busy=every_day()), a_physician(ALI, hours={}))
    assert why_none(a_request(clinic), TUESDAY) == (
        Obstacle(Code.STAFF_BUSY, "procedure", "needling", (BURCU,), days=(TUESDAY,)),
        Obstacle(Code.NOT_WORKING, "procedure", "needling", (ALI,), days=(TUESDAY,)),
    )


def test_a_day_with_a_free_time_has_no_reasons() -> None:
    assert why_none(a_request(), TUESDAY) == ()


def test_people_and_rooms_that_are_never_free_together_are_said_to_be_so() -> None:
    noon = clock("12:00")
    clinic = a_clinic(a_physician(busy={TUESDAY: ((NINE, noon),)}), rooms=(a_room(busy={TUESDAY: ((noon, SIX_PM),)}),))
    assert why_none(a_request(clinic), TUESDAY) == (Obstacle(Code.NO_COMMON_TIME, days=(TUESDAY,)),)


def test_a_missing_assistant_is_the_reason_only_where_it_is() -> None:
    nurse = a_nurse(busy=every_day())
    clinic = a_clinic(a_physician(), nurse)
    reasons = why_none(a_request(clinic, (a_procedure(assistant=Assistant.WANTED),)), TUESDAY)
    assert reasons == (Obstacle(Code.STAFF_BUSY, "procedure", "assistant", (NURSE,), days=(TUESDAY,)),)


def test_the_patients_other_visit_a_past_day_and_a_stay_are_reasons() -> None:
    assert codes(why_none(a_request(patient_busy=every_day()), TUESDAY)) == {Code.PATIENT_BUSY}
    tomorrow = TUESDAY + timedelta(days=1)
    assert codes(why_none(replace(a_request(), not_before=(tomorrow, 0)), TUESDAY)) == {Code.PAST}
    away = why_none(a_request(wishes=Wishes(stay_from=tomorrow)), TUESDAY)
    assert away == (Obstacle(Code.OUTSIDE_STAY, first=tomorrow, days=(TUESDAY,)),)


# ------------------------------------------------------------------ one exact time


def test_one_exact_time_with_one_person_and_room() -> None:
    clinic = a_clinic(a_physician(BURCU), a_physician(ALI), rooms=(a_room(1), a_room(2)))
    slot = given(check(a_request(clinic), TUESDAY, NINE + 7, staff_id=ALI, room_id=2))
    assert (slot.start_minute, slot.performer_id, slot.room_id) == (NINE + 7, ALI, 2)


@pytest.mark.parametrize("minute", [-5, clock("08:55"), clock("17:35"), 24 * 60, 10**9])
def test_a_time_outside_the_opening_hours_is_refused(minute: int) -> None:
    assert refused(check(a_request(), TUESDAY, minute)) == {Code.OUTSIDE_OPENING}


def test_a_person_who_may_not_and_a_room_that_cannot_are_refused_by_name() -> None:
    clinic = a_clinic(a_physician(), a_nurse(), rooms=(a_room(1), a_room(2, "laser")))
    assert refused(check(a_request(clinic), TUESDAY, NINE, staff_id=NURSE, room_id=2)) == {Code.NOT_QUALIFIED, Code.ROOM_UNSUITABLE}
    assert refused(check(a_request(clinic), TUESDAY, NINE, staff_id=99)) == {Code.NOT_QUALIFIED}


def test_every_reason_against_one_time_is_told() -> None:
    busy = {TUESDAY: ((NINE, NINE + 60),)}
    clinic = a_clinic(a_physician(busy=busy), rooms=(a_room(busy=busy),))
    answer = check(replace(a_request(clinic), patient_busy=busy), TUESDAY, NINE + 30)
    assert refused(answer) == {Code.STAFF_BUSY, Code.ROOM_TAKEN, Code.PATIENT_BUSY}


# ------------------------------------------------------------------ what makes no sense


def test_a_phase_without_length_or_a_device_that_outlasts_it_is_refused() -> None:
    with pytest.raises(ValueError, match="minutes"):
        Phase("numbing", 0)
    with pytest.raises(ValueError, match="outlast"):
        Phase("numbing", 10, devices=(DeviceNeed("centrifuge", 20),))


def test_a_performer_cannot_stand_in_for_the_assistant_beside_them() -> None:
    with pytest.raises(ValueError, match="stand in"):
        a_procedure(assistant=Assistant.ELSE_PERFORMER)


def test_a_visit_without_phases_or_with_the_same_room_as_none_is_refused() -> None:
    with pytest.raises(ValueError, match="phase"):
        Request((), a_clinic())
    with pytest.raises(ValueError, match="same_room"):
        Request((Phase("afterwards", 5, place=Place.SAME_ROOM),), a_clinic())


def test_a_visit_that_only_waits_needs_nobody() -> None:
    slot = free_slots(a_request(a_clinic(chairs=1), (a_numbing(),)), TUESDAY)[0]
    assert slot.performer_id is None
    assert slot.claims == (Claim("visit", Kind.PATIENT, None, NINE, NINE + 30), Claim("numbing", Kind.CHAIR, 1, NINE, NINE + 30))
