"""Accounts: the list, one person, made and changed by a manager."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused
from app.history import who
from app.i18n import _, language
from app.permissions import Permission, needs
from app.staff import actions, links, queries
from app.staff.blueprint import bp
from app.staff.forms import ROLE_NAMES, ChangedPerson, NewPerson, skill_choices
from app.staff.start_pages import show_link
from app.today import today_of
from app.tokens import use_once
from models import clock
from models.base import transaction
from models.staff import Role, StaffMember


@bp.get("/staff")
@needs(Permission.MANAGE_STAFF)
def index() -> ResponseReturnValue:
    people = [(staff, role_names(staff), bool(staff.password_hash)) for staff in queries.everyone()]
    return render_template("staff/index.html", people=people)


@bp.route("/staff/new", methods=["GET", "POST"])
@needs(Permission.MANAGE_STAFF)
def create() -> ResponseReturnValue:
    form = NewPerson(data={"language": language()})
    if not form.validate_on_submit() or _taken(form):
        return render_template("staff/edit.html", form=form, staff=None), 422 if form.is_submitted() else 200
    now = clock.now()
    with transaction():
        used = use_once(form.form_token.data or "", who() or 0, now)
        staff = actions.create(form.chosen(), now)
        handle = links.make(staff, now)
        used.result = url_for("staff.show", staff_id=staff.id)
    return show_link(staff, handle)


@bp.get("/staff/<int:staff_id>")
@needs(Permission.MANAGE_STAFF)
def show(staff_id: int) -> ResponseReturnValue:
    staff, now = queries.person_or_404(staff_id), clock.now()
    return render_template(
        "staff/show.html", staff=staff, roles=role_names(staff), skills=skill_names(staff), myself=staff.id == who(),
        absences=queries.absences_from(staff, today_of(now)), sign_ins=queries.open_sign_ins(staff, now),
        link_until=queries.open_link_until(staff, now),
    )  # fmt: skip


@bp.route("/staff/<int:staff_id>/edit", methods=["GET", "POST"])
@needs(Permission.MANAGE_STAFF)
def edit(staff_id: int) -> ResponseReturnValue:
    staff = queries.person_or_404(staff_id)
    form = ChangedPerson(obj=staff, data={"seen": staff.version})
    if not form.validate_on_submit() or _taken(form, staff):
        return render_template("staff/edit.html", form=form, staff=staff), 422 if form.is_submitted() else 200
    here = url_for("staff.show", staff_id=staff_id)
    try:
        with transaction():
            facts = form.chosen()
            form.check_seen(
                staff, theirs=lambda: _described(staff.name, staff.roles), yours=_described(facts.name, facts.roles), keep_url=here
            )
            actions.change(staff, facts, clock.now())
    except Refused as no:
        form.roles.errors = [no.words]
        return render_template("staff/edit.html", form=form, staff=staff), 422
    flash(_("Saved."), "done")
    return redirect(here, 303)


@bp.post("/staff/<int:staff_id>/disable")
@needs(Permission.MANAGE_STAFF)
def disable(staff_id: int) -> ResponseReturnValue:
    """At once where nobody is booked with them; else after their visits were seen, and on to where each gets a new place."""
    staff = queries.person_or_404(staff_id)
    actions.check_disable(staff)
    hit = queries.visits_with(staff, clock.now())
    if hit and request.form.get("sure") != str(len(hit)):
        return render_template("staff/shut.html", staff=staff, hit=hit), 422
    with transaction():
        staff = queries.person_or_404(staff_id)
        actions.disable(staff, clock.now())
    toast: Any = {
        "text": _("The account of %(name)s is shut, and signed out everywhere.", name=staff.name),
        "undo": url_for("staff.enable", staff_id=staff_id),
    }
    flash(toast, "done")
    return redirect(url_for("replanning.show") if hit else url_for("staff.show", staff_id=staff_id), 303)


@bp.post("/staff/<int:staff_id>/enable")
@needs(Permission.MANAGE_STAFF)
def enable(staff_id: int) -> ResponseReturnValue:
    with transaction():
        actions.enable(queries.person_or_404(staff_id), clock.now())
    flash(_("The account is open again."), "done")
    return redirect(url_for("staff.show", staff_id=staff_id), 303)


@bp.post("/staff/<int:staff_id>/link")
@needs(Permission.MANAGE_STAFF)
def link(staff_id: int) -> ResponseReturnValue:
    """A new one-time link; the old password works until the link is used."""
    staff = queries.person_or_404(staff_id)
    if not staff.active:
        raise Refused(_("This account is shut. Open it again first."))
    with transaction():
        handle = links.make(staff, clock.now())
    return show_link(staff, handle)


@bp.post("/staff/<int:staff_id>/sign-out")
@needs(Permission.MANAGE_STAFF)
def end_sign_ins(staff_id: int) -> ResponseReturnValue:
    with transaction():
        staff = queries.person_or_404(staff_id)
        actions.end_sign_ins(staff, clock.now())
    flash(_("%(name)s is signed out everywhere.", name=staff.name), "done")
    return redirect(url_for("staff.show", staff_id=staff_id), 303)


def role_names(staff: StaffMember) -> list[str]:
    return [str(ROLE_NAMES[Role(role)]) for role in staff.roles]


def skill_names(staff: StaffMember) -> list[str]:
    return [word for key, word in skill_choices() if key in staff.skills]


def _described(name: str, roles: list[str]) -> str:
    return f"{name}: {', '.join(str(ROLE_NAMES[Role(role)]) for role in roles)}"


def _taken(form: NewPerson | ChangedPerson, staff: StaffMember | None = None) -> bool:
    if not queries.taken(form.chosen().email, but=staff.id if staff else None):
        return False
    form.email.errors = [_("Another account has this address already.")]
    return True
