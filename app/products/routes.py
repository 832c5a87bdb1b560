"""Products on the shelf and their lots."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused
from app.history import who
from app.i18n import _, language
from app.library.loader import shipped
from app.permissions import Permission, needs
from app.products import actions, queries
from app.products.forms import LotForm, ProductForm, ReasonForm
from app.products.queries import Shelf
from app.today import today_of
from app.tokens import use_once
from models import clock
from models.base import transaction
from models.product import Product

bp = Blueprint("products", __name__, url_prefix="/products")


@bp.get("")
@needs(Permission.STOCK)
def index() -> ResponseReturnValue:
    products, today = queries.all_products(), today_of(clock.now())
    chosen = next((one for one in Shelf if one == request.args.get("list")), Shelf.ALL)
    lots = [lot for product in products for lot in product.lots]
    counts = Counter(queries.shelf_of(lot, today) for lot in lots)
    listed = [lot for lot in lots if queries.shelf_of(lot, today) is chosen] if chosen is not Shelf.ALL else []
    first = {kind: queries.default_lot(kind, today) for kind in {product.kind for product in products}}
    return render_template("products/index.html", products=products, today=today, first=first, kind_name=kind_name,
                           shelf=chosen, counts=counts, listed=listed, stock=queries.stock_of(lots))  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.STOCK)
def create() -> ResponseReturnValue:
    form = ProductForm()
    if form.validate_on_submit():
        try:
            with transaction():
                once = use_once(form.form_token.data or "", who() or 0, clock.now())
                product = actions.add_product(form.chosen(), clock.now())
                once.result = url_for("products.show", product_id=product.id)
        except Refused as no:
            form.form_errors = [no.words]
        else:
            flash(_("Product added. Now its lot."), "done")
            return redirect(url_for("products.show", product_id=product.id), 303)
    return render_template("products/product.html", form=form, product=None), 422 if form.is_submitted() else 200


@bp.route("/<int:product_id>/change", methods=["GET", "POST"])
@needs(Permission.STOCK)
def change(product_id: int) -> ResponseReturnValue:
    product = queries.product_or_404(product_id)
    form = ProductForm(obj=product, data={"routes": product.authorised_routes} | product.limits)
    if form.validate_on_submit():
        try:
            with transaction():
                actions.change_product(queries.product_or_404(product_id), form.chosen(), bool(form.active.data), clock.now())
        except Refused as no:
            form.form_errors = [no.words]
        else:
            flash(_("Saved."), "done")
            return redirect(url_for("products.show", product_id=product_id), 303)
    return render_template("products/product.html", form=form, product=product), 422 if form.is_submitted() else 200


@bp.get("/<int:product_id>")
@needs(Permission.STOCK)
def show(product_id: int) -> ResponseReturnValue:
    return _page(queries.product_or_404(product_id), LotForm())


@bp.post("/<int:product_id>/lots")
@needs(Permission.STOCK)
def add_lot(product_id: int) -> ResponseReturnValue:
    form = LotForm()
    if form.validate() and form.expires_on.day:
        try:
            with transaction():
                use_once(form.form_token.data or "", who() or 0, clock.now()).result = url_for("products.show", product_id=product_id)
                product, number = queries.product_or_404(product_id), (form.number.data or "").strip()
                actions.add_lot(product, number, form.expires_on.day, clock.now(), form.place_id)
        except Refused as no:
            form.form_errors = [no.words]
        else:
            flash(_("Lot added."), "done")
            return redirect(url_for("products.show", product_id=product_id), 303)
    return _page(queries.product_or_404(product_id), form), 422


@bp.post("/lots/<int:lot_id>/default")
@needs(Permission.STOCK)
def make_default(lot_id: int) -> ResponseReturnValue:
    day = today_of(clock.now())
    with transaction():
        lot = queries.lot_or_404(lot_id)
        actions.make_default(lot, day, clock.now())
        number, product_id = lot.number, lot.product_id
    flash(_("Lot %(number)s is offered first from today on.", number=number), "done")
    return redirect(url_for("products.show", product_id=product_id), 303)


@bp.post("/lots/<int:lot_id>/freeze", defaults={"frozen": True})
@bp.post("/lots/<int:lot_id>/unfreeze", defaults={"frozen": False})
@needs(Permission.STOCK)
def freeze(lot_id: int, frozen: bool) -> ResponseReturnValue:
    form, lot = ReasonForm(), queries.lot_or_404(lot_id)
    if not form.validate():
        return _page(lot.product, LotForm(formdata=None), form, lot_id), 422
    with transaction():
        lot = queries.lot_or_404(lot_id)
        (actions.freeze if frozen else actions.unfreeze)(lot, form.reason.data or "", clock.now())
        number, product_id = lot.number, lot.product_id
    flash(_("Lot %(number)s is frozen.", number=number) if frozen else _("Lot %(number)s may be used again.", number=number), "done")
    return redirect(url_for("products.show", product_id=product_id), 303)


def kind_name(kind: str) -> str:
    """A kind of product in the page's language."""
    return shipped().name_of("products", kind).in_(language())


def _page(product: Product, form: LotForm, reason: ReasonForm | None = None, about: int | None = None) -> str:
    today = today_of(clock.now())
    first = queries.default_lot(product.kind, today)
    reason = reason or ReasonForm(formdata=None)
    routes = [shipped().name_of("deliveries", route).in_(language()) for route in product.authorised_routes]
    return render_template("products/show.html", product=product, form=form, reason_form=reason, about=about, first=first, today=today,
                           stock=queries.stock_of(product.lots), kind_name=kind_name, routes=routes)  # fmt: skip
