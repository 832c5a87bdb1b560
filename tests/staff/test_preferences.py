"""What a person sets for themselves: dense lists, keys off, other letters; it holds at every desk and for nobody else."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from models.base import db
from models.staff import StaffMember
from tests import builders


@pytest.fixture(autouse=True)
def clinic(app: object) -> None:
    builders.a_clinic()


@pytest.fixture
def me(client: FlaskClient) -> StaffMember:
    return builders.sign_in(client, builders.a_receptionist())


def letters(**changed: str) -> dict[str, str]:
    return {"on": "y"} | {f"key-{ord(key)}": own for key, own in changed.items()}


def test_dense_lists_stay_dense_and_the_page_stays(client: FlaskClient, me: StaffMember) -> None:
    answer = client.post("/account/density", data={"dense": "1", "next": "/patients?page=2"})
    assert answer.headers["Location"] == "/patients?page=2"
    assert '<body class="dense">' in client.get("/patients").get_data(as_text=True)


def test_keys_can_be_switched_off(client: FlaskClient, me: StaffMember) -> None:
    client.post("/account/keys", data={"key-102": "f"})
    assert '<meta name="keys" content="off">' in client.get("/patients").get_data(as_text=True)


def test_a_letter_of_ones_own_stands_on_the_sheet_of_keys(client: FlaskClient, me: StaffMember) -> None:
    client.post("/account/keys", data=letters(a="Ö"))
    assert db.session.get_one(StaffMember, me.id).own_keys == {"a": "ö"}
    assert "<kbd>ö</kbd>" in client.get("/find/keys").get_data(as_text=True)


def test_two_keys_never_share_a_letter(client: FlaskClient, me: StaffMember) -> None:
    answer = client.post("/account/keys", data=letters(a="t"))
    assert answer.status_code == 422
    assert "Another key has this letter." in answer.get_data(as_text=True)


def test_two_keys_may_change_places(client: FlaskClient, me: StaffMember) -> None:
    assert client.post("/account/keys", data=letters(a="t", t="a")).status_code == 303
