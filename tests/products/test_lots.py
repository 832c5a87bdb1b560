"""Which lots may be used, and the pages where they are kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.errors import Refused
from app.products import actions, queries
from models.base import db, transaction
from models.event import Event
from models.product import Lot, Product
from tests.builders import TODAY, a_clinic, a_lot, a_manager, a_nurse, a_receptionist, sign_in


@pytest.fixture
def nurse(app: Flask, client: FlaskClient, noon: datetime) -> FlaskClient:
    a_clinic()
    sign_in(client, a_nurse())
    return client


def numbers(kind: str = "prp_kit", day: date = TODAY) -> list[str]:
    db.session.expire_all()
    return [lot.number for lot in queries.usable_lots(kind, day)]


def post(client: FlaskClient, page: str, **fields: Any) -> Any:
    return client.post(f"/products/{page}", data={"form_token": page} | fields)


def test_a_lot_may_be_used_on_its_last_day_and_not_after(app: Flask) -> None:
    a_lot(number="A", expires_on=date(2026, 12, 10))
    assert numbers(day=date(2026, 12, 10)) == ["A"]
    assert numbers(day=date(2026, 12, 11)) == []


def test_the_lot_that_expires_soonest_is_offered_first(app: Flask) -> None:
    a_lot(number="Late", expires_on=date(2028, 1, 1))
    a_lot(number="Soon", expires_on=date(2027, 1, 1))
    assert numbers() == ["Soon", "Late"]


def test_the_default_of_the_day_stands_before_the_others(app: Flask, noon: datetime) -> None:
    a_lot(number="Soon", expires_on=date(2027, 1, 1))
    lot = a_lot(number="Late")
    with transaction():
        actions.make_default(db.session.get_one(Lot, lot.id), TODAY, noon)
    assert numbers() == ["Late", "Soon"]
    default = queries.default_lot("prp_kit", TODAY)
    assert default is not None
    assert default.number == "Late"


def test_a_frozen_lot_is_offered_nowhere(app: Flask, noon: datetime) -> None:
    lot = a_lot()
    with transaction():
        actions.freeze(db.session.get_one(Lot, lot.id), "Recall by the maker", noon)
    assert numbers() == []
    with transaction():
        actions.unfreeze(db.session.get_one(Lot, lot.id), "Checked, not concerned", noon)
    assert numbers() == ["L-1"]


def test_lots_of_a_product_that_is_not_in_use_are_not_offered(app: Flask) -> None:
    lot = a_lot()
    with transaction():
        db.session.get_one(Product, lot.product_id).active = False
    assert numbers() == []


def test_other_kinds_have_their_own_lots(app: Flask) -> None:
    a_lot("exosome", "E-1")
    assert numbers("prp_kit") == []


@pytest.mark.parametrize("state", ["frozen", "expired"])
def test_a_lot_that_may_not_be_used_cannot_be_the_default(app: Flask, noon: datetime, state: str) -> None:
    lot = a_lot(expires_on=date(2026, 1, 1)) if state == "expired" else a_lot(frozen_at=noon)
    with pytest.raises(Refused, match=state), transaction():
        actions.make_default(db.session.get_one(Lot, lot.id), TODAY, noon)


def test_a_product_and_its_lot_are_added(nurse: FlaskClient) -> None:
    fields = {"kind": "exosome", "name": "ExoTest 5 ml", "maker": "Fictional Labs", "routes": ["topical_after_microneedling"]}
    answer = post(nurse, "new", active="y", **fields)
    assert answer.status_code == 303
    assert post(nurse, "1/lots", number="X 77", expires_on="06/2027").status_code == 303
    lot = db.session.query(Lot).one()
    assert (lot.product.name, lot.number, lot.expires_on) == ("ExoTest 5 ml", "X 77", date(2027, 6, 30))
    assert "X 77" in nurse.get("/products").text


def test_pressing_twice_adds_one_product(nurse: FlaskClient) -> None:
    for _press in range(2):
        assert post(nurse, "new", kind="exosome", name="ExoTest", active="y").status_code == 303
    assert db.session.query(Product).count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"number": "", "expires_on": "2027-06"}, "Please fill this in."),
     ({"number": "A", "expires_on": "13/2027"}, "Enter a day that exists"),
     ({"number": "A", "expires_on": "31.2.2027"}, "Enter a day that exists"), ({"number": "A\nB", "expires_on": "1.1.2027"}, "on one line"),
     ({"number": "l-1", "expires_on": "1.1.2027"}, "This product has lot l-1 already.")],
)  # fmt: skip
def test_a_lot_that_cannot_be_is_refused_in_words(nurse: FlaskClient, typed: dict[str, str], words: str) -> None:
    lot = a_lot()
    answer = post(nurse, f"{lot.product_id}/lots", **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.query(Lot).count() == 1


def test_two_products_of_a_kind_cannot_have_one_name(nurse: FlaskClient) -> None:
    a_lot()
    answer = post(nurse, "new", kind="prp_kit", name="PRP_KIT", active="y")
    assert answer.status_code == 422
    assert "There is a product of this kind and name already." in answer.text


def test_a_product_is_changed_with_the_limits_of_its_leaflet(nurse: FlaskClient) -> None:
    lot = a_lot("numbing_cream")
    fields = {"kind": "numbing_cream", "name": "Cream", "max_minutes": "60", "max_area_cm2": "400"}
    assert post(nurse, f"{lot.product_id}/change", **fields).status_code == 303
    product = db.session.get_one(Product, lot.product_id)
    assert (product.name, product.limits, product.active) == ("Cream", {"max_minutes": 60, "max_area_cm2": 400}, False)


def test_freezing_asks_why_and_writes_it_down(nurse: FlaskClient) -> None:
    lot = a_lot()
    assert post(nurse, f"lots/{lot.id}/freeze").status_code == 422
    assert post(nurse, f"lots/{lot.id}/freeze", reason="Recall by the maker").status_code == 303
    assert db.session.query(Event).filter_by(action="frozen").one().reason == "Recall by the maker"
    assert post(nurse, f"lots/{lot.id}/freeze", reason="Again").status_code == 422
    assert post(nurse, f"lots/{lot.id}/unfreeze", reason="Not concerned").status_code == 303
    assert numbers() == ["L-1"]


def test_a_lot_is_made_the_default_with_one_press(nurse: FlaskClient) -> None:
    lot = a_lot()
    assert post(nurse, f"lots/{lot.id}/default").status_code == 303
    assert db.session.get_one(Lot, lot.id).default_on == TODAY


@pytest.mark.parametrize(("member", "status"), [(a_manager, 200), (a_nurse, 200), (a_receptionist, 403)])
def test_the_shelf_is_for_those_who_work_with_it(app: Flask, client: FlaskClient, noon: datetime, member: Any, status: int) -> None:
    a_clinic()
    sign_in(client, member())
    lot = a_lot()
    assert client.get("/products").status_code == status
    assert client.get(f"/products/{lot.product_id}").status_code == status
    assert client.get("/products/new").status_code == status


def test_a_lot_that_is_not_there_is_a_page_not_found(nurse: FlaskClient) -> None:
    assert nurse.get("/products/99").status_code == 404
    assert post(nurse, "lots/99/default").status_code == 404
