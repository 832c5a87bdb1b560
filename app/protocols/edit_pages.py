"""A new version from an existing one, or a new protocol like it, with its timeline as it is typed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused
from app.i18n import _, named
from app.library.content import ContentError, parse_content, problems_of
from app.library.loader import shipped
from app.permissions import Permission, needs
from app.protocols import actions, queries, reading
from app.protocols.blueprint import bp
from app.protocols.edit_form import ContentForm
from app.protocols.editing import edited, is_of_a_gap, key_from, place_problems, values_of
from app.protocols.problems import problem_words
from models import clock
from models.base import transaction
from models.protocol import ProtocolVersion, VersionState


@bp.route("/<int:version_id>/edit", methods=["GET", "POST"], defaults={"as_new": False})
@bp.route("/<int:version_id>/copy", methods=["GET", "POST"], defaults={"as_new": True})
@needs(Permission.EDIT_PROTOCOLS)
def edit(version_id: int, as_new: bool) -> ResponseReturnValue:
    """Change a draft of the clinic's own; of any other version make a new draft; or begin another protocol with it."""
    version = queries.version_or_404(version_id)
    form = ContentForm(data=values_of(version.content) | {"seen": version.version})
    if not form.is_submitted():
        return _page(version, form, as_new)
    if request.form.get("do") == "rows":
        form.fit_rows()
        return _page(version, form, as_new)
    fine = form.validate()
    form.fit_rows()
    content = edited(version.content, form)
    if request.form.get("do") == "preview":
        if request.headers.get("HX-Request"):
            return render_template("protocols/timeline.html", **_picture(content))
        return _page(version, form, as_new, content)
    problems = problems_of(content, shipped())
    # While a field cannot be read, what would follow from it is not told: only the faults of the gaps themselves.
    place_problems(form, problems if fine else tuple(problem for problem in problems if is_of_a_gap(problem)))
    if fine and not problems:
        try:
            saved = _save(version_id, content, form, as_new)
        except Refused as no:
            form.form_errors = [no.words]
        else:
            flash(_("Saved as a draft. A physician approves it before it can be used."), "done")
            return redirect(url_for("protocols.show", version_id=saved), 303)
    return _page(queries.version_or_404(version_id), form, as_new), 422


def changes_in_place(version: ProtocolVersion) -> bool:
    """Whether editing this version changes it; the library's own drafts stay as they were shipped."""
    return version.state is VersionState.DRAFT and version.source != "library"


def _save(version_id: int, content: dict[str, object], form: ContentForm, as_new: bool) -> int:
    with transaction():
        version = queries.version_or_404(version_id)
        form.check_seen(version, theirs=_("a version that was changed meanwhile"), yours=_("the content you typed"),
                        keep_url=url_for("protocols.show", version_id=version_id))  # fmt: skip
        if as_new:
            return actions.new_protocol(key_from(form.name_en.data or ""), content, clock.now()).id
        if changes_in_place(version):
            actions.change_draft(version, content, clock.now())
            return version.id
        return actions.new_draft(version.protocol, content, clock.now()).id


def _page(version: ProtocolVersion, form: ContentForm, as_new: bool, typed: dict[str, object] | None = None) -> str:
    return render_template("protocols/edit.html", version=version, form=form, as_new=as_new, in_place=changes_in_place(version),
                           title=named(version.content["names"]), used=queries.used_by([version]).get(version.id, 0),
                           **_picture(typed or version.content))  # fmt: skip


def _picture(content: Mapping[str, object]) -> dict[str, object]:
    """The series of a content on a line; while it is not fit, what must be mended first."""
    try:
        return {"picture": reading.strip(parse_content(content, shipped())), "faults": []}
    except ContentError as error:
        return {"picture": None, "faults": [problem_words(problem) for problem in error.problems]}
