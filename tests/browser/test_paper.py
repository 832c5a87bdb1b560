"""What is printed comes out on the paper it is made for, and nothing but it."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from models import clock
from models.base import db
from models.patient import Patient
from models.staff import StaffMember
from tests import builders
from tests.browser.conftest import CHROMIUM, sign_in
from tests.people.figures import BARS, Tally

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]
MM = 25.4 / 72


@pytest.fixture
def papers(app: Flask, address: str, browser: Browser) -> tuple[Page, str, int, int]:
    """Five visits to come, the first of them one with care afterwards."""
    doctor, patient = db.session.query(StaffMember).filter_by(name="Dr. Burcu Çelen").one(), db.session.query(Patient).one()
    course = builders.a_course(builders.a_plan(patient, doctor), builders.a_protocol("exosome_face_needling"))
    soon = clock.now() + timedelta(days=1)
    first = builders.a_visit(patient, soon, course.sessions[0]).id
    for week in range(1, 5):
        builders.a_visit(patient, soon + timedelta(weeks=week))
    found = patient.id, first
    db.session.remove()
    page = browser.new_page(viewport={"width": 390, "height": 800})
    sign_in(page, address)
    return page, address, *found


def sizes(page: Page) -> list[tuple[int, int]]:
    """The pages of the print, in millimetres."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    return [(round(float(wide) * MM), round(float(high) * MM)) for wide, high in boxes]


def test_a_card_with_five_dates_is_one_page_of_a6_and_a_long_care_sheet_few_of_a5(papers: tuple[Page, str, int, int]) -> None:
    page, address, patient_id, visit_id = papers
    for path, wanted, most in ((f"/patients/{patient_id}/card", (105, 148), 1), (f"/visits/{visit_id}/care", (148, 210), 3)):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        printed = sizes(page)
        assert set(printed) == {wanted}
        assert len(printed) <= most
    page.goto(f"{address}/day/{clock.day_of(clock.now(), 'Europe/Istanbul')}/sheet")
    assert sizes(page) == [(297, 210)]
    page.close()


def test_a_day_of_sixty_visits_is_two_pages_of_a4_at_most(papers: tuple[Page, str, int, int], app: Flask, tally: Tally) -> None:
    page, address, _patient_id, _visit_id = papers
    doctors = db.session.query(StaffMember).filter_by(name="Dr. Burcu Çelen").all()
    doctors += [builders.a_physician(f"Dr. Ali Er {n}") for n in range(3)]
    day = clock.day_of(clock.now(), "Europe/Istanbul") + timedelta(days=2)
    for n in range(60):
        starts = clock.at(day, time(8 + n // 6, n % 6 * 10), "Europe/Istanbul")
        builders.a_visit(builders.a_patient(f"Hasta {n}", "Yılmazoğlu"), starts, performer=doctors[n % 4], minutes=10, kind="consultation")
    db.session.remove()
    for by in ("practitioner", "room", "time"):
        page.goto(f"{address}/day/{day}/sheet?by={by}")
        assert page.locator(".sheet tbody tr").count() == 60
        printed = sizes(page)
        assert set(printed) == {(297, 210)}
        assert tally("U22", len(printed), how=f"by {by}") <= BARS["U22"].most
    page.close()


def test_a_printed_page_has_no_menu_and_nothing_to_press(papers: tuple[Page, str, int, int]) -> None:
    page, address, patient_id, visit_id = papers
    page.emulate_media(media="print")
    for path in ("/day", "/week", "/patients", f"/patients/{patient_id}", f"/visits/{visit_id}", "/work", "/work/sheet", "/messages"):
        page.goto(address + path)
        for what in (".top", ".button", "button", "input:not([type=hidden])", "nav"):
            assert [one.inner_text() for one in page.locator(what).all() if one.is_visible()] == [], (path, what)
    page.close()
