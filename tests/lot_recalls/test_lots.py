"""The page of one lot: what arrived, was used and thrown away; who was given something of it; what to come needs such a product."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.products import queries
from app.products.queries import Shelf, Stock
from models.base import db, transaction
from models.clinic import Location
from models.event import Event
from models.product import Lot, StockMove
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import words
from tests.schedule.scenes import Scene, a_scene, book, days


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    return a_scene()


@pytest.fixture
def lot(scene: Scene) -> Lot:
    return builders.a_lot("prp_kit", "PRP-118")


@pytest.fixture
def nurse(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, scene.nurse)
    return client


def page(client: FlaskClient, lot: Lot) -> str:
    return words(client.get(f"/lot-recalls/lots/{lot.id}"))


def test_what_arrives_and_is_thrown_away_is_counted(nurse: FlaskClient, lot: Lot) -> None:
    for token, what, pieces in (("a", "received", 20), ("b", "discarded", 2), ("c", "received", 5)):
        typed = {"form_token": token, "what": what, "pieces": str(pieces), "why": "Box opened"}
        assert nurse.post(f"/lot-recalls/lots/{lot.id}", data=typed).status_code == 303
    assert queries.stock_of([lot]) == {lot.id: Stock(received=25, used=0, discarded=2)}
    assert "+5" in page(nurse, lot)
    assert db.session.query(Event).filter_by(action="counted").count() == 3


def test_a_double_press_counts_once(nurse: FlaskClient, lot: Lot) -> None:
    for _press in range(2):
        nurse.post(f"/lot-recalls/lots/{lot.id}", data={"form_token": "t", "what": "received", "pieces": "20"})
    assert db.session.query(StockMove).count() == 1


@pytest.mark.parametrize("pieces", ["", "0", "-3", "many", "10001"])
def test_a_number_that_cannot_be_is_refused_in_words(nurse: FlaskClient, lot: Lot, pieces: str) -> None:
    answer = nurse.post(f"/lot-recalls/lots/{lot.id}", data={"form_token": "t", "what": "received", "pieces": pieces, "why": "Box opened"})
    assert (answer.status_code, "whole number from 1 to 10000" in words(answer)) == (422, True)
    assert 'value="Box opened"' in answer.text


def test_with_two_places_it_says_where(nurse: FlaskClient, lot: Lot) -> None:
    with transaction():
        db.session.add(Location(name="Kadıköy", address=""))
    assert "Kadıköy" in page(nurse, lot)
    nurse.post(f"/lot-recalls/lots/{lot.id}", data={"form_token": "t", "what": "received", "pieces": "3", "place": "2"})
    assert db.session.query(StockMove).one().location.name == "Kadıköy"


def test_who_was_given_something_is_for_clinical_eyes(scene: Scene, nurse: FlaskClient, lot: Lot) -> None:
    builders.a_lot_use(builders.done(scene.sessions[0], days(-3)), lot)
    assert "Ayşe Yılmaz" in page(nurse, lot)
    assert db.session.query(Event).filter_by(action="viewed", patient_id=scene.patient.id).count() == 1
    builders.sign_in(nurse, builders.a_manager())
    assert "Ayşe Yılmaz" not in page(nurse, lot)
    assert "Used in sessions" in page(nurse, lot)


def test_sessions_of_which_nobody_can_say_are_counted(scene: Scene, nurse: FlaskClient, lot: Lot) -> None:
    builders.done(scene.sessions[0], days(-3))
    assert "Perhaps also in 1 session" in page(nurse, lot)


def test_a_recall_starts_here_and_is_shown_once_it_runs(nurse: FlaskClient, lot: Lot) -> None:
    assert f"/lot-recalls/new?lot={lot.id}" in nurse.get(f"/lot-recalls/lots/{lot.id}").text
    typed = {"form_token": "t", "lots": str(lot.id), "reason": "The maker called it back", "call_by": days(2).isoformat()}
    assert nurse.post("/lot-recalls/new", data=typed).status_code == 303
    answer = nurse.get(f"/lot-recalls/lots/{lot.id}")
    assert "The maker called it back" in words(answer)
    assert "Start lot recall" not in words(answer)


def test_a_lot_that_may_not_be_used_names_the_visits_that_need_such_a_product(
    scene: Scene, nurse: FlaskClient, lot: Lot, noon: datetime
) -> None:
    book(scene.sessions[0], days(1), "12:30", noon)
    assert "needs such a product" not in page(nurse, lot)
    with transaction():
        db.session.get_one(Lot, lot.id).frozen_at = noon
    assert "1 visit of the next two weeks needs such a product. No other lot may be used." in page(nurse, lot)
    builders.a_lot("prp_kit", "PRP-119")
    assert "Lot PRP-119 is offered instead." in page(nurse, lot)


@pytest.mark.parametrize(
    ("changes", "shelf"),
    [({}, Shelf.ALL), ({"expires_on": TODAY + timedelta(days=59)}, Shelf.SOON), ({"expires_on": TODAY + timedelta(days=60)}, Shelf.ALL),
     ({"expires_on": date(2026, 11, 30)}, Shelf.EXPIRED), ({"frozen_at": builders.EARLY, "expires_on": date(2026, 1, 1)}, Shelf.FROZEN)],
)  # fmt: skip
def test_a_lot_stands_on_one_shelf(nurse: FlaskClient, changes: dict[str, object], shelf: Shelf) -> None:
    made = builders.a_lot("exosome", "EX-1", **changes)
    assert queries.shelf_of(made, TODAY) is shelf
    listed = {one: "EX-1" in words(nurse.get(f"/products?list={one}")) for one in Shelf if one is not Shelf.ALL}
    assert listed == {one: one is shelf for one in listed}


def test_the_list_of_products_leads_to_each_lot(nurse: FlaskClient, lot: Lot) -> None:
    for path in ("/products", f"/products/{lot.product_id}"):
        assert f"/lot-recalls/lots/{lot.id}" in nurse.get(path).text
