"""What happens to one demo patient, step by step at its own moment, through the same actions as in the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app import history
from app.clinic import queries as clinic
from app.complications import actions as complications
from app.complications.actions import Told
from app.demo.people import Story
from app.demo.pictures import add_photo
from app.messages import changes
from app.outcomes import actions as outcomes
from app.patients import actions as patients
from app.patients.details import Details
from app.plans import creation, life
from app.plans.creation import NewCourse, NewPlan
from app.plans.health import evaluations, findings, reports
from app.plans.health.evaluations import NewEvaluation
from app.plans.health.findings import NewFinding
from app.plans.health.reports import NewReport
from app.plans.numbers import of_protocol
from app.plans.running import elsewhere, reviews
from app.plans.running.elsewhere import DoneElsewhere
from app.plans.running.reviews import NewReview
from app.schedule import actions as schedule
from app.schedule import consents, flow
from app.schedule.consents import Signed
from app.schedule.free import resources
from app.series.contents import content, content_of
from app.series.facts import open_sessions, performed
from app.series.reading import read
from models import clock
from models.appointment import COMING, Appointment, VisitKind, VisitState
from models.base import db
from models.complication import NoticedHow, Severity
from models.outcome import Measure
from models.patient import Channel, ConsentKind, Patient, Sex, SignedOn, Suitability
from models.product import Lot, LotUse, Product
from models.protocol import Protocol, ProtocolVersion, VersionState
from models.staff import Role, StaffMember
from models.treatment import Course, ReviewResult, TreatmentPlan

AGREED = 4
"""Sessions agreed with those who have mesotherapy."""
Step = tuple[datetime, Callable[[datetime], None]]


class Life:
    """One story told in moments. `steps` gives them; each is done in a transaction of its own."""

    def __init__(self, story: Story, number: int, until: datetime, physician: StaffMember, zone: str) -> None:
        self.story, self.number, self.until, self.zone = story, number, until, zone
        self.today = clock.day_of(until, zone)
        self.physician_id = physician.id
        self.patient_id = 0
        self.plan_id = 0
        self.visit_id = 0

    def steps(self) -> Iterator[Step]:
        """Every moment of the story, in order."""
        story = self.story
        first = max(story.lived, default=2 if story.next in (None, 0) else 3) + 1
        yield self.moment(first, 540 + self.number), self.comes
        if not story.protocols:
            return
        yield self.moment(first, 560 + self.number), self.physician(self.is_planned)
        for ago in story.lived:
            yield self.moment(ago + 1, 570 + self.number), self.books(-ago, 600 + 10 * (self.number % 30))
            yield from self.treated(ago, 800 + 10 * (self.number % 30))
        if story.next is not None:
            yield self.moment(max(1, 1 - story.next), 580 + self.number), self.books(story.next, story.at)
        if story.next == 0:
            yield from self.treated(0, story.at)
        yield from self.what_else()

    def moment(self, days_ago: int, minute: int) -> datetime:
        """A minute of a day on the clinic's clock."""
        day = self.today - timedelta(days=days_ago)
        return clock.at(day, datetime.min.time(), self.zone) + timedelta(minutes=minute)

    def physician(self, act: Callable[[datetime], None]) -> Callable[[datetime], None]:
        """The same act, done by this story's physician and not by reception."""

        def acted(now: datetime) -> None:
            token = history.acting.set(history.Actor("staff", self.physician_id, Role.PHYSICIAN.value))
            try:
                act(now)
            finally:
                history.acting.reset(token)

        return acted

    def treated(self, ago: int, minute: int) -> Iterator[Step]:
        """The visit of a day takes its course, as far as that day has come."""
        yield self.moment(ago, minute), self.arrives
        yield self.moment(ago, minute), self.physician(self.is_photographed)
        yield self.moment(ago, minute + 40), self.physician(self.is_treated)
        yield self.moment(ago, minute + 70), self.physician(self.is_done)

    def what_else(self) -> Iterator[Step]:
        """How the story goes on."""
        minute = 600 + self.number
        told: dict[str, tuple[datetime, Callable[[datetime], None]]] = {
            "pregnant": (self.moment(1, minute), self.physician(self.finds("pregnant"))),
            "infection": (self.moment(1, minute + 120), self.physician(self.finds("infection_body"))),
            "reports": (self.moment(1, minute + 100), self.reports),
            "no_show": (self.moment(1, self.story.at + 60), self.misses),
            "swells": (self.moment(1, minute + 80), self.physician(self.swells)),
            "cancels": (self.moment(1, minute + 90), self.cancels),
            "review": (self.moment(1, minute), self.physician(self.is_reviewed(ReviewResult.MAINTAIN))),
            "complete": (self.moment(1, minute), self.physician(self.is_reviewed(ReviewResult.COMPLETE))),
            "close": (self.moment(1, minute), self.physician(self.closes)),
        }
        if self.story.then in told:
            yield told[self.story.then]

    # -- the moments -------------------------------------------------------------------------------------------------
    def comes(self, now: datetime) -> None:
        story = self.story
        latin = f"{story.first}.{story.last}".translate(str.maketrans("çğıöşüÇĞİÖŞÜ", "cgiosuCGIOSU")).lower()
        details = Details(
            story.first, story.last, date.fromisoformat(story.born), Sex(story.sex), f"+90532000{self.number:04d}",
            f"0532 000 {self.number // 100:02d} {self.number % 100:02d}", f"{latin}@post.example" if story.mail else "", story.language,
            story.zone,            Channel.EMAIL if story.mail else Channel.PHONE,
        )  # fmt: skip
        patient = patients.create(details, now)
        db.session.flush()
        self.patient_id = patient.id
        if story.mail:
            patient.email_verified_at = now
        if story.full:
            patients.give_consent(patient, ConsentKind.MAIL_DETAILS, now)

    def is_planned(self, now: datetime) -> None:
        agreed = (ConsentKind.RECALL, ConsentKind.PHOTOS_RECORD) if self.story.recall else ()
        day = clock.day_of(now, self.zone)
        evaluation = NewEvaluation(day, Suitability.SUITABLE, expectations="Gradual change; no promise.", consents=agreed)
        evaluations.evaluate(self.patient, evaluation, self.physician_id, now)
        place = clinic.location()
        courses = [self.course(key, day) for key in self.story.protocols]
        plan = creation.create(self.patient, NewPlan(courses, self.physician_id, place, preferred_staff_id=self.physician_id), now)
        self.plan_id = plan.id
        for ago in self.story.done:
            told = DoneElsewhere(self.today - timedelta(days=ago), "", "old file")
            elsewhere.add(plan.courses[0], told, now, accepted_by=self.physician_id)
        for course in plan.courses:
            signed = Signed(SignedOn.PAPER, self.patient.name)
            consents.sign(course, self.physician_id, now, language=self.story.language, signed=signed)
        if self.story.photos:
            for session in performed(plan.courses[0]):
                add_photo(self.patient, session, session.performed_on or day, now)
            self.is_measured(plan.courses[0], now)
        if self.story.then != "draft":
            life.begin(plan, now)
        self.waive_reviews(now)

    def is_measured(self, course: Course, now: datetime) -> None:
        """At each session a little more hair, and less pain."""
        for n, one in enumerate(performed(course)):
            values = {Measure.HAIR_DENSITY: 118.0 + 13 * n, Measure.PAIN: 6.0 - n, Measure.SATISFACTION: 6.0 + n}
            compared = {Measure.GAIS_PATIENT: max(4.0 - n, 1.0)} if n else {}
            outcomes.write_down(course, one.id, one.performed_on or self.today, values | compared, now)

    def course(self, key: str, day: date) -> NewCourse:
        approved = select(ProtocolVersion).join(Protocol).where(Protocol.key == key, ProtocolVersion.state == VersionState.APPROVED)
        version = db.session.scalars(approved).one()
        said = content_of(version)
        numbers = of_protocol(said, None)
        agreed = AGREED if key.startswith("mesotherapy") else None
        return NewCourse(version, said.area, day, numbers, agreed_sessions=agreed)

    def waive_reviews(self, now: datetime) -> None:
        """Reviews inside a series that were held before Seans."""
        for course in self.plan.courses:
            due = read(course, clock.day_of(now, self.zone)).review_due
            if due is not None and due < len(course.steps):
                reviews.review(course, NewReview(due, clock.day_of(now, self.zone), ReviewResult.CONTINUE), now)

    def books(self, in_days: int, minute: int) -> Callable[[datetime], None]:
        def book(now: datetime) -> None:
            day, course = self.today + timedelta(days=in_days), self.plan.courses[0]
            free = [slot for slot in resources.free(VisitKind.TREATMENT, [course], self.patient, day) if slot.start_minute >= minute]
            if free:
                told = changes.open_set(self.patient_id, now, plan_id=self.plan_id)
                visit = schedule.book(self.patient, VisitKind.TREATMENT, free[0], open_sessions(course)[:1], told, now, plan=self.plan)
                self.visit_id = visit.id

        return book

    def arrives(self, now: datetime) -> None:
        if (visit := self.visit) is not None and visit.state in COMING and visit.starts_at + self.late <= self.until:
            flow.arrive(visit, max(now, visit.starts_at + self.late))

    def is_photographed(self, now: datetime) -> None:
        if (visit := self.visit) is not None and visit.state is VisitState.ARRIVED and self.story.photos:
            add_photo(self.patient, visit.sessions[0].session, visit.local_day, now)

    def is_treated(self, now: datetime) -> None:
        if (visit := self.visit) is not None and visit.may_move_to(VisitState.IN_TREATMENT) and visit.hands_on_at + self.late <= self.until:
            flow.start(visit, max(now, visit.hands_on_at + self.late))

    def is_done(self, now: datetime) -> None:
        visit = self.visit
        if visit is None or visit.ends_at + self.late > self.until or not visit.may_move_to(VisitState.DONE):
            return
        for link in visit.sessions:
            self.uses_lots(link.session_id, link.session.course, now)
        db.session.flush()
        flow.done(visit, max(now, visit.ends_at + self.late))

    def finds(self, rule: str) -> Callable[[datetime], None]:
        def find(now: datetime) -> None:
            findings.add(self.patient, NewFinding(rule, clock.day_of(now, self.zone)), now)

        return find

    def reports(self, now: datetime) -> None:
        reports.report(self.patient, NewReport("Yeni bir ilaca başladım.", told_by=self.patient.name, channel="phone"), now)

    def swells(self, now: datetime) -> None:
        """A complication that a physician follows; treatment of the area waits."""
        last = performed(self.plan.courses[0])[-1]
        told = Told(last.id, last.course.area, now, NoticedHow.PHONED, ["swelling", "redness"], "", Severity.MILD,
                    "Cooled; seen again in two days.", None, "", None, "")  # fmt: skip
        complications.open_one(self.patient, told, now)

    def misses(self, now: datetime) -> None:
        if (visit := self.visit) is not None and visit.state in COMING:
            flow.no_show(visit, max(now, visit.starts_at + timedelta(minutes=30)))

    def cancels(self, now: datetime) -> None:
        if (visit := self.visit) is not None and visit.state in COMING:
            schedule.cancel(visit, now, by_patient=True, why="")

    def is_reviewed(self, result: ReviewResult) -> Callable[[datetime], None]:
        def review(now: datetime) -> None:
            course = self.plan.courses[0]
            reviews.review(course, NewReview(len(course.steps), clock.day_of(now, self.zone), result), now)

        return review

    def closes(self, now: datetime) -> None:
        life.close(self.plan, now, why="Moved to another city")

    # -- what they rest on -------------------------------------------------------------------------------------------
    def uses_lots(self, session_id: int, course: Course, now: datetime) -> None:
        kinds = content(course).products
        for lot in db.session.scalars(select(Lot).join(Product).where(Product.kind.in_(kinds)).order_by(Lot.id)).all()[:1]:
            used = LotUse(session_id=session_id, lot=lot, amount="2", unit="ml", area=course.area, used_by_id=history.who(), used_at=now)
            db.session.add(used)

    @property
    def late(self) -> timedelta:
        """By how much today's visit is late; those of earlier days were in time."""
        return timedelta(minutes=self.story.late if self.visit is not None and self.visit.local_day == self.today else 0)

    @property
    def patient(self) -> Patient:
        return db.session.get_one(Patient, self.patient_id)

    @property
    def plan(self) -> TreatmentPlan:
        return db.session.get_one(TreatmentPlan, self.plan_id)

    @property
    def visit(self) -> Appointment | None:
        return db.session.get(Appointment, self.visit_id) if self.visit_id else None
