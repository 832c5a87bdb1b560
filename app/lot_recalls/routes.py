"""The pages of lots that are called back. Who was given what is seen by clinical eyes only; a physician approves and closes."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused
from app.formats import LANGUAGES
from app.forms import row_id
from app.history import viewed, who
from app.i18n import _, _n
from app.lot_recalls import actions, lot_pages, queries
from app.lot_recalls.actions import Written
from app.lot_recalls.blueprint import bp
from app.lot_recalls.forms import PART_WORDS, ApproveForm, CloseForm, EditForm, OpenForm, Words
from app.lot_recalls.words import heard_words, state_words
from app.names import area_name, names_of
from app.permissions import Permission, needs
from app.today import today_of, typed_day
from app.tokens import use_once
from models import clock
from models.base import db, transaction
from models.product import Lot, LotRecall, LotRecallState
from models.staff import StaffMember

__all__ = ["bp", "lot_pages"]


@bp.get("")
@needs(Permission.SEE_CLINICAL)
def index() -> ResponseReturnValue:
    return render_template("lot_recalls/index.html", recalls=queries.recalls(), state_words=state_words)


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.SEE_CLINICAL)
def create() -> ResponseReturnValue:
    form = OpenForm(data={"lots": [row_id(request.args.get("lot"))]} if request.method == "GET" else None)
    form.today = today_of(clock.now())
    form.offer(sorted(_choices(), key=lambda choice: choice[0] not in (form.lots.data or [])))  # those asked for stand first
    if form.validate_on_submit():
        try:
            with transaction():
                once = use_once(form.form_token.data or "", who() or 0, clock.now())
                lots = [db.session.get_one(Lot, key) for key in form.lots.data or []]
                made = actions.open_recall(lots, _written(form), clock.now())
                once.result = url_for("lot_recalls.show", recall_id=made.id)
        except Refused as no:
            form.form_errors = [no.words]
        else:
            flash(_("The recall is open: nobody may use these lots any more. Nobody is told before a physician approves the text."), "done")
            return redirect(url_for("lot_recalls.show", recall_id=made.id), 303)
    return _form_page(form, None), 422 if form.is_submitted() else 200


@bp.get("/<int:recall_id>")
@needs(Permission.SEE_CLINICAL)
def show(recall_id: int) -> ResponseReturnValue:
    recall = queries.recall_or_404(recall_id)
    return _page(recall, CloseForm(formdata=None))


@bp.route("/<int:recall_id>/change", methods=["GET", "POST"])
@needs(Permission.SEE_CLINICAL)
def change(recall_id: int) -> ResponseReturnValue:
    recall = queries.recall_or_404(recall_id)
    if recall.state is not LotRecallState.OPEN:
        return redirect(url_for("lot_recalls.show", recall_id=recall_id), 303)
    form = EditForm(data=_typed(recall) | {"seen": recall.version})
    form.today = today_of(clock.now())
    if form.validate_on_submit():
        with transaction():
            recall = queries.recall_or_404(recall_id)
            form.check_seen(recall, theirs=_("the text as it is now"), yours=_("your text"))
            actions.write(recall, _written(form), clock.now())
        flash(_("Saved. Nobody is told before a physician approves the text."), "done")
        return redirect(url_for("lot_recalls.show", recall_id=recall_id), 303)
    return _form_page(form, recall), 422 if form.is_submitted() else 200


@bp.post("/<int:recall_id>/approve")
@needs(Permission.DECIDE)
def approve(recall_id: int) -> ResponseReturnValue:
    form = ApproveForm()
    try:
        if not form.validate():
            raise Refused(_("Look at the text once more."))
        with transaction():
            recall = queries.recall_or_404(recall_id)
            form.check_seen(recall, theirs=_("the text as it is now"), yours=_("to approve it"))
            n = actions.approve(recall, clock.now())
    except Refused as no:
        flash(no.words, "error")
    else:
        flash(_n("Approved: %(num)s patient is told.", "Approved: %(num)s patients are told.", n), "done")
    return redirect(url_for("lot_recalls.show", recall_id=recall_id), 303)


@bp.post("/<int:recall_id>/close")
@needs(Permission.DECIDE)
def close(recall_id: int) -> ResponseReturnValue:
    form, recall = CloseForm(), queries.recall_or_404(recall_id)
    try:
        if form.validate():
            with transaction():
                recall = queries.recall_or_404(recall_id)
                form.check_seen(recall, theirs=_("the recall as it is now"), yours=_("to close it"))
                actions.close(recall, (form.note.data or "").strip(), clock.now())
            flash(_("The recall is closed."), "done")
            return redirect(url_for("lot_recalls.show", recall_id=recall_id), 303)
    except Refused as no:
        form.note.errors = [no.words]
    return _page(recall, form), 422


def _page(recall: LotRecall, form: CloseForm) -> str:
    people = queries.exposed(recall, clock.now())
    for one in people:
        viewed(one.patient)
    form.seen.data = str(recall.version)
    counted = [one.heard for one in people]
    used_by = names_of(StaffMember, [use.used_by_id for one in people for use in one.uses])
    return render_template(
        "lot_recalls/show.html", recall=recall, people=people, perhaps=queries.perhaps(recall), form=form,
        approve=ApproveForm(formdata=None, data={"seen": recall.version}), counts={how: counted.count(how) for how in queries.Heard},
        staff=names_of(StaffMember, [recall.opened_by_id, recall.approved_by_id, recall.closed_by_id]), used_by=used_by,
        heard_words=heard_words, state_words=state_words, area_name=area_name, languages=LANGUAGES,
        parts=PART_WORDS,
    )  # fmt: skip


def _form_page(form: Words, recall: LotRecall | None) -> str:
    return render_template("lot_recalls/form.html", form=form, recall=recall, languages=LANGUAGES)


def _choices() -> list[tuple[int, str]]:
    return [(lot.id, f"{product.name} · {lot.number}") for lot, product in queries.lots_to_choose()]


def _written(form: Words) -> Written:
    return Written((form.reason.data or "").strip(), form.texts(), form.call_by.day or today_of(clock.now()))


def _typed(recall: LotRecall) -> dict[str, str]:
    """The recall as its form shows it."""
    text = {f"{part}_{language}": words for language, parts in recall.texts.items() for part, words in parts.items()}
    return text | {"reason": recall.reason, "call_by": typed_day(recall.call_by)}
