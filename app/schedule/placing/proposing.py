"""The proposals for a plan: all its courses placed at once, and what is said about each session then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from app.planning.decided import only_on
from app.planning.obstacles import Code, Obstacle, Refusal
from app.planning.series import Placement, place_together
from app.planning.series_tracks import After, Key, Rules, Track, WindowAfter
from app.planning.slots import check
from app.planning.visit import Request, Slot
from app.planning.windows import Window
from app.schedule.free.closed_days import WHOLE_DAY, ClosedDays, closed_to, told
from app.schedule.placing.asking import Asking
from app.schedule.placing.proposals import LATER, Proposal
from app.schedule.placing.windows import Chain
from app.series import other_acts
from app.series.other_acts import OtherAct
from models.appointment import VisitKind

ROOM: Final = timedelta(days=90)
"""Before the last day that is planned at all: a session may come late there without another giving way to it."""


def proposals(asking: Asking) -> list[Proposal]:
    """One for every open session. Where a day asks for an evaluation that was not expected, or for none, all are placed once more."""
    placed = _Placed(asking)
    if asking.judged_on(placed.days):
        placed = _Placed(asking)
    return [placed.proposal(track, index) for track, chain in enumerate(asking.chains) for index in range(len(chain.lines))]


class _Placed:
    """The sessions of a plan at their places, each seen beside those of the other courses."""

    def __init__(self, asking: Asking) -> None:
        tracks = [_track(asking, number) for number in range(len(asking.chains))]
        self._asking, self._joined = asking, defaultdict[Key, list[Key]](list)
        self._placements = self._place(tracks)
        self._chains = [self._as_booked(track, chain.beginning(self._first(tracks[track]))) for track, chain in enumerate(asking.chains)]
        self._placements = [tuple(self._that_stand(track)) for track in range(len(tracks))]
        self._part()
        self._requests: dict[tuple[int, VisitKind], Request] = {}

    @property
    def days(self) -> dict[Key, date]:
        """The day of each session that has a place."""
        return {(track, n): one.slot.day for track, row in enumerate(self._placements) for n, one in enumerate(row) if one.slot}

    def proposal(self, track: int, index: int) -> Proposal:
        """What is proposed for one session."""
        asking, chain, placed = self._asking, self._chains[track], self._placements[track][index]
        key, line, visiting = asking.key(track, index), chain.lines[index], asking.visiting[track][index]
        assert line.session is not None
        before = tuple(map(_expected, self._placements[track][:index]))
        request = _beside_those_booked(self._request(track, visiting.kind), chain, index, before)
        slot, window, due, decided = placed.slot, placed.window, chain.due(index, before), asking.decided.get(key, placed.slot)
        left = window is not None and key in asking.decided and decided is LATER
        return Proposal(
            key[0], line.session, line.label, visiting.kind, slot, window,
            () if left else self._reasons(track, request, placed, decided), visiting.tentative, line.after_review,
            due.band(slot.day) if slot and due else None, request, chain.soonest(index, before),
            tuple(asking.key(*other) for other in self._joined[track, index]),
        )  # fmt: skip

    def _place(self, tracks: list[Track]) -> list[tuple[Placement, ...]]:
        asking = self._asking
        courses = [chain.course for chain in asking.chains]
        found = place_together(tracks, Rules(lambda a, b: other_acts.least_days(courses[a], courses[b]), asking.joined))
        for one, other in found.joined:
            self._joined[one].append(other)
            self._joined[other].append(one)
        return [(*placed, *self._too_far(track, len(placed))) for track, placed in enumerate(found.tracks)]

    def _too_far(self, track: int, first: int) -> Iterator[Placement]:
        """What lies behind the days that are planned now: they come nearer."""
        chain, far = self._asking.chains[track], Obstacle(Code.TOO_FAR, last=self._asking.last)
        return (Placement(chain.window_after(index, ()), None, (far,)) for index in range(first, len(chain.lines)))

    def _first(self, track: Track) -> date | None:
        """The day before which a course may not begin, because of where a session of another one lies."""
        day = _expected(self._placements[track.after.key[0]][track.after.key[1]]) if track.after else None
        return day + timedelta(days=track.after.days) if track.after and day else None

    def _as_booked(self, track: int, chain: Chain) -> Chain:
        """The course as it reads once all is booked: what lies before its next session moves that one's days."""
        placed = self._placements[track]
        if not placed or any(one.step < chain.steps[0] for one in chain.question.booked):
            return chain
        slot, day = placed[0].slot, _expected(placed[0])
        return chain.behind([one for one in self._beside(track) if day and (one.done.day < day or (not slot and one.done.day == day))])

    def _that_stand(self, track: int) -> Iterator[Placement]:
        """The places of a course without those that would be too early once all is booked: where a session before them has none,
        its day waits for the other courses, and theirs wait for it."""
        chain, days = self._chains[track], list[date | None]()
        for index, placed in enumerate(self._placements[track]):
            window, own = chain.window_after(index, tuple(days)), self._asking.key(track, index) in self._asking.decided
            day = placed.slot.day if placed.slot else None
            early = day is not None and window is not None and (day < window.earliest or chain.breaks(index, tuple(days), day))
            stands = Placement(window, None, (Obstacle(Code.GIVES_WAY),)) if early and not own else replace(placed, window=window)
            days.append(_expected(stands))
            yield stands

    def _part(self) -> None:
        """Who was to share the visit of a session that does not stand comes alone: the visit is as long as that takes."""
        for key in [key for key in self._joined if self._placement(key).slot is None]:
            for track, index in self._joined.pop(key):
                self._joined[track, index].remove(key)
                row = self._placements[track]
                self._placements[track] = (*row[:index], self._alone((track, index)), *row[index + 1 :])

    def _alone(self, key: Key) -> Placement:
        """The place of a session at its time, with its practitioner, when nothing else is done in its visit."""
        placed = self._placement(key)
        if placed.slot is None:
            return placed
        found = check(self._asking.alone(*key), placed.slot.day, placed.slot.start_minute, placed.slot.performer_id)
        return replace(placed, slot=None, reasons=found.reasons) if isinstance(found, Refusal) else replace(placed, slot=found)

    def _placement(self, key: Key) -> Placement:
        return self._placements[key[0]][key[1]]

    def _reasons(self, track: int, request: Request, placed: Placement, decided: Slot | None) -> tuple[Obstacle, ...]:
        """Why there is no slot; of a time that was decided, why that one cannot be."""
        reasons = placed.reasons
        if any(one.code is Code.EMPTY_WINDOW for one in reasons):  # of its own a window has days, or begins today: others left it none
            reasons = (Obstacle(Code.BREAKS_LATER),)
        if placed.slot is None and decided is not None:
            answer = check(request, decided.day, decided.start_minute, decided.performer_id, decided.room_id)
            reasons = answer.reasons if isinstance(answer, Refusal) else reasons
        return told(request.patient_busy, closed_to({}, self._chains[track].course, self._others(track)).told(reasons))

    def _request(self, track: int, kind: VisitKind) -> Request:
        """What a session of the course asks, beside the visits of the other courses too; a day takes one visit of the plan."""
        if (track, kind) not in self._requests:
            plain = self._asking.plain(kind, (track,))
            days = {one.done.day: WHOLE_DAY for one in self._beside(track)}
            busy = closed_to({**plain.patient_busy, **days}, self._chains[track].course, self._others(track))
            self._requests[track, kind] = replace(plain, patient_busy=busy)
        return self._requests[track, kind]

    def _others(self, track: int) -> list[OtherAct]:
        return [*self._asking.others, *self._beside(track)]

    def _beside(self, track: int) -> list[OtherAct]:
        """What is proposed for the other courses."""
        return [
            other_acts.wanted(chain.course, one.slot.day, one.slot.start_minute)
            for number, chain in enumerate(self._asking.chains)
            for one in self._placements[number]
            if one.slot and number != track
        ]


def _beside_those_booked(request: Request, chain: Chain, index: int, before: tuple[date | None, ...]) -> Request:
    """What a session asks, and on no day on which one that is booked behind it would be too early."""
    if all(one.step < chain.steps[index] for one in chain.question.booked):
        return request
    busy = ClosedDays(request.patient_busy, lambda day: Code.BREAKS_LATER if chain.breaks(index, before, day) else None)
    return replace(request, patient_busy=busy)


def _track(asking: Asking, number: int) -> Track:
    """A course with what was decided about its sessions: on that day and at no other, or at no time at all."""
    chain = asking.chains[number]
    slots = {index: asking.decided[key] for index in range(len(chain.lines)) if (key := asking.key(number, index)) in asking.decided}

    def windows(first: date | None) -> WindowAfter:
        begun = chain.beginning(first)

        def window_after(index: int, days: tuple[date | None, ...]) -> Window | None:
            found, slot = begun.window_after(index, days), slots.get(index)
            return found if found is None or slot is None else only_on(found, slot.day)

        return window_after

    near = chain.near(asking.last - ROOM, {index for index, slot in slots.items() if slot})
    sessions = tuple(asking.alone(number, index) for index in range(near))
    return Track(sessions, windows, chain.remembers, _after(asking, chain), frozenset(slots))


def _after(asking: Asking, chain: Chain) -> After | None:
    """The session of another course from which this one counts its begin, if that is placed now too."""
    for number, other in enumerate(asking.chains):
        if other.course.id == chain.course.starts_after_course_id and other.course.starts_after_course_id is None:
            labels = [line.label for line in other.lines]
            if (step := str(chain.course.starts_after_step)) in labels:
                return After((number, labels.index(step)), chain.course.starts_after_days or 0)
    return None


def _expected(placed: Placement) -> date | None:
    """The day a session lies on, or would if it had a place."""
    return placed.slot.day if placed.slot else placed.window.recommended if placed.window else None
