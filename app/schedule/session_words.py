"""Sessions and visits as a list names them."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import _, language
from app.names import visit_name
from app.series.contents import content
from models.appointment import Appointment, AppointmentSession, Outcome, VisitKind


@dataclass(frozen=True)
class SessionWords:
    """A session of a visit as it is named in a list: "PRP, scalp", "1 of 3", the gap and where it lies in its window.

    `used_up`: it is still to be done, and none of the agreed sessions is left for it.
    """

    name: str
    count: str
    gap_days: int | None
    band: str
    used_up: bool = False


def session_words(link: AppointmentSession) -> SessionWords:
    """How a session is named in a list."""
    course = link.session.course
    used_up = link.outcome is Outcome.PLANNED and course.agreed_used is not None and course.agreed_used >= (course.agreed_sessions or 0)
    return SessionWords(content(course).names.in_(language()), count_words(link.label, link.of), link.gap_days, link.band, used_up)


def count_words(label: str, of: int | None) -> str:
    """1 of 3 · maintenance 2 · nothing where it does not count."""
    if label.startswith("M"):
        return _("maintenance %(n)s", n=label[1:])
    return _("%(n)s of %(all)s", n=label, all=of) if label and of else label


def kind_line(visit: Appointment, named_too: bool) -> str:
    """The kind of visit, where the sessions alone do not say it."""
    if visit.kind is VisitKind.TREATMENT and visit.sessions and named_too:
        return ""
    if visit.kind is VisitKind.EVALUATION_AND_TREATMENT and named_too:
        return _("Evaluation first, treatment if suitable")
    return visit_name(visit.kind)
