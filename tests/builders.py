"""Builders with speaking defaults: what is there, in the words of a test."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask.testing import FlaskClient

from app import sessions
from app.letters import fold, sort_key
from app.library.loader import shipped
from app.library.series import grace_days, lapse_days, steps
from app.patients.terms import terms_of
from app.series.contents import content_of
from app.series.steps import gap_data
from models import clock
from models.appointment import Appointment, AppointmentSession, AppointmentStatus, Claim, VisitKind, VisitState
from models.base import db, transaction
from models.clinic import Clinic, Device, Location, OpeningHours, Room
from models.patient import Evaluation, Patient, PatientTerm, Suitability
from models.product import Lot, LotUse, Product
from models.protocol import Protocol, ProtocolVersion, VersionState
from models.staff import Role, StaffMember, WorkingHours
from models.treatment import Course, CourseStep, PlanState, SessionState, TreatmentPlan, TreatmentSession

TODAY = date(2026, 12, 1)
EARLY = datetime(2026, 11, 1, 8, tzinfo=UTC)


def a_clinic(**changes: Any) -> Clinic:
    """One place in Istanbul, open Monday to Saturday 09–19, two procedure rooms, a laser room, one device of each kind."""
    values = {"id": 1, "name": "Ege Klinik", "phone": "+902120000000", "phone_out_of_hours": "+905550000000",
              "reply_address": "info@ege.example", "created_at": EARLY}  # fmt: skip
    with transaction():
        place = Location(name="Nişantaşı", address="Teşvikiye Cad. 1, İstanbul")
        db.session.add_all([Clinic(**(values | changes)), place])
        db.session.flush()
        db.session.add_all(OpeningHours(location_id=place.id, weekday=n, opens=time(9), closes=time(19)) for n in range(6))
        db.session.add_all(
            [Room(location=place, name="Room 1", kinds=["procedure", "consultation"]),
             Room(location=place, name="Room 2", kinds=["procedure", "consultation"]), Room(location=place, name="Laser", kinds=["laser"])]
        )  # fmt: skip
        db.session.add_all(Device(location=place, name=kind, kind=kind) for kind in ("microneedling_pen", "centrifuge", "hair_laser"))
    return db.session.get_one(Clinic, 1)


def the_location() -> Location:
    return db.session.query(Location).order_by(Location.id).first()  # type: ignore[return-value]  # a_clinic() made one


def a_staff_member(name: str = "Deniz Ak", *roles: Role, **changes: Any) -> StaffMember:
    """Works Monday to Saturday 09–19, with every skill."""
    values = {"name": name, "email": f"{fold(name).replace(' ', '.')}@ege.example", "roles": [r.value for r in roles],
              "skills": list(shipped().words["skills"]), "created_at": EARLY, "language": "en"}  # fmt: skip
    with transaction():
        member = StaffMember(**(values | changes))
        member.hours = [WorkingHours(weekday=n, starts=time(9), ends=time(19)) for n in range(6)]
        db.session.add(member)
    return member


def a_physician(name: str = "Dr. Burcu Çelen", **changes: Any) -> StaffMember:
    return a_staff_member(name, Role.PHYSICIAN, **changes)


def a_nurse(name: str = "Ece Nur", **changes: Any) -> StaffMember:
    return a_staff_member(name, Role.PRACTITIONER, **changes)


def a_receptionist(name: str = "Deniz Ak", **changes: Any) -> StaffMember:
    return a_staff_member(name, Role.RECEPTION, **changes)


def a_manager(name: str = "Mert Can", **changes: Any) -> StaffMember:
    return a_staff_member(name, Role.MANAGER, **changes)


def sign_in(client: FlaskClient, member: StaffMember) -> StaffMember:
    """The client's cookie opens pages as this person."""
    with transaction():
        handle = sessions.start(member, clock.now()).handle
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = handle, True
    return member


def a_patient(first: str = "Ayşe", last: str = "Yılmaz", **changes: Any) -> Patient:
    """A woman of 38 who reads Turkish and has an address."""
    values = {"first_name": first, "last_name": last, "sort_key": sort_key(f"{last} {first}"), "birth_date": date(1988, 3, 14),
              "sex": "female", "phone": "+905321114412", "phone_typed": "0532 111 44 12",
              "email": f"{fold(first)}.{fold(last)}@post.example", "language": "tr", "created_at": EARLY}  # fmt: skip
    with transaction():
        patient = Patient(**(values | changes))
        patient.terms = [PatientTerm(term=term) for term in terms_of(first, last, patient.phone)]
        db.session.add(patient)
    return patient


def a_protocol(key: str = "prp_scalp", *, approved: bool = True, **changes: Any) -> ProtocolVersion:
    """A protocol of the shipped library, approved; content entries given as keywords stand over the library's."""
    content = {**shipped().protocols[key], **changes}
    with transaction():
        found = db.session.query(Protocol).filter_by(key=key).first() or Protocol(key=key, names=dict(content["names"]))
        version = ProtocolVersion(protocol=found, n=len(found.versions) + 1, content=content, made_at=EARLY,
                                  state=VersionState.APPROVED if approved else VersionState.DRAFT)  # fmt: skip
        db.session.add_all([found, version])
    return version


def an_evaluation(patient: Patient, physician: StaffMember, day: date = TODAY, **changes: Any) -> Evaluation:
    values = {"patient_id": patient.id, "physician_id": physician.id, "day": day, "valid_until": day + timedelta(days=180),
              "suitability": Suitability.SUITABLE, "signed_at": EARLY}  # fmt: skip
    with transaction():
        made = Evaluation(**(values | changes))
        db.session.add(made)
    return made


def a_plan(patient: Patient, physician: StaffMember, state: PlanState = PlanState.ACTIVE, **changes: Any) -> TreatmentPlan:
    with transaction():
        plan = TreatmentPlan(patient_id=patient.id, physician_id=physician.id, location_id=the_location().id, state=state, made_at=EARLY,
                             **changes)  # fmt: skip
        db.session.add(plan)
    return plan


def a_course(plan: TreatmentPlan, version: ProtocolVersion, start: date = TODAY, sessions: int | None = None, **changes: Any) -> Course:
    """A course with the protocol's numbers copied and one open row a step."""
    said = content_of(version)
    values = {"plan_id": plan.id, "version_id": version.id, "area": said.area, "start_day": start, "live": True,
              "grace_days": grace_days(said, shipped()), "lapse_days": lapse_days(said, shipped()),
              "maintenance": version.content.get("maintenance")}  # fmt: skip
    with transaction():
        course = Course(**(values | changes))
        for step in steps(said, sessions, physician_allows_more=True):
            bounds = {"ideal_from": start.isoformat(), "latest": (start + timedelta(days=30)).isoformat()} if step.n == 1 else {}
            course.steps.append(CourseStep(n=step.n, gaps=[gap_data(gap) for gap in step.gaps], bounds=bounds))
            course.sessions.append(TreatmentSession(n=step.n))
        db.session.add(course)
    return course


def done(session: TreatmentSession, day: date, **changes: Any) -> TreatmentSession:
    """The session took place on this day."""
    with transaction():
        row = db.session.get_one(TreatmentSession, session.id)
        row.state, row.performed_on = SessionState.DONE, day
        row.performed_at = row.performed_end = datetime.combine(day, time(9), UTC)
        for name, value in changes.items():
            setattr(row, name, value)
    return row


def a_visit(patient: Patient, starts_at: datetime, *sessions_: TreatmentSession, performer: StaffMember | None = None,
            minutes: int = 60, **changes: Any) -> Appointment:  # fmt: skip
    """A booked visit that claims the patient and the performer for its whole time."""
    there = clock.local(starts_at, "Europe/Istanbul")
    ends = starts_at + timedelta(minutes=minutes)
    values = {"location_id": the_location().id, "patient_id": patient.id, "kind": VisitKind.TREATMENT, "local_day": there.date(),
              "local_time": there.time(), "zone": "Europe/Istanbul", "minutes": minutes, "starts_at": starts_at, "hands_on_at": starts_at,
              "ends_at": ends, "performer_id": performer.id if performer else None, "made_at": EARLY}  # fmt: skip
    if sessions_:
        values["plan_id"] = sessions_[0].course.plan_id
    with transaction():
        visit = Appointment(**(values | changes))
        visit.statuses.append(AppointmentStatus(state=VisitState.BOOKED, at=EARLY))
        visit.claims.append(Claim(phase="procedure", patient_id=patient.id, starts_at=starts_at, ends_at=ends))
        if performer:
            visit.claims.append(Claim(phase="procedure", staff_id=performer.id, starts_at=starts_at, ends_at=ends))
        for place, session in enumerate(sessions_):
            row = db.session.get_one(TreatmentSession, session.id)
            row.state = SessionState.BOOKED
            visit.sessions.append(AppointmentSession(session_id=row.id, position=place))
        db.session.add(visit)
    return visit


def a_lot(kind: str = "prp_kit", number: str = "L-1", expires_on: date = date(2028, 1, 1), **changes: Any) -> Lot:
    with transaction():
        product = db.session.query(Product).filter_by(kind=kind).first() or Product(kind=kind, name=kind)
        lot = Lot(product=product, number=number, expires_on=expires_on, **changes)
        db.session.add_all([product, lot])
    return lot


def a_lot_use(session: TreatmentSession, lot: Lot, **changes: Any) -> LotUse:
    """2 ml of the lot went into the session."""
    with transaction():
        use = LotUse(**({"session_id": session.id, "lot_id": lot.id, "amount": "2", "used_at": EARLY} | changes))
        db.session.add(use)
    return use
