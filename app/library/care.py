"""What a patient is told before and after a visit: one list for all its sessions, equal lines once.

Every function takes the contents of the visit's sessions; a joined visit has several.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.library.care_sections import CALLS
from app.library.library import Library
from app.library.names import Names
from app.library.protocol import ProtocolContent
from app.library.vocabulary import AfterPoint, CarePoint, RedFlag, Window


@dataclass(frozen=True, slots=True)
class PreparationLine:
    """A line of preparation as it is told now. ``late``: its day is past, and these are the words for that case."""

    text: Names
    lead_days: int
    late: bool


def preparation(
    contents: Iterable[ProtocolContent], library: Library, days_ahead: int, asked: Collection[str] | None = None
) -> tuple[PreparationLine, ...]:
    """The lines of preparation for a visit that is ``days_ahead`` days away, longest lead first.

    A point whose day is past is reworded or left out. ``asked`` are the rules that can apply to this patient
    (health_questions.to_ask); a point of another rule is left out. None: every point is shown.
    """
    told: dict[Names, PreparationLine] = {}
    for point in _points(contents, library, asked):
        late = days_ahead < point.lead_days
        text = point.late if late else point.text
        if text is not None:
            told.setdefault(text, PreparationLine(text, point.lead_days, late))
    return tuple(sorted(told.values(), key=lambda line: -line.lead_days))


def longest_lead(contents: Iterable[ProtocolContent], library: Library, asked: Collection[str] | None = None) -> int:
    """How many days before the visit the first line of preparation must be known."""
    return max((point.lead_days for point in _points(contents, library, asked)), default=0)


def _points(contents: Iterable[ProtocolContent], library: Library, asked: Collection[str] | None) -> list[CarePoint]:
    points = [point for group in _groups(content.pre for content in contents) for point in library.pre[group]]
    return [p for p in points if asked is None or p.only_if_rule_applies is None or p.only_if_rule_applies in asked]


def _groups(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Names of groups in the order in which they first stand, each once."""
    return tuple(dict.fromkeys(name for names in groups for name in names))


def aftercare(
    contents: Iterable[ProtocolContent], library: Library, hours_since: float = 0
) -> tuple[tuple[Window, tuple[Names, ...]], ...]:
    """The lines of aftercare by window, in the library's order of windows.

    ``hours_since`` the performed end: a window that is already over is left out.
    """
    points: list[AfterPoint] = [point for group in _groups(content.after for content in contents) for point in library.after[group]]
    told = []
    for window in library.windows.values():
        lines = tuple(dict.fromkeys(point.text for point in points if point.window == window.key))
        if lines and hours_since < window.to_hours:
            told.append((window, lines))
    return tuple(told)


def red_flags(contents: Iterable[ProtocolContent], library: Library) -> tuple[RedFlag, ...]:
    """Signs to call about: emergency number first, then day and night, then the clinic; otherwise in their order."""
    groups = _groups(content.red_flags for content in contents)
    flags = dict.fromkeys(flag for group in groups for flag in library.red_flags[group])
    return tuple(sorted(flags, key=lambda flag: CALLS.index(flag.call)))


def honesty(contents: Iterable[ProtocolContent], library: Library, *, discreet: bool) -> tuple[Names, ...]:
    """The lines that are never removed; ``discreet`` where the mail may not name the procedure."""
    lines = [library.honesty[key] for key in _groups(content.honesty for content in contents)]
    return tuple((line.discreet if discreet else None) or line.text for line in lines)


def message_kinds(content: ProtocolContent, library: Library) -> tuple[str, ...]:
    """Kinds of message this protocol wants: its cadence and what it adds, without what it skips, in the library's order.

    The invitations of maintenance are apart (``recall_kinds``): they need their own consent.
    """
    wanted = {*library.cadences[content.messages.cadence], *content.messages.add} - set(content.messages.skip)
    return tuple(kind for kind in library.message_kinds if kind in wanted)


def asks_in_the_evening(contents: Iterable[ProtocolContent], library: Library) -> bool:
    """Whether something done in the visit must be looked at the same evening (acts injected into the face)."""
    return any("same_evening" in message_kinds(content, library) for content in contents)


def recall_kinds(content: ProtocolContent, library: Library) -> tuple[str, ...]:
    """Kinds of message that invite to maintenance; none where the protocol has no maintenance."""
    return library.cadences[content.maintenance.recall] if content.maintenance else ()
