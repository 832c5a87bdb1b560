"""Lots of one place are offered there alone, and each place has its own lot of the day."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.products import actions, queries
from app.products.forms import Counted
from app.products.queries import Stock
from models import clock
from models.appointment import Outcome
from models.base import db, transaction
from models.clinic import Location
from models.product import Lot, Product, StockChange
from tests import builders
from tests.builders import TODAY
from tests.schedule.scenes import a_scene, book


@pytest.fixture
def kadikoy(app: Flask) -> Location:
    builders.a_clinic()
    with transaction():
        place = Location(name="Kadıköy")
        db.session.add(place)
    return place


@pytest.fixture
def product(kadikoy: Location) -> Product:
    for number, place_id in (("A1", 1), ("B1", kadikoy.id), ("ALL", None)):
        builders.a_lot(number=number, location_id=place_id)
    return db.session.query(Product).one()


def offered(place_id: int | None) -> list[str]:
    return [lot.number for lot in queries.usable_lots("prp_kit", TODAY, place_id)]


def test_a_place_is_offered_its_own_lots_and_those_of_all(product: Product, kadikoy: Location) -> None:
    assert set(offered(1)) == {"A1", "ALL"}
    assert set(offered(kadikoy.id)) == {"B1", "ALL"}
    assert set(offered(None)) == {"A1", "B1", "ALL"}


def test_each_place_has_its_own_lot_of_the_day(product: Product, kadikoy: Location) -> None:
    with transaction():
        for lot in product.lots:
            if lot.location_id:
                actions.make_default(lot, TODAY, clock.now())
    assert (offered(1)[0], offered(kadikoy.id)[0]) == ("A1", "B1")
    with transaction():
        actions.make_default(db.session.query(Lot).filter_by(number="ALL").one(), TODAY, clock.now())
    assert (offered(1)[0], offered(kadikoy.id)[0]) == ("ALL", "ALL")


def test_a_lot_is_added_at_a_place(product: Product, kadikoy: Location, client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_nurse())
    sent = {"form_token": "l1", "number": "B2", "expires_on": "06/2028", "place": str(kadikoy.id)}
    client.post(f"/products/{product.id}/lots", data=sent)
    assert db.session.query(Lot).filter_by(number="B2").one().location_id == kadikoy.id
    assert "Kadıköy" in client.get(f"/products/{product.id}").text


def test_a_place_that_is_not_in_the_list_is_refused(product: Product, kadikoy: Location, client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_nurse())
    sent = {"form_token": "l2", "number": "B3", "expires_on": "06/2028", "place": "999"}
    answer = client.post(f"/products/{product.id}/lots", data=sent)
    assert answer.status_code == 422
    assert "Choose one of the list." in answer.text
    assert not db.session.query(Lot).filter_by(number="B3").count()


def test_what_was_used_stands_with_the_place_of_its_visit(client: FlaskClient, noon: datetime) -> None:
    scene = a_scene()
    with transaction():
        place = Location(name="Kadıköy")
        db.session.add(place)
    lot = builders.a_lot()
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    with transaction():
        visit.location_id = place.id
        visit.sessions[0].outcome = Outcome.DONE
        moved = Counted(StockChange.RECEIVED, 5, 1, "")
        actions.count(lot, moved, noon)
    builders.a_lot_use(scene.sessions[0], lot)
    assert queries.stock_by_place(lot) == {1: Stock(received=5), place.id: Stock(used=1)}
    builders.sign_in(client, scene.physician)
    assert "At each location" in client.get(f"/lot-recalls/lots/{lot.id}").text
