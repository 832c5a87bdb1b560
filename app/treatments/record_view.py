"""The record page's choices and facts: usable lots of each session's products, who treats, which lots must not be used."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.formats import clock_time, numeric_day
from app.i18n import _, language
from app.library.loader import shipped
from app.outcomes import queries as outcomes
from app.outcomes.due import due_before
from app.outcomes.values import measure_words
from app.products.amounts import BIOLOGICAL_UNIT, OF_THE_PATIENT
from app.products.queries import usable_lots
from app.schedule import rows
from app.series.contents import content
from app.series.points import asks_before
from app.today import typed_day
from app.treatments.forms import NEW_LOT, CorrectForm, RecordForm, UsePart, choices
from app.treatments.treated import to_record
from app.treatments.tube import NEEDED, to_compare
from models import clock
from models.appointment import Appointment, AppointmentSession, Outcome
from models.base import db
from models.file import Photo, StoredFile
from models.product import Lot, LotUse, Product
from models.staff import Role, StaffMember
from models.treatment import Course

CREAM_TIMES = "numbing_cream_times"


def asks_for_cream(visit: Appointment) -> bool:
    """A protocol of this visit wants the numbing cream written down."""
    return any(CREAM_TIMES in content(link.session.course).records for link in visit.sessions)


def prepared(form: RecordForm, visit: Appointment, now: datetime) -> RecordForm:
    """The form with one part for each thing to record and the choices of its selects; defaults where nothing was typed."""
    parts = to_record(visit)
    if not form.is_submitted():
        _defaults(form, visit, now)
        for one in parts:
            reaction, note = one.seen
            uses: list[dict[str, str]] = [{} for _kind in content(one.course).products] or [{}]
            form.sessions.append_entry({"uses": uses, "reaction": reaction, "note": note})
    staff = db.session.scalars(select(StaffMember).where(StaffMember.active).order_by(StaffMember.name))
    form.by.choices = [(str(one.id), one.name) for one in staff if one.has_role(Role.PHYSICIAN, Role.PRACTITIONER)]
    day = clock.day_of(now, visit.zone)
    for one, part in zip(parts, form.sessions, strict=False):
        kinds = content(one.course).products
        for place, use in enumerate(part.form.uses):
            fill_choices(use.form, one.course, kinds[place : place + 1] or kinds, day, fresh=not form.is_submitted(), at=visit.location_id)
    return form


def say_at_tubes(form: RecordForm, words: str) -> None:
    """Stands beside each tube that is to be given and was compared too little."""
    for part in form.sessions:
        for use in part.form.uses:
            tube = use.form.tube
            if part.form.done.data and use.form.lot.data and tube.choices and len(tube.data or ()) < NEEDED:
                tube.errors = part.form.uses.errors = form.sessions.errors = [words]


def correction(form: CorrectForm, use: LotUse, course: Course, day: date) -> CorrectForm:
    """The form of a correction; before anything is typed it shows what is written down."""
    part, kinds = form.use.form, list(dict.fromkeys([use.lot.product.kind, *content(course).products]))
    fill_choices(part, course, kinds, day, fresh=False, besides=_blocked(kinds, day))
    if not form.is_submitted():
        part.lot.data, part.amount.data, part.unit.data = str(use.lot_id), use.amount, use.unit
        part.route.data, part.area.data, part.tube.data = use.route, use.area, use.identifiers
    return form


def fill_choices(
    part: UsePart, course: Course, kinds: list[str] | tuple[str, ...], day: date, *, fresh: bool, besides: Iterable[tuple[Lot, str]] = (),
    at: int | None = None,
) -> None:
    """The lots, products, routes and areas a use may name. A fresh part proposes the lot of the day. `besides`: lots that must not be
    used, with why, where they may be named all the same. `at`: the place whose lots are offered; None: of all.
    """
    words, here = shipped(), language()
    lots = [lot for kind in kinds for lot in usable_lots(kind, day, at)]
    named = [*((lot.id, lot_words(lot)) for lot in lots), *((lot.id, why) for lot, why in besides)]
    part.lot.choices = [*choices(named, _("none")), (NEW_LOT, _("a new lot, written below"))]
    part.product.choices = choices(((one.id, one.name) for one in _products(kinds)), _("Choose"))
    part.route.choices = choices(((key, word.names.in_(here)) for key, word in words.words["deliveries"].items()), _("as usual"))
    areas = [key for key in words.areas if words.contains(course.area, key)]
    part.tube.choices = to_compare(course.plan.patient) if OF_THE_PATIENT.intersection(kinds) else []
    part.area.choices = [(key, words.areas[key].names.in_(here)) for key in dict.fromkeys([course.area, *areas])]
    if fresh:
        said = content(course)
        part.lot.data, part.area.data, part.route.data = str(lots[0].id) if lots else "", course.area, said.delivery or ""
        limits = lots[0].product.limits if lots and not said.units_required else {}
        part.amount.data = limits.get("usual_amount", part.amount.data)
        part.unit.data = BIOLOGICAL_UNIT if said.units_required else limits.get("usual_unit", part.unit.data)


def lot_words(lot: Lot) -> str:
    """A lot in a list: number, product, expiry."""
    expires = numeric_day(lot.expires_on, language())
    return _("%(number)s · expires %(day)s · %(product)s", number=lot.number, product=lot.product.name, day=expires)


def blocked_lots(visit: Appointment, day: date) -> list[str]:
    """Lots of the visit's products that stand on the shelf and must not be used, with the reason."""
    return [words for _lot, words in _blocked({kind for course in rows.courses_using(visit) for kind in content(course).products}, day)]


def _blocked(kinds: Collection[str], day: date) -> list[tuple[Lot, str]]:
    """Lots that must not be used on a day, each with why."""
    lots = db.session.scalars(select(Lot).join(Lot.product).where(Product.kind.in_(kinds), Product.active).options(joinedload(Lot.product)))
    frozen = _("%(number)s · %(product)s: recalled or frozen")
    expired = _("%(number)s · %(product)s: expired")
    return [(lot, (frozen if lot.frozen_at else expired) % {"number": lot.number, "product": lot.product.name}) for lot in lots
            if lot.frozen_at or lot.expires_on < day]  # fmt: skip


def photos_due(visit: Appointment) -> list[AppointmentSession]:
    """Sessions of the visit before which their protocol asks for a photo that nobody has taken yet."""
    links = [link for link in visit.sessions if link.outcome is Outcome.PLANNED and asks_before(link.session.course, link.label)]
    kept = select(Photo.session_id).join(StoredFile, StoredFile.id == Photo.file_id).where(StoredFile.removed_at.is_(None))
    taken = set(db.session.scalars(kept.where(Photo.session_id.in_([link.session_id for link in links])))) if links else set()
    return [link for link in links if link.session_id not in taken]


def measures_due(visit: Appointment) -> list[tuple[AppointmentSession, str]]:
    """Sessions of the visit before which their protocol wants something measured that nobody has written down today, with what."""
    links = [link for link in visit.sessions if link.outcome is Outcome.PLANNED]
    known = outcomes.of_courses([link.session.course_id for link in links]) if links else []
    due = [(link, due_before(link.session.course, link.label, visit.local_day, known)) for link in links]
    return [(link, ", ".join(measure_words(one) for one in wanted)) for link, wanted in due if wanted]


def usual_end(visit: Appointment, now: datetime) -> datetime:
    """Now; for a visit of an earlier day the time it was planned to end."""
    return now if clock.day_of(now, visit.zone) <= visit.local_day else visit.ends_at


def _defaults(form: RecordForm, visit: Appointment, now: datetime) -> None:
    ended = clock.local(usual_end(visit, now), visit.zone)
    form.ended_on.data, form.ended_at.data = typed_day(ended.date()), clock_time(ended)
    form.by.data = str(visit.performer_id or "")


def _products(kinds: list[str] | tuple[str, ...]) -> list[Product]:
    return list(db.session.scalars(select(Product).where(Product.kind.in_(kinds), Product.active).order_by(Product.name)))
