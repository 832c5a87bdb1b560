"""Signing in and out, one's own account, the language of the pages."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import formats, i18n, passwords, sessions
from app.front_door import kept
from app.front_door.guard import safe_next
from app.front_door.page_context import has_endpoint
from app.i18n import _
from app.permissions import needs, open_to_all
from app.sessions import Person
from app.staff import actions, queries, signing_in
from app.staff.blueprint import bp
from app.staff.forms import ROLE_NAMES, ChangePassword, SignInForm
from app.today import zone
from models import clock
from models.base import transaction
from models.staff import Role, StaffMember

FIRST_PAGES = ("schedule.day", "audit.index", "staff.index")
A_YEAR = 31_536_000


@bp.get("/")
@needs()
def home() -> ResponseReturnValue:
    """The first page that opens for this person."""
    return redirect(next((url_for(page) for page in FIRST_PAGES if has_endpoint(page)), url_for("staff.account")), 303)


@bp.route("/sign-in", methods=["GET", "POST"])
@open_to_all
def sign_in() -> ResponseReturnValue:
    if queries.nobody_yet():
        return redirect(url_for("staff.start"), 303)
    form = SignInForm(data={"next": request.args.get("next"), "kept": request.args.get("kept")})
    if request.method == "GET" and sessions.person():
        return redirect(_where_to(form), 303)
    wrong = ""
    if form.validate_on_submit():
        tried = signing_in.sign_in(form.email.data or "", form.password.data or "", request.remote_addr or "", clock.now())
        if isinstance(tried, Person):
            sessions.remember(tried)
            return redirect(_where_to(form), 303)
        wrong = _why_not(tried)
    page = render_template("staff/sign_in.html", form=form, wrong=wrong, clinic=queries.clinic_name(), ended="ended" in request.args)
    return page, 422 if form.is_submitted() else 200


@bp.post("/sign-out")
@needs()
def sign_out() -> ResponseReturnValue:
    """End the sign-in here; whoever copied its cookie has nothing."""
    person = _me()
    with transaction():
        sessions.end(person, clock.now())
        actions.note_sign_out(person.id, clock.now())
    sessions.forget()
    answer = make_response(redirect(url_for("staff.sign_in", kept=request.form.get("kept", "")[:40] or None), 303))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.post("/language")
@open_to_all
def language() -> ResponseReturnValue:
    """Another language for this browser, and for whoever is signed in; the page stays."""
    chosen, page = request.form.get("language", ""), safe_next(request.form.get("next")) or url_for("staff.home")
    if chosen not in formats.LANGUAGES:
        return redirect(page, 303)
    answer = make_response(redirect(_with_what_was_typed(page), 303))
    answer.set_cookie(
        i18n.COOKIE, chosen, max_age=A_YEAR, httponly=True, samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"]
    )
    if person := sessions.person():
        with transaction():
            actions.choose_language(queries.person_or_404(person.id), chosen, clock.now())
    return answer


@bp.get("/kept/<key>")
@needs()
def kept_form(key: str) -> ResponseReturnValue:
    """What was typed when the sign-in ran out, to be sent now or let go."""
    row = kept.found(key, _me().id)
    if row is None:
        return redirect(url_for("staff.home"), 303)
    fields = [(str(name), str(value)) for name, value in row.content["fields"]]
    typed = [value for _name, value in fields if " " in value.strip()]
    path = row.content["path"]
    page = f"{path}{'&' if '?' in path else '?'}{urlencode({kept.KEY: key})}" if safe_next(path) else ""
    return render_template("staff/kept.html", fields=[*fields, (kept.SENT, key)], action=path, typed=typed, page=page)


@bp.route("/account", methods=["GET", "POST"])
@needs()
def account() -> ResponseReturnValue:
    """One's own account: what one may do, and a new password."""
    staff, form = queries.person_or_404(_me().id), ChangePassword()
    form.own_words = own_words(staff)
    if form.validate_on_submit() and _is_old_password(staff, form):
        with transaction():
            actions.change_password(staff, form.new_password.data or "", _me(), clock.now())
        flash(_("Your password is changed. You are signed out everywhere else."), "done")
        return redirect(url_for("staff.account"), 303)
    roles = [ROLE_NAMES[Role(role)] for role in staff.roles]
    return render_template("staff/account.html", form=form, staff=staff, roles=roles), 422 if form.is_submitted() else 200


@bp.post("/account/digest")
@needs()
def digest() -> ResponseReturnValue:
    """The morning's mail, on or off, for oneself."""
    wanted = request.form.get("wanted") == "1"
    with transaction():
        actions.want_digest(queries.person_or_404(_me().id), wanted, clock.now())
    flash(_("You get the numbers of the day by e-mail.") if wanted else _("The numbers of the day are not sent to you any more."), "done")
    return redirect(url_for("staff.account"), 303)


def _with_what_was_typed(page: str) -> str:
    """The page, where it is somebody's, with the key of what they had typed into it."""
    person, typed = sessions.person(), kept.from_text(request.form.get("typed", ""))
    if person is None or not kept.has_words(typed):
        return page
    parts = urlsplit(page)
    with transaction():
        key = kept.keep(person.id, page, typed, clock.now())
    asked = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != kept.KEY]
    return f"{parts.path}?{urlencode([*asked, (kept.KEY, key)])}"


def own_words(staff: StaffMember) -> list[str]:
    """What a person's password may not be made of."""
    return [staff.name, staff.email, queries.clinic_name()]


def _is_old_password(staff: StaffMember, form: ChangePassword) -> bool:
    """Tries count as those of signing in do: an open browser is no way to guess a password."""
    with transaction():
        late = signing_in.count_try(staff.email, request.remote_addr or "", clock.now())
    if late is None and passwords.is_password(staff.password_hash, form.old_password.data or ""):
        return True
    form.old_password.errors = [_("This is not your password.") if late is None else _why_not(signing_in.Denied(late))]
    return False


def _why_not(denied: signing_in.Denied) -> str:
    if denied.for_good:
        return _("Too many wrong tries. Ask your manager for a new password link.")
    if denied.until:
        return _("Too many tries. Try again at %(time)s.", time=formats.local_time(denied.until, zone()))
    return _("This mail address and password do not fit together.")


def _where_to(form: SignInForm) -> str:
    if form.kept.data:
        return url_for("staff.kept_form", key=form.kept.data[:40])
    return safe_next(form.next.data) or url_for("staff.home")


def _me() -> Person:
    person = sessions.person()
    assert person is not None  # the lock on the page saw to it
    return person
