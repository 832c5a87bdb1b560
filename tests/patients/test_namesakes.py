"""A name that two patients have asks which of them is meant, with what tells them apart."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from app.patients import choosing
from app.patients.rows import Row
from tests import builders as b

pytestmark = pytest.mark.usefixtures("noon")


def rows(*names: str) -> list[Row]:
    return [Row(n, name, None, "", deceased=False, no_mail=False) for n, name in enumerate(names)]


@pytest.mark.parametrize(
    ("text", "names", "n"),
    [
        ("ayse yilmaz", ("Ayşe Yılmaz", "AYŞE YILMAZ"), 2),
        ("yilmaz ayse", ("Ayşe Yılmaz", "Ayşe Yılmaz", "Ayşenur Yılmaz"), 2),
        ("yil", ("Ayşe Yılmaz", "Ayşe Yılmaz"), 2),
        ("ayse", ("Ayşe Yılmaz", "Ayşe Kaya"), 0),
        ("ayse yilmaz", ("Ayşe Yılmaz",), 0),
        ("ayse", (), 0),
    ],
)
def test_a_name_of_several_is_noticed(text: str, names: tuple[str, ...], n: int) -> None:
    assert choosing.namesakes(text, rows(*names)) == n


@pytest.mark.parametrize("door", ["/visits/new", "/patients/search"])
def test_every_door_asks_which_and_shows_birth_date_and_the_end_of_the_telephone(client: FlaskClient, door: str) -> None:
    b.a_clinic()
    b.a_patient("Ayşe", "Yılmaz")
    b.a_patient("Ayşe", "Yılmaz", birth_date=date(2001, 2, 3), phone="+905321110099")
    b.sign_in(client, b.a_receptionist())
    text = client.post(door, data={"q": "ayse yilmaz"}, follow_redirects=True).text
    assert "2 patients have this name. Which?" in text
    for told in ("14/03/1988", "4412", "03/02/2001", "0099"):
        assert told in text


def test_a_merge_search_asks_which_as_well(client: FlaskClient) -> None:
    b.a_clinic()
    other = b.a_patient("Zeynep", "Er")
    for phone in ("+905321110001", "+905321110002"):
        b.a_patient("Ayşe", "Yılmaz", phone=phone)
    b.sign_in(client, b.a_receptionist())
    text = client.post(f"/patients/{other.id}/same", data={"q": "ayse yilmaz"}, follow_redirects=True).text
    assert "2 patients have this name. Which?" in text
