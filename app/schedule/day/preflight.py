"""What must be clear before treatment starts, and before a visit is done (docs/rules.md, visits).

Reception reads what to do, never why; practitioners and physicians read the words, the rule and since when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from app.formats import language_name
from app.i18n import _, _n
from app.library.series import review_points
from app.names import area_name
from app.permissions import Permission
from app.planning.bands import Band
from app.schedule import consents, evaluation
from app.schedule.day import preflight_facts
from app.schedule.day.check import Blocks, Check
from app.schedule.day.preflight_facts import FROZEN, Fact, Facts
from app.schedule.day.preflight_health import of_health
from app.schedule.evaluation import Signed, Stand
from app.schedule.free.phases import uses_of_protocol
from app.series.contents import content
from app.series.reading import waiting_review
from models.appointment import Appointment, AppointmentSession, Outcome, VisitKind, VisitState
from models.base import db
from models.patient import Suitability
from models.treatment import Course, PlanState

TREATS = (VisitKind.TREATMENT, VisitKind.EVALUATION_AND_TREATMENT, VisitKind.PATCH_TEST, VisitKind.TOUCH_UP)
OPEN = (VisitState.BOOKED, VisitState.CONFIRMED, VisitState.ARRIVED, VisitState.IN_TREATMENT)
HERE = (VisitState.ARRIVED, VisitState.IN_TREATMENT)


def checks(visit: Appointment, clinical: bool) -> list[Check]:
    """Everything that is not clear about a visit, the gravest first; empty once it is over."""
    return checks_from(facts_of(visit), visit, clinical)


def facts_of(visit: Appointment) -> Facts:
    """All that the checks of one visit rest on; nothing where none are made of it."""
    return preflight_facts.read([preflight_facts.owners_of(visit)] if are_asked(visit.state, visit.kind) else [])


def are_asked(state: VisitState, kind: VisitKind) -> bool:
    """Whether checks are made of such a visit at all."""
    return state in OPEN and kind in TREATS


def checks_from(facts: Facts, visit: Appointment, clinical: bool) -> list[Check]:
    """The checks where the facts were read already, for many visits at once."""
    return _each_once(_Case(visit, facts, clinical).checks() if are_asked(visit.state, visit.kind) else ())


def _each_once(found: Iterable[Check]) -> list[Check]:
    by_words: dict[str, Check] = {}
    for check in found:
        known = by_words.get(check.words)
        by_words[check.words] = check if known is None or (known.blocks is None and check.blocks) else known
    return sorted(by_words.values(), key=lambda check: check.blocks is None)


class _Case:
    """One visit with the facts its checks rest on."""

    def __init__(self, visit: Appointment, facts: Facts, clinical: bool) -> None:
        self.visit, self.facts, self.clinical, self.day = visit, facts, clinical, visit.local_day
        self.links = [link for link in visit.sessions if link.outcome is Outcome.PLANNED]
        self.signed = [_signed(fact) for fact in facts.of("signed", visit.patient_id)]

    def checks(self) -> Iterator[Check]:
        courses = [link.session.course for link in self.links] or self._borrowed()
        yield from of_health(self.visit, courses, self.facts, self.clinical)
        for link in self.links:
            yield from self._too_early(link)
            yield from self._evaluation(link)
            yield from self._review(link)
            yield from self._plan(link.session.course)
            yield from self._consent(link.session.course)
            yield from self._patch_test(link)
            yield from self._lot(link.session.course, self.facts.of("lot", link.session_id))
        if not self.links:
            for course in courses:
                yield from self._consent(course)
                if uses_of_protocol(self.visit.kind):
                    yield from self._lot(course, self.facts.of("touch_up_lot", self.visit.id))

    def _borrowed(self) -> list[Course]:
        """A touch-up or patch test does a protocol's work without a session: what speaks against the protocol speaks against it."""
        course = db.session.get(Course, self.visit.course_id) if self.visit.course_id else None
        return [course] if course else []

    def _too_early(self, link: AppointmentSession) -> Iterator[Check]:
        """Below the minimum of its gap: only a physician lets it start, with a reason that whoever treats may read."""
        if link.band != Band.TOO_EARLY:
            return
        if link.session.override_by_id is None:
            near = _n("Too early, %(num)s day after the last: the physician decides",
                      "Too early, %(num)s days after the last: the physician decides", link.gap_days or 0)  # fmt: skip
            words = near if self.clinical else _("Physician decides")
            yield Check("too_early", words, "start", "schedule.allow_early", {"appointment_id": self.visit.id})
        elif self.clinical:
            yield Check("too_early", _("Too early, the physician allows it: %(why)s", why=link.session.override_why))

    def _evaluation(self, link: AppointmentSession) -> Iterator[Check]:
        course = link.session.course
        if not evaluation.covers(Stand(course, link.label, link.session.kind), self.day, self.signed):
            words = _("Evaluation to be signed") if self.clinical else _("Physician first")
            drafts = [one.id for one in map(_signed, self.facts.of("draft", self.visit.patient_id)) if one.allows(self.day)]
            yield Check("evaluation", words, "start", "plans.evaluation_new", {"patient_id": self.visit.patient_id},
                        once="plans.evaluation_sign" if drafts else "", once_id=max(drafts, default=0))  # fmt: skip

    def _review(self, link: AppointmentSession) -> Iterator[Check]:
        course, of = link.session.course, link.of
        if of is None:  # the forecast has not been asked about this visit yet
            return
        step = course.due_step or ""
        satisfied = int(step) - 1 if step.isdigit() else of
        seen = [fact.number or 0 for fact in self.facts.of("review", course.id)]
        due = waiting_review(review_points(content(course), of), satisfied, seen)
        if due is not None:
            words = _("Review due after session %(n)s", n=due) if self.clinical else _("Physician first")
            yield Check("review", words, "start", "plans.review", {"course_id": course.id}, once="plans.go_on", once_id=course.id)

    def _plan(self, course: Course) -> Iterator[Check]:
        if course.plan.state is PlanState.DRAFT:
            words = _("The plan is not started") if self.clinical else _("Physician first")
            yield Check("plan", words, "start", "plans.show", {"plan_id": course.plan_id}, Permission.EDIT_PLANS)

    def _consent(self, course: Course) -> Iterator[Check]:
        """Consent to the procedure holds for the course; one signed before there was a course, for the patient's courses."""
        given = [fact for fact in self.facts.of("consent", self.visit.patient_id) if fact.ref in (None, course.id)]
        fitting = [fact for fact in given if fact.ref is None or consents.fits(course, fact.key or "", fact.area or "")]
        values = {"appointment_id": self.visit.id, "course_id": course.id}
        if not fitting:
            words = _unfit_words(given[-1], course) if given and self.clinical else _("Consent missing")
            yield Check("consent", words, "start", "schedule.consent", values, Permission.RUN_VISITS)
        elif self.clinical and not any(fact.words == self.visit.patient.language or fact.number for fact in fitting):
            words = _("Consent was read in %(language)s, without an interpreter", language=language_name(fitting[-1].words or "en"))
            yield Check("consent_language", words, None, "schedule.consent", values, Permission.RUN_VISITS)

    def _patch_test(self, link: AppointmentSession) -> Iterator[Check]:
        """Asked before the first session, as many hours ahead as the protocol says."""
        course = link.session.course
        for extra in content(course).extra_visits:
            if extra.kind != VisitKind.PATCH_TEST or str(extra.before_step) != (link.label or "1"):
                continue
            latest = self.visit.starts_at - timedelta(hours=extra.before_first_hours or 0)
            tested = self.facts.of("patch_test", self.visit.patient_id)
            if not any(fact.ref in (None, course.id) and fact.at and fact.at <= latest for fact in tested):
                values = {"patient": self.visit.patient_id}
                blocks: Blocks | None = None if extra.optional else "start"
                yield Check("patch_test", _("Patch test missing"), blocks, "schedule.new_visit", values, Permission.BOOK)

    def _lot(self, course: Course, used: Sequence[Fact]) -> Iterator[Check]:
        """Asked once the patient is here: missing, expired and recalled lots block Done, not Arrived."""
        if not content(course).lot_required or self.visit.state not in HERE:
            return
        where: dict[str, Any] = {"endpoint": "treatments.record", "values": {"appointment_id": self.visit.id}}
        if not used:
            yield Check("lot", _("Lot missing"), "done", permission=Permission.RECORD_SESSIONS, **where)
            yield from self._lot_of_the_day(course)
        if any(fact.key == FROZEN for fact in used):
            yield Check("lot", _("Lot recalled"), "done", permission=Permission.RECORD_SESSIONS, **where)
        if any(fact.last and fact.last < self.day for fact in used):
            yield Check("lot", _("Lot expired"), "done", permission=Permission.RECORD_SESSIONS, **where)

    def _lot_of_the_day(self, course: Course) -> Iterator[Check]:
        """Said to who treats, of products on the shelf: with one, the record is ready."""
        for kind in content(course).products if self.clinical else ():
            shelf = self.facts.shelf(kind, self.visit.location_id)
            of_the_day = [fact for fact in shelf if fact.ref and fact.first and (fact.last or self.day) >= self.day]
            for fact in of_the_day:
                if not self.facts.allows(course.id, fact, content(course).delivery or ""):
                    words = _("%(product)s is not authorised for this route: the physician decides", product=fact.product)
                    yield Check("route", words, None, "schedule.allow_route", {"appointment_id": self.visit.id})
            if shelf and not of_the_day:
                yield Check("lot_of_the_day", _("No lot of the day"), None, "products.index", permission=Permission.RECORD_SESSIONS)


def _signed(fact: Fact) -> Signed:
    assert fact.first is not None
    assert fact.last is not None
    assert fact.ref is not None
    return Signed(fact.ref, fact.first, fact.last, fact.key != Suitability.NOT_NOW)


def _unfit_words(fact: Fact, course: Course) -> str:
    """Why a consent that was given does not speak of what is done now."""
    if fact.key != consents.version_of(course):
        now, then = consents.version_of(course), fact.key
        return _("Consent missing: signed for protocol %(then)s, the course follows %(now)s", then=then, now=now)
    return _("Consent missing: signed for another area (%(area)s)", area=area_name(fact.area or ""))
