"""Make the demo clinic: its house first, then a month of its life in the order in which it happened."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select

from app import history, passwords
from app.clinic import actions as clinic_actions
from app.clinic.public_holidays import holidays_of
from app.demo.life import Life, Step
from app.demo.people import STORIES, WORKERS, Worker
from app.errors import Refused
from app.letters import fold
from app.library.loader import shipped
from app.messages import outbox, setting
from app.protocols import actions as protocols
from app.schedule import actions as schedule
from config import Config
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.clinic import Chair, Clinic, Device, Location, OpeningHours, Room
from models.closing import DayClosing
from models.product import Lot, Product, StockChange, StockMove
from models.protocol import ProtocolVersion, VersionState
from models.staff import Role, StaffMember, WorkingHours

ZONE = "Europe/Istanbul"
SENDINGS = (time(10, 5), time(13, 5), time(16, 5), time(19, 5), time(20, 35))
MONTH = timedelta(days=35)
CREAM = {"max_minutes": 60, "max_amount": 60, "max_area_cm2": 400, "usual_amount": "5", "usual_unit": "g"}
"""An example of a leaflet, for the demo only."""


def make(now: datetime, settings: Config) -> Iterator[str]:
    """Fill an empty database. Gives lines to print; the generated sign-ins also go to a file only this user may read."""
    begun = now - MONTH
    sign_ins = _build_house(begun)
    physicians = [person for person in db.session.scalars(select(StaffMember).order_by(StaffMember.id)) if person.has_role(Role.PHYSICIAN)]
    lives = [Life(story, n, now, physicians[n % 2], ZONE) for n, story in enumerate(STORIES, start=1)]
    _live(lives, now)
    _close_yesterday(now)
    yield from _tell(sign_ins, settings)


def _live(lives: list[Life], now: datetime) -> None:
    """Every moment of every story in order of time, with the mails that go out between the days."""
    told = sorted(((moment, life.number, act) for life in lives for moment, act in life.steps()), key=lambda one: one[:2])
    receptionist = db.session.scalars(select(StaffMember).where(StaffMember.email == _address("Deniz Ak"))).one().id
    token = history.acting.set(history.Actor("staff", receptionist, Role.RECEPTION.value))
    last = told[0][0]
    try:
        for moment, _number, act in told:
            if moment > now:
                continue
            for sending in _between(last, moment):
                _send(sending)
            last = moment
            _do((moment, act))
        _send(now)
    finally:
        history.acting.reset(token)


def _between(last: datetime, moment: datetime) -> Iterator[datetime]:
    """The moments at which the mails go out, after one and until another: some times a day, also on days without a visit."""
    days = (clock.day_of(moment, ZONE) - clock.day_of(last, ZONE)).days
    for n in range(days + 1):
        sendings = (clock.at(clock.day_of(last, ZONE) + timedelta(days=n), at, ZONE) for at in SENDINGS)
        yield from (at for at in sendings if last < at <= moment)


def _close_yesterday(now: datetime) -> None:
    """Somebody closed the day before, and two patients of today confirmed that evening: today shows what came in since."""
    today = clock.day_of(now, ZONE)
    day, later = today - timedelta(days=1), clock.at(today - timedelta(days=1), time(19, 10), ZONE)
    coming = select(Appointment).where(Appointment.local_day == today, Appointment.state == VisitState.BOOKED, Appointment.made_at < later)
    for visit in db.session.scalars(coming.where(Appointment.starts_at > now).order_by(Appointment.starts_at.desc()).limit(2)).all():
        _do((later, partial(_confirms, visit.id)))
    with transaction():
        place = db.session.scalars(select(Location)).one()
        by = db.session.scalars(select(StaffMember).where(StaffMember.email == _address("Deniz Ak"))).one()
        at = clock.at(day, time(18, 10), ZONE)
        db.session.add(DayClosing(location_id=place.id, day=day, at=at, by=by, closes=True))


def _confirms(visit_id: int, moment: datetime) -> None:
    """The patient presses yes in the mail."""
    schedule.confirm(db.session.get_one(Appointment, visit_id), moment, by_patient=True)


def _do(step: Step) -> None:
    moment, act = step
    try:
        with clock.set_to(moment), transaction():
            act(moment)
    except Refused:
        return  # a story may ask for what the clinic's rules forbid; then it did not happen


def _send(moment: datetime) -> None:
    """The day's mails go into the folder."""
    with clock.set_to(moment):
        while (claimed := outbox.claim_next(moment, "demo")) is not None:
            outbox.deliver(claimed, setting.transport())


def _build_house(begun: datetime) -> list[tuple[str, str, str]]:
    """The clinic, its rooms and people, an approved library, products; all as of a month ago. Returns (role, e-mail, password)."""
    sign_ins = []
    with transaction():
        place = Location(name="Nişantaşı", address="Teşvikiye Cad. 12, Şişli, İstanbul")
        db.session.add_all([_clinic(begun), place])
        db.session.flush()
        _furnish(place)
        for worker in WORKERS:
            sign_ins.append(_hire(worker, begun))
        db.session.flush()
        _approve_library(begun)
        _stock(begun)
        soon = begun.date() + MONTH + timedelta(days=7)  # the days in which the stories play stay open
        coming = [holiday for holiday in holidays_of((begun.year, begun.year + 1), "tr") if holiday.day > soon]
        clinic_actions.import_holidays(place, coming, begun)
    return sign_ins


def _clinic(begun: datetime) -> Clinic:
    return Clinic(
        id=1, name="Ege Klinik", language="tr", zone=ZONE, phone="+902120001122", phone_out_of_hours="+905320001122",
        reply_address="info@ege-klinik.example", demo=True, created_at=begun,
    )  # fmt: skip


def _furnish(place: Location) -> None:
    db.session.add_all(OpeningHours(location_id=place.id, weekday=day, opens=time(9), closes=time(20)) for day in range(7))
    db.session.add_all(Room(location=place, name=f"Oda {n}", kinds=["procedure", "consultation"]) for n in (1, 2, 3))
    db.session.add(Room(location=place, name="Lazer odası", kinds=["laser"]))
    db.session.add_all(Chair(location=place, name=f"Koltuk {n}") for n in range(1, 6))
    words = shipped().words["devices"]
    db.session.add_all(Device(location=place, name=words[kind].names.tr, kind=kind) for kind in words)
    db.session.add(Device(location=place, name="Mikroiğneleme kalemi 2", kind="microneedling_pen"))


def _hire(worker: Worker, begun: datetime) -> tuple[str, str, str]:
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    person = StaffMember(
        name=worker.name, email=_address(worker.name), password_hash=passwords.hash_password(password),
        roles=[role.value for role in worker.roles],
        skills=list(worker.skills), language=worker.language, created_at=begun,
    )  # fmt: skip
    person.hours = [WorkingHours(weekday=day, starts=time(9), ends=time(20)) for day in range(7)]
    db.session.add(person)
    return worker.roles[0].value, person.email, password


def _approve_library(begun: datetime) -> None:
    """Everything that asks for nothing more than to be read, and the peel, whose age the physician confirms."""
    for version in db.session.scalars(select(ProtocolVersion).where(ProtocolVersion.state == VersionState.DRAFT)).all():
        if version.content.get("attest"):
            continue
        protocols.approve(version, protocols.Approval(confirmed=frozenset(version.content.get("must_confirm", ()))), begun)


def _stock(begun: datetime) -> None:
    day = begun.date()
    for n, (kind, word) in enumerate(shipped().words["products"].items(), start=1):
        routes = ["topical_after_microneedling"] if kind == "exosome" else []
        limits = CREAM if kind == "numbing_cream" else {"usual_amount": "2", "usual_unit": "ml"}
        product = Product(kind=kind, name=f"{word.names.tr} (örnek)", maker="Örnek İlaç", authorised_routes=routes, limits=limits)
        product.lots = [
            Lot(number=f"{kind[:2].upper()}-{2290 + n}", expires_on=day + timedelta(days=400), default_on=day),
            Lot(number=f"{kind[:2].upper()}-{2190 + n}", expires_on=day + timedelta(days=20 if n % 3 else 80)),
        ]
        db.session.add(product)
        db.session.flush()
        db.session.add_all(StockMove(lot_id=lot.id, what=StockChange.RECEIVED, pieces=20, at=begun) for lot in product.lots)


def _tell(sign_ins: list[tuple[str, str, str]], settings: Config) -> Iterator[str]:
    lines = [f"{role:<13} {email:<34} {password}" for role, email, password in sign_ins]
    file = sign_ins_file(settings)
    file.touch(mode=0o600)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    yield "Sign in as one of:"
    yield from (f"  {line}" for line in lines)


def sign_ins_file(settings: Config) -> Path:
    """Where the generated sign-ins are written; it is there only once the demo is whole."""
    return settings.instance / "demo-sign-ins.txt"


def _address(name: str) -> str:
    return f"{fold(name).replace('dr. ', '').replace(' ', '.')}@ege-klinik.example"
