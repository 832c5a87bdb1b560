"""The page of one lot: what is left of it, and for clinical eyes who was given something of it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import sessions
from app.clinic import queries as clinic_queries
from app.history import viewed, who
from app.i18n import _
from app.lot_recalls import lots
from app.lot_recalls.blueprint import bp
from app.lot_recalls.words import state_words
from app.names import area_name, staff_names
from app.permissions import Permission, needs
from app.products import actions, queries
from app.products.forms import StockForm
from app.products.queries import lot_or_404
from app.products.routes import kind_name
from app.today import today_of
from app.tokens import use_once
from models import clock
from models.base import transaction
from models.product import Lot


@bp.route("/lots/<int:lot_id>", methods=["GET", "POST"])
@needs(Permission.STOCK)
def lot(lot_id: int) -> ResponseReturnValue:
    """What arrived, was used and thrown away; the form counts more of it."""
    form = StockForm()
    form.offer(clinic_queries.locations())
    if form.validate_on_submit():
        with transaction():
            use_once(form.form_token.data or "", who() or 0, clock.now()).result = url_for("lot_recalls.lot", lot_id=lot_id)
            actions.count(lot_or_404(lot_id), form.chosen(), clock.now())
        flash(_("Counted."), "done")
        return redirect(url_for("lot_recalls.lot", lot_id=lot_id), 303)
    return _page(lot_or_404(lot_id), form), 422 if form.is_submitted() else 200


def _page(one: Lot, form: StockForm) -> str:
    today, person = today_of(clock.now()), sessions.person()
    assert person is not None
    card = lots.card_of(one, today) if person.may(Permission.SEE_CLINICAL) else None
    for patient in {patient.id: patient for patient, _use in (card.given if card else [])}.values():
        viewed(patient)
    blocked = one.frozen_at is not None or one.expires_on < today
    return render_template(
        "lot_recalls/lot.html", lot=one, form=form, today=today, first=queries.default_lot(one.product.kind, today), card=card,
        stock=queries.stock_of([one])[one.id], moves=queries.moves_of(one), by_place=queries.stock_by_place(one),
        places=clinic_queries.locations(), people=staff_names(),
        kind=kind_name(one.product.kind), area_name=area_name, state_words=state_words,
        need=lots.visits_that_need(one.product.kind, today) if blocked and person.may(Permission.SEE_DAY) else [],
    )  # fmt: skip
