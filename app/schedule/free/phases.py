"""The phases of a visit as the search for free times reads them: who, where, with what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from app.library import phases as library_phases
from app.library import protocol
from app.library.loader import shipped
from app.library.phases import TimedPhase
from app.planning.visit import PROCEDURE, Assistant, DeviceNeed, Phase, Place
from app.schedule.joining import in_order
from app.series.contents import content
from models.appointment import VisitKind
from models.staff import StaffMember
from models.treatment import Course

ELSE_PERFORMER = "assistant_else_performer"


def phases_of(kind: VisitKind, courses: Sequence[Course]) -> tuple[Phase, ...]:
    """The phases of a visit, first to last. Courses joined in it are done in their same-day order.

    Raises ValueError where a kind needs a course and none is given.
    """
    return tuple(_planned(timed.phase) for timed in timed_phases(kind, courses))


def hands_on_minutes(kind: VisitKind, courses: Sequence[Course]) -> int:
    """Minutes of treatment itself."""
    return sum(timed.phase.minutes for timed in timed_phases(kind, courses) if timed.phase.name == PROCEDURE)


def timed_phases(kind: VisitKind, courses: Sequence[Course]) -> tuple[TimedPhase, ...]:
    """The library's phases of the visit, in minutes from its start."""
    contents = [content(course) for course in in_order(courses)]
    return library_phases.of_kind(shipped().visit_kinds[kind.value], shipped(), contents)


def carries_sessions(kind: VisitKind) -> bool:
    """Whether sessions of courses are done in visits of this kind."""
    return shipped().visit_kinds[kind.value].carries_sessions


def uses_of_protocol(kind: VisitKind) -> bool:
    """Whether a visit of this kind uses the protocol's products without being one of its sessions: a touch-up."""
    return (shipped().visit_kinds[kind.value].extra or {}).get("lot") == library_phases.OF_PROTOCOL


def may_perform(person: StaffMember, contents: Sequence[protocol.ProtocolContent]) -> bool:
    """Somebody has the roles and skills for the procedure of each of these protocols."""
    wanted = [_planned(said.procedure) for said in contents]
    return all(phase.performer_roles & set(person.roles) and phase.skills <= set(person.skills) for phase in wanted)


def _planned(phase: protocol.Phase) -> Phase:
    roles, supervised = _people(phase.who)
    helpers = _people(phase.assistant)[0] if phase.assistant else frozenset({"practitioner"})
    return Phase(
        phase.name, phase.minutes, performer=bool(roles), performer_roles=roles, supervised=supervised, skills=frozenset(phase.skills),
        assistant=_assistant(phase), assistant_roles=helpers, room_kind=phase.room, place=Place(phase.place) if phase.place else None,
        devices=tuple(DeviceNeed(use.device, use.minutes) for use in phase.devices),
    )  # fmt: skip


def _assistant(phase: protocol.Phase) -> Assistant:
    """One beside the performer where any works that day (the library's defaults); preparation is an assistant's first."""
    if phase.who == ELSE_PERFORMER:
        return Assistant.ELSE_PERFORMER
    return Assistant.WANTED if phase.assistant else Assistant.NONE


def _people(key: str) -> tuple[frozenset[str], bool]:
    """The roles behind a word of the library's people, and whether the lesser one needs a physician in the house."""
    extra = shipped().words["people"][key].extra or {}
    return frozenset(cast("list[str]", extra.get("roles", []))), "practitioner_only_if" in extra
