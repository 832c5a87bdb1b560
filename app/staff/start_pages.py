"""The first run, and choosing a password through a one-time link."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import sessions
from app.i18n import _, language, speak
from app.permissions import by_link, open_to_all
from app.staff import first_run, links, queries
from app.staff.blueprint import bp
from app.staff.forms import FirstRun, NewPassword
from app.staff.sign_in_pages import own_words
from config import Config
from models import clock
from models.base import transaction
from models.staff import StaffMember


@bp.route("/start", methods=["GET", "POST"])
@open_to_all
def start() -> ResponseReturnValue:
    """Open only while there is no account at all."""
    if not queries.nobody_yet():
        return redirect(url_for("staff.home"), 303)
    settings: Config = current_app.extensions["seans"]
    coded = first_run.needs_code(settings, request.remote_addr or "", request.host, "X-Forwarded-For" in request.headers)
    form = FirstRun(data={"code": request.args.get("code")})
    form.own_words = [form.clinic.data or "", form.name.data or "", form.email.data or ""]
    if form.validate_on_submit() and _code_is_right(form, settings, coded):
        return _found(form)
    return render_template("staff/start.html", form=form, coded=coded), 422 if form.is_submitted() else 200


def _found(form: FirstRun) -> ResponseReturnValue:
    now, handle = clock.now(), ""
    with transaction():
        if not queries.nobody_yet():
            return redirect(url_for("staff.home"), 303)
        founded = first_run.found_clinic(form, language(), now)
        if founded.physician:
            handle = links.make(founded.physician, now)
        person = sessions.start(founded.manager, now)
    sessions.remember(person)
    if founded.physician:
        return show_link(founded.physician, handle, first=True)
    return redirect(url_for("beginning.choose"), 303)


def show_link(staff: StaffMember, handle: str, *, first: bool = False) -> ResponseReturnValue:
    """The page with a one-time link, seen once: only its hash is kept."""
    return render_template("staff/link.html", staff=staff, link=link_address(handle), first=first)


def link_address(handle: str) -> str:
    """The full address of a password link, as people can use it from another machine."""
    settings: Config = current_app.extensions["seans"]
    base = settings.public_url or request.host_url.rstrip("/")
    return base + url_for("staff.set_password", token=handle)


@bp.route("/set-password/<token>", methods=["GET", "POST"])
@by_link
def set_password(token: str) -> ResponseReturnValue:
    """Opening the address changes nothing: mail scanners open addresses too. The post uses the link up."""
    link = links.open_link(token, clock.now())
    if link is None:
        return render_template("staff/link_over.html", clinic=queries.clinic_name()), 410
    speak(link.staff.language)
    form = NewPassword()
    form.own_words = own_words(link.staff)
    if not form.validate_on_submit():
        page = render_template("staff/set_password.html", form=form, staff=link.staff, clinic=queries.clinic_name())
        return page, 422 if form.is_submitted() else 200
    with transaction():
        fresh = links.open_link(token, clock.now())
        if fresh is not None:
            links.use(fresh, form.new_password.data or "", clock.now())
    return redirect(url_for("staff.sign_in", set="1"), 303)


def _code_is_right(form: FirstRun, settings: Config, coded: bool) -> bool:
    """Tries are not counted: nobody guesses 80 bits, and whoever only tries must not keep the owner out."""
    if not coded or first_run.is_code(settings, form.code.data or ""):
        return True
    form.code.errors = [_("This is not the start code. It was printed when the product was started.")]
    return False
