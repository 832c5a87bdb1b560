"""Recording what was done: product and lot, when it ended, what comes after; and mending a wrong lot."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from app.library.loader import shipped
from app.products.queries import times_used
from app.schedule import flow
from models import clock
from models.appointment import Appointment, VisitKind, VisitState
from models.base import db, transaction
from models.clinic import Clinic
from models.event import Event
from models.message import Message
from models.outcome import CourseOutcome, Measure
from models.product import Lot, LotUse
from models.treatment import Course, PlanChange, SessionState, TreatmentSession
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, press, words
from tests.schedule.scenes import Scene, a_scene, at, book, book_plain, days
from tests.treatments.pages import TUBE, correct_lot


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    return a_scene()


@pytest.fixture
def lot(scene: Scene) -> Lot:
    return builders.a_lot("prp_kit", "PRP-118", default_on=TODAY)


@pytest.fixture
def nurse(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, scene.nurse)
    return client


def record(client: FlaskClient, visit: Appointment, **typed: str | list[str]) -> TestResponse:
    """The record page, sent with one lot, and its tube compared."""
    values: dict[str, str | list[str]] = {
        "seen": str(visit.version), "ended_on": TODAY.isoformat(), "ended_at": "12:00", "by": str(visit.performer_id),
        "sessions-0-done": "y", "sessions-0-uses-0-lot": "1", "sessions-0-uses-0-amount": "2,5", "sessions-0-uses-0-unit": "ml",
        "sessions-0-uses-0-area": "scalp", "sessions-0-uses-0-route": "", "sessions-0-uses-0-tube": TUBE,
    }  # fmt: skip
    return client.post(f"/visits/{visit.id}/record", data=values | typed)


def signed(scene: Scene, token: str) -> dict[str, str]:
    """The consent form, signed on paper."""
    return {"form_token": token, "informed_by": str(scene.physician.id), "signed_as": "patient", "signer": "Ayşe Yılmaz", "way": "paper"}


def test_the_lot_of_the_day_stands_ready(visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    page = nurse.get(f"/visits/{visit.id}/record")
    assert "Everything is clear." in words(page)
    assert f'<option selected value="{lot.id}">PRP-118' in page.text
    assert 'value="12:00"' in page.text


def test_done_is_recorded_with_lot_amount_and_moment(scene: Scene, visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    answer = record(nurse, visit)
    assert (answer.status_code, answer.location) == (303, f"/visits/{visit.id}/record")
    assert fresh(visit).state is VisitState.DONE
    [use] = db.session.query(LotUse).all()
    assert (use.lot.number, use.amount, use.unit, use.area, use.used_by_id) == ("PRP-118", "2.5", "ml", "scalp", scene.nurse.id)
    session = db.session.get_one(TreatmentSession, scene.sessions[0].id)
    assert (session.state, session.performed_on, session.performed_by_id) == (SessionState.DONE, TODAY, visit.performer_id)


def test_after_done_the_page_says_what_comes_next(visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    record(nurse, visit)
    text = words(nurse.get(f"/visits/{visit.id}/record"))
    assert "Ayşe Yılmaz: done. Care instructions go at 12:15. Next: best on Thu 31 Dec, not booked yet. Undo" in text
    assert "PRP-118" in text
    assert "PRP, scalp 2 of 3: Thu 31 Dec" in text
    assert "Book next" in text
    assert "After your visit Waiting Tue 1 Dec 12:15" in text
    assert db.session.query(Message).filter_by(kind="aftercare").count() == 1


def test_before_done_the_page_shows_the_care_and_when_its_mail_goes(visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    text = words(nurse.get(f"/visits/{visit.id}/record"))
    assert "Care at home: The mail goes on Tue 1 Dec 12:15, 15 minutes after the end." in text


def test_after_done_the_best_time_of_the_next_session_is_one_press(scene: Scene, visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    record(nurse, visit)
    back = f"%2Fvisits%2F{visit.id}%2Frecord"
    assert f'hx-get="/session/{scene.sessions[1].id}/suggested?back=' in nurse.get(f"/visits/{visit.id}/record").text
    assert back.replace("%2F", "/") in nurse.get(f"/session/{scene.sessions[1].id}/suggested?back={back}").text


def test_after_done_the_next_session_stands_with_its_gap(scene: Scene, visit: Appointment, lot: Lot, nurse: FlaskClient,
                                                         noon: datetime) -> None:  # fmt: skip
    book(scene.sessions[1], days(30), "10:00", noon)
    record(nurse, visit)
    assert "PRP, scalp 2 of 3: Thu 31 Dec 10:00 · 30 days ● ideal" in words(nurse.get(f"/visits/{visit.id}/record"))


@pytest.fixture
def another_route(lot: Lot) -> dict[str, str]:
    """The product of the lot is authorised for one way only, and this one is typed."""
    with transaction():
        db.session.get_one(Lot, lot.id).product.authorised_routes = ["topical_after_microneedling"]
    return {"sessions-0-uses-0-route": next(key for key in shipped().words["deliveries"] if key != "topical_after_microneedling")}


def test_whether_a_product_goes_another_way_than_authorised_a_physician_decides(visit: Appointment, another_route: dict[str, str],
                                                                                nurse: FlaskClient) -> None:  # fmt: skip
    refused = record(nurse, visit, **another_route, **{"sessions-0-route_why": "Dr. Ak said so"})
    assert refused.status_code == 422
    assert "prp_kit is authorised for:" in words(refused)
    assert "the physician decides" in words(refused)
    assert db.session.query(LotUse).count() == 0


def test_a_physicians_reason_for_a_route_is_kept_and_holds_for_the_course(scene: Scene, visit: Appointment, lot: Lot, client: FlaskClient,
                                                                          another_route: dict[str, str]) -> None:  # fmt: skip
    builders.sign_in(client, scene.physician)
    assert "write down your reason" in words(record(client, visit, **another_route))
    assert record(client, visit, **another_route, **{"sessions-0-route_why": "Scars do not take it otherwise"}).status_code == 303
    [kept] = db.session.query(PlanChange).filter_by(what="route not authorised").all()
    assert (kept.why, kept.by_id) == ("Scars do not take it otherwise", scene.physician.id)
    client.post(f"/visits/{visit.id}/undo", data={"seen": fresh(visit).version})
    builders.sign_in(client, scene.nurse)
    assert record(client, fresh(visit), **another_route).status_code == 303


def test_the_tube_is_compared_with_the_patient_by_two_things_before_it_is_given(visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    page = words(nurse.get(f"/visits/{visit.id}/record"))
    assert f"Name: Ayşe Yılmaz Birth date: 14/03/1988 Register no.: {visit.patient_id}" in page
    refused = record(nurse, visit, **{"sessions-0-uses-0-tube": ["name"]})
    assert refused.status_code == 422
    assert "compare two things on the tube with the patient, and tick them." in words(refused)
    assert 'href="#sessions-0-uses-0-tube-0"' in refused.text, "the box on top leads there"
    assert 'id="sessions-0-uses-0-tube-error"' in refused.text, "and it stands beside the boxes"
    assert fresh(visit).state is VisitState.IN_TREATMENT
    assert record(nurse, visit).status_code == 303
    for paper in ("", "/sheet"):
        assert "Tube compared: Name, Register no." in words(nurse.get(f"/visits/{visit.id}/record{paper}"))


def test_what_was_measured_stands_on_the_print_of_its_session(scene: Scene, visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    record(nurse, visit)
    with transaction():
        for value, voided_at in ((4.0, None), (9.0, builders.EARLY)):
            db.session.add(CourseOutcome(course_id=scene.course.id, session_id=scene.sessions[0].id, measure=Measure.PAIN, value=value,
                                         measured_on=TODAY, recorded_at=builders.EARLY, voided_at=voided_at))  # fmt: skip
    assert "Pain 0–10 4" in (sheet := words(nurse.get(f"/visits/{visit.id}/record/sheet")))
    assert "Pain 0–10 9" not in sheet, "struck out"


def test_without_the_lot_the_visit_is_not_closed(visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    answer = record(nurse, visit, **{"sessions-0-uses-0-lot": "", "sessions-0-note": "A long note that must not be lost"})
    assert answer.status_code == 422
    assert "PRP, scalp: choose the lot that was used." in words(answer)
    assert "A long note that must not be lost" in answer.text
    assert fresh(visit).state is VisitState.IN_TREATMENT


def test_an_expired_or_frozen_lot_is_refused_in_words(visit: Appointment, nurse: FlaskClient, noon: datetime) -> None:
    expired = builders.a_lot("prp_kit", "OLD", date(2026, 11, 1))
    frozen = builders.a_lot("prp_kit", "BAD", frozen_at=noon)
    page = words(nurse.get(f"/visits/{visit.id}/record"))
    assert "OLD · prp_kit: expired" in page
    assert "BAD · prp_kit: recalled or frozen" in page
    assert "Lot OLD expired on Sun 1 Nov" in words(record(nurse, visit, **{"sessions-0-uses-0-lot": str(expired.id)}))
    assert "Lot BAD is recalled or frozen" in words(record(nurse, visit, **{"sessions-0-uses-0-lot": str(frozen.id)}))
    assert db.session.query(LotUse).count() == 0


def test_a_lot_that_just_arrived_is_typed_on_the_page(visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    typed = {"sessions-0-uses-0-lot": "new", "sessions-0-uses-0-product": str(lot.product_id), "sessions-0-uses-0-number": "NEW-7",
             "sessions-0-uses-0-expires_on": "06/2028"}  # fmt: skip
    assert record(nurse, visit, **typed).status_code == 303
    [use] = db.session.query(LotUse).all()
    assert (use.lot.number, use.lot.expires_on) == ("NEW-7", date(2028, 6, 30))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("sessions-0-uses-0-amount", "a lot", "Enter an amount such as 2 or 2.5."),
        ("sessions-0-uses-0-lot", "new", "Write the new lot's product and number below."),
        ("ended_at", "25:00", "Enter a time such as 9:30 or 14:00."),
        ("ended_on", "31.2.2026", "Enter a day that exists"),
        ("ended_at", "13:00", "The treatment cannot end before it begins, or later than now."),
        ("sessions-0-uses-0-lot", "999", "Choose a lot from the list."),
        ("sessions-0-uses-0-lot", "x", "Choose a lot from the list."),
    ],
)
def test_bad_input_is_said_in_words_and_writes_nothing(
    visit: Appointment, lot: Lot, nurse: FlaskClient, name: str, value: str, said: str
) -> None:
    answer = record(nurse, visit, **{name: value, "sessions-0-reaction": "slight redness"})
    assert answer.status_code == 422
    assert said in words(answer)
    assert "slight redness" in answer.text
    assert fresh(visit).state is VisitState.IN_TREATMENT


def test_what_ended_earlier_today_is_recorded_as_it_was(scene: Scene, visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    record(nurse, visit, ended_at="11:55")
    session = db.session.get_one(TreatmentSession, scene.sessions[0].id)
    assert session.performed_end == at(TODAY, "11:55")


def test_a_visit_of_yesterday_is_closed_with_yesterdays_day(scene: Scene, lot: Lot, nurse: FlaskClient, noon: datetime) -> None:
    builders.an_evaluation(scene.patient, scene.physician, days(-5))
    with transaction():
        db.session.get_one(Course, scene.course.id).start_day = days(-5)
    with clock.set_to(noon - timedelta(days=1)):
        made = book(scene.sessions[0], days(-1), "14:00", noon - timedelta(days=1))
    with transaction():
        flow.arrive(db.session.get_one(Appointment, made.id), noon - timedelta(hours=22))
    page = nurse.get(f"/visits/{made.id}/record")
    assert 'value="30/11/2026"' in page.text
    answer = record(nurse, fresh(made), ended_on="30/11/2026", ended_at="15:20")
    assert answer.status_code == 303, words(answer)
    assert db.session.get_one(TreatmentSession, scene.sessions[0].id).performed_on == days(-1)


def test_the_numbing_cream_stands_on_the_page(scene: Scene, visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    cream = builders.a_lot("numbing_cream", "EM-1")
    typed = {"lot": str(cream.id), "amount": "5", "unit": "g", "area": "scalp", "on_at": "11:10", "off_at": "11:45"}
    assert "No numbing cream is written down." in words(nurse.get(f"/visits/{visit.id}/record"))
    nurse.post(f"/visits/{visit.id}/cream", data=typed | {"seen": str(visit.version)})
    assert "Scalp · numbing_cream, EM-1 · 5 g · 11:10–11:45" in words(nurse.get(f"/visits/{visit.id}/record"))


def test_sent_twice_the_second_finds_it_done(visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    assert record(nurse, visit).status_code == 303
    assert record(nurse, visit).status_code in {409, 422}
    assert db.session.query(LotUse).count() == 1


def test_a_missing_consent_is_got_on_the_way(app: object, client: FlaskClient, noon: datetime) -> None:
    scene = a_scene(consented=False)
    made = book(scene.sessions[0], TODAY, "12:30", noon)
    builders.sign_in(client, scene.nurse)
    with transaction():
        flow.arrive(db.session.get_one(Appointment, made.id), noon)
    page = client.get(f"/visits/{made.id}/record")
    assert "Consent missing" in words(page)
    url = f"/visits/{made.id}/consent/{scene.course.id}"
    assert f'href="{url}"' in page.text
    form = client.get(url)
    assert "Dr. Burcu Çelen" in words(form)
    handle = form.text.split('name="form_token"')[1].split('value="')[1].split('"')[0]
    assert client.post(url, data=signed(scene, handle)).status_code == 303
    assert "Everything is clear." in words(client.get(f"/visits/{made.id}/record"))


def test_consent_needs_a_physician_who_informed(scene: Scene, visit: Appointment, nurse: FlaskClient) -> None:
    url = f"/visits/{visit.id}/consent/{scene.course.id}"
    assert nurse.post(url, data=signed(scene, "t") | {"informed_by": str(scene.nurse.id)}).status_code == 422


def test_a_wrong_lot_is_corrected_and_stays_struck_through(visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    record(nurse, visit)
    right = builders.a_lot("prp_kit", "PRP-119")
    [use] = db.session.query(LotUse).all()
    form = {"use-lot": str(right.id), "use-amount": "2", "use-unit": "ml", "use-area": "scalp", "use-route": "",
            "use-tube": TUBE}  # fmt: skip
    assert correct_lot(nurse, use, form).status_code == 422, "a reason is needed"
    assert correct_lot(nurse, use, {**form, "why": "Read the wrong label"}).status_code == 303
    old, new = db.session.query(LotUse).order_by(LotUse.id).all()
    assert (old.voided_at is not None, new.voided_at, new.lot.number) == (True, None, "PRP-119")
    page = nurse.get(f"/visits/{visit.id}/record")
    assert 'class="struck">PRP-118' in page.text
    assert db.session.query(Event).filter_by(action="lot corrected", reason="Read the wrong label").count() == 1


def test_a_line_is_corrected_only_once(visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    record(nurse, visit)
    [use] = db.session.query(LotUse).all()
    form = {"use-lot": "1", "use-amount": "2", "use-unit": "ml", "use-area": "scalp", "use-route": "", "use-tube": TUBE, "why": "again"}
    correct_lot(nurse, use, form)
    assert "This line was corrected already." in words(correct_lot(nurse, use, form))


def test_reception_does_not_record_unless_the_clinic_lets_it(visit: Appointment, lot: Lot, client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_receptionist())
    assert record(client, visit).status_code == 422
    assert "practitioners and physicians record" in words(client.get(f"/visits/{visit.id}/record"))
    with transaction():
        db.session.get_one(Clinic, 1).reception_records_done = True
    assert record(client, visit).status_code == 303


def test_the_manager_sees_no_record(visit: Appointment, client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_manager())
    assert client.get(f"/visits/{visit.id}/record").status_code == 403


def test_nothing_is_recorded_before_the_patient_is_here(scene: Scene, nurse: FlaskClient, noon: datetime) -> None:
    made = book(scene.sessions[0], days(1), "12:00", noon)
    page = nurse.get(f"/visits/{made.id}/record")
    assert "The visit is recorded once the patient has arrived." in words(page)
    assert '<form method="post" novalidate' not in page.text


def test_undo_takes_the_lot_off_the_session(scene: Scene, visit: Appointment, lot: Lot, nurse: FlaskClient) -> None:
    record(nurse, visit)
    nurse.post(f"/visits/{visit.id}/undo", data={"seen": fresh(visit).version})
    assert fresh(visit).state is VisitState.IN_TREATMENT
    assert all(use.voided_at for use in db.session.query(LotUse))


@pytest.fixture
def touch_up(app: object, client: FlaskClient, noon: datetime) -> Appointment:
    """A touch-up of a botulinum course is in treatment; the physician is signed in."""
    scene = a_scene("botulinum_upper_face")
    made = book_plain(scene.patient, VisitKind.TOUCH_UP, TODAY, "12:00", noon - timedelta(hours=2), plan=scene.plan, course=scene.course)
    with transaction():
        there = db.session.get_one(Appointment, made.id)
        flow.arrive(there, noon - timedelta(minutes=30))
        flow.start(there, noon - timedelta(minutes=10))
    builders.sign_in(client, scene.physician)
    return fresh(made)


def units(client: FlaskClient, visit: Appointment, lot: Lot, amount: str = "4") -> TestResponse:
    """The record page of a touch-up, sent with units of a lot."""
    used = {"lot": str(lot.id), "amount": amount, "unit": "U", "area": "upper_face", "route": "", "tube": []}
    return record(client, visit, **{f"sessions-0-uses-0-{name}": value for name, value in used.items()})


def test_the_lot_of_a_touch_up_is_recorded_and_counts_among_its_uses(touch_up: Appointment, client: FlaskClient) -> None:
    toxin = builders.a_lot("botulinum_toxin", "BO-1")
    assert "Botulinum toxin, upper face Touch-up" in words(client.get(f"/visits/{touch_up.id}/record"))
    assert units(client, touch_up, toxin).status_code == 303
    assert fresh(touch_up).state is VisitState.DONE
    [use] = db.session.query(LotUse).all()
    assert (use.session_id, use.appointment_id, use.lot.number, use.amount, use.unit) == (None, touch_up.id, "BO-1", "4", "U")
    assert times_used([use.lot]) == {toxin.id: 1}
    assert "BO-1 4 U Upper face" in words(client.get(f"/visits/{touch_up.id}/record"))


def test_how_the_skin_answered_to_a_touch_up_is_kept_like_that_of_a_session(touch_up: Appointment, client: FlaskClient) -> None:
    toxin, seen = builders.a_lot("botulinum_toxin", "BO-1"), {"sessions-0-reaction": "small bruise", "sessions-0-note": "left brow higher"}
    used = {"lot": str(toxin.id), "amount": "4", "unit": "U", "area": "upper_face", "route": "", "tube": []}
    record(client, touch_up, **{f"sessions-0-uses-0-{name}": value for name, value in used.items()}, **seen)
    for page in (f"/visits/{touch_up.id}/record", f"/visits/{touch_up.id}/record/sheet", f"/on-call/patients/{touch_up.patient_id}"):
        shown = words(client.get(page))
        assert "small bruise" in shown
        assert "left brow higher" in shown
    client.post(f"/visits/{touch_up.id}/undo", data={"seen": fresh(touch_up).version})
    assert "left brow higher" in client.get(f"/visits/{touch_up.id}/record").text, "what was taken back need not be typed again"


def test_a_touch_up_is_not_done_without_its_lot(touch_up: Appointment, client: FlaskClient) -> None:
    builders.a_lot("botulinum_toxin", "BO-1")
    assert "Lot missing" in words(press(client, touch_up, "done") and client.get("/day"))
    answer = record(client, touch_up, **{"sessions-0-uses-0-lot": "", "sessions-0-uses-0-area": "upper_face", "sessions-0-uses-0-tube": []})
    assert "choose the lot that was used" in words(answer)
    assert fresh(touch_up).state is VisitState.IN_TREATMENT


def test_the_lot_of_a_touch_up_is_corrected_and_taken_back_like_any_other(touch_up: Appointment, client: FlaskClient) -> None:
    wrong, right = builders.a_lot("botulinum_toxin", "BO-1"), builders.a_lot("botulinum_toxin", "BO-2")
    units(client, touch_up, wrong)
    [use] = db.session.query(LotUse).all()
    form = {"use-lot": str(right.id), "use-amount": "4", "use-unit": "U", "use-area": "upper_face", "use-route": "", "why": "Wrong label"}
    assert correct_lot(client, use, form).status_code == 303
    old, new = db.session.query(LotUse).order_by(LotUse.id)
    assert (old.voided_at is None, new.voided_at is None, new.lot.number, new.appointment_id) == (False, True, "BO-2", touch_up.id)
    client.post(f"/visits/{touch_up.id}/undo", data={"seen": fresh(touch_up).version})
    assert all(one.voided_at for one in db.session.query(LotUse))


def test_where_the_protocol_asks_for_units_the_amount_is_part_of_the_record(touch_up: Appointment, client: FlaskClient) -> None:
    answer = units(client, touch_up, builders.a_lot("botulinum_toxin", "BO-1"), amount="")
    assert (answer.status_code, db.session.query(LotUse).count()) == (422, 0)
    assert "write down the amount. Its protocol asks for it." in words(answer)


def test_a_use_belongs_to_a_session_or_to_a_visit_never_to_neither(app: object, noon: datetime) -> None:
    lot = builders.a_lot("botulinum_toxin", "BO-1")
    with pytest.raises(IntegrityError), transaction():
        db.session.add(LotUse(lot_id=lot.id, used_at=noon))
