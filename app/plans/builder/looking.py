"""From what stands in the fields to the dates that follow from it: the same for the page and for programs."""

from __future__ import annotations

from datetime import datetime

from app.errors import Refused
from app.history import who
from app.i18n import _
from app.plans import queries
from app.plans.builder import decisions
from app.plans.builder.dates import dates_of
from app.plans.builder.fields import Versions
from app.plans.builder.preview import preview
from app.plans.builder.showing import Builder
from app.plans.builder.unsaved import unsaved
from app.plans.form.plan_form import PlanForm
from app.plans.form.typed import Typed
from models.patient import Patient


def begun(patient: Patient, typed: Typed, versions: Versions, now: datetime, *, posted: bool) -> Builder:
    """The form over these fields, not looked at yet."""
    # A page that is only opened carries no CSRF token in its fields; the check on every post stands before the view.
    form = PlanForm(formdata=typed, meta=None if posted else {"csrf": False})
    form.set_up(versions, queries.people_to_choose())
    return Builder(patient, form, typed, decisions.read(typed), now)


def is_well(form: PlanForm) -> bool:
    """Whether every field is well, there is a course, and every protocol may still be used."""
    well = form.validate()
    if not len(form.courses):
        form.form_errors = [_("Choose at least one protocol.")]
    elif not all(entry.form.is_set_up for entry in form.courses):
        form.form_errors = [_("One of the protocols may no longer be used. Remove it, or begin anew.")]
    return well and not form.form_errors


def look(page: Builder) -> None:
    """The dates of what stands in the form; a plan that cannot be is told in words."""
    try:
        new = page.form.chosen(who() or 0)
        plan = unsaved(page.patient, new, page.now)
        page.dates = dates_of(plan, preview(plan, page.now), page.told, page.now, page.trouble)
    except Refused as no:
        page.form.form_errors = [*page.form.form_errors, no.words]
