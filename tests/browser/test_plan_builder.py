"""A plan of six sessions in a real browser, counted: how many interactions and pages from the patient's page until all is booked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page

from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.patient import Patient
from models.staff import Absence, StaffMember
from models.treatment import Course, TreatmentPlan
from tests import builders
from tests.browser.conftest import CHROMIUM, DOCTOR, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

THE_PLAN = re.compile(r"/plan/[0-9]+$")
WORDS = {
    "en": {"plan": "New plan", "protocol": "Mesotherapy, scalp", "book": "Book 6 sessions"},
    "tr": {"plan": "Yeni plan", "protocol": "Mezoterapi, saçlı deri", "book": "6 seansa randevu ver"},
}  # fmt: skip


@dataclass
class Counted:
    """A page on which every press, and every entry typed, is one interaction."""

    page: Page
    interactions: int = 0
    pages: set[str] = field(default_factory=set)

    def press(self, what: Locator) -> None:
        what.click()
        self.page.wait_for_load_state("networkidle")
        self.interactions += 1
        self.pages.add(self.page.url.partition("?")[0] + ("?with" if "with=" in self.page.url else ""))

    def type(self, into: str, text: str) -> None:
        self.page.fill(into, text)
        self.interactions += 1


@pytest.fixture
def protocol(address: str) -> int:
    """The patient is evaluated; the physician and a nurse are there. The protocol's number."""
    doctor, patient = db.session.query(StaffMember).filter_by(email=DOCTOR).one(), db.session.query(Patient).one()
    builders.a_nurse()
    builders.an_evaluation(patient, doctor, clock.day_of(clock.now(), "Europe/Istanbul"))
    number = builders.a_protocol("mesotherapy_scalp").id
    db.session.remove()
    return number


def begin(browser: Browser, address: str, *, script: bool = True, language: str = "en", width: int = 1366) -> Counted:
    """Signed in as the physician, on the patient's page."""
    page = browser.new_context(java_script_enabled=script, viewport={"width": width, "height": 800}).new_page()
    sign_in(page, address, DOCTOR)
    token = page.get_attribute("meta[name=csrf-token]", "content") or ""
    page.request.post(f"{address}/language", form={"language": language, "csrf_token": token}, headers={"Referer": address})
    page.goto(f"{address}/patients/1")
    return Counted(page)


def choose(counted: Counted, words: dict[str, str]) -> None:
    counted.press(counted.page.get_by_role("link", name=words["plan"]).first)
    counted.press(counted.page.get_by_role("link", name=words["protocol"]))


def booked() -> tuple[int, int]:
    db.session.rollback()
    return db.session.query(TreatmentPlan).count(), db.session.query(Appointment).filter(Appointment.plan_id.is_not(None)).count()


@pytest.mark.parametrize(("script", "language", "width"), [(True, "en", 1366), (False, "en", 1366), (True, "tr", 390)])
def test_six_sessions_take_three_presses_and_two_pages(
    address: str, browser: Browser, protocol: int, script: bool, language: str, width: int
) -> None:
    counted, words = begin(browser, address, script=script, language=language, width=width), WORDS[language]
    choose(counted, words)
    counted.press(counted.page.get_by_role("button", name=words["book"]))
    counted.page.wait_for_url(THE_PLAN)
    assert booked() == (1, 6)
    assert (counted.interactions, len(counted.pages - {counted.page.url})) == (3, 2)
    counted.page.context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_one_clash_repaired_takes_one_press_more(address: str, browser: Browser, protocol: int, script: bool) -> None:
    """The only physician is away for longer than the first session may wait."""
    doctor, today = db.session.query(StaffMember).filter_by(email=DOCTOR).one(), clock.day_of(clock.now(), "Europe/Istanbul")
    with transaction():
        db.session.add(Absence(staff_id=doctor.id, first_day=today, last_day=today + timedelta(days=40)))
    counted = begin(browser, address, script=script)
    choose(counted, WORDS["en"])
    page = counted.page
    assert page.get_by_text("Not working then: Dr. Burcu Çelen").first.is_visible()
    counted.press(page.locator("#line-0-1 .ways-out button").first)
    page.get_by_text("Decided by you.").first.wait_for()
    counted.press(page.get_by_role("button", name="Book 6 sessions"))
    page.wait_for_url(THE_PLAN)
    assert booked() == (1, 6)
    assert counted.interactions == 4
    page.context.close()


def test_five_instead_of_six_and_35_days_instead_of_28_are_two_interactions_more(address: str, browser: Browser, protocol: int) -> None:
    counted = begin(browser, address)
    choose(counted, WORDS["en"])
    page = counted.page
    counted.press(page.get_by_role("button", name="One session fewer"))
    page.get_by_role("button", name="Book 5 sessions").wait_for()
    counted.type("#courses-0-gap", "35")
    page.locator("#line-0-2").get_by_role("cell", name="35", exact=True).wait_for()
    assert page.evaluate("document.activeElement.id") == "courses-0-gap"
    counted.press(page.get_by_role("button", name="Book 5 sessions"))
    page.wait_for_url(THE_PLAN)
    assert booked() == (1, 5)
    assert counted.interactions == 3 + 2
    (course,) = db.session.query(Course)
    assert {step.gaps[0]["ideal"] for step in course.steps if step.n > 1} == {"35d"}
    page.context.close()


def test_control_enter_books_from_any_field(address: str, browser: Browser, protocol: int) -> None:
    counted = begin(browser, address)
    choose(counted, WORDS["en"])
    counted.page.focus("#courses-0-start")
    counted.page.keyboard.press("Control+Enter")
    counted.page.wait_for_url(THE_PLAN)
    assert booked() == (1, 6)
    counted.page.context.close()


def test_keys_alone_find_the_clash_repair_it_and_book(address: str, browser: Browser, protocol: int) -> None:
    """Enter twice, 1, and Ctrl Enter; the arrows move over the dates. The focus is never lost on the way."""
    doctor, today = db.session.query(StaffMember).filter_by(email=DOCTOR).one(), clock.day_of(clock.now(), "Europe/Istanbul")
    with transaction():
        db.session.add(Absence(staff_id=doctor.id, first_day=today, last_day=today + timedelta(days=40)))
    page = begin(browser, address).page
    page.get_by_role("link", name=WORDS["en"]["plan"]).first.press("Enter")
    page.get_by_role("link", name=WORDS["en"]["protocol"]).press("Enter")
    page.wait_for_selector("#line-0-1:focus")
    page.keyboard.press("1")
    page.get_by_text("Decided by you.").first.wait_for()
    page.wait_for_selector("#line-0-1 :focus")
    for key, line in (("ArrowDown", 2), ("ArrowDown", 3), ("ArrowUp", 2)):
        page.keyboard.press(key)
        page.wait_for_selector(f"#line-0-{line}:focus")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(THE_PLAN)
    assert booked() == (1, 6)
    page.context.close()


LATER_THAN_THE_STAY = 4
"""Sessions that lie behind three weeks whatever the day: exosome 3 to 5 and PRP 3."""
STAY = {
    "en": (r"(\d+) of 8 sessions fit into the stay", "The patient is not in town then.", "Book {} · {} open"),
    "tr": (r"süreye sığan seans: (\d+) / 8", "Hasta o zaman şehirde değil.", "{} randevu ver · açık kalan: {}"),
}


@pytest.mark.parametrize(("language", "width"), [("en", 1366), ("tr", 390)])
def test_in_town_for_three_weeks_what_fits_is_booked_and_what_does_not_says_what_would_help(
    address: str, browser: Browser, protocol: int, language: str, width: int
) -> None:
    exosome, prp = (builders.a_protocol(key).id for key in ("exosome_scalp", "prp_scalp"))
    leaves = clock.day_of(clock.now(), "Europe/Istanbul") + timedelta(days=21)
    counted, (fits, away, book) = begin(browser, address, language=language, width=width), STAY[language]
    page = counted.page
    page.goto(f"{address}/patients/1/plan/new?with={exosome}")
    page.select_option("#combine", str(prp))
    counted.press(page.locator("button[value=combine]"))
    page.fill("#last_day", f"{leaves:%d.%m.%Y}")
    told = re.search(fits, page.get_by_text(re.compile(fits)).first.inner_text())
    assert told is not None
    fit = int(told[1])
    assert 0 < fit < 8
    assert page.locator("[data-clash]").count() == 8 - fit
    assert page.get_by_text(away).count() >= LATER_THAN_THE_STAY, "on some days of the week one more gives way to another"
    assert page.locator("[data-clash] .ways-out").count() == 8 - fit, "each says what would help"
    if width < 700:
        assert re.search(rf"{fit} ✓.*{8 - fit} ▲", page.locator(".jumps").inner_text(), re.DOTALL)
    counted.press(page.get_by_role("button", name=book.format(fit, 8 - fit)))
    page.wait_for_url(THE_PLAN)
    assert booked() == (1, fit)
    assert all(visit.local_day <= leaves for visit in db.session.query(Appointment).filter(Appointment.plan_id.is_not(None)))
    page.context.close()


def test_another_language_keeps_the_numbers_of_the_plan(address: str, browser: Browser, protocol: int) -> None:
    counted = begin(browser, address)
    choose(counted, WORDS["en"])
    page = counted.page
    counted.press(page.get_by_role("button", name="One session fewer"))
    counted.type("#courses-0-gap", "35")
    page.locator("#line-0-2").get_by_role("cell", name="35", exact=True).wait_for()
    page.click(".user-menu summary")
    page.click(".user-menu button[name=language]")
    page.wait_for_selector("html[lang=tr]")
    page.get_by_role("button", name="5 seansa randevu ver").wait_for()
    assert page.input_value("#courses-0-gap") == "35"
    page.context.close()
