"""Numbing cream: one press where all is known, how long it may stay, what is written down, and taking it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from models import clock
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.event import Event
from models.numbing import CreamUse
from models.product import Lot, Product
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, press, primary, row, words
from tests.schedule.scenes import Scene, a_scene, book


def a_cream(number: str = "EM-1", *, usual: bool = True, **limits: Any) -> Lot:
    """A numbing cream with its lot of the day, 60 minutes and 20 g at most, usually 5 g."""
    lot = builders.a_lot("numbing_cream", number, default_on=TODAY)
    with transaction():
        product = db.session.get_one(Product, lot.product_id)
        product.limits = {"max_minutes": 60, "max_amount": 20, "usual_unit": "g"} | ({"usual_amount": "5"} if usual else {}) | limits
    return lot


@pytest.fixture
def lot(scene: Scene) -> Lot:
    return a_cream()


@pytest.fixture
def nurse(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, scene.nurse)
    return client


@pytest.fixture
def visit(scene: Scene, lot: Lot, nurse: FlaskClient, noon: datetime) -> Appointment:
    """PRP of the scalp at 12:30; the patient is here since noon."""
    made = book(scene.sessions[0], TODAY, "12:30", noon - timedelta(hours=2))
    press(nurse, made, "arrived")
    return fresh(made)


def put_on(client: FlaskClient, visit: Appointment) -> Any:
    return client.post(f"/visits/{visit.id}/cream-on", data={"seen": fresh(visit).version})


def typed(visit: Appointment, cream: Lot, **more: str) -> dict[str, str]:
    values = {"lot": str(cream.id), "amount": "5", "unit": "g", "area": "scalp", "square_cm": "", "on_at": "12:00", "off_at": ""}
    return {"seen": str(fresh(visit).version)} | values | more


def the_uses() -> list[CreamUse]:
    db.session.expire_all()
    return list(db.session.query(CreamUse).order_by(CreamUse.id))


def test_cream_on_stands_between_arrived_and_start(visit: Appointment, nurse: FlaskClient) -> None:
    assert primary(nurse.get("/day"), visit) == ["Cream on"]
    put_on(nurse, visit)
    page = nurse.get("/day")
    assert primary(page, visit) == ["Start"]
    assert "cream on 12:00" in row(page, visit)
    assert 'data-ready="30"' in page.text
    assert 'data-max="60"' in page.text


def test_one_press_writes_down_lot_and_usual_amount(scene: Scene, visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    put_on(nurse, visit)
    [use] = the_uses()
    assert (use.lot_id, use.amount, use.unit, use.area, use.on_by_id, use.off_at) == (lot.id, "5", "g", "scalp", scene.nurse.id, None)
    assert "cream on, 12:00 · Scalp 5 g, EM-1" in words(nurse.get("/day"))
    assert db.session.query(Event).filter_by(action="cream on").count() == 1


def test_start_takes_the_cream_off_and_its_undo_puts_it_back(visit: Appointment, nurse: FlaskClient, noon: datetime) -> None:
    put_on(nurse, visit)
    with clock.set_to(noon + timedelta(minutes=12)):
        press(nurse, fresh(visit), "in_treatment")
        assert [use.off_at for use in the_uses()] == [noon + timedelta(minutes=12)]
        nurse.post(f"/visits/{visit.id}/undo", data={"seen": fresh(visit).version})
    assert fresh(visit).state is VisitState.ARRIVED
    assert [use.off_at for use in the_uses()] == [None]


def test_undo_takes_the_cream_back_before_it_takes_arrived_back(visit: Appointment, nurse: FlaskClient) -> None:
    put_on(nurse, visit)
    nurse.post(f"/visits/{visit.id}/undo", data={"seen": fresh(visit).version})
    assert fresh(visit).state is VisitState.ARRIVED
    assert all(use.voided_at for use in the_uses())
    assert primary(nurse.get("/day"), visit) == ["Cream on"]


def test_pressed_twice_the_cream_is_on_once(visit: Appointment, nurse: FlaskClient) -> None:
    seen = visit.version
    for _again in range(2):
        nurse.post(f"/visits/{visit.id}/cream-on", data={"seen": seen})
    assert len(the_uses()) == 1


def test_without_a_usual_amount_the_button_leads_to_the_page(scene: Scene, nurse: FlaskClient, noon: datetime) -> None:
    a_cream(usual=False)
    visit = book(scene.sessions[0], TODAY, "12:30", noon - timedelta(hours=2))
    press(nurse, visit, "arrived")
    page = nurse.get("/day")
    assert primary(page, visit) == ["Cream…"]
    assert f'href="/visits/{visit.id}/cream"' in page.text
    assert "is not known" in words(nurse.post(f"/visits/{visit.id}/cream-on", data={"seen": fresh(visit).version}, follow_redirects=True))


def test_a_check_that_blocks_start_blocks_the_cream(app: object, client: FlaskClient, noon: datetime) -> None:
    scene = a_scene(consented=False)
    lot = a_cream()
    builders.sign_in(client, scene.nurse)
    visit = book(scene.sessions[0], TODAY, "12:30", noon - timedelta(hours=2))
    press(client, visit, "arrived")
    assert primary(client.get("/day"), visit) == ["Get consent"]
    put_on(client, visit)
    answer = client.post(f"/visits/{visit.id}/cream", data=typed(visit, lot))
    assert "Consent missing" in words(answer)
    assert the_uses() == []


def test_reception_reads_who_must_act_and_can_start_all_the_same(visit: Appointment, client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_receptionist())
    page = client.get("/day")
    assert primary(page, visit) == []
    assert "Waits: numbing cream" in row(page, visit)
    assert put_on(client, visit).status_code == 403
    assert press(client, fresh(visit), "in_treatment").status_code == 303


def test_a_clinic_without_numbing_cream_is_not_asked_for_it(scene: Scene, nurse: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:30", noon - timedelta(hours=2))
    press(nurse, visit, "arrived")
    assert primary(nurse.get("/day"), visit) == ["Start"]


def test_several_areas_add_up_and_more_than_the_leaflet_allows_is_said(visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    nurse.post(f"/visits/{visit.id}/cream", data=typed(visit, lot, amount="12"))
    nurse.post(f"/visits/{visit.id}/cream", data=typed(visit, lot, amount="9,5"))
    page = words(nurse.get(f"/visits/{visit.id}/cream"))
    assert "21.5 g in all, the leaflet allows 20" in page
    assert [use.amount for use in the_uses()] == ["12", "9.5"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("amount", "", "Please fill this in."),
        ("amount", "much", "Enter an amount such as 2 or 2.5."),
        ("on_at", "12:45", "neither can be later than now"),
        ("off_at", "11:00", "cannot come off before it was put on"),
        ("lot", "999", "Not a valid choice"),
        ("square_cm", "-3", "Enter a whole number from 1 to 4000."),
    ],
)
def test_bad_input_is_said_in_words_and_nothing_is_written(
    visit: Appointment, lot: Lot, nurse: FlaskClient, name: str, value: str, said: str
) -> None:
    answer = nurse.post(f"/visits/{visit.id}/cream", data=typed(visit, lot, **{name: value}))
    assert answer.status_code == 422
    assert said in words(answer)
    assert the_uses() == []


def test_a_frozen_lot_is_not_put_on(visit: Appointment, lot: Lot, nurse: FlaskClient, noon: datetime) -> None:
    with transaction():
        db.session.get_one(Lot, lot.id).frozen_at = noon
    assert primary(nurse.get("/day"), visit) == ["Cream…"]
    assert "No numbing cream can be used" in words(nurse.get(f"/visits/{visit.id}/cream"))


def test_once_treatment_has_started_the_time_off_must_be_said(visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    press(nurse, visit, "in_treatment")
    assert "write down when the cream came off" in words(nurse.post(f"/visits/{visit.id}/cream", data=typed(visit, lot)))
    assert nurse.post(f"/visits/{visit.id}/cream", data=typed(visit, lot, off_at="12:00")).status_code == 303


def test_a_line_taken_back_stays_struck_through(visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    put_on(nurse, visit)
    [use] = the_uses()
    nurse.post(f"/cream/{use.id}/take-back")
    page = nurse.get(f"/visits/{visit.id}/cream")
    assert 'class="struck">Scalp' in page.text
    assert "taken back" in words(page)


def test_cream_off_before_start_stops_the_clock(visit: Appointment, nurse: FlaskClient) -> None:
    put_on(nurse, visit)
    nurse.post(f"/visits/{visit.id}/cream-off", data={"seen": fresh(visit).version})
    page = nurse.get("/day")
    assert "cream on" not in row(page, visit)
    assert primary(page, visit) == ["Start"]
