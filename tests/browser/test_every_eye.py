"""The main pages as an eye and a screen reader meet them: no rule of axe broken, nothing to push sideways, no word torn apart."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from app import passwords
from app.files.pictures import picture
from app.patients import actions as patients
from app.photos import actions as photos
from app.photos.forms import Chosen
from app.photos.views import View
from app.series import rows
from models import clock
from models.appointment import VisitKind
from models.base import db, transaction
from models.clinic import Room
from models.patient import ConsentKind, Patient
from models.staff import Absence, Role, StaffMember
from tests import builders
from tests.browser.conftest import CHROMIUM, COVERED, DOCTOR, PASSWORD, sign_in
from tests.browser.test_the_week import a_booked_series, next_monday
from tests.builders import TODAY
from tests.files.pictures import a_photo
from tests.schedule import scenes

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

YESTERDAY = clock.day_of(clock.now(), "Europe/Istanbul") - timedelta(days=1)
PAGES = (
    "/day", "/week", "/week?of=all", "/patients",
    "/patients/1", "/plan/1", "/plan/1/book", "/patients/1/plan/new", "/patients/1/evaluation/new", "/session/2/book",
    "/work", "/messages", "/protocols", "/protocols/1", "/settings", "/settings/rooms", "/visits/2", "/visits/2/record", "/replan",
    "/walk-in", "/course/1/what-if?what=one_more", "/work?list=closing", "/work?list=unbooked",
    "/patients/1/photos", "/courses/1/consent", "/courses/1/consent/form", "/products",
    "/patients/1/photos/compare/scalp-crown", "/lot-recalls/lots/1", "/on-call", "/on-call/patients/1", "/patients/1/complication",
    "/course/1/agreement", f"/day/{YESTERDAY}/close", f"/day/{YESTERDAY}/close/sheet", f"/day/{YESTERDAY}/sheet", "/came/confirmed",
    "/work/sheet?list=unbooked", "/plan/1/sheet", "/courses/1/outcomes",
)  # fmt: skip
# The label of a card's line is drawn by the style sheet: its longest word must fit the column it has.
TORN = """() => { const pen = document.createElement('canvas').getContext('2d'), torn = [];
for (const cell of document.querySelectorAll('[data-label]')) {
  const style = getComputedStyle(cell, '::before');
  if (style.content === 'none' || cell.getClientRects().length === 0) continue;
  pen.font = style.font;
  for (const word of cell.dataset.label.split(' ')) if (style.float !== 'none' && pen.measureText(word).width > parseFloat(style.width))
    torn.push(word); }
for (const text of document.querySelectorAll('dd')) if (text.innerText.length > 3 && text.getClientRects()[0]?.width < 60
  && text.getClientRects()[0].height > 200) torn.push(text.innerText.slice(0, 30));
return torn; }"""


def photographed(patient: Patient) -> None:
    """Two photos of one view, so that they can be compared."""
    with transaction():
        whose = db.session.get_one(Patient, patient.id)
        patients.give_consent(whose, ConsentKind.PHOTOS_RECORD, clock.now())
        for _n in range(2):
            photos.add(whose, Chosen(View("scalp", "crown"), "scalp", TODAY, None), picture(a_photo()), clock.now())


@pytest.fixture
def everything(address: str) -> str:
    """A course under way with a session done before and a visit today, and somebody who may see every page."""
    patient, doctor = db.session.get_one(Patient, 1), db.session.query(StaffMember).filter_by(name="Dr. Burcu Çelen").one()
    today = clock.day_of(clock.now(), "Europe/Istanbul")
    builders.an_evaluation(patient, doctor, today)
    course = builders.a_course(builders.a_plan(patient, doctor), builders.a_protocol("prp_scalp"), today)
    with transaction():
        rows.align_patient(patient.id, today)
        eye = db.session.query(StaffMember).filter_by(email="deniz.ak@ege.example").one()
        eye.roles, eye.password_hash = [Role.PHYSICIAN, Role.MANAGER, Role.RECEPTION], passwords.hash_password(PASSWORD)
    at = clock.at(today, time(16), "Europe/Istanbul")
    builders.a_visit(patient, at, course.sessions[0], performer=doctor)
    photographed(patient)
    builders.a_lot()
    db.session.remove()
    return address


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("width", [1366, 320])
def test_nothing_is_in_the_way_on_the_main_pages(everything: str, browser: Browser, language: str, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 700}).new_page()
    sign_in(page, everything)
    token = page.get_attribute("meta[name=csrf-token]", "content") or ""
    page.request.post(f"{everything}/language", form={"language": language, "csrf_token": token}, headers={"Referer": everything})
    found: list[tuple[str, object]] = []
    for path in PAGES:
        answer = page.goto(everything + path)
        found += [(path, answer and answer.status)] if answer is None or answer.status != 200 else []
        found += [(path, (rule["id"], rule["nodes"][0]["html"])) for rule in Axe().run(page).response["violations"]]
        found += [(path, "sideways")] if page.evaluate("document.documentElement.scrollWidth") > width else []
        found += [(path, word) for word in page.evaluate(TORN)]
        assert page.get_attribute("html", "lang") == language
    page.context.close()
    assert found == []


def opened(browser: Browser, address: str, path: str, language: str, width: int, email: str = "deniz.ak@ege.example") -> Page:
    page = browser.new_context(viewport={"width": width, "height": 700}).new_page()
    sign_in(page, address, email)
    token = page.get_attribute("meta[name=csrf-token]", "content") or ""
    page.request.post(f"{address}/language", form={"language": language, "csrf_token": token}, headers={"Referer": address})
    page.goto(address + path)
    return page


def meet(page: Page, width: int) -> None:
    """By axe, by what is wider than the screen, and by the Tab key."""
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(TORN) == []
    for _tab in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(COVERED) is None


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("width", [1366, 320])
def test_with_the_move_panel_open_no_rule_is_broken_and_no_focus_covered(address: str, browser: Browser, language: str, width: int) -> None:
    first, _ = a_booked_series()
    page = opened(browser, address, f"/week/{next_monday()}", language, width)
    page.locator(f"#w{first}").focus()
    page.keyboard.press("m")
    page.locator("#exact_day").fill("+10d" if language == "en" else "+10g")
    page.keyboard.press("Enter")
    page.locator("[name=rest]").first.wait_for()
    meet(page, width)
    page.context.close()


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("width", [1366, 320])
def test_with_clashes_in_the_builder_no_rule_is_broken_and_no_focus_covered(
    address: str, browser: Browser, language: str, width: int
) -> None:
    doctor, today = db.session.query(StaffMember).filter_by(email=DOCTOR).one(), clock.day_of(clock.now(), "Europe/Istanbul")
    builders.a_nurse()
    builders.an_evaluation(db.session.get_one(Patient, 1), doctor, today)
    number = builders.a_protocol("mesotherapy_scalp").id
    with transaction():
        db.session.add(Absence(staff_id=doctor.id, first_day=today, last_day=today + timedelta(days=40)))
    db.session.remove()
    page = opened(browser, address, f"/patients/1/plan/new?with={number}", language, width, DOCTOR)
    page.locator("[data-clash]").first.wait_for()
    meet(page, width)
    page.context.close()


def test_printed_as_they_stand_the_day_keeps_its_words_whole_and_the_week_its_one_sheet(everything: str, browser: Browser) -> None:
    page = opened(browser, everything, "/day", "tr", 720)
    page.emulate_media(media="print")
    assert min(cell.bounding_box()["width"] for cell in page.locator("td.what").all()) > 80
    page.goto(f"{everything}/week?of=all")
    assert page.pdf(prefer_css_page_size=True).count(b"/MediaBox [0 0 841.9") == 1
    page.context.close()


ON_EACH_OTHER = """() => {
    const boxes = [...document.querySelectorAll(".week-day li:not(.shut) .who")].map((one) => one.getBoundingClientRect());
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    return boxes.some((one, at) => boxes.slice(at + 1).some((other) => meet(one, other)));
}"""


@pytest.mark.parametrize("beside", [1, 4])
def test_a_printed_week_keeps_every_name_apart_and_readable_however_many_are_side_by_side(
    address: str, browser: Browser, beside: int
) -> None:
    a_booked_series()
    day = next_monday()
    for n in range(beside - 1):  # more at the same hour, each with somebody else in a room of their own
        builders.a_physician(f"Dr. Other {n}")
        with transaction():
            db.session.add(Room(name=f"Room {n + 10}", kinds=["consultation"], location_id=1))
        scenes.book_plain(scenes.another_patient(f"Patient{n}", n), VisitKind.CONSULTATION, day, "10:00", clock.now())
    db.session.remove()
    page = opened(browser, address, f"/week/{day}?of=all", "en", 720)  # the width of a sheet that stands upright
    page.emulate_media(media="print")
    assert page.locator(".week-day li:not(.shut) .who").count() == beside
    assert page.evaluate(ON_EACH_OTHER) is False
    assert all((name.bounding_box() or {})["height"] > 8 for name in page.locator(".wcard .who").all())
    assert page.pdf(prefer_css_page_size=True).count(b"/MediaBox [0 0 841.9") == 1
    page.context.close()
