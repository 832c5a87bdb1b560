"""Done in one press where all that is recorded is known; the words after it name what comes next."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.product import Lot, LotUse, Product
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, primary, row, words
from tests.schedule.scenes import Scene, a_scene


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    return a_scene("exosome_scalp")


@pytest.fixture
def lot(scene: Scene) -> Lot:
    """The exosome lot of the day, usually 2.5 ml."""
    made = builders.a_lot("exosome", "EX-2304", default_on=TODAY)
    with transaction():
        db.session.get_one(Product, made.product_id).limits = {"usual_amount": "2.5", "usual_unit": "ml"}
    return made


@pytest.fixture
def doctor(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, scene.physician)
    return client


def test_the_row_names_the_lot_that_one_press_writes_down(visit: Appointment, lot: Lot, doctor: FlaskClient) -> None:
    page = doctor.get("/day")
    assert primary(page, visit) == ["Done"]
    assert "Lot of the day: EX-2304, 2.5 ml" in row(page, visit)
    assert "Lot missing" not in row(page, visit)


def test_done_writes_down_the_lot_and_says_what_comes_next(visit: Appointment, lot: Lot, doctor: FlaskClient) -> None:
    doctor.post(f"/visits/{visit.id}/done", data={"seen": visit.version})
    assert fresh(visit).state is VisitState.DONE
    [use] = db.session.query(LotUse).all()
    assert (use.lot.number, use.amount, use.unit, use.area, use.route) == ("EX-2304", "2.5", "ml", "scalp", "topical_after_microneedling")
    said = words(doctor.get("/day"))
    assert "Ayşe Yılmaz: done, 12:00 · EX-2304, 2.5 ml. Care instructions go at 12:15. Next: best on Tue 15 Dec, not booked yet." in said


def test_who_gets_no_mail_is_not_said_to_get_one(scene: Scene, visit: Appointment, lot: Lot, doctor: FlaskClient) -> None:
    with transaction():
        db.session.get_one(Appointment, visit.id).patient.email = ""
    doctor.post(f"/visits/{visit.id}/done", data={"seen": fresh(visit).version})
    said = words(doctor.get("/day"))
    assert "Hand over the care sheet: no mail goes." in said
    assert "Care instructions go" not in said


def test_its_undo_takes_the_lot_back(visit: Appointment, lot: Lot, doctor: FlaskClient) -> None:
    doctor.post(f"/visits/{visit.id}/done", data={"seen": visit.version})
    doctor.post(f"/visits/{visit.id}/undo", data={"seen": fresh(visit).version})
    assert fresh(visit).state is VisitState.IN_TREATMENT
    assert all(use.voided_at for use in db.session.query(LotUse))


def test_pressed_twice_it_is_done_once(visit: Appointment, lot: Lot, doctor: FlaskClient) -> None:
    for _again in range(2):
        assert doctor.post(f"/visits/{visit.id}/done", data={"seen": visit.version}).status_code == 303
    assert db.session.query(LotUse).count() == 1


def test_without_a_usual_amount_the_page_asks(scene: Scene, visit: Appointment, doctor: FlaskClient) -> None:
    builders.a_lot("exosome", "EX-2304", default_on=TODAY)
    assert primary(doctor.get("/day"), visit) == ["Record"]
    doctor.post(f"/visits/{visit.id}/done", data={"seen": visit.version})
    assert fresh(visit).state is VisitState.IN_TREATMENT


def test_the_record_page_proposes_the_usual_amount(visit: Appointment, lot: Lot, doctor: FlaskClient) -> None:
    assert 'value="2.5"' in doctor.get(f"/visits/{visit.id}/record").text


def test_reception_does_not_record_by_this_press(visit: Appointment, lot: Lot, client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_receptionist())
    client.post(f"/visits/{visit.id}/done", data={"seen": visit.version})
    assert fresh(visit).state is VisitState.IN_TREATMENT
    assert db.session.query(LotUse).count() == 0


def test_a_route_the_lot_of_the_day_is_not_authorised_for_waits_for_the_physician(scene: Scene, visit: Appointment, lot: Lot,
                                                                                  client: FlaskClient) -> None:  # fmt: skip
    with transaction():
        db.session.get_one(Product, lot.product_id).authorised_routes = ["intradermal"]
    builders.sign_in(client, scene.nurse)
    page = client.get("/day")
    assert primary(page, visit) == ["Record"], "the row has no field for the reason"
    assert "exosome is not authorised for this route: the physician decides" in row(page, visit)
    client.post(f"/visits/{visit.id}/done", data={"seen": visit.version})
    assert fresh(visit).state is VisitState.IN_TREATMENT
    url = f"/visits/{visit.id}/route"
    assert client.get(url).status_code == 403
    builders.sign_in(client, scene.physician)
    assert "exosome is authorised for:" in words(client.get(url))
    assert client.post(url, data={"seen": fresh(visit).version, "why": "Topical only, as studied"}).status_code == 303
    assert "Nothing of this visit is given another way" in words(client.get(url))
    builders.sign_in(client, scene.nurse)
    assert primary(client.get("/day"), visit) == ["Done"]
    client.post(f"/visits/{visit.id}/done", data={"seen": fresh(visit).version})
    assert fresh(visit).state is VisitState.DONE
