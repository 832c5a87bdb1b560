"""The same person twice: looked for, shown, joined, and taken apart again."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused
from app.history import viewed, who
from app.i18n import _
from app.merging import actions, consents, moving, obstacles, queries, words
from app.merging.blueprint import bp
from app.merging.forms import JoinForm, versions
from app.merging.values import Pair
from app.names import staff_names
from app.patients import choosing, same
from app.patients import queries as patients
from app.permissions import Permission, needs
from app.schedule.toasts import say
from models import clock
from models.base import db, transaction
from models.merge import PatientMerge


@bp.route("/<int:patient_id>/same", methods=["GET", "POST"])
@needs(Permission.EDIT_PATIENTS)
def find(patient_id: int) -> ResponseReturnValue:
    """Who is the same person as this one?"""
    patient, now = patients.patient_or_404(patient_id), clock.now()
    if request.method == "POST":
        chosen = choosing.look(request.form.get("q", ""), who() or abort(403), now)
        other = chosen.get("patient")
        if other and other != str(patient_id):
            return redirect(url_for("merging.join", patient_id=patient_id, other_id=int(other)), 303)
        return redirect(url_for("merging.find", patient_id=patient_id, s=chosen.get("s")), 303)
    viewed(patient)
    found = choosing.found(request.args.get("s", ""), who() or abort(403), now)
    found = replace(found, people=[one for one in found.people if one.id != patient_id])
    return render_template("merging/find.html", patient=patient, found=found, likely=same.likely(patient, now))


@bp.route("/<int:patient_id>/same/<int:other_id>", methods=["GET", "POST"])
@needs(Permission.EDIT_PATIENTS)
def join(patient_id: int, other_id: int) -> ResponseReturnValue:
    """Everything that would happen, and the button that does it. The first of the two stays."""
    if patient_id == other_id:
        abort(404)
    pair = queries.pair_or_404(patient_id, other_id)
    form = JoinForm(data={"seen": versions(pair)})
    form.ask_about(pair)
    if form.validate_on_submit():
        try:
            return _join(pair, form)
        except Refused as no:
            form.form_errors = [no.words]
    viewed(pair.kept)
    viewed(pair.gone)
    page = render_template(
        "merging/join.html", pair=pair, form=form, blocks=obstacles.blocks(pair), twice=obstacles.twice(pair), words=words,
        moving=words.holdings(moving.counted(pair.gone)), staying=words.holdings(moving.counted(pair.kept)), ending=consents.ending(pair),
    )  # fmt: skip
    return (page, 422) if form.is_submitted() else page


@bp.route("/joined/<int:merge_id>", methods=["GET", "POST"])
@needs(Permission.EDIT_PATIENTS)
def part(merge_id: int) -> ResponseReturnValue:
    """What was joined, and the way back."""
    merge = db.session.get(PatientMerge, merge_id) or abort(404)
    if merge.undone_at is not None:
        return redirect(url_for("patients.show", patient_id=merge.gone_id), 303)
    if request.method == "POST":
        with transaction():
            actions.part(merge_id, clock.now())
        flash(_("The two records are apart again."), "done")
        return redirect(url_for("patients.show", patient_id=merge.gone_id), 303)
    viewed(merge.kept)
    moved = {table: len(ids) for table, ids in merge.moved.items()}
    return render_template(
        "merging/part.html", merge=merge, moved=words.holdings(moved), back=words.field_words([name for name in merge.changed
        if name not in actions.changed_since(merge)]), since=words.field_words(actions.changed_since(merge)),
        staff=staff_names(),
    )  # fmt: skip


def _join(pair: Pair, form: JoinForm) -> ResponseReturnValue:
    kept_id, gone_id = pair.kept.id, pair.gone.id
    with transaction():
        now_pair = queries.pair_or_404(kept_id, gone_id)
        if versions(now_pair) != form.seen.data:
            raise Refused(_("One of the two records was changed meanwhile. Look at this page again, then join them."))
        merge = actions.join(kept_id, gone_id, form.taken(), clock.now())
    undo = url_for("merging.part", merge_id=merge.id)
    say({"text": _("Joined: there is one record now."), "undo": undo})
    return redirect(url_for("patients.show", patient_id=kept_id), 303)
