"""A course as a table: one row a session, with its window, gap, band, verdict and the reasons for its dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.formats import clock_time
from app.i18n import _, _n
from app.planning.answer import Due
from app.planning.bands import Band
from app.planning.windows import still_ahead
from app.plans.show.told import MailMark
from app.plans.words import day_words, possible_words
from app.series.reading import Reading, SessionLine
from app.series.words import reason_words, verdict_words
from models.appointment import COMING, VisitState
from models.treatment import SessionState


@dataclass(frozen=True)
class Row:
    """One session in words. `visit_id`, `session_id` None: there is none. `bookable`: it still needs a visit.

    `best`: its best day, or what stands in for it; `window`: the days on which it is possible. `late`: the last good day
    has passed and nothing is booked. `adrift`: it has no days of its own yet, as a session before it is late.
    """

    label: str
    state: str
    day: str
    time: str = ""
    best: str = ""
    window: str = ""
    late: bool = False
    adrift: bool = False
    gap: str = ""
    band: Band | None = None
    verdict: str = ""
    who: str = ""
    lots: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    session_id: int | None = None
    visit_id: int | None = None
    mails: tuple[MailMark, ...] = ()
    bookable: bool = False
    to_accept: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class Reader:
    """Who looks, and on which day. `names`: people by id; `lots`: numbers by session; `mails`: messages by session."""

    today: date
    clinical: bool
    names: Mapping[int, str] = field(default_factory=dict)
    lots: Mapping[int, Sequence[str]] = field(default_factory=dict)
    mails: Mapping[int, Sequence[MailMark]] = field(default_factory=dict)


def rows_of(reading: Reading, reader: Reader) -> list[Row]:
    """Every session of a course, done ones first."""
    rows: list[Row] = []
    for line in reading.lines:
        before = rows[-1] if rows else None
        rows.append(_row(line, reader, before.label if before and line.visit is None and (before.late or before.adrift) else ""))
    return rows


def _row(line: SessionLine, reader: Reader, waits_for: str) -> Row:
    """`waits_for`: the late session, or the one behind it, that must be done first."""
    due, visit, session = line.due, line.visit, line.session
    late = not waits_for and _is_late(line, reader.today)
    performed_by = session.performed_by_id if session else None
    person = performed_by or (visit.performer_id if visit else None)
    return Row(
        label=line.label, state=_state(line), day=day_words(line.day, reader.today) if due is None or visit else "",
        time=clock_time(visit.local_time) if visit else "", best=_best(due, reader.today, waits_for, late=late),
        window=possible_words(due, reader.today, late=late) if due and not waits_for else "", late=late, adrift=bool(waits_for),
        gap=_n("%(num)s day", "%(num)s days", line.gap_days) if line.gap_days is not None and not late else "", band=line.band,
        verdict=verdict_words(line.verdict.kind) if line.verdict else "", who=reader.names.get(person or 0, ""),
        lots=tuple(reader.lots.get(session.id, ())) if session and reader.clinical else (),
        reasons=() if waits_for else tuple(reason_words(line.reasons, clinical=reader.clinical)), notes=tuple(_notes(line, reader)),
        mails=tuple(reader.mails.get(session.id, ())) if session else (),
        session_id=session.id if session else None, visit_id=visit.id if visit else None,
        bookable=session is not None and session.state in (SessionState.PROPOSED, SessionState.MISSED) and _has_dates(due),
        to_accept=_waits_for_acceptance(line), elsewhere=session is not None and session.elsewhere is not None,
    )  # fmt: skip


def _is_late(line: SessionLine, today: date) -> bool:
    return line.visit is None and line.due is not None and line.due.latest is not None and line.due.latest < today


def _best(due: Due | None, today: date, waits_for: str, *, late: bool) -> str:
    if waits_for:
        return _("once session %(n)s is done", n=waits_for)
    if due is None:
        return ""
    return _("as soon as possible") if late else day_words(still_ahead(due.earliest, due.recommended, due.latest, today)[1], today)


def _has_dates(due: Due | None) -> bool:
    """An open hold leaves a session without any."""
    return due is not None and due.earliest is not None


def _state(line: SessionLine) -> str:
    if line.visit is not None:
        return line.visit.state.value
    held = line.due is not None and line.due.earliest is None
    return "paused" if held and line.state is SessionState.PROPOSED else line.state.value


def _notes(line: SessionLine, reader: Reader) -> list[str]:
    found = []
    if line.after_review:
        found.append(_("after the review"))
    if line.after_stay:
        found.append(_("after the stay in town"))
    if line.left_over:
        found.append(_("not needed any more"))
    if line.visit is not None and line.visit.tentative:
        found.append(_("reserved until the evaluation is signed"))
    if line.visit is not None and line.visit.state in COMING and not line.visit.agreed:
        found.append(_("moved by us, not agreed yet"))
    if line.visit is not None and line.visit.state not in COMING and line.visit.state is not VisitState.DONE:
        found.append(_("here now"))
    if line.session is not None and line.session.elsewhere is not None:
        place = line.session.elsewhere.get("place")
        found.append(_("done elsewhere: %(place)s", place=place) if place else _("done elsewhere"))
        if line.session.elsewhere.get("only_month"):
            found.append(_("only the month is known"))
    if line.session is not None and line.session.override_why and reader.clinical:
        found.append(_("allowed: %(why)s", why=line.session.override_why))
    return found


def _waits_for_acceptance(line: SessionLine) -> bool:
    session = line.session
    return session is not None and session.state is SessionState.DONE and session.elsewhere is not None and session.accepted_by_id is None
