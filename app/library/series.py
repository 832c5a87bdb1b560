"""The steps of a course: a protocol's own, a variant's, fewer or more; and where its reviews and visits stand."""

from __future__ import annotations

from app.library.library import Library
from app.library.protocol import ProtocolContent, Step
from app.library.vocabulary import LapsePolicy


class TooManySessions(ValueError):
    """More sessions than the protocol allows without a physician's reason."""

    def __init__(self, most: int) -> None:
        super().__init__(f"at most {most} sessions without a physician's reason")
        self.most = most


class UnknownVariant(ValueError):
    """The protocol has no variant of that name."""


def steps(
    content: ProtocolContent, sessions: int | None = None, variant: str | None = None, *, physician_allows_more: bool = False
) -> tuple[Step, ...]:
    """The steps of a new course: ``sessions`` of them, by default as many as the variant or the protocol says.

    A variant's gap replaces the gaps from its step on; a session beyond the last step repeats a gap. Raises
    TooManySessions beyond the extension unless a physician allows it, UnknownVariant, and ValueError below 1 session.
    """
    chosen = _variant_steps(content, variant)
    wanted = sessions if sessions is not None else _usual_number(content, variant)
    if wanted < 1:
        raise ValueError("a course has at least one session")
    if wanted > content.most_sessions and not physician_allows_more:
        raise TooManySessions(content.most_sessions)
    gaps = next((step.gaps for step in chosen if step.n == _repeated(content, variant)), ())
    more = (Step(n, gaps) for n in range(len(chosen) + 1, wanted + 1))
    return (*chosen[:wanted], *more)


def _variant_steps(content: ProtocolContent, variant: str | None) -> tuple[Step, ...]:
    if variant is not None and variant not in content.variants:
        raise UnknownVariant(variant)
    chosen = content.variants[variant] if variant else None
    if chosen is None or chosen.gap is None or chosen.from_step is None:
        return content.steps
    return tuple(Step(step.n, (chosen.gap,)) if step.n >= chosen.from_step else step for step in content.steps)


def _usual_number(content: ProtocolContent, variant: str | None) -> int:
    return (content.variants[variant].sessions if variant else None) or len(content.steps)


def _repeated(content: ProtocolContent, variant: str | None) -> int:
    """The step whose gap a further session repeats: the variant's word, the extension's, else the last step."""
    named = content.variants[variant].repeats_gap_of_step if variant else None
    return named or (content.extension.repeats_gap_of_step if content.extension else len(content.steps))


def review_points(content: ProtocolContent, sessions: int) -> tuple[int, ...]:
    """After which steps of a course of ``sessions`` the physician reviews.

    The protocol's own points; and where it reviews after its last step, the course's last step too, whichever that is.
    """
    points = {n for n in content.review_after if n <= sessions}
    return tuple(sorted(points | ({sessions} if len(content.steps) in content.review_after else set())))


def lapse_policy(content: ProtocolContent, library: Library) -> LapsePolicy:
    """What lateness means for this protocol."""
    return library.lapse_policies[content.lapse]


def lapse_days(content: ProtocolContent, library: Library) -> int:
    """The days beyond the window after which a course is lapsed and a physician signs before booking."""
    return lapse_policy(content, library).lapse_days


def grace_days(content: ProtocolContent, library: Library) -> int:
    """By how many days below the minimum a session still counts; the protocol's figure, else the default."""
    return library.defaults.grace_days if content.grace_days is None else content.grace_days


def lowest_age(content: ProtocolContent, library: Library) -> int:
    """In years, below which only a physician with a reason treats; the protocol's figure, else the default."""
    return library.defaults.min_age if content.min_age is None else content.min_age
