"""What must hold for every free time, whatever the clinic and the visit look like."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.planning.best_on_day import best_on
from app.planning.day_map import begins, each_minute, gap_after, gap_before, minutes_of
from app.planning.obstacles import Refusal
from app.planning.placement import distances, nearest
from app.planning.resources import DAY_MINUTES, Chair, Days, Device, Kind, Person, Resources, Room, Span
from app.planning.slots import check, free_slots, why_none
from app.planning.visit import Assistant, Claim, DeviceNeed, Phase, Place, Request, Slot, Wishes
from app.planning.visit_on_day import Candidate, VisitOnDay
from app.planning.windows import Window
from tests.planning.clinic_days import TUESDAY, booked, place, starts, with_claims

MORNING, EVENING = 9 * 60, 13 * 60
BOTH = frozenset({"physician", "practitioner"})

spans = st.tuples(st.integers(MORNING - 30, EVENING), st.integers(5, 60)).map(lambda pair: (pair[0], pair[0] + pair[1]))
busy = st.lists(spans, max_size=3).map(lambda found: {TUESDAY: tuple(found)})
whole = st.just(((MORNING, EVENING),))
broken = st.lists(spans.map(lambda span: (span[0], span[1] + 90)), min_size=1, max_size=2).map(tuple)
hours = (whole | broken).map(lambda found: {TUESDAY: found})
roles = st.sampled_from([frozenset({"physician"}), frozenset({"practitioner"}), BOTH])
skills = st.sampled_from([frozenset({"needling", "laser"}), frozenset({"needling"}), frozenset({"laser"})])
needed_skills = st.sampled_from([frozenset[str](), frozenset({"needling"}), frozenset({"laser"})])
room_kinds = st.sampled_from([frozenset({"procedure", "consultation"}), frozenset({"procedure"}), frozenset({"consultation"})])
devices_needed = st.lists(st.builds(DeviceNeed, st.just("pen"), st.none() | st.just(5)), max_size=2).map(tuple)


def numbered(ids: range, build: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[Any]:
    """Some things with different ids."""
    made = st.lists(build, min_size=least, max_size=len(ids))
    return made.map(lambda found: tuple(replace(one, id=n) for n, one in zip(ids, found, strict=False)))


clinics = st.builds(
    Resources,
    opening=hours,
    people=numbered(range(1, 5), st.builds(Person, st.just(0), roles, skills, hours, busy), least=2),
    rooms=numbered(range(1, 4), st.builds(Room, st.just(0), room_kinds, busy), least=1),
    chairs=numbered(range(1, 3), st.builds(Chair, st.just(0), busy)),
    devices=numbered(range(1, 4), st.builds(Device, st.just(0), st.just("pen"), busy), least=1),
)
beside = st.sampled_from([Assistant.NONE, Assistant.WANTED, Assistant.REQUIRED])
procedures = st.builds(
    Phase, st.just("procedure"), st.integers(5, 45), st.just(True), st.sampled_from([frozenset({"physician"}), BOTH]), st.booleans(),
    needed_skills, beside, room_kind=st.none() | st.sampled_from(["procedure", "consultation"]), devices=devices_needed,
)  # fmt: skip
waits = st.builds(
    Phase, st.sampled_from(["preparation", "numbing"]), st.integers(5, 40), assistant=st.sampled_from(list(Assistant)),
    place=st.none() | st.just(Place.ANY_CHAIR), devices=devices_needed,
)  # fmt: skip
phases = st.tuples(st.lists(waits, max_size=2), st.lists(procedures, min_size=1, max_size=2), st.lists(waits, max_size=1)).map(
    lambda parts: tuple(phase for part in parts for phase in part)
)
wishes = st.builds(
    Wishes, st.none() | st.integers(1, 4), st.booleans(), st.none(), st.just(frozenset()), st.lists(spans, max_size=1).map(tuple)
)
requests = st.builds(Request, phases, clinics, busy, wishes)


def inside(span: Span, spans_: tuple[Span, ...]) -> bool:
    """Every minute of the span lies in one of the others."""
    return all(any(begin <= minute < end for begin, end in spans_) for minute in range(*span))


def overlaps(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def things(clinic: Resources) -> dict[tuple[Kind, int | None], Person | Room | Chair | Device]:
    return {
        **{(Kind.STAFF, person.id): person for person in clinic.people},
        **{(Kind.ROOM, room.id): room for room in clinic.rooms},
        **{(Kind.CHAIR, chair.id): chair for chair in clinic.chairs},
        **{(Kind.DEVICE, device.id): device for device in clinic.devices},
    }


def others(slot: Slot) -> Iterator[tuple[Claim, Span]]:
    return ((claim, (claim.start_minute, claim.end_minute)) for claim in slot.claims if claim.kind is not Kind.PATIENT)


@given(requests)
@settings(max_examples=60, deadline=None)
def test_no_claim_overlaps_a_busy_time_of_what_it_claims(request: Request) -> None:
    known = things(request.resources)
    for slot in free_slots(request, TUESDAY):
        for claim, span in others(slot):
            assert not any(overlaps(span, taken) for taken in known[claim.kind, claim.id].busy.get(TUESDAY, ()))
        patient = next(claim for claim in slot.claims if claim.kind is Kind.PATIENT)
        assert not any(overlaps((patient.start_minute, patient.end_minute), taken) for taken in request.patient_busy[TUESDAY])


@given(requests)
@settings(max_examples=60, deadline=None)
def test_every_claim_lies_inside_opening_and_working_hours(request: Request) -> None:
    known = things(request.resources)
    for slot in free_slots(request, TUESDAY):
        assert inside((slot.start_minute, slot.end_minute), request.resources.opening[TUESDAY])
        for claim, span in others(slot):
            thing = known[claim.kind, claim.id]
            assert not isinstance(thing, Person) or inside(span, thing.hours[TUESDAY])


@given(requests)
@settings(max_examples=60, deadline=None)
def test_nothing_is_claimed_twice_within_one_visit(request: Request) -> None:
    for slot in free_slots(request, TUESDAY):
        for (one, span), (other, later) in combinations(list(others(slot)), 2):
            assert (one.kind, one.id) != (other.kind, other.id) or not overlaps(span, later)


@given(requests)
@settings(max_examples=60, deadline=None)
def test_each_performed_phase_has_someone_with_the_role_the_skills_and_the_supervision(request: Request) -> None:
    people = {person.id: person for person in request.resources.people}
    physicians = [span for person in people.values() if "physician" in person.roles for span in person.hours[TUESDAY]]
    for slot in free_slots(request, TUESDAY):
        begin = slot.start_minute
        for phase in request.phases:
            span = (begin, begin + phase.minutes)
            able = {
                claim.id
                for claim, claimed in others(slot)
                if claim.kind is Kind.STAFF and claimed == span and claim.id is not None
                and people[claim.id].roles & phase.performer_roles and phase.skills <= people[claim.id].skills
                and (not phase.supervised or "physician" in people[claim.id].roles or inside(span, tuple(physicians)))
            }  # fmt: skip
            assert able or not phase.performer
            begin = span[1]


@given(requests)
@settings(max_examples=60, deadline=None)
def test_visits_booked_one_after_another_never_clash(request: Request) -> None:
    taken: list[Slot] = []
    while (free := free_slots(request, TUESDAY)) and len(taken) < 6:
        slot = free[len(free) // 2]
        taken.append(slot)
        patient = with_claims(request.patient_busy, slot, Kind.PATIENT, None)
        request = replace(request, resources=booked(request.resources, slot), patient_busy=patient)
    claims = sorted((claim for slot in taken for claim in slot.claims), key=lambda c: (c.kind, c.id or 0, c.start_minute))
    for one, later in pairwise(claims):
        assert (one.kind, one.id) != (later.kind, later.id) or one.end_minute <= later.start_minute


@given(requests)
@settings(max_examples=60, deadline=None)
def test_a_day_has_either_free_times_or_reasons(request: Request) -> None:
    assert bool(free_slots(request, TUESDAY)) != bool(why_none(request, TUESDAY))


@given(requests, st.integers(MORNING, EVENING))
@settings(max_examples=60, deadline=None)
def test_a_time_can_be_booked_if_and_only_if_it_is_offered(request: Request, minute: int) -> None:
    minute -= minute % 5
    answer = check(request, TUESDAY, minute)
    offered = [slot for slot in free_slots(request, TUESDAY) if slot.start_minute == minute]
    assert answer == offered[0] if offered else isinstance(answer, Refusal) and answer.reasons


@given(requests, st.integers(1, 4), st.integers(1, 3), st.integers(MORNING, EVENING))
@settings(max_examples=60, deadline=None)
def test_a_checked_time_has_the_person_and_the_room_asked_for(request: Request, staff_id: int, room_id: int, minute: int) -> None:
    answer = check(request, TUESDAY, minute, staff_id, room_id)
    if isinstance(answer, Slot):
        assert answer.performer_id == staff_id
        assert answer.room_id in (room_id, None)


@given(requests)
@settings(max_examples=60, deadline=None)
def test_the_quick_best_start_of_a_team_is_the_best_of_all_its_starts(request: Request) -> None:
    visit = VisitOnDay.of(request, TUESDAY)
    best: dict[frozenset[int], tuple[object, ...]] = {}
    for candidate in visit.candidates():
        best[candidate.team.people] = min(best.get(candidate.team.people, candidate.rank), candidate.rank)
    quick: dict[frozenset[int], tuple[object, ...]] = {}
    for candidate in best_on(request, TUESDAY)[1]:
        quick[candidate.team.people] = min(quick.get(candidate.team.people, candidate.rank), candidate.rank)
    assert quick == best


@given(requests, st.lists(st.tuples(busy, hours), min_size=3, max_size=3), st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_a_day_among_others_is_what_it_is_by_itself(
    request: Request, days: list[tuple[dict[date, tuple[Span, ...]], dict[date, tuple[Span, ...]]]], ahead: int
) -> None:
    # three days in a row, wherever a run of days begins; the people are busy and there as on the drawn days, in turn
    first = TUESDAY + timedelta(days=ahead)

    def later(spans_: Days, drawn: int) -> Days:
        others = [day[drawn] for day in days]
        return {first + timedelta(days=n): (*spans_.get(TUESDAY, ()), *other[TUESDAY])[n:] for n, other in enumerate(others)}

    people = tuple(replace(one, hours=later(one.hours, 1), busy=later(one.busy, 0)) for one in request.resources.people)
    rooms = tuple(replace(one, busy=later(one.busy, 0)) for one in request.resources.rooms)
    clinic = replace(request.resources, opening=later(request.resources.opening, 1), people=people, rooms=rooms)
    asked = replace(request, resources=clinic, patient_busy=later(request.patient_busy, 0))
    for day in (first + timedelta(days=n) for n in range(-1, 4)):
        alone = VisitOnDay.of(asked, day)
        best: dict[int, Candidate] = {}
        for one in alone.candidates():
            number = number_of(one, alone)
            best[number] = min(one, best.get(number, one), key=lambda found: found.rank)
        visit, quick = best_on(asked, day)
        assert {number_of(one, visit): one.rank for one in quick} == {number: one.rank for number, one in best.items()}
        for one in quick:
            assert visit.slot(one) == alone.slot(best[number_of(one, visit)])


def number_of(candidate: Candidate, visit: VisitOnDay) -> int:
    """Of the candidate's team among those of the visit."""
    return next(number for number, team in enumerate(visit.teams()) if team is candidate.team)


@given(clinics, busy, st.integers(5, 45), needed_skills)
@settings(max_examples=60, deadline=None)
def test_no_possible_start_of_a_simple_visit_is_missed(
    clinic: Resources, patient: dict[date, tuple[Span, ...]], minutes: int, needed: frozenset[str]
) -> None:
    phase = Phase("procedure", minutes, performer=True, skills=needed, room_kind="procedure")
    able = [person for person in clinic.people if "physician" in person.roles and needed <= person.skills]
    rooms = [room for room in clinic.rooms if "procedure" in room.kinds]

    def possible(start: int) -> bool:
        span = (start, start + minutes)
        someone = any(inside(span, one.hours[TUESDAY]) and not any(overlaps(span, b) for b in one.busy[TUESDAY]) for one in able)
        somewhere = any(not any(overlaps(span, taken) for taken in room.busy[TUESDAY]) for room in rooms)
        here = not any(overlaps(span, taken) for taken in patient[TUESDAY])
        return someone and somewhere and here and inside(span, clinic.opening[TUESDAY])

    request = Request((phase,), clinic, patient)
    assert starts(free_slots(request, TUESDAY)) == [start for start in range(0, DAY_MINUTES - minutes + 1, 5) if possible(start)]


@given(st.lists(spans, max_size=5), st.integers(1, 60), st.integers(0, DAY_MINUTES))
def test_bits_answer_what_counting_minutes_answers(found: list[Span], minutes: int, minute: int) -> None:
    free = minutes_of(found)
    count = [any(begin <= m < end for begin, end in found) for m in range(DAY_MINUTES + 60)]
    assert list(each_minute(begins(free, minutes))) == [m for m in range(DAY_MINUTES) if all(count[m : m + minutes])]
    assert gap_after(free, minute) == next((n for n in range(DAY_MINUTES) if not count[minute + n]), 0)
    assert gap_before(free, minute) == next((n for n in range(minute) if not count[minute - n - 1]), minute)


# ------------------------------------------------------------------ windows and series

ONE_HOUR = (MORNING, MORNING + 60)
SIMPLE = (Phase("procedure", 60, performer=True),)


def a_window(of: date, days: tuple[int, int, int]) -> Window:
    """From, best and last day, counted from a day."""
    earliest, recommended, latest = (of + timedelta(days=number) for number in days)
    return Window(earliest, recommended, latest, 0, ())


def open_on(days: set[int]) -> Request:
    """A visit of an hour in a clinic that is open for that hour on these days only."""
    spans_by_day = {TUESDAY + timedelta(days=number): (ONE_HOUR,) for number in days}
    return Request(SIMPLE, Resources(spans_by_day, (Person(1, frozenset({"physician"}), hours=spans_by_day),)))


@given(st.sets(st.integers(0, 30)), st.integers(0, 20), st.integers(0, 10), st.integers(0, 20), st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_the_nearest_days_of_a_window_are_found(days: set[int], first: int, ahead: int, length: int, n: int) -> None:
    best, last = min(first + ahead, first + length), first + length
    window = a_window(TUESDAY, (first, best, last))
    found = [(slot.day - TUESDAY).days for slot in nearest(open_on(days), window, n)]
    expected = sorted((day for day in days if first <= day <= last), key=lambda day: (abs(day - best), day))
    assert found == expected[:n]
    assert [day for day, _ in distances(open_on(days), window)] == [
        TUESDAY + timedelta(days=d)
        for d in sorted(range(first, last + 1), key=lambda d: (abs(d - best) if abs(d - best) > 2 else 0, abs(d - best), d))
    ]


@given(st.sets(st.integers(0, 40)), st.integers(1, 8), st.integers(0, 4), st.integers(0, 8), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_a_series_is_placed_whole_whenever_that_is_possible(
    days: set[int], minimum: int, to_ideal: int, to_max: int, sessions: int
) -> None:
    def window_after(index: int, before: tuple[date | None, ...]) -> Window:
        last = before[-1] if before else TUESDAY - timedelta(days=minimum)
        assert last is not None
        gaps = (minimum, minimum + min(to_ideal, to_max), minimum + to_max)
        return a_window(last, gaps)._replace(ideal_gap_days=gaps[1])

    reachable = {-minimum}
    for _ in range(sessions):
        reachable = {day for day in days if any(minimum <= day - before <= minimum + to_max for before in reachable)}
    placed = place([open_on(days)] * sessions, window_after)
    assert all(one.slot for one in placed) == bool(reachable)
    for one in placed:
        assert one.window is not None
        assert one.window.latest is not None
        assert one.reasons if one.slot is None else one.window.earliest <= one.slot.day <= one.window.latest
