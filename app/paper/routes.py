"""Pages to be printed and handed over, in the words of whoever takes them home."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.history import viewed
from app.i18n import _, in_language
from app.messages.letter import on_paper
from app.patients import queries
from app.patients.words import language_words
from app.permissions import Permission, needs
from app.schedule.here import visit_or_404
from app.schedule.rows import courses_using
from models import clock
from models.base import db
from models.treatment import TreatmentPlan

bp = Blueprint("paper", __name__)
Sheet = on_paper.Card | on_paper.CareSheet | on_paper.PlanSheet


@bp.get("/patients/<int:patient_id>/card")
@needs(Permission.SEE_DAY)
def card(patient_id: int) -> ResponseReturnValue:
    """The appointment card: every date, no treatment."""
    patient = queries.patient_or_404(patient_id)
    viewed(patient)
    back = url_for("patients.show", patient_id=patient_id)
    return _page("card", _("Appointment card"), on_paper.card(patient, clock.now()), back)


@bp.get("/visits/<int:appointment_id>/care")
@needs(Permission.SEE_PLANS)
def care(appointment_id: int) -> ResponseReturnValue:
    """What to do after the visit and when to call. A visit in which nothing is treated has none."""
    visit = visit_or_404(appointment_id)
    if not courses_using(visit):
        abort(404)
    viewed(visit)
    back = url_for("schedule.visit", appointment_id=appointment_id)
    return _page("care", _("Care sheet"), on_paper.care_sheet(visit, clock.now()), back)


@bp.get("/plan/<int:plan_id>/sheet")
@needs(Permission.SEE_PLANS)
def plan(plan_id: int) -> ResponseReturnValue:
    """The plan for the patient, as discreet as their mails; `full`: with what is treated, for whoever asks for it at the desk."""
    found = db.session.get(TreatmentPlan, plan_id) or abort(404)
    viewed(found)
    full = request.args.get("full") == "1"
    said = on_paper.plan_sheet(found, clock.now(), full=full)
    other = None if said.names and not full else (
        url_for("paper.plan", plan_id=plan_id, full=None if full else 1), _("Discreet") if full else _("With what is treated"))  # fmt: skip
    return _page("plan", _("Plan for the patient"), said, url_for("plans.show", plan_id=plan_id), other)


def _page(name: str, title: str, said: Sheet, back: str, other: tuple[str, str] | None = None) -> str:
    """The sheet in its reader's language, around it the page in that of whoever prints it."""
    with in_language(said.reader.language):
        sheet = Markup(render_template(f"paper/{name}.html", said=said))  # noqa: S704  # our own template, escaped when drawn
    spoken = language_words(said.reader.language)
    return render_template("paper/page.html", name=name, title=title, said=said, sheet=sheet, back=back, language_words=spoken, other=other)
