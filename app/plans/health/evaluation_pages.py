"""The physician's evaluation: the questions of the protocols in view, what was found, what was agreed."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import tokens
from app.front_door.guard import safe_next
from app.history import viewed, who
from app.i18n import _, language
from app.library.loader import shipped, shipped_protocols
from app.library.protocol import ProtocolContent
from app.patients import queries as patients
from app.permissions import Permission, needs
from app.plans import queries
from app.plans.blueprint import bp
from app.plans.builder import fields
from app.plans.form_page import unfinished
from app.plans.health import evaluations, findings
from app.plans.health.evaluation_form import form_for
from app.series import health
from app.series.contents import content, content_of
from app.today import today_of
from models import clock
from models.base import transaction
from models.patient import Patient


@bp.route("/patients/<int:patient_id>/evaluation/new", methods=["GET", "POST"])
@needs(Permission.DECIDE)
def evaluation_new(patient_id: int) -> ResponseReturnValue:
    """Record an evaluation. `?with=` narrows the questions to one protocol; `?back=` is where to go on afterwards."""
    patient, now = patients.patient_or_404(patient_id), clock.now()
    viewed(patient)
    standing = findings.standing(patient)
    asked = health.questions(patient, _contents(patient), today_of(now))
    rules = list(dict.fromkeys([*asked, *(finding.rule for finding in standing if finding.rule in shipped().rules)]))
    form = form_for(rules, patient, standing, today_of(now))
    if not form.validate_on_submit():
        by_rule = {finding.rule: finding for finding in standing}
        return unfinished("plans/evaluation.html", form, patient=patient, questions=_questions(rules), standing=by_rule)
    with transaction():
        used = tokens.use_once(form.form_token.data or "", who() or 0, now)
        used.result = _onward(patient)
        evaluations.evaluate(patient, form.chosen(findings.standing(patient)), who() or 0, now)
    flash(_("Evaluation signed.") if form.sign.data else _("Evaluation kept as a draft; it counts once it is signed."), "done")
    return redirect(_onward(patient), 303)


@bp.post("/evaluations/<int:evaluation_id>/sign")
@needs(Permission.DECIDE)
def evaluation_sign(evaluation_id: int) -> ResponseReturnValue:
    """Sign a draft."""
    with transaction():
        made = queries.evaluation_or_404(evaluation_id)
        evaluations.sign(made, clock.now())
    flash(_("Evaluation signed."), "done")
    return redirect(safe_next(request.form.get("back")) or url_for("patients.show", patient_id=made.patient_id), 303)


def _contents(patient: Patient) -> Sequence[ProtocolContent]:
    """The protocols that are asked about: the one in view, else those of the patient's plans, else all that may be used."""
    versions = fields.usable()
    if chosen := versions.get(request.args.get("with", "")):
        return [content_of(chosen)]
    planned = [content(course) for plan in findings.live_plans(patient) for course in plan.courses if course.ended_on is None]
    return planned or [content_of(version) for version in versions.values()] or list(shipped_protocols().values())


def _questions(rules: Sequence[str]) -> list[tuple[str, str, str, bool]]:
    """(rule, its name, the question, whether a product is asked)."""
    here, known = language(), shipped().rules
    return [(r, known[r].names.in_(here), (known[r].question or known[r].names).in_(here), known[r].scope == "product") for r in rules]


def _onward(patient: Patient) -> str:
    return safe_next(request.args.get("back")) or url_for("patients.show", patient_id=patient.id)
