"""Everything the pre-flight checks of a day's visits rest on, read in one query whatever the number of visits."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import BindParameter, Date, Integer, Select, String, Text, bindparam, case, cast, literal, null, select, union_all
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from models.appointment import Appointment, VisitKind, VisitState
from models.base import UtcDateTime, db
from models.complication import Complication, ComplicationState
from models.numbing import CreamUse
from models.patient import Consent, ConsentKind, Evaluation, Finding, PatientReport
from models.product import Lot, LotUse, Product
from models.route_leave import RouteLeave
from models.treatment import Hold, Review


class Fact(NamedTuple):
    """One row of something a check rests on. What the columns mean is said where each kind is read."""

    what: str
    owner: int
    ref: int | None
    number: int | None
    other: int | None
    key: str | None
    area: str | None
    product: str | None
    first: date | None
    last: date | None
    at: datetime | None
    words: str | None
    amount: str | None
    unit: str | None
    routes: str | None

    def gives(self, route: str) -> bool:
        """The product is authorised for this way, or nobody has written down for which it is."""
        known = json.loads(self.routes or "[]")
        return not route or not known or route in known


class Owners(NamedTuple):
    """Whose facts the checks of a visit rest on, by id; None among them is nobody."""

    patient: int
    plans: frozenset[int | None]
    courses: frozenset[int | None]
    sessions: frozenset[int]
    visit: int


FROZEN: Final = "frozen"
ON, OFF = "on", "off"
HOUSE: Final = 0
"""Whose the shelf is."""
_OF_A_PATIENT = ("finding", "report", "complication", "signed", "draft", "consent", "patch_test")
_TYPES: dict[str, TypeEngine[Any]] = {
    "owner": Integer(), "ref": Integer(), "number": Integer(), "other": Integer(), "key": String(), "area": String(),
    "product": String(), "first": Date(), "last": Date(), "at": UtcDateTime(), "words": Text(),
    "amount": String(), "unit": String(), "routes": Text(),
}  # fmt: skip


class Facts:
    """The rows by kind and by whom or what they belong to."""

    def __init__(self, rows: Iterable[Fact]) -> None:
        self._rows: Mapping[tuple[str, int], list[Fact]] = defaultdict(list)
        for row in rows:
            self._rows[row.what, row.owner].append(row)

    def of(self, what: str, owner: int) -> Sequence[Fact]:
        """The rows of a kind that belong to one patient, plan, course, session or visit."""
        return self._rows.get((what, owner), ())

    def shelf(self, kind: str, place_id: int) -> list[Fact]:
        """Each product of a kind; with its lot of the day, if it has one that may be used at the place."""
        mine = (fact for fact in self.of("shelf", HOUSE) if fact.key == kind)
        return [fact if fact.other in (None, place_id) else fact._replace(ref=None, first=None) for fact in mine]

    def allows(self, course_id: int, product: Fact, route: str) -> bool:
        """The product is authorised for this way, or a physician has allowed it in this course."""
        return product.gives(route) or any(one.key == route and one.number == product.number for one in self.of("route", course_id))

    def about(self, owners: Owners) -> tuple[Fact, ...]:
        """Every row that the checks of one visit rest on."""
        asked = [(what, owners.patient) for what in _OF_A_PATIENT]
        asked += [("hold", plan) for plan in owners.plans if plan]
        asked += [(what, course) for what in ("review", "route") for course in owners.courses if course]
        asked += [("lot", session) for session in owners.sessions] + [("touch_up_lot", owners.visit), ("cream", owners.visit)]
        asked += [("shelf", HOUSE)]
        return tuple(fact for what, owner in asked for fact in self.of(what, owner))


def owners_of(visit: Appointment) -> Owners:
    """The patient, plans, courses and sessions of a visit."""
    sessions = [link.session for link in visit.sessions]
    plans, courses = {session.course.plan_id for session in sessions}, {session.course_id for session in sessions}
    return Owners(visit.patient_id, frozenset({visit.plan_id, *plans}), frozenset({visit.course_id, *courses}),
                  frozenset(session.id for session in sessions), visit.id)  # fmt: skip


def read(owners: Sequence[Owners]) -> Facts:
    """All that is written down about these."""
    if not owners:
        return Facts(())
    asked = {
        "patients": [one.patient for one in owners], "plans": _each(one.plans for one in owners),
        "courses": _each(one.courses for one in owners), "sessions": _each(one.sessions for one in owners),
        "visits": [one.visit for one in owners],
    }  # fmt: skip
    return Facts(Fact(*row) for row in db.session.execute(_FACTS, asked))


def _each(some: Iterable[Iterable[int | None]]) -> list[int]:
    return sorted({one for ids in some for one in ids if one is not None})


def _part(what: str, **given: Any) -> Select[Any]:
    """One kind of row in the columns all kinds share; what is not given is empty."""
    return select(literal(what).label("what"), *(given.get(name, cast(null(), kind)).label(name) for name, kind in _TYPES.items()))


def _of_patients(patients: BindParameter[Any]) -> Iterable[Select[Any]]:
    """Open findings, undecided reports, open complications, evaluations, live consents to procedures, patch tests that were done."""
    yield _part(
        "finding", owner=Finding.patient_id, ref=Finding.id, key=Finding.rule, area=Finding.area, product=Finding.product,
        first=Finding.since, last=Finding.event_ended_on,
    ).where(Finding.patient_id.in_(patients), Finding.cleared_at.is_(None))  # fmt: skip
    report = PatientReport
    yield _part("report", owner=report.patient_id, ref=report.id, key=report.rule, at=report.at, words=report.words).where(
        report.patient_id.in_(patients), report.decided_at.is_(None)
    )
    it = Complication
    yield _part("complication", owner=it.patient_id, ref=it.id, area=it.area, at=it.noticed_at).where(
        it.patient_id.in_(patients), it.state == ComplicationState.OPEN
    )
    of = Evaluation
    for what, is_it in (("signed", of.signed_at.is_not(None)), ("draft", of.signed_at.is_(None))):
        found = _part(what, owner=of.patient_id, ref=of.id, key=of.suitability, first=of.day, last=of.valid_until)
        yield found.where(of.patient_id.in_(patients), is_it)
    yield _part(
        "consent", owner=Consent.patient_id, ref=Consent.course_id, key=Consent.text_version, area=Consent.area, words=Consent.language,
        number=case((Consent.interpreter != "", 1), else_=0),
    ).where(
        Consent.patient_id.in_(patients), Consent.kind == ConsentKind.PROCEDURE, Consent.withdrawn_at.is_(None)
    )
    test = Appointment
    yield _part("patch_test", owner=test.patient_id, ref=test.course_id, at=test.starts_at).where(
        test.patient_id.in_(patients), test.kind == VisitKind.PATCH_TEST, test.state == VisitState.DONE
    )


def _holds(plans: BindParameter[Any]) -> Select[Any]:
    """Holds that nobody has ended: of a course (ref), from a report (number) or a finding (other)."""
    return _part(
        "hold", owner=Hold.plan_id, ref=Hold.course_id, number=Hold.report_id, other=Hold.finding_id, key=Hold.rule,
        first=Hold.from_day, last=Hold.until_day, words=Hold.reason,
    ).where(Hold.plan_id.in_(plans), Hold.released_at.is_(None))  # fmt: skip


def _reviews(courses: BindParameter[Any]) -> Select[Any]:
    return _part("review", owner=Review.course_id, number=Review.after_step).where(Review.course_id.in_(courses))


def _lots(what: str, owner: InstrumentedAttribute[int | None], owners: BindParameter[Any]) -> Select[Any]:
    """Lots written down for a session or a touch-up: until when they may be used, and whether they were recalled."""
    state = case((Lot.frozen_at.is_not(None), FROZEN), else_="")
    used = _part(what, owner=owner, number=LotUse.lot_id, last=Lot.expires_on, key=state)
    return used.join(Lot, Lot.id == LotUse.lot_id).where(owner.in_(owners), LotUse.voided_at.is_(None))


def _creams(visits: BindParameter[Any]) -> Select[Any]:
    """Numbing cream, on or off again (key): since when, and how many minutes at most (number)."""
    state = case((CreamUse.off_at.is_(None), ON), else_=OFF)
    used = _part("cream", owner=CreamUse.appointment_id, ref=CreamUse.id, number=_MOST_MINUTES, key=state, at=CreamUse.on_at)
    used = used.join(Lot, Lot.id == CreamUse.lot_id).join(Product, Product.id == Lot.product_id)
    return used.where(CreamUse.appointment_id.in_(visits), CreamUse.voided_at.is_(None))


def _route_leaves(courses: BindParameter[Any]) -> Select[Any]:
    """Products (number) that a course is given by a way (key) they are not authorised for, with a physician's leave."""
    leave = RouteLeave
    return _part("route", owner=leave.course_id, number=leave.product_id, key=leave.route).where(leave.course_id.in_(courses))


def _shelf() -> Select[Any]:
    """Each product in use (number) with its lot of the day, if it has one (ref, words; other: at which place alone), its usual
    amount, and its authorised routes."""
    amount, unit = Product.limits["usual_amount"].as_string(), Product.limits["usual_unit"].as_string()
    shelf = _part("shelf", owner=literal(HOUSE), ref=Lot.id, key=Product.kind, first=Lot.default_on, last=Lot.expires_on,
                  words=Lot.number, other=Lot.location_id, number=Product.id, product=Product.name, amount=amount, unit=unit,
                  routes=cast(Product.authorised_routes, Text))  # fmt: skip
    of_the_day = (Lot.product_id == Product.id) & Lot.default_on.is_not(None) & Lot.frozen_at.is_(None)
    return shelf.select_from(Product).outerjoin(Lot, of_the_day).where(Product.active)


_MOST_MINUTES = Product.limits["max_minutes"].as_integer()
_FACTS = union_all(*_of_patients(bindparam("patients", expanding=True)), _holds(bindparam("plans", expanding=True)),
                   _reviews(bindparam("courses", expanding=True)), _lots("lot", LotUse.session_id, bindparam("sessions", expanding=True)),
                   _lots("touch_up_lot", LotUse.appointment_id, bindparam("visits", expanding=True)),
                   _creams(bindparam("visits", expanding=True)), _route_leaves(bindparam("courses", expanding=True)), _shelf())  # fmt: skip
"""Put together once, and asked of every day."""
