"""The protocol library: the list, one version to read, its approval and its end."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused
from app.formats import long_day
from app.i18n import _, _n, language, named
from app.library.content import ContentError, ProtocolContent
from app.permissions import Permission, needs
from app.protocols import actions, edit_pages, queries, reading
from app.protocols.blueprint import bp
from app.protocols.forms import ApproveForm, ApproveReadForm, RetireForm, approve_form
from app.protocols.problems import problem_words
from app.today import today_of
from models import clock
from models.base import db, transaction
from models.protocol import ProtocolVersion, VersionState
from models.staff import StaffMember

__all__ = ["bp", "edit_pages"]


@bp.get("")
@needs(Permission.SEE_PROTOCOLS)
def index() -> ResponseReturnValue:
    protocols = queries.all_protocols()
    shown = [_shown_of(protocol.versions) for protocol in protocols]
    used = queries.used_by([version for protocol in protocols for version in protocol.versions])
    plans = {protocol.id: sum(used.get(version.id, 0) for version in protocol.versions) for protocol in protocols}
    return render_template("protocols/index.html", protocols=zip(protocols, shown, strict=True), plans=plans, names_of=reading.names_of,
                           switched_on=queries.switched_on, waiting=len(queries.waiting()))  # fmt: skip


@bp.get("/<int:version_id>")
@needs(Permission.SEE_PROTOCOLS)
def show(version_id: int) -> ResponseReturnValue:
    version = queries.version_or_404(version_id)
    return render_template("protocols/show.html", **_words(version), used=queries.used_by([version]).get(version.id, 0),
                           retire_form=RetireForm(data={"seen": version.version}))  # fmt: skip


@bp.route("/<int:version_id>/approve", methods=["GET", "POST"])
@needs(Permission.EDIT_PROTOCOLS)
def approve(version_id: int) -> ResponseReturnValue:
    version = queries.version_or_404(version_id)
    form = approve_form(version)
    if not form.is_submitted():
        return _approve_page(version, form)
    if form.validate():
        try:
            with transaction():
                version = queries.version_or_404(version_id)
                form.check_seen(version, theirs=lambda: _says(version), yours=_("Approved"), keep_url=_page_of(version))
                actions.approve(version, form.chosen(), clock.now())
        except Refused as no:
            form.form_errors = [no.words]
            version = queries.version_or_404(version_id)
        else:
            flash(_("Approved: %(name)s, version %(n)s.", name=named(version.content["names"]), n=version.n), "done")
            return redirect(url_for("protocols.show", version_id=version_id), 303)
    return _approve_page(version, form), 422


@bp.route("/approve-read", methods=["GET", "POST"])
@needs(Permission.EDIT_PROTOCOLS)
def approve_read() -> ResponseReturnValue:
    waiting = queries.waiting()
    lacking = {version.id: queries.lacking(version) for version in waiting}
    ready = [version for version in waiting if not actions.asks_more(version) and not lacking[version.id]]
    ready.sort(key=lambda version: version.protocol.key not in queries.BEGIN_WITH)
    form = ApproveReadForm()
    form.versions.choices = [(version.id, named(version.content["names"])) for version in ready]
    if form.validate_on_submit():
        chosen = set(form.versions.data or ())
        try:
            with transaction():
                approved = actions.approve_read([v for v in queries.waiting() if v.id in chosen and not actions.asks_more(v)], clock.now())
        except Refused as no:
            form.form_errors = [no.words]
        else:
            flash(_n("%(num)s protocol approved.", "%(num)s protocols approved.", approved), "done")
            return redirect(url_for("protocols.index"), 303)
    others = [(version, lacking[version.id]) for version in waiting if version not in ready]
    page = render_template("protocols/approve_read.html", form=form, ready=ready, others=others, names_of=reading.names_of,
                           begin_with=queries.BEGIN_WITH)  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@bp.post("/<int:version_id>/retire")
@needs(Permission.EDIT_PROTOCOLS)
def retire(version_id: int) -> ResponseReturnValue:
    version, form = queries.version_or_404(version_id), RetireForm()
    if not form.validate():
        used = queries.used_by([version]).get(version.id, 0)
        return render_template("protocols/show.html", **_words(version), used=used, retire_form=form, form=form), 422
    with transaction():
        version = queries.version_or_404(version_id)
        form.check_seen(version, theirs=lambda: _says(version), yours=_("Retired"), keep_url=_page_of(version))
        actions.retire(version, form.reason.data or "", clock.now())
    flash(_("This version is not offered any more. Courses that run keep it."), "done")
    return redirect(url_for("protocols.show", version_id=version_id), 303)


def _page_of(version: ProtocolVersion) -> str:
    return url_for("protocols.show", version_id=version.id)


def _approve_page(version: ProtocolVersion, form: ApproveForm) -> str:
    return render_template("protocols/approve.html", **_words(version), form=form, lacking=queries.lacking(version))


def _shown_of(versions: list[ProtocolVersion]) -> ProtocolVersion:
    """The version a list shows: the approved one, else the newest."""
    return next((version for version in versions if version.state is VersionState.APPROVED), versions[-1])


def _words(version: ProtocolVersion) -> dict[str, object]:
    """What the page of a version shows. Content that is not fit (yet) is told with its faults instead."""
    content: ProtocolContent | None = None
    faults: list[str] = []
    try:
        content = queries.content_of(version)
    except ContentError as error:
        faults = [problem_words(problem) for problem in error.problems]
    by = db.session.get(StaffMember, version.approved_by_id) if version.approved_by_id else None
    return {
        "version": version, "content": content, "faults": faults, "approved_by": by.name if by else "", "reading": reading,
        "switched_on": queries.switched_on(version), "title": named(version.content["names"]),
        "emergency_number": queries.emergency_number(),
    }  # fmt: skip


def _says(version: ProtocolVersion) -> str:
    day = long_day(today_of(version.approved_at), language()) if version.approved_at else ""
    return {
        VersionState.DRAFT: _("A draft whose content was changed"),
        VersionState.APPROVED: _("Approved on %(day)s", day=day),
        VersionState.RETIRED: _("Retired"),
    }[version.state]
